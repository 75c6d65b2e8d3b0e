//! Reading the table of statements.

use std::collections::BTreeMap;

use firesite_model::{Finding, Place, Read, Severity};

use super::{Statement, Value};
use crate::codes;

const COLUMNS: [&str; 8] = ["source", "article", "quantity", "kind", "district", "value", "quote", "note"];

/// Reads the rows of a statements table. `columns` renames (property → column of the file).
///
/// # Errors
/// Findings for missing columns, ragged rows, and rows without source, quantity or value.
pub fn read(text: &str, shown: &str, columns: &BTreeMap<String, String>) -> Result<Read<Vec<Statement>>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(true).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let position = |name: &str| {
        let wanted = columns.get(name).map_or(name, String::as_str);
        header.iter().position(|h| h.eq_ignore_ascii_case(wanted))
    };
    let at: BTreeMap<&str, Option<usize>> = COLUMNS.iter().map(|c| (*c, position(c))).collect();
    for required in ["source", "quantity", "value"] {
        if at.get(required).copied().flatten().is_none() {
            findings.push(Finding::fatal(
                codes::STATEMENT,
                Place::file(shown).layer("statements").property(required),
                format!(
                    "there is no column {required}; the columns are {}",
                    header.iter().collect::<Vec<_>>().join(", ")
                ),
                format!("add it, or name it with columns = {{ {required} = \"…\" }}"),
            ));
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                findings.push(Finding::fatal(
                    codes::STATEMENT,
                    Place::file(shown).layer("statements"),
                    error.to_string(),
                    "correct the row",
                ));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| at.get(name).copied().flatten().and_then(|i| record.get(i)).unwrap_or("").to_string();
        let place = || Place::file(shown).layer("statements").feature(format!("line {line}"));
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > header.len() {
            findings.push(Finding::fatal(
                codes::STATEMENT,
                place(),
                format!("the row has {} cells, the header {}", record.len(), header.len()),
                "put texts with commas in quotes",
            ));
            continue;
        }
        let mut whole = true;
        for required in ["source", "quantity", "value"] {
            if cell(required).is_empty() {
                whole = false;
                findings.push(Finding::fatal(
                    codes::STATEMENT,
                    place().property(required),
                    format!("{required} is empty"),
                    "fill it",
                ));
            }
        }
        if !whole {
            continue;
        }
        let written = cell("value");
        let value = match written.parse::<f64>() {
            Ok(x) if x.is_finite() => Value::Number(x),
            Ok(_) => {
                findings.push(Finding::fatal(
                    codes::STATEMENT,
                    place().property("value"),
                    format!("value is {written}"),
                    "write a finite number",
                ));
                continue;
            }
            Err(_) => Value::Text(written),
        };
        rows.push(Statement {
            source: cell("source"),
            article: cell("article"),
            quantity: cell("quantity"),
            kind: cell("kind"),
            district: cell("district"),
            value,
            quote: cell("quote"),
            note: cell("note"),
        });
    }
    if findings.iter().any(|f| f.severity == Severity::Fatal) {
        return Err(findings);
    }
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(Read { value: rows, findings })
}

fn key(s: &Statement) -> (&str, &str, &str, &str, &str, String) {
    (&s.quantity, &s.kind, &s.district, &s.source, &s.article, s.value.show())
}
