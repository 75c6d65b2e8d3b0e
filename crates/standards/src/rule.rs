//! One rule: severity, kind, selector, parameters, source.

use std::collections::BTreeMap;

use firesite_model::{BuiltUpRole, Date, TownTier, Zone};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::kinds::Kind;
use crate::{Confidence, Source};

/// How binding a rule is, after its wording: 应/必须/严禁 hard, 宜 soft, 可 advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleSeverity {
    /// 可: permitted; shown.
    Advisory,
    /// 宜 / 不宜: preferred, deviation allowed with reason.
    Soft,
    /// 应 / 不应 / 必须 / 严禁: a constraint.
    Hard,
}

impl RuleSeverity {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            RuleSeverity::Hard => "hard",
            RuleSeverity::Soft => "soft",
            RuleSeverity::Advisory => "advisory",
        }
    }

    /// The negation in the wording of Chinese standards: 不应 for a hard rule, 不宜 for the others.
    pub(crate) fn should_not(self) -> &'static str {
        if self == RuleSeverity::Hard { "不应" } else { "不宜" }
    }
}

/// Which subjects a rule speaks of; an absent list selects all.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Selector {
    /// Roles of built-up areas: seat, core, town, cluster.
    #[schemars(extend("items" = words(ROLES)))]
    pub role: Vec<String>,
    /// Tiers of towns: national_key, developed, other.
    #[schemars(extend("items" = words(TIERS)))]
    pub tier: Vec<String>,
    /// District codes.
    pub district: Vec<String>,
    /// District codes left out.
    pub except_district: Vec<String>,
    /// Class ids.
    pub class: Vec<String>,
    /// Zones of built-up areas.
    #[schemars(extend("items" = words(ZONES)))]
    pub zone: Vec<String>,
}

/// The word of a role.
pub(crate) fn role_word(role: BuiltUpRole) -> &'static str {
    match role {
        BuiltUpRole::Seat => "seat",
        BuiltUpRole::Core => "core",
        BuiltUpRole::Town => "town",
        BuiltUpRole::Cluster => "cluster",
    }
}

/// The word of a tier.
pub(crate) fn tier_word(tier: TownTier) -> &'static str {
    match tier {
        TownTier::NationalKey => "national_key",
        TownTier::Developed => "developed",
        TownTier::Other => "other",
    }
}

/// The word of a zone.
pub(crate) fn zone_word(zone: Zone) -> &'static str {
    match zone {
        Zone::CommercialDense => "commercial_dense",
        Zone::LowFireResistance => "low_fire_resistance",
        Zone::OldTown => "old_town",
        Zone::Historic => "historic",
        Zone::RiskAssessed => "risk_assessed",
        Zone::Suburban => "suburban",
    }
}

/// A schema of these words.
fn words(known: &[&str]) -> serde_json::Value {
    serde_json::json!({ "type": "string", "enum": known })
}

const ROLES: &[&str] = &["seat", "core", "town", "cluster"];
const TIERS: &[&str] = &["national_key", "developed", "other"];
const ZONES: &[&str] =
    &["commercial_dense", "low_fire_resistance", "old_town", "historic", "risk_assessed", "suburban"];

impl Selector {
    /// Whether a built-up area of this role, in a district of this code, is meant.
    pub fn takes_built_up(&self, role: BuiltUpRole, district: Option<&str>, zones: &[Zone]) -> bool {
        (self.role.is_empty() || self.role.iter().any(|r| r == role_word(role)))
            && (self.zone.is_empty() || zones.iter().any(|z| self.zone.iter().any(|w| w == zone_word(*z))))
            && self.takes_district(district)
    }

    /// Whether a town of this tier is meant.
    pub fn takes_town(&self, tier: TownTier, district: Option<&str>) -> bool {
        (self.tier.is_empty() || self.tier.iter().any(|t| t == tier_word(tier))) && self.takes_district(district)
    }

    /// Whether a station of this class is meant.
    pub fn takes_class(&self, class: &str) -> bool {
        self.class.is_empty() || self.class.iter().any(|c| c == class)
    }

    /// Whether a district of this code is meant.
    pub fn takes_district(&self, district: Option<&str>) -> bool {
        let named = |list: &[String]| district.is_some_and(|d| list.iter().any(|c| c == d));
        (self.district.is_empty() || named(&self.district)) && !named(&self.except_district)
    }

    /// The first word that is no role, tier or zone, with what there is.
    pub(crate) fn fault(&self) -> Option<String> {
        for (words, known, what) in
            [(&self.role, ROLES, "role"), (&self.tier, TIERS, "tier"), (&self.zone, ZONES, "zone")]
        {
            if let Some(word) = words.iter().find(|w| !known.contains(&w.as_str())) {
                let nearest = crate::faults::nearest(word, known);
                return Some(format!("\"{word}\" is no {what}; there are {}{nearest}", known.join(", ")));
            }
        }
        None
    }
}

/// A rule, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable id within its pack: `one_one_n`, `key_town`, …
    pub id: String,
    /// The pack it comes from, or `study`.
    pub pack: String,
    /// English title.
    pub title: String,
    /// Chinese title.
    pub title_zh: String,
    /// How binding.
    pub severity: RuleSeverity,
    /// Whom it speaks of.
    pub applies: Selector,
    /// What it measures, with its parameters.
    pub kind: Kind,
    /// The parameters as written, so that a study can replace single ones.
    pub parameters: toml::Table,
    /// Where it comes from.
    pub source: Source,
    /// Marks of single parameters that differ from the source's mark.
    pub marks: BTreeMap<String, Confidence>,
    /// Parameters that the study replaced.
    pub overridden: Vec<String>,
    /// In force from.
    pub since: Option<Date>,
    /// In force until.
    pub until: Option<Date>,
}

impl Rule {
    /// Whether it is in force on a date; without a date, always.
    pub fn in_force(&self, date: Option<Date>) -> bool {
        date.is_none_or(|d| self.since.is_none_or(|s| s <= d) && self.until.is_none_or(|u| d <= u))
    }

    /// The mark of a parameter: its own, else the source's. What firesite or the study supplied is a proposal.
    pub fn mark(&self, parameter: &str) -> Confidence {
        match self.marks.get(parameter) {
            Some(mark) => *mark,
            None if self.overridden.iter().any(|p| p == parameter) => Confidence::Proposal,
            None if !self.parameters.contains_key(parameter) => Confidence::Proposal,
            None => self.source.confidence,
        }
    }

    /// Every figure among its parameters with its mark, defaults included: `limit_s = 300`, …
    pub fn figures(&self) -> Vec<(String, Confidence)> {
        let figure = |value: &toml::Value| !matches!(value, toml::Value::String(_) | toml::Value::Boolean(_));
        let stated = self.parameters.iter().filter(|(key, value)| figure(value) || self.marks.contains_key(*key));
        let mut found: Vec<(String, Confidence)> = stated
            .map(|(key, value)| {
                let whose = if self.overridden.contains(key) { " (set by the study)" } else { "" };
                (format!("{key} = {}{whose}", short(value)), self.mark(key))
            })
            .collect();
        let defaults = self.kind.defaults().into_iter().filter(|(key, _)| !self.parameters.contains_key(*key));
        found.extend(defaults.map(|(key, value)| (format!("{key} = {value}"), self.mark(key))));
        found
    }

    /// From when to when it is in force, in words; `None` when always.
    pub fn validity(&self) -> Option<(String, String)> {
        match (self.since, self.until) {
            (None, None) => None,
            (Some(since), None) => Some((format!("in force since {since}"), format!("自{since}起施行"))),
            (None, Some(until)) => Some((format!("in force until {until}"), format!("施行至{until}"))),
            (Some(since), Some(until)) => {
                Some((format!("in force from {since} to {until}"), format!("自{since}至{until}施行")))
            }
        }
    }
}

/// A value on one line.
fn short(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(x) => crate::text::plain(*x),
        toml::Value::Array(items) => format!("[{}]", items.iter().map(short).collect::<Vec<_>>().join(", ")),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| format!("{key} {}", short(value))).collect::<Vec<_>>().join(" ")
        }
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
