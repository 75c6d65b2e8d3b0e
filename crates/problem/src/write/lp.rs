//! CPLEX LP text: every solver reads it, and so does a person.
use std::fmt::Write;

use super::model::{Program, Unwritable};
use crate::instance::{Instance, Sense};

/// The LP file of a level, the earlier levels held at `held`.
pub fn lp(instance: &Instance, level: usize, held: &[i64]) -> Result<String, Unwritable> {
    let p = Program::new(instance, level, held)?;
    let mut text = format!("\\ {}\n{}\n obj:", p.name, if p.maximise { "Maximize" } else { "Minimize" });
    let costs: Vec<(usize, i128)> =
        p.variables.iter().enumerate().filter(|(_, v)| v.cost != 0).map(|(k, v)| (k, v.cost)).collect();
    sum(&mut text, &p, &costs);
    text.push_str("\nSubject To\n");
    for line in &p.lines {
        let _ = write!(text, " {}:", line.name);
        sum(&mut text, &p, &line.terms);
        let sign = match line.sense {
            Sense::AtLeast => ">=",
            Sense::AtMost => "<=",
            Sense::Exactly => "=",
        };
        let _ = writeln!(text, " {sign} {}", line.rhs);
    }
    text.push_str("Bounds\n");
    for v in &p.variables {
        if v.binary && v.lower == 1 {
            let _ = writeln!(text, " {} = 1", v.name);
        } else if let Some(upper) = v.upper.filter(|_| !v.binary) {
            let _ = writeln!(text, " 0 <= {} <= {upper}", v.name);
        }
    }
    text.push_str("Binary\n");
    for v in p.variables.iter().filter(|v| v.binary) {
        let _ = writeln!(text, " {}", v.name);
    }
    text.push_str("End\n");
    Ok(text)
}

/// ` + 3 x0 - 2 x1`, a few terms per line; an empty sum is ` 0 x0`.
fn sum(text: &mut String, p: &Program, terms: &[(usize, i128)]) {
    if terms.is_empty() {
        let first = p.variables.first().map_or("none", |v| v.name.as_str());
        let _ = write!(text, " 0 {first}");
    }
    for (position, &(variable, a)) in terms.iter().enumerate() {
        if position > 0 && position % 8 == 0 {
            text.push_str("\n  ");
        }
        let sign = if a < 0 { '-' } else { '+' };
        let _ = write!(text, " {sign} {} {}", a.unsigned_abs(), p.variables[variable].name);
    }
}
