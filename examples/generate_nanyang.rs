//! Writes the schematic layers of the Nanyang study from its facts.
//!
//! `cargo run --release --example generate_nanyang [FOLDER]` reads `FOLDER/facts/` (default `data/nanyang`) and writes
//! the layers beside it. Everything random is seeded, so a second run writes the same bytes; a test holds that.

#[path = "generate_nanyang/mod.rs"]
mod generator;

use std::{error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("data/nanyang"), PathBuf::from);
    let made = generator::generate(&folder.join("facts"))?;
    for (name, bytes) in &made.files {
        std::fs::write(folder.join(name), bytes)?;
        println!("{name}: {} kB", bytes.len() / 1000);
    }
    for line in &made.notes {
        println!("{line}");
    }
    Ok(())
}
