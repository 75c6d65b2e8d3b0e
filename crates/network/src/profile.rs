//! Which roads a vehicle may use, and how fast: data, not code.

use std::collections::BTreeMap;

use firesite_model::{Finding, KilometresPerHour, Metres, Place, RoadClass, TravelTime};
use serde::Deserialize;

use crate::{Error, codes};

/// The profile that applies where none is named.
pub const DEFAULT_PROFILE: &str = "fire-engine";

const PACKAGED: &[(&str, &str)] = &[("fire-engine", include_str!("../profiles/fire-engine.toml"))];

/// Seconds lost at junctions. Absent figures are zero: that turn is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnCosts {
    /// Turning right at a junction (more than 45°).
    pub right: TravelTime,
    /// Turning left at a junction (more than 45°).
    pub left: TravelTime,
    /// Turning round at a dead end or a crossing.
    pub uturn: TravelTime,
    /// Passing a node with traffic signals.
    pub signal: TravelTime,
    /// Passing a level crossing.
    pub level_crossing: TravelTime,
}

/// Size of the vehicle; a signed limit below it closes a road.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VehicleSize {
    /// Width.
    pub width: Option<Metres>,
    /// Height.
    pub height: Option<Metres>,
    /// Weight, tonnes.
    pub weight_t: Option<f64>,
}

/// Which roads a vehicle may use and how fast.
///
/// ```
/// use firesite_network::VehicleProfile;
/// let profile = VehicleProfile::parse("name = \"van\"\n[speed_kmh]\nprimary = 45\n", "van.toml")?;
/// let class = |name: &str| firesite_model::RoadClass(name.into());
/// assert_eq!(profile.speed(&class("primary_link")).map(|v| v.0), Some(45.0));
/// assert!(profile.speed(&class("residential")).is_none());
/// # Ok::<(), firesite_network::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleProfile {
    /// Name, for reports.
    pub name: String,
    /// Speed by road class; a `_link` inherits; a class not listed is not driven.
    pub speed: BTreeMap<String, KilometresPerHour>,
    /// Seconds lost at junctions.
    pub turns: TurnCosts,
    /// Size of the vehicle.
    pub vehicle: VehicleSize,
    /// The lower of class speed and signed limit counts.
    pub respect_maxspeed: bool,
    /// May drive against one-way streets (never on motorways and roundabouts).
    pub contraflow: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: String,
    speed_kmh: BTreeMap<String, toml::Spanned<f64>>,
    #[serde(default)]
    turns: BTreeMap<String, toml::Spanned<f64>>,
    #[serde(default)]
    vehicle: BTreeMap<String, toml::Spanned<f64>>,
    #[serde(default)]
    maxspeed: BTreeMap<String, toml::Spanned<bool>>,
    #[serde(default)]
    oneway: BTreeMap<String, toml::Spanned<bool>>,
}

const SECTIONS: &[&str] = &["name", "speed_kmh", "turns", "vehicle", "maxspeed", "oneway"];
const TURNS: &[&str] = &["right_s", "left_s", "uturn_s", "signal_s", "level_crossing_s"];
const VEHICLE: &[&str] = &["width_m", "height_m", "weight_t"];
const CLASSES: &[&str] = &[
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "busway",
    "pedestrian",
    "footway",
    "cycleway",
    "path",
    "bus_guideway",
    "raceway",
    "escape",
    "emergency_bay",
    "bridleway",
    "corridor",
    "steps",
    "services",
    "rest_area",
];

impl VehicleProfile {
    /// A packaged profile by name, `None` where there is none of that name.
    pub fn packaged(name: &str) -> Option<Self> {
        let (shown, text) = PACKAGED.iter().find(|(known, _)| *known == name)?;
        // The packaged files are part of the program; a test parses each of them.
        Self::parse(text, shown).ok()
    }

    /// Names of the packaged profiles.
    pub fn packaged_names() -> impl Iterator<Item = &'static str> {
        PACKAGED.iter().map(|(name, _)| *name)
    }

    /// Reads a profile. `shown` is the file as the user wrote it, for messages.
    pub fn parse(text: &str, shown: &str) -> Result<Self, Error> {
        Parser { text, shown, findings: Vec::new() }.profile()
    }

    /// Speed on a class; `None` where the vehicle does not drive it.
    pub fn speed(&self, class: &RoadClass) -> Option<KilometresPerHour> {
        let name = class.0.as_str();
        self.speed.get(name).or_else(|| self.speed.get(name.strip_suffix("_link")?)).copied()
    }
}

struct Parser<'a> {
    text: &'a str,
    shown: &'a str,
    findings: Vec<Finding>,
}

impl Parser<'_> {
    fn place(&self, property: &str, at: Option<usize>) -> Place {
        let mut place = Place::file(self.shown).layer("profile").property(property);
        if let Some(at) = at {
            let line = 1 + self.text.as_bytes().iter().take(at).filter(|&&b| b == b'\n').count();
            place = place.feature(format!("line {line}"));
        }
        place
    }

    fn fault(&mut self, property: &str, at: Option<usize>, message: String, remedy: String) {
        self.findings.push(Finding::fatal(codes::PROFILE, self.place(property, at), message, remedy));
    }

    fn profile(mut self) -> Result<VehicleProfile, Error> {
        let file = match toml::from_str::<ProfileFile>(self.text) {
            Ok(file) => file,
            Err(error) => {
                let at = error.span().map(|s| s.start);
                let message = error.message().to_string();
                let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
                let (property, remedy) = match unknown {
                    Some(key) => (key.to_string(), suggestion(key, SECTIONS)),
                    None => ("file".to_string(), "see the packaged profile fire-engine for the form".to_string()),
                };
                self.fault(&property, at, message, remedy);
                return Err(Error::Input(self.findings));
            }
        };
        if file.speed_kmh.is_empty() {
            self.fault(
                "speed_kmh",
                None,
                "no class has a speed, so nothing is driven".into(),
                "list at least one class, for example residential = 22".into(),
            );
        }
        let mut speed = BTreeMap::new();
        for (class, value) in &file.speed_kmh {
            let (at, v) = (value.span().start, *value.get_ref());
            if !(v > 0.0 && v <= 300.0) {
                self.fault(
                    class,
                    Some(at),
                    format!("a speed of {v} km/h: expected more than 0, at most 300"),
                    "leave the class out to close it".into(),
                );
            }
            if !CLASSES.contains(&class.strip_suffix("_link").unwrap_or(class)) {
                self.fault(class, Some(at), format!("{class} is no road class of OSM"), suggestion(class, CLASSES));
            }
            speed.insert(class.clone(), KilometresPerHour(v));
        }
        let turns = self.numbers(&file.turns, TURNS);
        let vehicle = self.numbers(&file.vehicle, VEHICLE);
        let respect = self.switch(&file.maxspeed, "respect");
        let contraflow = self.switch(&file.oneway, "contraflow");
        if !self.findings.is_empty() {
            return Err(Error::Input(self.findings));
        }
        let turn = |k: usize| turns[k].and_then(TravelTime::from_seconds_f64).unwrap_or(TravelTime::ZERO);
        Ok(VehicleProfile {
            name: file.name,
            speed,
            turns: TurnCosts {
                right: turn(0),
                left: turn(1),
                uturn: turn(2),
                signal: turn(3),
                level_crossing: turn(4),
            },
            vehicle: VehicleSize {
                width: vehicle[0].map(Metres),
                height: vehicle[1].map(Metres),
                weight_t: vehicle[2],
            },
            respect_maxspeed: respect,
            contraflow,
        })
    }

    /// Values of the known keys, in their order; unknown keys and negative values are faults.
    fn numbers(&mut self, table: &BTreeMap<String, toml::Spanned<f64>>, known: &[&str]) -> Vec<Option<f64>> {
        for (key, value) in table {
            let (at, v) = (value.span().start, *value.get_ref());
            if !known.contains(&key.as_str()) {
                self.fault(key, Some(at), format!("unknown key {key}"), suggestion(key, known));
            } else if !(v.is_finite() && (0.0..=1e6).contains(&v)) {
                self.fault(
                    key,
                    Some(at),
                    format!("{key} is {v}: expected zero or more"),
                    "leave it out for none".into(),
                );
            }
        }
        known.iter().map(|key| table.get(*key).map(|v| *v.get_ref())).collect()
    }

    fn switch(&mut self, table: &BTreeMap<String, toml::Spanned<bool>>, known: &str) -> bool {
        for (key, value) in table {
            if key != known {
                self.fault(key, Some(value.span().start), format!("unknown key {key}"), suggestion(key, &[known]));
            }
        }
        table.get(known).is_some_and(|v| *v.get_ref())
    }
}

/// "did you mean": the nearest of the known words, by edit distance.
fn suggestion(word: &str, known: &[&str]) -> String {
    let nearest = known.iter().min_by_key(|k| strsim::levenshtein(word, k)).copied().unwrap_or_default();
    format!("write one of {} (nearest: {nearest})", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        VehicleProfile::parse(text, "p.toml").unwrap_err().to_string()
    }

    #[test]
    fn packaged_profiles_are_whole() {
        for name in VehicleProfile::packaged_names() {
            assert_eq!(VehicleProfile::packaged(name).unwrap().name, name);
        }
        let engine = VehicleProfile::packaged(DEFAULT_PROFILE).unwrap();
        assert_eq!(engine.speed(&RoadClass("motorway_link".into())), Some(KilometresPerHour(65.0)));
        assert_eq!(engine.turns.uturn, TravelTime::seconds(25));
        assert!(VehicleProfile::packaged("bicycle").is_none());
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        assert!(message("name = 'x'\nsped_kmh = 3\n[speed_kmh]\nprimary = 4").contains("nearest: speed_kmh"));
        assert!(message("name = 'x'\n[speed_kmh]\nprimry = 4").contains("nearest: primary"));
        assert!(message("name = 'x'\n[speed_kmh]\nprimary = 4\n[turns]\nlef_s = 4").contains("nearest: left_s"));
        assert!(
            message("name = 'x'\n[speed_kmh]\nprimary = 4\n[maxspeed]\nrespct = true").contains("nearest: respect")
        );
    }

    #[test]
    fn impossible_figures_are_refused_with_their_line() {
        let text = message("name = 'x'\n[speed_kmh]\nprimary = -45\n");
        assert!(text.contains("line 3") && text.contains("-45"), "{text}");
        assert!(message("name = 'x'\n[speed_kmh]\nprimary = nan\n").contains("NaN"));
        assert!(message("name = 'x'\n[speed_kmh]\n").contains("nothing is driven"));
        assert!(message("name = 'x'\n").contains("speed_kmh"));
        assert!(message("name = 'x'\n[speed_kmh]\nprimary = 4\n[turns]\nleft_s = -1").contains("left_s is -1"));
    }
}
