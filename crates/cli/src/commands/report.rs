//! `firesite report`: draws a folder of results again from its own files.

use std::path::Path;

use firesite::prelude::render_again;
use serde_json::json;

use crate::console::Console;
use crate::outcome::{Done, Outcome};

/// Runs the command.
pub fn run(console: &Console, folder: &Path) -> Outcome {
    let drawn = render_again(folder)?;
    console.result(
        || format!("{}: {drawn} outputs drawn again", folder.display()),
        &json!({ "folder": folder.display().to_string(), "drawn": drawn }),
    )?;
    Ok(Done::Well)
}
