//! CSV with a heading `site,demand,time[,weight]` (any order, comma or semicolon). A weight may be repeated, not contradicted.
use std::collections::HashMap;

use super::error::Text;
use super::{Decimal, Error, Parsed, ones, sites_of};
use serde_json::Value;

pub(super) fn parse(text: &Text<'_>) -> Result<Parsed, Error> {
    let mut lines = text.text.lines().enumerate().map(|(n, l)| (n + 1, l)).filter(|(_, l)| !l.trim().is_empty());
    let Some((heading_line, heading)) = lines.next() else { return Err(text.whole("the file is empty")) };
    let separator = if heading.contains(';') { ';' } else { ',' };
    let names: Vec<String> = fields(heading, separator).into_iter().map(|f| f.trim().to_ascii_lowercase()).collect();
    let column = |name: &str| names.iter().position(|n| n == name);
    let (Some(site), Some(demand), Some(time)) = (column("site"), column("demand"), column("time")) else {
        return Err(text.at(heading_line, "the heading must name site, demand and time (and may name weight)"));
    };
    let weight = column("weight");
    if let Some(other) = names.iter().find(|n| !["site", "demand", "time", "weight"].contains(&n.as_str())) {
        return Err(text.at(heading_line, format!("column {other:?} is not one of site, demand, time, weight")));
    }
    let (mut sites, mut demands) = (Ids::default(), Ids::default());
    let mut weights: Vec<Option<Decimal>> = Vec::new();
    let mut arcs = Vec::new();
    for (number, line) in lines {
        let row = fields(line, separator);
        if row.len() != names.len() {
            return Err(text.at(number, format!("{} fields, the heading has {}", row.len(), names.len())));
        }
        let value = |at: usize, what: &str| {
            let word = row[at].trim();
            Decimal::parse(word)
                .filter(|d| !d.is_negative())
                .ok_or_else(|| text.at(number, format!("{word:?} is no {what}: a number of at least 0")))
        };
        let (j, i) = (sites.position(&row[site]), demands.position(&row[demand]));
        weights.resize(demands.ids.len(), None);
        if let Some(at) = weight {
            let stated = value(at, "weight")?;
            let known = &mut weights[i as usize];
            if known.is_some_and(|k| k != stated) {
                return Err(text.at(number, format!("demand {:?} had another weight before", row[demand])));
            }
            *known = Some(stated);
        }
        arcs.push((j, i, value(time, "time")?));
    }
    if arcs.is_empty() {
        return Err(text.whole("there is no line after the heading"));
    }
    let weights = weights.into_iter().map(|w| w.unwrap_or_else(|| Decimal::whole(1))).collect();
    Ok(Parsed {
        sites: sites_of(&sites.ids),
        costs: ones(sites.ids.len()),
        site_ids: sites.ids,
        demand_ids: demands.ids,
        weights,
        arcs,
        p: None,
        radius: None,
        covered_only: false,
    })
}

/// Ids by first appearance.
#[derive(Default)]
struct Ids {
    ids: Vec<Value>,
    known: HashMap<String, u32>,
}

impl Ids {
    fn position(&mut self, id: &str) -> u32 {
        let id = id.trim();
        if let Some(&known) = self.known.get(id) {
            return known;
        }
        let position = self.ids.len() as u32;
        self.known.insert(id.to_owned(), position);
        self.ids.push(Value::from(id));
        position
    }
}

/// Fields of a line; a field may be quoted, a doubled quote stands for one.
fn fields(line: &str, separator: char) -> Vec<String> {
    let mut result = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(field) = result.last_mut() else { break };
        if c == '"' && quoted && characters.peek() == Some(&'"') {
            characters.next();
            field.push('"');
        } else if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            result.push(String::new());
        } else {
            field.push(c);
        }
    }
    result
}
