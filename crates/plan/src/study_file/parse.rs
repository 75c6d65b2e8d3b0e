//! Reading a study file, and what is wrong with it: each fault with its line and key.

use firesite_model::{Finding, Place};

use super::{PerYear, PhasesSection, StudyFile};
use crate::codes;

impl StudyFile {
    /// Reads the bytes of a study file; `shown` names it in messages.
    ///
    /// # Errors
    /// A list of findings, each with line and key: not UTF-8, no TOML, unknown keys, wrong types, values out of range,
    /// words that mean nothing, and references to scenarios that are not there.
    pub fn parse(bytes: &[u8], shown: &str) -> Result<Self, Vec<Finding>> {
        let text = text_of(bytes, shown)?;
        let file: StudyFile = toml::from_str(text).map_err(|error| vec![fault(text, shown, &error)])?;
        let findings = file.faults(text, shown);
        if findings.is_empty() { Ok(file) } else { Err(findings) }
    }

    /// What the types alone do not say.
    pub(crate) fn faults(&self, text: &str, shown: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let place = |key: &str| match line_of_key(text, key) {
            Some(line) => Place::file(shown).feature(format!("line {line}")).property(key),
            None => Place::file(shown).property(key),
        };
        let mut word = |key: &str, written: &Option<String>, allowed: &[&str]| {
            if let Some(written) = written
                && !allowed.contains(&written.as_str())
            {
                findings.push(Finding::fatal(
                    codes::WORD_UNKNOWN,
                    place(key),
                    format!("{key} is \"{written}\""),
                    format!("write one of {}{}", allowed.join(", "), nearest_of(written, allowed.iter().copied())),
                ));
            }
        };
        word("clock", &self.response.clock, &["call", "order", "wheels"]);
        word("method", &self.solve.method, &["exact", "local-search", "greedy"]);
        word("lang", &self.output.lang, &["en", "zh"]);
        if let Some(generate) = self.candidates.as_ref().and_then(|c| c.generate.as_ref()) {
            for role in &generate.within {
                word("within", &Some(role.clone()), &["seat", "core", "town", "cluster", "anywhere"]);
            }
        }
        let names: Vec<&str> = self.scenarios.iter().map(|s| s.name.as_str()).collect();
        if let Some(main) = &self.solve.main
            && !names.contains(&main.as_str())
        {
            findings.push(Finding::fatal(
                codes::REFERENCE,
                place("main"),
                format!("main = \"{main}\" is no scenario of this study"),
                if names.is_empty() {
                    "add a [[scenarios]] of that name".to_string()
                } else {
                    format!("write one of {}{}", names.join(", "), nearest_of(main, names.iter().copied()))
                },
            ));
        }
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                findings.push(Finding::fatal(
                    codes::REFERENCE,
                    place("name"),
                    format!("two scenarios are named \"{name}\""),
                    "give each scenario its own name",
                ));
            }
            if !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
                findings.push(Finding::fatal(
                    codes::VALUE,
                    place("name"),
                    format!("a scenario is named \"{name}\", and its files are named after it"),
                    "use letters, digits, - and _",
                ));
            }
        }
        if let Some(generate) = self.candidates.as_ref().and_then(|c| c.generate.as_ref())
            && generate.upwind_within_m.is_some()
            && self.wind.is_none()
        {
            findings.push(Finding::fatal(
                codes::REQUIRED,
                place("upwind_within_m"),
                "upwind_within_m asks where the wind blows from",
                "add [wind] from = { NE = 0.3, … }, or leave upwind_within_m out",
            ));
        }
        for (key, message, remedy) in self.phases.iter().flat_map(phase_faults) {
            findings.push(Finding::fatal(codes::VALUE, place(key), message, remedy));
        }
        if let Some(c) = &self.candidates {
            match (&c.file, &c.generate) {
                (Some(_), Some(_)) => findings.push(Finding::fatal(
                    codes::VALUE,
                    place("generate"),
                    "[candidates] has both file and generate",
                    "keep one of them",
                )),
                (None, None) => findings.push(Finding::fatal(
                    codes::REQUIRED,
                    place("candidates"),
                    "[candidates] has neither file nor generate",
                    "name a file, or write generate = { every_m = 200 }",
                )),
                _ => {}
            }
        }
        findings
    }
}

fn text_of<'a>(bytes: &'a [u8], shown: &str) -> Result<&'a str, Vec<Finding>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let refuse = |message: String, remedy: &str| {
        Err(vec![Finding::fatal(codes::STUDY_UNREADABLE, Place::file(shown), message, remedy)])
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return refuse(
            "the file is empty".into(),
            "a study needs at least [study] name, [roads], [stations] and [demand]",
        );
    }
    if bytes.contains(&0) {
        return refuse("the file holds zero bytes, so it is no text".into(), "save it as UTF-8 text");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].split(|b| *b == b'\n').count().saturating_sub(1);
            refuse(format!("line {line} is not UTF-8 (perhaps GBK)"), "save the study file as UTF-8")
        }
    }
}

/// A fault that the TOML reader found, with line, key and the nearest known word.
fn fault(text: &str, shown: &str, error: &toml::de::Error) -> Finding {
    let message = error.message().trim().to_string();
    let mut place = Place::file(shown);
    if let Some(span) = error.span() {
        let start = span.start.min(text.len());
        let before = text.get(..start).unwrap_or("");
        let line = 1 + before.matches('\n').count();
        place = place.feature(format!("line {line}"));
        if let Some(key) = key_before(text, start) {
            place = place.property(key);
        }
    }
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field")
        && let Some((unknown, known)) = quoted.split_first()
    {
        return Finding::fatal(
            codes::KEY_UNKNOWN,
            place.property(*unknown),
            format!("there is no key or section \"{unknown}\" here"),
            format!("known here: {}{}", known.join(", "), nearest_of(unknown, known.iter().copied())),
        );
    }
    if message.starts_with("missing field") {
        let field = quoted.first().copied().unwrap_or("?");
        return Finding::fatal(codes::REQUIRED, place, format!("\"{field}\" is missing"), format!("add {field}"));
    }
    let code = if error.span().is_none() || message.contains("date") { codes::DATE } else { codes::VALUE };
    Finding::fatal(code, place, message, "correct this line")
}

/// The key whose value holds this position, or that stands there.
fn key_before(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind(['\n', '{', ',']).map_or(0, |i| i + 1);
    let rest = text.get(start..)?;
    let line = rest.split('\n').next().unwrap_or(rest);
    let key = line.split('=').next()?.trim().trim_matches(['[', ']', '"', '{', ' ']);
    (!key.is_empty() && key.len() <= 60).then(|| key.to_string())
}

/// The line of the first `key =` or `[key]`, from 1.
fn line_of_key(text: &str, key: &str) -> Option<usize> {
    text.lines()
        .position(|line| {
            let line = line.trim_start();
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
                || line.trim_matches(['[', ']', ' ']) == key
        })
        .map(|i| i + 1)
}

/// ` (nearest: x)`, or nothing when no word is near.
pub(crate) fn nearest_of<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(k, written), k))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.6)
        .map_or_else(String::new, |(_, k)| format!(" (nearest: {k})"))
}

/// Faults of `[phases]` that types cannot show: key, what is wrong, what would be right.
fn phase_faults(phases: &PhasesSection) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let years = &phases.years;
    if years.is_empty() || !years.windows(2).all(|p| p[0] < p[1]) || years.iter().any(|y| !(1900..=2200).contains(y)) {
        let told = years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        found.push((
            "years",
            format!("years = [{told}] are not years of the calendar in rising order"),
            "write them as years = [2021, 2022, 2023]".to_string(),
        ));
    }
    for (key, limit, whole) in [("build_limit", &phases.build_limit, true), ("budget", &phases.budget, false)] {
        let values: Vec<(String, f64)> = match limit {
            None => continue,
            Some(PerYear::Same(x)) => vec![(String::new(), *x)],
            Some(PerYear::By(table)) => table.iter().map(|(y, x)| (y.clone(), *x)).collect(),
        };
        for (year, x) in values {
            if whole && x.fract() != 0.0 {
                found.push((key, format!("{key} is {x}, and stations are whole"), "write a whole number".to_string()));
            }
            if !year.is_empty() && !years.iter().any(|y| y.to_string() == year) {
                found.push((
                    key,
                    format!("{key} names {year}, which is none of the years"),
                    "write only years of [phases] years".to_string(),
                ));
            }
        }
    }
    found
}
