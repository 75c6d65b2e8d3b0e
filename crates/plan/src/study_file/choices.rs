//! Values that may be written in two ways: one for all, or a table.
//!
//! Read by hand: `untagged` would lose the line of a fault.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::values::{Figure, MOST_COST};

/// `[rules] alpha`: one share, or one by role.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Alpha {
    /// The same for every role.
    Same(f64),
    /// By role; what is not named has its default.
    By(BTreeMap<String, f64>),
}

/// The roles that [`Alpha`] may name.
pub const ALPHA_ROLES: [&str; 5] = ["seat", "core", "town", "cluster", "all"];

impl<'de> Deserialize<'de> for Alpha {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shares;
        fn share<E: de::Error>(x: f64) -> Result<f64, E> {
            if (0.0..=1.0).contains(&x) {
                Ok(x)
            } else {
                Err(E::custom(format!("a share is between 0 and 1, found {x}")))
            }
        }
        impl<'de> Visitor<'de> for Shares {
            type Value = Alpha;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share between 0 and 1, or a table of role = share")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Alpha, E> {
                share(n as f64).map(Alpha::Same)
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Alpha, E> {
                share(x).map(Alpha::Same)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Alpha, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((role, value)) = map.next_entry::<String, f64>()? {
                    if !ALPHA_ROLES.contains(&role.as_str()) {
                        return Err(de::Error::custom(format!(
                            "\"{role}\" is no role; write one of {}",
                            ALPHA_ROLES.join(", ")
                        )));
                    }
                    table.insert(role, share(value)?);
                }
                Ok(Alpha::By(table))
            }
        }
        deserializer.deserialize_any(Shares)
    }
}

/// A count in all, or one per district or town (code or name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    /// In all.
    All(u32),
    /// By district or town; what is not named is 0.
    By(BTreeMap<String, u32>),
}

impl Count {
    /// The sum.
    pub fn total(&self) -> u64 {
        match self {
            Count::All(n) => u64::from(*n),
            Count::By(table) => table.values().copied().map(u64::from).sum(),
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counts;
        impl<'de> Visitor<'de> for Counts {
            type Value = Count;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a table of district or town = whole number")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Count, E> {
                u32::try_from(n).map(Count::All).map_err(|_| E::custom(format!("a count is 0 or more, found {n}")))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, i64>()? {
                    let value = u32::try_from(value)
                        .map_err(|_| de::Error::custom(format!("a count is 0 or more, found {value}")))?;
                    table.insert(key, value);
                }
                Ok(Count::By(table))
            }
        }
        deserializer.deserialize_any(Counts)
    }
}

/// `[solve] soft_rules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SoftRules {
    /// Judged afterwards.
    #[default]
    Judged,
    /// A level of its own, after coverage.
    Level,
    /// Penalties in class units, by rule; a rule that is not named is judged only.
    Penalties(BTreeMap<String, f64>),
}

impl Serialize for SoftRules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            SoftRules::Judged => serializer.serialize_str("judged"),
            SoftRules::Level => serializer.serialize_str("level"),
            SoftRules::Penalties(table) => table.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SoftRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mode;
        impl<'de> Visitor<'de> for Mode {
            type Value = SoftRules;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"judged\", \"level\", or a table of rule = class units for each station or km² missed")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<SoftRules, E> {
                match word {
                    "judged" => Ok(SoftRules::Judged),
                    "level" => Ok(SoftRules::Level),
                    _ => Err(E::custom(format!(
                        "\"{word}\" is no way to treat soft rules; write \"judged\", \"level\" or a table of rule = class units"
                    ))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SoftRules, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((rule, Figure(units))) = map.next_entry::<String, Figure>()? {
                    if !(units > 0.0 && units <= MOST_COST) {
                        return Err(de::Error::custom(format!(
                            "a penalty is a number of class units above 0 and at most {MOST_COST}, found {units}"
                        )));
                    }
                    table.insert(rule, units);
                }
                Ok(SoftRules::Penalties(table))
            }
        }
        deserializer.deserialize_any(Mode)
    }
}

/// A figure for every year, or one for some of them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PerYear {
    /// The same every year.
    Same(f64),
    /// By year; what is not named has no limit.
    By(BTreeMap<String, f64>),
}

impl PerYear {
    /// Of a year; nothing: no limit.
    pub fn of(&self, year: i16) -> Option<f64> {
        match self {
            PerYear::Same(x) => Some(*x),
            PerYear::By(table) => table.get(&year.to_string()).copied(),
        }
    }
}

impl<'de> Deserialize<'de> for PerYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Years;
        fn checked<E: de::Error>(x: f64) -> Result<f64, E> {
            if (0.0..=MOST_COST).contains(&x) {
                Ok(x)
            } else {
                Err(E::custom(format!("a limit of a year is a number from 0 to {MOST_COST}, found {x}")))
            }
        }
        impl<'de> Visitor<'de> for Years {
            type Value = PerYear;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a table of year = number")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<PerYear, E> {
                checked(n as f64).map(PerYear::Same)
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<PerYear, E> {
                checked(x).map(PerYear::Same)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerYear, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((year, Figure(x))) = map.next_entry::<String, Figure>()? {
                    if year.parse::<i16>().is_err() {
                        return Err(de::Error::custom(format!("\"{year}\" is no year; write 2021 = …")));
                    }
                    table.insert(year, checked(x)?);
                }
                Ok(PerYear::By(table))
            }
        }
        deserializer.deserialize_any(Years)
    }
}
