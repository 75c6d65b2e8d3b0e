//! Free MPS. Maximisation is written as the minimisation of the negated objective, since not every reader knows `OBJSENSE`.
use std::fmt::Write;

use super::model::{Program, Unwritable};
use crate::instance::{Instance, Sense};

/// The MPS file of a level, the earlier levels held at `held`. The objective of level Cover is negated.
pub fn mps(instance: &Instance, level: usize, held: &[i64]) -> Result<String, Unwritable> {
    let p = Program::new(instance, level, held)?;
    let mut text = format!("NAME {}\nROWS\n N obj\n", p.name);
    for line in &p.lines {
        let kind = match line.sense {
            Sense::AtLeast => 'G',
            Sense::AtMost => 'L',
            Sense::Exactly => 'E',
        };
        let _ = writeln!(text, " {kind} {}", line.name);
    }
    let mut columns: Vec<Vec<(usize, i128)>> = vec![Vec::new(); p.variables.len()];
    for (row, line) in p.lines.iter().enumerate() {
        for &(variable, a) in &line.terms {
            columns[variable].push((row, a));
        }
    }
    text.push_str("COLUMNS\n");
    let mut integer = false;
    for (v, column) in p.variables.iter().zip(&columns) {
        if v.binary != integer {
            let marker = if v.binary { "INTORG" } else { "INTEND" };
            let _ = writeln!(text, " MARKER MARKER '{marker}'");
            integer = v.binary;
        }
        // Every variable is named, also one that appears nowhere.
        let cost = if p.maximise { -v.cost } else { v.cost };
        let _ = writeln!(text, " {} obj {cost}", v.name);
        for &(row, a) in column {
            let _ = writeln!(text, " {} {} {a}", v.name, p.lines[row].name);
        }
    }
    if integer {
        text.push_str(" MARKER MARKER 'INTEND'\n");
    }
    text.push_str("RHS\n");
    for line in p.lines.iter().filter(|l| l.rhs != 0) {
        let _ = writeln!(text, " rhs {} {}", line.name, line.rhs);
    }
    text.push_str("BOUNDS\n");
    for v in &p.variables {
        if v.binary {
            let _ = writeln!(text, " {} bnd {} 1", if v.lower == 1 { "FX" } else { "UP" }, v.name);
        } else if let Some(upper) = v.upper {
            let _ = writeln!(text, " UP bnd {} {upper}", v.name);
        }
    }
    text.push_str("ENDATA\n");
    Ok(text)
}
