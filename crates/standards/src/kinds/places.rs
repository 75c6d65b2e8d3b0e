//! The places whose demand a rule speaks of: built-up areas, districts, or the whole study.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Facts, Judgement, Met, Proof, Rule, SubjectKind};

/// Whose demand is judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each built-up area that the selector takes.
    BuiltUp,
    /// Each town that the selector takes.
    Town,
    /// Each district that the selector takes.
    District,
    /// The whole study.
    Plan,
}

/// One place with its demand.
pub(crate) struct PlaceOf {
    pub(crate) subject: String,
    pub(crate) kind: SubjectKind,
    pub(crate) district: Option<usize>,
    /// Positions in [`Facts::demand`].
    pub(crate) demand: Vec<usize>,
    /// The place itself, for the map.
    pub(crate) proof: Proof,
}

/// The places that a rule speaks of. Without `per`: each built-up area; in a study without any, the whole study, unless the
/// rule names roles or zones.
pub(crate) fn places(rule: &Rule, facts: &Facts, per: Option<Per>) -> Result<Vec<PlaceOf>, Box<Judgement>> {
    let selects = !rule.applies.role.is_empty() || !rule.applies.zone.is_empty();
    let per = match per {
        Some(per) => per,
        None if !facts.built_up.is_empty() => Per::BuiltUp,
        None if selects => {
            let why = Met::unknown("the study has no layer [built_up]", "本研究没有[built_up]图层");
            return Err(Box::new(Judgement::unknown(rule, SubjectKind::Plan, "plan", None, why)));
        }
        None => Per::Plan,
    };
    let group = |count: usize, of: &dyn Fn(usize) -> Option<usize>| {
        let mut groups = vec![Vec::new(); count];
        for at in 0..facts.demand.len() {
            if let Some(group) = of(at).and_then(|g| groups.get_mut(g)) {
                group.push(at);
            }
        }
        groups
    };
    Ok(match per {
        Per::BuiltUp => {
            let groups = group(facts.built_up.len(), &|at| facts.demand[at].built_up);
            let areas = facts.built_up.iter().enumerate().zip(groups);
            areas
                .filter(|((_, a), _)| rule.applies.takes_built_up(a.role, facts.district_code(a.district), &a.zones))
                .map(|((at, area), demand)| PlaceOf {
                    subject: area.name.clone(),
                    kind: SubjectKind::BuiltUp,
                    district: area.district,
                    demand,
                    proof: Proof::BuiltUp(at),
                })
                .collect()
        }
        Per::Town => {
            let groups = group(facts.built_up.len(), &|at| facts.demand[at].built_up);
            let towns = facts.towns.iter().enumerate();
            towns
                .filter(|(_, t)| rule.applies.takes_town(t.tier, facts.district_code(t.district)))
                .map(|(at, town)| PlaceOf {
                    subject: town.name.clone(),
                    kind: SubjectKind::Town,
                    district: town.district,
                    demand: town.outline.and_then(|o| groups.get(o)).cloned().unwrap_or_default(),
                    proof: Proof::Town(at),
                })
                .collect()
        }
        Per::District => {
            let groups = group(facts.districts.len(), &|at| facts.demand[at].district);
            let districts = facts.districts.iter().enumerate().zip(groups);
            districts
                .filter(|((_, d), _)| rule.applies.takes_district(Some(&d.code)))
                .map(|((at, district), demand)| PlaceOf {
                    subject: district.name.clone(),
                    kind: SubjectKind::District,
                    district: Some(at),
                    demand,
                    proof: Proof::District(at),
                })
                .collect()
        }
        Per::Plan => {
            let takes = |at: &usize| rule.applies.takes_district(facts.district_code(facts.demand[*at].district));
            vec![PlaceOf {
                subject: "plan".to_owned(),
                kind: SubjectKind::Plan,
                district: None,
                demand: (0..facts.demand.len()).filter(takes).collect(),
                proof: Proof::None,
            }]
        }
    })
}

/// Words of the places a rule speaks of.
pub(crate) fn words(rule: &Rule, per: Option<Per>) -> (String, String) {
    match per {
        Some(Per::District) => ("district of the rule's selector".to_owned(), "该条规定所指的县区".to_owned()),
        Some(Per::Town) => towns(rule),
        Some(Per::Plan) => ("demand".to_owned(), "需求点".to_owned()),
        Some(Per::BuiltUp) | None => built_up(rule),
    }
}

/// Words of the built-up areas a rule speaks of.
pub(crate) fn built_up(rule: &Rule) -> (String, String) {
    let mut en = "built-up area".to_owned();
    let mut zh = "建成区".to_owned();
    for (what, zh_what, list) in [("role", "角色", &rule.applies.role), ("zone", "分区", &rule.applies.zone)] {
        if !list.is_empty() {
            en.push_str(&format!(" of {what} {}", list.join(", ")));
            zh.push_str(&format!("（{zh_what}{}）", list.join("、")));
        }
    }
    (en, zh)
}

/// Words of the towns a rule speaks of.
pub(crate) fn towns(rule: &Rule) -> (String, String) {
    if rule.applies.tier.is_empty() {
        ("town".to_owned(), "乡镇".to_owned())
    } else {
        let tiers = rule.applies.tier.join(", ");
        (format!("town of tier {tiers}"), format!("乡镇（{tiers}）"))
    }
}

/// Weights and what of them is within, as shares of the demand of one place.
pub(crate) struct Share {
    /// Within for certain, over all.
    pub(crate) least: f64,
    /// Within perhaps, over all.
    pub(crate) most: f64,
    /// Positions of what is beyond for certain.
    pub(crate) beyond: Vec<usize>,
}

/// The share of the demand that `within` holds for; `None` from it: cannot be said. `None` without demand.
pub(crate) fn share(facts: &Facts, demand: &[usize], within: impl Fn(usize) -> Option<bool>) -> Option<Share> {
    let (mut all, mut least, mut most) = (0.0, 0.0, 0.0);
    let mut beyond = Vec::new();
    for &at in demand {
        let weight = facts.demand[at].weight.0;
        all += weight;
        match within(at) {
            Some(true) => {
                least += weight;
                most += weight;
            }
            None => most += weight,
            Some(false) => beyond.push(at),
        }
    }
    (all > 0.0).then(|| Share { least: least / all, most: most / all, beyond })
}

/// Shares are sums of thousandths: the last bits do not decide.
pub(crate) const TINY: f64 = 1e-9;

/// Whether a share is enough; unknown where what cannot be said decides.
pub(crate) fn enough(share: Option<&Share>, wanted: f64, open: impl Fn() -> Met) -> Met {
    match share {
        None => Met::unknown("no demand lies there", "该处没有需求点"),
        Some(s) if s.least >= wanted - TINY => Met::Yes,
        Some(s) if s.most < wanted - TINY => Met::No,
        Some(_) => open(),
    }
}
