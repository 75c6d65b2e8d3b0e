//! Keep, upgrade, relocate or build new: each town that a rule asks a station for, and each station too old, with what every
//! choice costs and covers when all else of the plan stays as it is; and the towns that no station reaches in time.
//!
//! The plan itself decides between keeping, upgrading and building new. Moving a station means closing one that stands, which
//! the plan never does by itself: it is compared here, at the best candidate of the same built-up area.

use std::collections::BTreeSet;

use firesite_model::TravelTime;
use firesite_network::{Origin, Snapped};
use firesite_standards::kinds::Kind;
use firesite_standards::{self as standards, Choice, Met, Open, Rule};

use crate::areas::stands_for;
use crate::plan_json::{ChoiceLine, RenewalLine, TownLine, rounded};
use crate::problem::{Act, ReachTable};
use crate::scenario::{Decided, OpenStation, located};
use crate::sites::{Sites, Who};
use crate::study::Base;

/// Where the towns lie on the network.
pub(crate) struct TownPlaces(Vec<Option<Snapped>>);

impl TownPlaces {
    /// A point inside each town, tied to the roads.
    pub(crate) fn new(base: &Base) -> Self {
        let towns = &base.checked.loaded.layers.towns;
        let place = |t: &firesite_model::Town| base.snapper.snap(stands_for(&t.geometry)?).ok();
        Self(towns.iter().map(place).collect())
    }

    /// Response time of the first due station of each town.
    fn first_due(&self, base: &Base, sites: &Sites, open: &[OpenStation]) -> Vec<Option<(TravelTime, usize)>> {
        let stations = located(base, sites, open);
        let (origins, of): (Vec<Origin<'_>>, Vec<usize>) = stations
            .iter()
            .enumerate()
            .filter_map(|(at, s)| Some((Origin { place: s.place.as_ref()?, offset: s.offset }, at)))
            .unzip();
        if origins.is_empty() {
            return vec![None; self.0.len()];
        }
        let due = base.times.due_order(&origins, 1, &self.0, None);
        due.into_iter().map(|d| d.first().map(|(origin, time)| (*time, of[*origin]))).collect()
    }
}

/// The plan with one choice changed.
struct Trial<'a> {
    base: &'a Base,
    sites: &'a Sites,
    reach: &'a ReachTable,
    /// Open spots of the plan.
    open: Vec<bool>,
}

/// Covered weight (thousandths) and weighted time (weight × ms).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Served {
    covered: u64,
    time: u128,
}

impl Trial<'_> {
    /// Linear in the entries read: each row stops at its first open spot.
    fn served(&self, closed: Option<usize>, opened: Option<usize>) -> Served {
        let (limit, worst) = (self.base.settings.limit.as_millis(), self.base.settings.worst.as_millis());
        let is_open = |spot: usize| Some(spot) == opened || (self.open[spot] && Some(spot) != closed);
        let mut served = Served { covered: 0, time: 0 };
        for (at, demand) in self.sites.demand.iter().enumerate() {
            let first = self.reach.row(at).iter().find(|(_, spot)| is_open(*spot as usize)).map(|(time, _)| *time);
            if first.is_some_and(|t| t <= limit) {
                served.covered += demand.weight;
            }
            served.time += u128::from(demand.weight) * u128::from(first.unwrap_or(worst).min(worst));
        }
        served
    }

    /// The best candidate of an area for a class: most covered, then fastest, then the smaller id.
    fn best(&self, area: usize, class: &str, closed: Option<usize>) -> Option<(usize, Served)> {
        let facts = &self.sites.facts;
        (0..self.sites.spots.len())
            .filter(|s| matches!(self.sites.spots[*s].who, Who::Candidate(_)))
            .filter(|s| facts.sites[*s].home == Some(area) && facts.sites[*s].classes.iter().any(|c| c == class))
            .filter(|s| !self.open[*s])
            .map(|s| (s, self.served(closed, Some(s))))
            .min_by(|a, b| b.1.covered.cmp(&a.1.covered).then(a.1.time.cmp(&b.1.time)).then(a.0.cmp(&b.0)))
    }

    fn line(
        &self,
        option: &str,
        class: &str,
        site: &str,
        cost: Option<f64>,
        meets: bool,
        served: Served,
        kept: Served,
    ) -> ChoiceLine {
        let seconds = (served.time as f64 - kept.time as f64) / 1e6;
        ChoiceLine {
            option: option.into(),
            class: class.into(),
            class_zh: self.sites.facts.classes.get(class).map(|c| c.zh.clone()),
            site: site.into(),
            cost,
            meets,
            demand_covered: served.covered as f64 / 1000.0,
            covers_more: (served.covered as f64 - kept.covered as f64) / 1000.0,
            time_change: rounded(seconds, 3),
            chosen: false,
        }
    }

    fn cost_of(&self, spot: usize, class: &str) -> f64 {
        let own = match self.sites.spots[spot].who {
            Who::Candidate(at) => self.sites.candidates.items.get(at).and_then(|c| c.cost),
            _ => None,
        };
        own.unwrap_or_else(|| self.sites.facts.classes.get(class).map_or(1.0, |c| c.cost_units))
    }
}

/// The class that a town needs under a rule, by its built-up area.
fn required<'a>(rule: &'a Rule, town: &standards::TownFacts, district: Option<&str>) -> Option<&'a str> {
    let Kind::TownStation(kind) = &rule.kind else { return None };
    if !rule.applies.takes_town(town.tier, district) {
        return None;
    }
    let size = town.built_up.map_or(0.0, firesite_model::SquareMetres::as_km2);
    let step = kind.class_by_area.iter().find(|step| step.up_to_km2.is_none_or(|most| size <= most));
    step.or(kind.class_by_area.last()).map(|step| step.class.as_str())
}

fn tier_word(tier: firesite_model::TownTier) -> &'static str {
    match tier {
        firesite_model::TownTier::NationalKey => "national_key",
        firesite_model::TownTier::Developed => "developed",
        firesite_model::TownTier::Other => "other",
    }
}

/// Every town in a scenario: who reaches it, what a rule asks of it, and what is decided; with the comparison of all choices
/// where `compare` says so.
pub(crate) fn towns(
    base: &Base,
    sites: &Sites,
    reach: &ReachTable,
    places: &TownPlaces,
    decided: &Decided,
    stands: &[OpenStation],
    compare: bool,
) -> Vec<TownLine> {
    let facts = &sites.facts;
    let rules = &base.checked.loaded.layers.rules.rules;
    let limit = base.settings.limit;
    let before = places.first_due(base, sites, stands);
    let after = places.first_due(base, sites, &decided.after);
    let id = |open: &[OpenStation], at: usize| open.get(at).map(|o| facts.sites[o.spot].id.clone());
    let trial = Trial { base, sites, reach, open: mask(sites, &decided.after) };
    facts
        .towns
        .iter()
        .enumerate()
        .map(|(at, town)| {
            let district = town.district.and_then(|d| facts.districts.get(d));
            let code = district.map(|d| d.code.as_str());
            let asked = rules
                .iter()
                .filter(|r| r.in_force(base.checked.reference_date))
                .find_map(|r| required(r, town, code).map(|class| (r.id.clone(), class.to_string())));
            let home = |o: &&OpenStation| town.outline.is_some() && facts.sites[o.spot].home == town.outline;
            // The highest of what stands there; among equals the smaller id.
            let rank =
                |o: &OpenStation| facts.classes.get(&o.class).and_then(|c| c.rank).map_or(0, |r| u32::from(r) + 1);
            let team = stands.iter().filter(home).max_by(|a, b| rank(a).cmp(&rank(b)).then(b.spot.cmp(&a.spot)));
            let fills = |o: &&OpenStation| asked.as_ref().is_none_or(|(_, class)| facts.classes.fills(&o.class, class));
            let own: Vec<&OpenStation> = decided.after.iter().filter(home).collect();
            let built = own.iter().copied().find(|o| o.act == Act::New && fills(o));
            let raised = own.iter().copied().find(|o| matches!(o.act, Act::Upgrade(_)));
            let kept = own.iter().copied().find(|o| o.act == Act::Keep && fills(o));
            let (decision, station) = match (kept, raised, built) {
                (Some(kept), _, _) if asked.is_some() => ("keep", Some(kept)),
                (_, Some(raised), _) => ("upgrade", Some(raised)),
                (_, _, Some(built)) => ("build_new", Some(built)),
                _ if team.is_some() => ("keep", team),
                _ => ("none", None),
            };
            let told = |first: Option<(TravelTime, usize)>| first.map(|(t, _)| t.as_seconds());
            let outside = |first: Option<(TravelTime, usize)>| first.is_none_or(|(t, _)| t > limit);
            let options = match (&asked, town.outline) {
                (Some((_, class)), Some(area)) if compare => town_options(&trial, area, class, team, decision, station),
                _ => Vec::new(),
            };
            TownLine {
                code: town.code.clone(),
                name: town.name.clone(),
                district: district.map(|d| d.code.clone()),
                tier: tier_word(town.tier).into(),
                built_up_km2: town.built_up.map(|a| rounded(a.as_km2(), 6)),
                rule: asked.as_ref().map(|a| a.0.clone()),
                class_required: asked.as_ref().map(|a| a.1.clone()),
                class_before: team.map(|t| t.class.clone()),
                decision: decision.into(),
                station: station.map(|s| facts.sites[s.spot].id.clone()),
                class_after: station.map(|s| s.class.clone()),
                nearest_s_before: told(before[at]),
                nearest_s_after: told(after[at]),
                nearest_station_after: after[at].and_then(|(_, s)| id(&decided.after, s)),
                outside_before: outside(before[at]),
                outside_after: outside(after[at]),
                options,
            }
        })
        .collect()
}

fn mask(sites: &Sites, open: &[OpenStation]) -> Vec<bool> {
    let mut mask = vec![false; sites.spots.len()];
    for station in open {
        mask[station.spot] = true;
    }
    mask
}

/// Keep, upgrade, relocate, build new; without the town's own new station, so that all start from the same plan.
fn town_options(
    plan: &Trial<'_>,
    area: usize,
    class: &str,
    team: Option<&OpenStation>,
    decision: &str,
    station: Option<&OpenStation>,
) -> Vec<ChoiceLine> {
    let facts = &plan.sites.facts;
    let mut open = plan.open.clone();
    if let (Some(station), "build_new") = (station, decision) {
        open[station.spot] = false;
    }
    let trial = Trial { open, ..*plan };
    let standing = team.map(|t| t.spot);
    let kept = trial.served(None, None);
    let id = |spot: usize| facts.sites[spot].id.clone();
    let mut lines = Vec::new();
    if let Some(team) = team {
        let own = facts.sites[team.spot].standing.as_ref().map_or("", |s| s.class.as_str());
        let meets = facts.classes.fills(own, class);
        lines.push(trial.line("keep", own, &id(team.spot), Some(0.0), meets, kept, kept));
        let own = |u: &&crate::sites::Upgrade| match (decision, station) {
            ("upgrade", Some(station)) => u.class == station.class,
            _ => facts.classes.fills(&u.class, class),
        };
        let upgrades = trial.sites.spots[team.spot].upgrades.iter().filter(own);
        if let Some(upgrade) = upgrades.min_by(|a, b| a.cost.total_cmp(&b.cost)) {
            lines.push(trial.line("upgrade", &upgrade.class, &id(team.spot), Some(upgrade.cost), true, kept, kept));
        }
        if let Some((spot, served)) = trial.best(area, class, standing) {
            let cost = trial.cost_of(spot, class);
            lines.push(trial.line("relocate", class, &id(spot), Some(cost), true, served, kept));
        }
    } else {
        lines.push(trial.line("keep", "", "", Some(0.0), false, kept, kept));
    }
    if let Some((spot, served)) = trial.best(area, class, None) {
        let cost = trial.cost_of(spot, class);
        lines.push(trial.line("build_new", class, &id(spot), Some(cost), true, served, kept));
    }
    if let (Some(station), "build_new") = (station, decision) {
        // The plan's own place, which is the best of the whole plan, not of this town alone.
        let own = id(station.spot);
        match lines.iter_mut().find(|l| l.option == "build_new" && l.site == own && l.class == station.class) {
            Some(line) => line.chosen = true,
            None => {
                let served = trial.served(None, Some(station.spot));
                let cost = trial.cost_of(station.spot, &station.class);
                let mut line = trial.line("build_new", &station.class, &own, Some(cost), true, served, kept);
                line.chosen = true;
                lines.push(line);
            }
        }
    } else if let Some(line) = lines.iter_mut().find(|l| l.option == decision) {
        line.chosen = true;
    }
    lines
}

/// Stations that a rule finds too old: kept, renovated in place, or moved to the best candidate of their area.
pub(crate) fn renewals(
    base: &Base,
    sites: &Sites,
    reach: &ReachTable,
    decided: &Decided,
    stands: &[OpenStation],
) -> Vec<RenewalLine> {
    let facts = &sites.facts;
    let trial = Trial { base, sites, reach, open: mask(sites, &decided.after) };
    let choice = Choice {
        open: stands.iter().map(|o| Open { site: o.spot, class: o.class.clone() }).collect(),
        areas: Vec::new(),
    };
    let kept = trial.served(None, None);
    let mut lines = Vec::new();
    let rules = base.checked.loaded.layers.rules.rules.iter();
    for rule in rules.filter(|r| matches!(r.kind, Kind::Age(_)) && r.in_force(base.checked.reference_date)) {
        let old: BTreeSet<(String, u64)> = standards::judge(rule, facts, &choice, &choice)
            .into_iter()
            .filter(|j| j.met == Met::No)
            .map(|j| (j.subject, j.standing.map_or(0, |y| (y * 1000.0) as u64)))
            .collect();
        for station in stands {
            let site = &facts.sites[station.spot];
            let Some((_, years)) = old.iter().find(|(name, _)| *name == site.name) else { continue };
            let class = decided
                .after
                .iter()
                .find(|o| o.spot == station.spot)
                .map_or(station.class.as_str(), |o| o.class.as_str());
            let mut options = vec![trial.line("keep", class, &site.id, Some(0.0), false, kept, kept)];
            options[0].chosen = true;
            let renovation = facts.classes.get(class).and_then(|c| c.upgrade_cost_units);
            // Renovating quarters has no price but where a class states one for upgrades.
            options.push(trial.line("upgrade", class, &site.id, renovation, true, kept, kept));
            if let Some((spot, served)) = site.home.and_then(|home| trial.best(home, class, Some(station.spot))) {
                let cost = trial.cost_of(spot, class);
                options.push(trial.line("relocate", class, &facts.sites[spot].id, Some(cost), true, served, kept));
            }
            let moved = options.last().filter(|o| o.option == "relocate");
            let (sentence, sentence_zh) = match moved {
                Some(moved) if moved.covers_more > 0.0 => (
                    format!("Moved to {}, it would cover {:.0} more.", moved.site, moved.covers_more),
                    format!("迁至{}可多覆盖{:.0}。", moved.site, moved.covers_more),
                ),
                Some(moved) => (
                    format!(
                        "No candidate of its area covers more; the best, {}, covers {:.0} less.",
                        moved.site, -moved.covers_more
                    ),
                    format!("本建成区内没有覆盖更多的候选点；最好的{}少覆盖{:.0}。", moved.site, -moved.covers_more),
                ),
                None => (
                    "There is no candidate in its area to move to.".to_string(),
                    "本建成区内没有可供迁建的候选点。".to_string(),
                ),
            };
            lines.push(RenewalLine {
                id: site.id.clone(),
                name: site.name.clone(),
                district: site.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.clone()),
                rule: rule.id.clone(),
                years: *years as f64 / 1000.0,
                options,
                sentence,
                sentence_zh,
            });
        }
    }
    lines
}
