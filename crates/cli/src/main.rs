//! The `firesite` command, thin over the `firesite` library: arguments in, one call, words out.

mod args;
mod commands;
mod console;
mod outcome;
mod places;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::{Cli, Command};
use crate::console::Console;
use crate::outcome::{Failure, Outcome, exit};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    exit(run(cli))
}

fn run(cli: Cli) -> Outcome {
    let console = Console::new(&cli.common);
    if let Some(threads) = cli.common.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().map_err(|error| Failure::System(error.to_string()))?;
    }
    match cli.command {
        Command::Coverage { study, out } => commands::coverage::run(&console, &study, &out),
        Command::Plan { study, main, out } => commands::plan::run(&console, &study, main.as_deref(), &out),
        Command::Report { folder } => commands::report::run(&console, &folder),
        Command::Isochrones { roads, at, from, minutes, out } => {
            commands::isochrones::run(&console, &roads, &at, from.as_deref(), &minutes, out.as_deref())
        }
        Command::Matrix { roads, from, to, limit, out } => {
            commands::matrix::run(&console, &roads, &from, &to, limit, &out)
        }
        Command::Nearest { roads, from, to, out } => commands::nearest::run(&console, &roads, &from, &to, &out),
        Command::Solve(args) => commands::solve::run(&console, &args),
        Command::Verify { file, study } => commands::verify::run(&console, &file, study.as_deref()),
        Command::Compare { a, b } => commands::compare::run(&console, &a, &b),
        Command::Explain(args) => commands::explain::run(&console, &args),
        Command::Check { study } => commands::check::run(&console, &study),
    }
}
