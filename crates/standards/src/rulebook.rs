//! The rules of one study: packs, single parameters overridden, rules added.

use firesite_model::{Finding, Place, TravelTime};

use crate::kinds::Kind;
use crate::pack::read_rule;
use crate::{ClassTable, Error, Pack, Rule, RuleSeverity, codes};

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
    /// Rules in pack order, then the added ones.
    pub rules: Vec<Rule>,
}

impl RuleBook {
    /// Rules of the packs named, overridden and added to. `file` is the study file, for messages.
    ///
    /// Without any pack the classes of `cn-jb152-2017` are known and there are no rules.
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
        let classes = if read.iter().any(|p| !p.classes.is_empty()) {
            ClassTable::from_packs(&read)
        } else {
            ClassTable::from_packs([&Pack::packaged("cn-jb152-2017")?])
        };
        let mut rules: Vec<Rule> = read.into_iter().flat_map(|pack| pack.rules).collect();
        for change in overrides {
            let place = Place::file(file).layer("rules").feature(format!("override {}", change.id));
            match rules.iter().position(|r| r.id == change.id) {
                None => findings.push(Finding::fatal(
                    codes::OVERRIDE_UNKNOWN,
                    place,
                    format!("no pack of this study has a rule \"{}\"", change.id),
                    format!("nearest: {}", nearest(&rules, &change.id)),
                )),
                Some(rule) => {
                    if let Err(fault) = apply(&mut rules[rule], change) {
                        findings.push(Finding::fatal(codes::PARAMETER, place.property("parameters"), fault, ""));
                    }
                }
            }
        }
        for table in added {
            match read_rule(table.clone(), "study", file) {
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
        if findings.is_empty() { Ok(Self { classes, rules }) } else { Err(Error::Input(findings)) }
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
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

/// The id closest to what was written.
fn nearest<'a>(rules: &'a [Rule], id: &str) -> &'a str {
    let closest =
        rules.iter().max_by(|a, b| strsim::jaro_winkler(&a.id, id).total_cmp(&strsim::jaro_winkler(&b.id, id)));
    closest.map_or("", |r| &r.id)
}

/// Single parameters replaced; the kind is read again, so that every check runs again.
fn apply(rule: &mut Rule, change: &Override) -> Result<(), String> {
    let mut parameters = rule.parameters.clone();
    parameters.extend(change.parameters.clone());
    rule.kind = Kind::read(rule.kind.word(), parameters.clone())?;
    rule.parameters = parameters;
    if let Some(word) = &change.severity {
        rule.severity = match word.as_str() {
            "hard" => RuleSeverity::Hard,
            "soft" => RuleSeverity::Soft,
            "advisory" => RuleSeverity::Advisory,
            other => return Err(format!("\"{other}\" is no severity; there are hard, soft, advisory")),
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
