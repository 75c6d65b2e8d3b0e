//! Rules about a place itself, whatever else is built: distances from exits and hazardous sites, parcels.

use firesite_model::{Coord, Hazard};
use firesite_standards::kinds::Kind;
use firesite_standards::{self as standards, Choice, Facts, Met, Open, Rule};

use crate::areas::metres_and_bearing;

/// Whether a rule speaks of the place of a new station alone.
pub(crate) fn is_site_rule(rule: &Rule) -> bool {
    matches!(rule.kind, Kind::SiteBuffer(_) | Kind::Land(_))
}

/// Half of the sector behind a hazardous site that counts as downwind, degrees: beside the wind begins there.
const DOWNWIND_HALF: f64 = 45.0;

/// Whether a place lies downwind of a hazardous site within so many metres: the site then lies towards where the wind comes
/// from (`wind`, degrees from north clockwise).
pub(crate) fn downwind(place: Coord<f64>, hazards: &[Hazard], within: f64, wind: f64) -> bool {
    hazards.iter().filter_map(|h| metres_and_bearing(place, &h.geometry)).any(|(metres, bearing)| {
        let turn = (bearing - wind).rem_euclid(360.0);
        metres <= within && turn.min(360.0 - turn) < DOWNWIND_HALF
    })
}

/// Whether a new station of a class at a site breaks the rule; where data are missing it does not.
pub(crate) fn breaks(rule: &Rule, facts: &Facts, site: usize, class: &str) -> bool {
    let after = Choice { open: vec![Open { site, class: class.to_string() }], areas: Vec::new() };
    standards::judge(rule, facts, &Choice::default(), &after).iter().any(|j| j.met == Met::No)
}

/// Ids of the site rules that each site breaks with some class it may have, by position; a rule whose data are missing is
/// not broken.
pub(crate) fn broken_by_site(rules: &[&Rule], facts: &Facts) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new(); facts.sites.len()];
    let rules: Vec<&&Rule> = rules.iter().filter(|r| is_site_rule(r)).collect();
    if rules.is_empty() {
        return found;
    }
    for (site, broken) in found.iter_mut().enumerate().filter(|(s, _)| facts.sites[*s].standing.is_none()) {
        for rule in &rules {
            if facts.sites[site].classes.iter().any(|class| breaks(rule, facts, site, class)) {
                broken.push(rule.id.clone());
            }
        }
    }
    found
}
