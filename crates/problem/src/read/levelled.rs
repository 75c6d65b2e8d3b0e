//! A whole [`Instance`] as JSON, for `instance-<scenario>.json.gz`: what `verify` rebuilds a plan's proof from.
//!
//! Fields and rows are written in order and the gzip header carries no time, so equal instances give equal bytes.
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::Text;
use super::{Error, read_bytes};
use crate::instance::{Constraint, Group, Instance, Objective, Row, Sense, Site};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    name: String,
    levels: Vec<String>,
    limit: Option<u32>,
    worst: Option<u32>,
    sites: Vec<SiteLine>,
    groups: Vec<GroupLine>,
    constraints: Vec<ConstraintLine>,
    rows: Vec<RowLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteLine {
    id: String,
    cost: u64,
    counted: bool,
    exclusive: Option<u32>,
    fixed: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupLine {
    name: String,
    cap: Option<u64>,
    floor: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConstraintLine {
    name: String,
    sense: String,
    rhs: i64,
    terms: Vec<(u32, i64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    weight: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    must: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gains: Vec<u64>,
    /// `[site, time]` by time, then site.
    reach: Vec<(u32, u32)>,
}

const LEVELS: [Objective; 5] =
    [Objective::Cover, Objective::Cost, Objective::Count, Objective::Time, Objective::Center];
const SENSES: [(&str, Sense); 3] =
    [("at_least", Sense::AtLeast), ("at_most", Sense::AtMost), ("exactly", Sense::Exactly)];

/// The instance as JSON, one row per line.
#[must_use]
pub fn instance_json(instance: &Instance) -> Vec<u8> {
    let document = Document {
        schema: 1,
        name: instance.name.clone(),
        levels: instance.levels.iter().map(|l| l.name().to_owned()).collect(),
        limit: instance.limit,
        worst: instance.worst,
        sites: instance
            .sites
            .iter()
            .map(|s| SiteLine {
                id: s.id.clone(),
                cost: s.cost,
                counted: s.counted,
                exclusive: s.exclusive,
                fixed: s.fixed,
            })
            .collect(),
        groups: instance
            .groups
            .iter()
            .map(|g| GroupLine { name: g.name.clone(), cap: g.cap, floor: g.floor })
            .collect(),
        constraints: instance
            .constraints
            .iter()
            .map(|c| ConstraintLine {
                name: c.name.clone(),
                sense: SENSES.iter().find(|s| s.1 == c.sense).map_or("", |s| s.0).to_owned(),
                rhs: c.rhs,
                terms: c.terms.clone(),
            })
            .collect(),
        rows: instance
            .rows
            .iter()
            .map(|r| RowLine {
                weight: r.weight,
                group: r.group,
                must: r.must,
                gains: r.gains.clone(),
                reach: r.reach.clone(),
            })
            .collect(),
    };
    // Plain structs of numbers and text cannot fail to be written to memory.
    serde_json::to_vec(&document).unwrap_or_default()
}

/// The same, packed.
pub fn instance_json_gz(instance: &Instance) -> std::io::Result<Vec<u8>> {
    let mut encoder =
        flate2::GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(&instance_json(instance))?;
    encoder.finish()
}

/// Reads a levelled instance, packed or not.
pub fn read_instance(path: &Path) -> Result<Instance, Error> {
    parse_instance(&path.display().to_string(), &read_bytes(path)?)
}

/// The same from unpacked bytes.
pub fn parse_instance(file: &str, bytes: &[u8]) -> Result<Instance, Error> {
    let text = Text { file, text: "" };
    let document: Document =
        serde_json::from_slice(bytes).map_err(|e| text.at(e.line(), format!("is no instance: {e}")))?;
    if document.schema != 1 {
        return Err(text.whole(format!("schema {} is not known, only 1", document.schema)));
    }
    let mut levels = Vec::new();
    for name in &document.levels {
        let level = LEVELS.iter().find(|l| l.name() == name);
        levels.push(*level.ok_or_else(|| text.whole(format!("level {name:?} is not known")))?);
    }
    let mut constraints = Vec::new();
    for line in document.constraints {
        let sense = SENSES.iter().find(|s| s.0 == line.sense).map(|s| s.1);
        let sense = sense.ok_or_else(|| text.whole(format!("sense {:?} is not known", line.sense)))?;
        constraints.push(Constraint { name: line.name, terms: line.terms, sense, rhs: line.rhs });
    }
    let instance = Instance {
        name: document.name,
        sites: document
            .sites
            .into_iter()
            .map(|s| Site { id: s.id, cost: s.cost, counted: s.counted, exclusive: s.exclusive, fixed: s.fixed })
            .collect(),
        rows: document
            .rows
            .into_iter()
            .map(|r| Row { weight: r.weight, reach: r.reach, group: r.group, must: r.must, gains: r.gains })
            .collect(),
        limit: document.limit,
        worst: document.worst,
        groups: document.groups.into_iter().map(|g| Group { name: g.name, cap: g.cap, floor: g.floor }).collect(),
        constraints,
        levels,
    };
    instance.validate().map_err(|e| text.whole(e.to_string()))?;
    Ok(instance)
}
