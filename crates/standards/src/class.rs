//! Station classes as the packs define them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Confidence, Pack, Source};

/// A class of stations (消防站类别).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StationClass {
    /// Stable id: `special`, `first`, `second`, `small`, `logistics`, `town_first`, `town_second`, `volunteer`, …
    pub id: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Other names found in data.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Rank among the classes of its ladder; a slot for a class is filled by any class of at least its rank. Absent: fills no slot.
    #[serde(default)]
    pub rank: Option<u8>,
    /// A class that may stand alone and makes a neighbouring small station legal (一级, 二级, 特勤).
    #[serde(default)]
    pub full: bool,
    /// Needs a full station beside it (小型站): 建标152-2017 第八条.
    #[serde(default)]
    pub needs_neighbour: bool,
    /// Advisory cap of its service area, km².
    #[serde(default)]
    pub area_cap_km2: Option<f64>,
    /// Least parcel, m².
    #[serde(default)]
    pub land_min_m2: Option<f64>,
    /// Engines, least and most.
    #[serde(default)]
    pub vehicles: Option<[u16; 2]>,
    /// Persons on one shift, least and most.
    #[serde(default)]
    pub shift_persons: Option<[u16; 2]>,
    /// Relative cost of building one, in class units.
    pub cost_units: f64,
    /// Relative cost of upgrading a standing team of a lower class to it, in class units; absent: as new.
    #[serde(default)]
    pub upgrade_cost_units: Option<f64>,
    /// Which sites may host it when a candidate lists no classes: roles of built-up areas.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Where the figures come from.
    pub source: Source,
    /// Marks of single figures that differ from the source's mark: figure → mark.
    #[serde(default)]
    pub marks: BTreeMap<String, Confidence>,
}

/// The figures of a class that may have a mark of their own.
const FIGURES: &[&str] =
    &["area_cap_km2", "land_min_m2", "vehicles", "shift_persons", "cost_units", "upgrade_cost_units", "rank", "roles"];

impl StationClass {
    /// The mark of a figure: its own, else the source's.
    pub fn mark(&self, figure: &str) -> Confidence {
        self.marks.get(figure).copied().unwrap_or(self.source.confidence)
    }

    /// What is wrong with its figures: key, what is there, what would be right.
    pub(crate) fn fault(&self) -> Option<(String, String, String)> {
        let number = |key: &str, x: Option<f64>| {
            x.filter(|x| !(x.is_finite() && *x > 0.0)).map(|x| {
                (key.to_owned(), format!("{key} is {x}"), "write a number above 0, or leave it out".to_owned())
            })
        };
        let range = |key: &str, range: Option<[u16; 2]>| {
            range.filter(|[least, most]| least > most).map(|[least, most]| {
                (key.to_owned(), format!("{key} is [{least}, {most}]"), "write the least figure first".to_owned())
            })
        };
        number("area_cap_km2", self.area_cap_km2)
            .or_else(|| number("land_min_m2", self.land_min_m2))
            .or_else(|| number("cost_units", Some(self.cost_units)))
            .or_else(|| number("upgrade_cost_units", self.upgrade_cost_units))
            .or_else(|| range("vehicles", self.vehicles))
            .or_else(|| range("shift_persons", self.shift_persons))
            .or_else(|| {
                let key = self.marks.keys().find(|key| !FIGURES.contains(&key.as_str()))?;
                let nearest = crate::faults::nearest(key, FIGURES);
                Some((
                    "marks".to_owned(),
                    format!("\"{key}\" is no figure of a class"),
                    format!("figures are {}{nearest}", FIGURES.join(", ")),
                ))
            })
    }
}

/// All classes of the packs of a study, in pack order; a later pack replaces a class of the same id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassTable {
    classes: Vec<StationClass>,
}

impl ClassTable {
    /// The classes of these packs.
    pub fn from_packs<'a>(packs: impl IntoIterator<Item = &'a Pack>) -> Self {
        let mut classes: Vec<StationClass> = Vec::new();
        for class in packs.into_iter().flat_map(|pack| &pack.classes) {
            match classes.iter_mut().find(|c| c.id == class.id) {
                Some(known) => *known = class.clone(),
                None => classes.push(class.clone()),
            }
        }
        Self { classes }
    }

    /// All classes.
    pub fn iter(&self) -> impl Iterator<Item = &StationClass> {
        self.classes.iter()
    }

    /// The class of this id.
    pub fn get(&self, id: &str) -> Option<&StationClass> {
        self.classes.iter().find(|c| c.id == id)
    }

    /// The class that a file means: by id, name or alias; blanks and letter case do not matter.
    pub fn resolve(&self, written: &str) -> Option<&StationClass> {
        let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let wanted = plain(written);
        self.classes
            .iter()
            .find(|c| [&c.id, &c.zh, &c.en].into_iter().chain(&c.aliases).any(|name| plain(name) == wanted))
    }

    /// The ids and Chinese names, for messages.
    pub fn listed(&self) -> String {
        self.classes.iter().map(|c| format!("{} {}", c.id, c.zh)).collect::<Vec<_>>().join(", ")
    }

    /// The known name closest to what was written.
    pub fn nearest(&self, written: &str) -> Option<&str> {
        self.classes
            .iter()
            .flat_map(|c| [&c.id, &c.zh].into_iter().chain(&c.aliases))
            .max_by(|a, b| strsim::jaro_winkler(a, written).total_cmp(&strsim::jaro_winkler(b, written)))
            .map(String::as_str)
    }

    /// Whether a station of class `has` fills a slot for class `slot`.
    pub fn fills(&self, has: &str, slot: &str) -> bool {
        match (self.get(has).and_then(|c| c.rank), self.get(slot).and_then(|c| c.rank)) {
            (Some(has), Some(slot)) => has >= slot,
            _ => has == slot,
        }
    }
}
