//! Scenarios against rules, districts and towns.

use firesite_model::{Finding, Place, Severity};
use firesite_standards::Pack;

use crate::codes;
use crate::input::Loaded;
use crate::study_file::{Count, SoftRules, StudyFile, nearest_of};

/// F0107: a scenario, `[solve] soft_rules` or the candidate generator names a rule that no pack of the study has. A rule of a
/// packaged pack that the study does not use binds nobody: so a study can be judged under other packs by changing that line
/// alone.
pub(super) fn f0107_rule_unknown(file: &StudyFile, loaded: &Loaded, study: &str, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = loaded.layers.rules.rules.iter().map(|r| r.id.as_str()).collect();
    let mut named: Vec<(Place, Vec<&String>)> = file
        .scenarios
        .iter()
        .map(|s| {
            let place = Place::file(study).feature(format!("scenario {}", s.name)).property("rules");
            (place, s.rules.iter().flatten().collect())
        })
        .collect();
    if let SoftRules::Penalties(table) = &file.solve.soft_rules {
        named.push((Place::file(study).layer("solve").property("soft_rules"), table.keys().collect()));
    }
    if let Some(rules) = file.candidates.as_ref().and_then(|c| c.generate.as_ref()).and_then(|g| g.site_rules.as_ref())
    {
        named.push((Place::file(study).layer("candidates").property("site_rules"), rules.iter().collect()));
    }
    for (place, rules) in named {
        for rule in rules.into_iter().filter(|r| !known.contains(&r.as_str())) {
            if let Some(pack) = pack_of(rule) {
                findings.push(Finding::new(
                    codes::REFERENCE,
                    Severity::Warning,
                    place.clone(),
                    format!(
                        "the rule \"{rule}\" is of the pack {pack}, which this study does not use: it binds nobody"
                    ),
                    format!("add {pack} to [rules] packs, or leave the rule out"),
                ));
                continue;
            }
            findings.push(Finding::fatal(
                codes::REFERENCE,
                place.clone(),
                format!("there is no rule \"{rule}\" in the packs of this study"),
                if known.is_empty() {
                    "name packs in [rules]".to_string()
                } else {
                    format!("write some of {}{}", known.join(", "), nearest_of(rule, known.iter().copied()))
                },
            ));
        }
    }
}

/// The packaged pack that has this rule.
fn pack_of(rule: &str) -> Option<&'static str> {
    Pack::packaged_ids().find(|id| Pack::packaged(id).is_ok_and(|pack| pack.rules.iter().any(|r| r.id == rule)))
}

/// F0112: a scenario counts in a place that is neither a district nor a town.
pub(super) fn f0112_count_place(file: &StudyFile, loaded: &Loaded, study: &str, findings: &mut Vec<Finding>) {
    let layers = &loaded.layers;
    let known: Vec<&str> = layers
        .districts
        .iter()
        .flat_map(|d| [d.code.as_str(), d.name.as_str()])
        .chain(layers.towns.iter().flat_map(|t| [t.code.as_str(), t.name.as_str()]))
        .collect();
    for scenario in &file.scenarios {
        for (key, count) in [("new", &scenario.counts.new), ("upgraded", &scenario.counts.upgraded)] {
            let Some(Count::By(table)) = count else { continue };
            for place in table.keys().filter(|p| !known.contains(&p.as_str())) {
                findings.push(Finding::fatal(
                    codes::COUNT_PLACE,
                    Place::file(study).feature(format!("scenario {}", scenario.name)).property(key),
                    format!("\"{place}\" is neither a district nor a town"),
                    format!("write the code or name of one{}", nearest_of(place, known.iter().copied())),
                ));
            }
        }
    }
}
