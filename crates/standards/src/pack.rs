//! Rule packs: TOML files with classes and rules. Unknown keys are refused; every fault is named with pack, rule and key.

use firesite_model::{Date, Finding, Place};
use serde::Deserialize;

use crate::kinds::Kind;
use crate::{Error, Rule, RuleSeverity, Selector, Source, StationClass, codes};

/// A pack, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Id: `cn-jb152-2017`, …
    pub id: String,
    /// English title.
    pub title: String,
    /// Title in the original language.
    pub title_original: String,
    /// Classes it defines.
    pub classes: Vec<StationClass>,
    /// Rules.
    pub rules: Vec<Rule>,
}

/// Packaged packs: one line each.
const PACKAGED: &[(&str, &str)] = &[
    ("cn-jb152-2017", include_str!("../rules/cn-jb152-2017.toml")),
    ("cn-gb51080-2015", include_str!("../rules/cn-gb51080-2015.toml")),
    ("cn-gbt35547-2017", include_str!("../rules/cn-gbt35547-2017.toml")),
    ("cn-nanyang-145", include_str!("../rules/cn-nanyang-145.toml")),
    ("us-nfpa1710", include_str!("../rules/us-nfpa1710.toml")),
    ("us-nfpa1720", include_str!("../rules/us-nfpa1720.toml")),
    ("us-iso-fsrs", include_str!("../rules/us-iso-fsrs.toml")),
    ("de-agbf", include_str!("../rules/de-agbf.toml")),
    ("jp-seibi-shishin", include_str!("../rules/jp-seibi-shishin.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: Head,
    #[serde(default)]
    class: Vec<StationClass>,
    #[serde(default)]
    rule: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    title_original: String,
}

/// A rule as written in a pack or in `[[rules.add]]` of a study.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: String,
    title: String,
    title_zh: String,
    severity: RuleSeverity,
    kind: String,
    #[serde(default)]
    applies: Selector,
    #[serde(default)]
    parameters: toml::Table,
    source: Option<Source>,
    since: Option<String>,
    until: Option<String>,
}

impl Pack {
    /// The ids of the packs that come with firesite.
    pub fn packaged_ids() -> impl Iterator<Item = &'static str> {
        PACKAGED.iter().map(|(id, _)| *id)
    }

    /// A pack that comes with firesite.
    pub fn packaged(id: &str) -> Result<Self, Error> {
        match PACKAGED.iter().find(|(known, _)| *known == id) {
            Some((_, text)) => Self::parse(text, &format!("{id}.toml")),
            None => {
                let nearest = Self::packaged_ids()
                    .max_by(|a, b| strsim::jaro_winkler(a, id).total_cmp(&strsim::jaro_winkler(b, id)));
                Err(Error::Input(vec![Finding::fatal(
                    codes::PACK_UNKNOWN,
                    Place::default().property("rules.packs"),
                    format!("there is no rule pack \"{id}\""),
                    format!(
                        "write one of {} (nearest: {})",
                        Self::packaged_ids().collect::<Vec<_>>().join(", "),
                        nearest.unwrap_or_default()
                    ),
                )]))
            }
        }
    }

    /// A pack from its text; `file` is named in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let read: PackFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Error::Input(vec![Finding::fatal(
                codes::PACK_UNREADABLE,
                Place::file(file).feature(format!("line {line}")),
                error.message(),
                "",
            )])
        })?;
        let mut findings = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        for table in read.rule {
            match read_rule(table, &read.pack.id, file) {
                Ok(rule) if rules.iter().any(|r| r.id == rule.id) => findings.push(Finding::fatal(
                    codes::ID_TWICE,
                    Place::file(file).feature(&rule.id),
                    "two rules have this id",
                    "give each rule its own id",
                )),
                Ok(rule) => rules.push(rule),
                Err(finding) => findings.push(*finding),
            }
        }
        if findings.is_empty() {
            Ok(Self {
                id: read.pack.id,
                title: read.pack.title,
                title_original: read.pack.title_original,
                classes: read.class,
                rules,
            })
        } else {
            Err(Error::Input(findings))
        }
    }
}

/// One rule from its table; the finding names file, rule and key.
pub(crate) fn read_rule(table: toml::Table, pack: &str, file: &str) -> Result<Rule, Box<Finding>> {
    let id = table.get("id").and_then(toml::Value::as_str).unwrap_or("without an id").to_owned();
    let place = || Place::file(file).feature(format!("rule {id}"));
    let read: RuleFile = table.try_into().map_err(|error: toml::de::Error| {
        Finding::fatal(codes::KEY_UNKNOWN, place(), error.message().to_owned(), "see the keys of the packaged rules")
    })?;
    if let Some(fault) = read.applies.fault() {
        return Err(Finding::fatal(codes::PARAMETER, place().property("applies"), fault, "").into());
    }
    let Some(source) = read.source else {
        return Err(Finding::fatal(
            codes::SOURCE_MISSING,
            place().property("source"),
            "a rule without a source is an opinion",
            "write source = { document = \"…\", article = \"…\", confidence = \"S|V|V2|D|M|P\" }",
        )
        .into());
    };
    let kind = Kind::read(&read.kind, read.parameters.clone()).map_err(|fault| {
        let (code, property) = if crate::kinds::WORDS.contains(&read.kind.as_str()) {
            (codes::PARAMETER, "parameters")
        } else {
            (codes::KIND_UNKNOWN, "kind")
        };
        Finding::fatal(code, place().property(property), fault, "")
    })?;
    let date = |text: Option<String>, key: &str| match text.map(|t| t.parse::<Date>().map_err(|e| (t, e))) {
        None => Ok(None),
        Some(Ok(date)) => Ok(Some(date)),
        Some(Err((text, error))) => Err(Box::new(Finding::fatal(
            codes::PARAMETER,
            place().property(key),
            format!("\"{text}\" is no date: {error}"),
            "write it as 2017-06-01",
        ))),
    };
    let (since, until) = (date(read.since, "since")?, date(read.until, "until")?);
    Ok(Rule {
        id: read.id,
        pack: pack.to_owned(),
        title: read.title,
        title_zh: read.title_zh,
        severity: read.severity,
        applies: read.applies,
        kind,
        parameters: read.parameters,
        source,
        since,
        until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packaged_pack_reads() {
        for id in Pack::packaged_ids() {
            let pack = Pack::packaged(id).unwrap();
            assert_eq!(pack.id, id);
            assert!(pack.rules.iter().all(|r| !r.source.document.is_empty()));
        }
    }

    fn faults(rule: &str) -> String {
        let text = format!("[pack]\nid = \"x\"\ntitle = \"x\"\ntitle_original = \"x\"\n{rule}");
        Pack::parse(&text, "x.toml").unwrap_err().to_string()
    }

    const HEAD: &str = "[[rule]]\nid = \"r\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"hard\"\n";
    const SOURCE: &str = "source = { document = \"d\", article = \"a\", confidence = \"P\" }\n";

    #[test]
    fn each_fault_is_named() {
        let cases = [
            ("wrong unit", format!("{HEAD}{SOURCE}kind = \"area_cap\"\nparameters = {{ cap_m2 = 7.0 }}"), "cap_m2"),
            ("unknown kind", format!("{HEAD}{SOURCE}kind = \"areacap\""), "areacap"),
            ("no source", format!("{HEAD}kind = \"land\""), "source"),
            (
                "percentile",
                format!("{HEAD}{SOURCE}kind = \"time\"\nparameters = {{ limit_s = 240.0, percentile = 101.0 }}"),
                "percentile",
            ),
            (
                "contradictory counts",
                format!(
                    "{HEAD}{SOURCE}kind = \"slots\"\nparameters = {{ slots = [{{ class = \"first\", at_least = 2 }}, {{ class = \"second\", at_least = 1 }}] }}"
                ),
                "contradictory",
            ),
            ("unknown role", format!("{HEAD}{SOURCE}kind = \"land\"\napplies = {{ role = [\"throne\"] }}"), "throne"),
            ("no date", format!("{HEAD}{SOURCE}kind = \"land\"\nsince = \"2017-02-30\""), "2017-02-30"),
        ];
        for (name, rule, word) in cases {
            let told = faults(&rule);
            assert!(told.contains(word) && told.contains("x.toml"), "{name}: {told}");
        }
    }
}
