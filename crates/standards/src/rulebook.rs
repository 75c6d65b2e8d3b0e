//! The rules of one study: packs, single parameters overridden, rules added.

use std::collections::BTreeSet;

use firesite_model::{Finding, Place, TravelTime};

use crate::contradictions::contradictions;
use crate::faults::{Fault, nearest};
use crate::kinds::Kind;
use crate::pack::read_rule;
use crate::{BudgetStep, ClassTable, Confidence, Error, Pack, Rule, RuleSeverity, codes};

/// `[[rules.override]]`: other parameters, or another severity, for a rule of a pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    /// Id of the rule.
    pub id: String,
    /// Parameters to replace.
    pub parameters: toml::Table,
    /// Severity word to replace.
    pub severity: Option<String>,
}

/// All rules and classes of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleBook {
    /// Classes of the packs.
    pub classes: ClassTable,
    /// The time budget of the first pack that has one.
    pub budget: Vec<BudgetStep>,
    /// Rules in pack order, then the added ones.
    pub rules: Vec<Rule>,
}

impl RuleBook {
    /// Rules of the packaged packs named, overridden and added to. `file` is the study file, for messages.
    ///
    /// Without any pack that defines classes, those of `cn-jb152-2017` are known.
    pub fn new(packs: &[String], overrides: &[Override], added: &[toml::Table], file: &str) -> Result<Self, Error> {
        let mut findings = Vec::new();
        let mut read = Vec::new();
        for id in packs {
            match Pack::packaged(id) {
                Ok(pack) => read.push(pack),
                Err(Error::Input(faults)) => findings.extend(faults.into_iter().map(|mut f| {
                    f.place.file.get_or_insert_with(|| file.to_owned());
                    f
                })),
            }
        }
        match Self::of_packs(read, overrides, added, file) {
            Ok(book) if findings.is_empty() => Ok(book),
            Ok(_) => Err(Error::Input(findings)),
            Err(Error::Input(more)) => {
                // Faults of overrides follow from packs that are not there.
                if findings.is_empty() {
                    findings = more;
                }
                Err(Error::Input(findings))
            }
        }
    }

    /// Rules of these packs, in order, overridden and added to. `file` is the study file, for messages.
    pub fn of_packs(read: Vec<Pack>, overrides: &[Override], added: &[toml::Table], file: &str) -> Result<Self, Error> {
        let mut findings = Vec::new();
        let classes = if read.iter().any(|p| !p.classes.is_empty()) {
            ClassTable::from_packs(&read)
        } else {
            ClassTable::from_packs([&Pack::packaged("cn-jb152-2017")?])
        };
        let budget = read.iter().map(|p| &p.budget).find(|b| !b.is_empty()).cloned().unwrap_or_default();
        let mut rules: Vec<Rule> = Vec::new();
        for rule in read.into_iter().flat_map(|pack| pack.rules) {
            match rules.iter().find(|r| r.id == rule.id) {
                Some(known) => findings.push(Finding::fatal(
                    codes::ID_TWICE,
                    Place::file(file).layer("rules").feature(format!("rule {}", rule.id)),
                    format!("the packs {} and {} both have a rule of this id", known.pack, rule.pack),
                    "name each pack once, and give the rules of your own packs other ids",
                )),
                None => rules.push(rule),
            }
        }
        for change in overrides {
            let place = Place::file(file).layer("rules").feature(format!("override {}", change.id));
            match rules.iter().position(|r| r.id == change.id) {
                None => {
                    let known: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
                    let near = nearest(&change.id, &known);
                    let remedy = if near.is_empty() {
                        format!("the rules are {}", known.join(", "))
                    } else {
                        format!("write the id of a rule{near}")
                    };
                    let message = format!("no pack of this study has a rule \"{}\"", change.id);
                    findings.push(Finding::fatal(codes::OVERRIDE_UNKNOWN, place, message, remedy));
                }
                Some(rule) => {
                    if let Err(fault) = apply(&mut rules[rule], change) {
                        let code = if fault.unknown { codes::KEY_UNKNOWN } else { codes::PARAMETER };
                        let place = place.property(fault.key.unwrap_or_else(|| "parameters".to_owned()));
                        findings.push(Finding::fatal(code, place, fault.message, fault.remedy));
                    }
                }
            }
        }
        for table in added {
            match read_rule(table.clone(), "study", file, None) {
                Ok(rule) if rules.iter().any(|r| r.id == rule.id) => findings.push(Finding::fatal(
                    codes::ID_TWICE,
                    Place::file(file).layer("rules").feature(format!("rule {}", rule.id)),
                    "a pack of this study has a rule of this id",
                    "give it another id, or use [[rules.override]]",
                )),
                Ok(rule) => rules.push(rule),
                Err(finding) => findings.push(*finding),
            }
        }
        if findings.is_empty() {
            findings = contradictions(&rules, file);
        }
        if findings.is_empty() { Ok(Self { classes, budget, rules }) } else { Err(Error::Input(findings)) }
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
    }

    /// The sets of classes whose distance by road the rules ask about; plan computes [`Facts::road`](crate::Facts::road) for
    /// each.
    pub fn road_distances(&self) -> BTreeSet<Vec<String>> {
        let asked = self.rules.iter().filter_map(|r| match &r.kind {
            Kind::Distance(kind) => Some(kind.classes()),
            _ => None,
        });
        asked.collect()
    }

    /// Call answering and dispatch as the packs budget it.
    pub fn call_handling(&self) -> Option<TravelTime> {
        let step = self.budget.iter().find(|step| step.step == "call_handling")?;
        TravelTime::from_seconds_f64(step.seconds)
    }

    /// The largest travel time between sites that an adjacency rule asks about; plan computes `near` up to it.
    pub fn adjacency_limit(&self) -> Option<TravelTime> {
        let limits = self.rules.iter().filter_map(|r| match &r.kind {
            Kind::Adjacency(kind) => Some(kind.limit()),
            _ => None,
        });
        limits.max()
    }
}

/// Single parameters replaced; the kind is read again, so that every check runs again.
fn apply(rule: &mut Rule, change: &Override) -> Result<(), Fault> {
    let mut parameters = rule.parameters.clone();
    parameters.extend(change.parameters.clone());
    rule.kind = Kind::read(rule.kind.word(), parameters.clone())?;
    for key in change.parameters.keys() {
        // The document's mark is not the study's: its own figure is a proposal.
        rule.marks.insert(key.clone(), Confidence::Proposal);
        if !rule.overridden.contains(key) {
            rule.overridden.push(key.clone());
        }
    }
    rule.parameters = parameters;
    if let Some(word) = &change.severity {
        rule.severity = match word.as_str() {
            "hard" => RuleSeverity::Hard,
            "soft" => RuleSeverity::Soft,
            "advisory" => RuleSeverity::Advisory,
            other => {
                let known = ["hard", "soft", "advisory"];
                let message = format!("severity is \"{other}\"");
                return Err(Fault::new(
                    "severity",
                    message,
                    format!("write one of {}{}", known.join(", "), nearest(other, &known)),
                ));
            }
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, parameters: &str) -> Override {
        Override { id: id.to_owned(), parameters: parameters.parse().unwrap(), severity: None }
    }

    fn book(overrides: &[Override]) -> Result<RuleBook, Error> {
        RuleBook::new(&["cn-jb152-2017".to_owned(), "cn-nanyang-145".to_owned()], overrides, &[], "study.toml")
    }

    #[test]
    fn a_single_parameter_is_replaced_and_checked() {
        let strict = book(&[change("one_one_n", "strict_class = true")]).unwrap();
        assert!(matches!(&strict.get("one_one_n").unwrap().kind, Kind::Slots(slots) if slots.strict_class));
        let fault = book(&[change("one_one_n", "strict_klass = true")]).unwrap_err().to_string();
        assert!(fault.contains("strict_klass") && fault.contains("one_one_n"), "{fault}");
        let fault = book(&[change("one_one_m", "")]).unwrap_err().to_string();
        assert!(fault.contains("nearest: one_one_n"), "{fault}");
    }

    #[test]
    fn an_unknown_pack_names_the_nearest() {
        let fault = RuleBook::new(&["cn-jb152".to_owned()], &[], &[], "study.toml").unwrap_err().to_string();
        assert!(fault.contains("study.toml") && fault.contains("nearest: cn-jb152-2017"), "{fault}");
    }
}
