//! Rules that cannot hold together whatever is built: counts of the same places that ask for more than they allow.

use firesite_model::{Finding, Place};

use crate::kinds::Kind;
use crate::{Rule, Selector, codes};

/// One finding for each pair of count rules with one selector, in force at the same time, whose least exceeds the other's
/// most. Overlaps of different selectors are left to the search, which names the districts in which they clash.
pub(crate) fn contradictions(rules: &[Rule], file: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules {
        for other in rules {
            let (Kind::Count(least), Kind::Count(most)) = (&rule.kind, &other.kind) else { continue };
            if rule.id == other.id || !same_places(&rule.applies, &other.applies) || !overlap(rule, other) {
                continue;
            }
            if let Some((at_least, at_most)) = least.contradicts(&rule.applies.class, most, &other.applies.class) {
                found.push(Finding::fatal(
                    codes::CONTRADICTION,
                    Place::file(file).feature(format!("rule {}", rule.id)).property("at_least"),
                    format!(
                        "contradictory counts on the same selector: {} wants at least {at_least}, {} at most {at_most}",
                        rule.id, other.id
                    ),
                    format!("change at_least of {} or at_most of {}, or leave one of the rules out", rule.id, other.id),
                ));
            }
        }
    }
    found
}

/// Whether two selectors take the same places; classes are compared apart.
fn same_places(a: &Selector, b: &Selector) -> bool {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list.dedup();
        list
    };
    [
        (&a.role, &b.role),
        (&a.tier, &b.tier),
        (&a.district, &b.district),
        (&a.except_district, &b.except_district),
        (&a.zone, &b.zone),
    ]
    .into_iter()
    .all(|(a, b)| sorted(a) == sorted(b))
}

/// Whether there is a day on which both are in force.
fn overlap(a: &Rule, b: &Rule) -> bool {
    let before = |until: Option<firesite_model::Date>, since: Option<firesite_model::Date>| {
        until.zip(since).is_some_and(|(until, since)| until < since)
    };
    !before(a.until, b.since) && !before(b.until, a.since)
}
