//! Single values: words, dates, and numbers within their ranges.

use std::fmt;

use firesite_model::{Date, Nature};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// A number, written with or without a point.
pub(super) struct Figure(pub(super) f64);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number(deserializer).map(Figure)
    }
}

/// Class units that sums can hold.
pub(super) const MOST_COST: f64 = 1e6;

/// `real`, `assumed` or `schematic`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NatureWord(pub Nature);

impl Serialize for NatureWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateWord(pub Date);

impl Serialize for DateWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The nature of this word.
pub fn nature_of(word: &str) -> Option<Nature> {
    [Nature::Schematic, Nature::Assumed, Nature::Real].into_iter().find(|n| n.word() == word)
}

pub(super) fn nature<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NatureWord>, D::Error> {
    let word = String::deserialize(deserializer)?;
    nature_of(&word)
        .map(|n| Some(NatureWord(n)))
        .ok_or_else(|| de::Error::custom(format!("\"{word}\" is no nature; write real, assumed or schematic")))
}

pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateWord>, D::Error> {
    struct Day;
    impl<'de> Visitor<'de> for Day {
        type Value = DateWord;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date as \"2021-01-31\"")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<DateWord, E> {
            text.parse::<Date>()
                .map(DateWord)
                .map_err(|_| E::custom(format!("\"{text}\" is no date; write year-month-day, as 2021-01-31")))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DateWord, A::Error> {
            let written = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?;
            self.visit_str(&written.to_string())
        }
    }
    deserializer.deserialize_any(Day).map(Some)
}

pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = f64;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }
        fn visit_i64<E: de::Error>(self, n: i64) -> Result<f64, E> {
            Ok(n as f64)
        }
        fn visit_f64<E: de::Error>(self, x: f64) -> Result<f64, E> {
            if x.is_finite() { Ok(x) } else { Err(E::custom(format!("expected a number, found {x}"))) }
        }
    }
    deserializer.deserialize_any(Number)
}

/// Seconds that a time can hold (46 days).
const MOST_SECONDS: f64 = 4e6;

pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if (0.0..=MOST_SECONDS).contains(&x) {
        Ok(Some(x))
    } else {
        Err(de::Error::custom(format!("expected seconds between 0 and {MOST_SECONDS}, found {x}")))
    }
}

pub(super) fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if x >= 0.0 { Ok(Some(x)) } else { Err(de::Error::custom(format!("expected a number of 0 or more, found {x}"))) }
}

pub(super) fn positive_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let x = number(deserializer)?;
    if x > 0.0 { Ok(x) } else { Err(de::Error::custom(format!("expected a number above 0, found {x}"))) }
}

pub(super) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    positive_number(deserializer).map(Some)
}

/// Finer contours than the roads are drawn cost memory by the square and tell nothing more.
const FINEST_RESOLUTION_M: f64 = 5.0;

pub(super) fn resolution<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if x >= FINEST_RESOLUTION_M {
        Ok(Some(x))
    } else {
        Err(de::Error::custom(format!("resolution_m is at least {FINEST_RESOLUTION_M} metres, found {x}")))
    }
}

pub(super) fn bands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let bands = Vec::<f64>::deserialize(deserializer)?;
    match bands.iter().find(|x| !(**x > 0.0 && **x <= MOST_SECONDS)) {
        Some(x) => Err(de::Error::custom(format!("a band is a number of seconds above 0, found {x}"))),
        None => Ok(bands),
    }
}

pub(super) fn not_blank<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(de::Error::custom("expected a text that is not empty")) } else { Ok(text) }
}
