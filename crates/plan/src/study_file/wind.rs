//! The wind rose of a study.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use super::values::{Figure, NatureWord, nature};

/// Points of the compass, 22.5° apart from north clockwise.
pub const COMPASS: [&str; 16] =
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

/// `[wind]`: a wind rose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindSection {
    /// Share of the time that the wind blows from each point of the compass (`N`, `NNE`, `NE`, …); what is missing to 1 is calm.
    #[serde(deserialize_with = "rose")]
    pub from: BTreeMap<String, f64>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// How real they are.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
}

impl WindSection {
    /// Where the wind mostly blows from, degrees from north clockwise; of equal shares the first from north.
    pub fn prevailing_degrees(&self) -> Option<f64> {
        let shares = COMPASS.iter().enumerate().filter_map(|(at, word)| Some((at, *self.from.get(*word)?)));
        let most = shares.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        (most.1 > 0.0).then_some(most.0 as f64 * 22.5)
    }
}

fn rose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let table = BTreeMap::<String, Figure>::deserialize(deserializer)?;
    let mut rose = BTreeMap::new();
    for (word, Figure(share)) in table {
        if !COMPASS.contains(&word.as_str()) {
            return Err(de::Error::custom(format!(
                "\"{word}\" is no point of the compass; write one of {}",
                COMPASS.join(", ")
            )));
        }
        if !(0.0..=1.0).contains(&share) {
            return Err(de::Error::custom(format!("a share of the wind is between 0 and 1, found {share}")));
        }
        rose.insert(word, share);
    }
    let sum: f64 = rose.values().sum();
    if sum > 1.0 + 1e-9 {
        return Err(de::Error::custom(format!("the shares of the wind sum to {sum}, more than 1")));
    }
    Ok(rose)
}
