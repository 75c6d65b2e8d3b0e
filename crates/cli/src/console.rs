//! What is said while working: findings and progress on standard error, results on standard output.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use firesite::model::{Finding, tally};
use firesite::plan::FindingLine;
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{Common, Format, Lang};

/// The two streams of a run.
pub struct Console {
    quiet: bool,
    /// Text or JSON.
    pub format: Format,
    /// Language, where stated.
    pub lang: Option<Lang>,
}

impl Console {
    /// As the options say.
    pub fn new(common: &Common) -> Self {
        Self { quiet: common.quiet, format: common.format, lang: common.lang }
    }

    /// A spinner with a message on a terminal, nothing elsewhere.
    pub fn progress(&self, message: impl Into<String>) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style).with_message(message.into());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Findings, counted by kind with up to three examples, on standard error.
    pub fn findings(&self, findings: &[Finding]) {
        if self.quiet {
            return;
        }
        let mut stderr = io::stderr().lock();
        for group in tally(findings, 3) {
            for example in &group.examples {
                let _ = writeln!(stderr, "{example}");
            }
            if group.count > group.examples.len() {
                let _ = writeln!(
                    stderr,
                    "{} {:8} … {} of this kind in all",
                    group.code.0,
                    group.severity.word(),
                    group.count
                );
            }
        }
    }

    /// The result in the format asked for: the text, or the document.
    pub fn result(&self, text: impl FnOnce() -> String, document: &impl serde::Serialize) -> io::Result<()> {
        match self.format {
            Format::Text if self.quiet => Ok(()),
            Format::Text => print(&text()),
            Format::Json => print(&serde_json::to_string_pretty(document).map_err(io::Error::other)?),
        }
    }
}

/// Findings as the JSON documents list them.
pub fn finding_list(findings: &[Finding]) -> Vec<FindingLine> {
    findings.iter().map(FindingLine::from).collect()
}

/// The result on standard output.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    stdout.flush()
}
