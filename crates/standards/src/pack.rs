//! Rule packs: TOML files with classes and rules. Unknown keys are refused; every fault is named with pack, rule and key.

use std::collections::BTreeMap;

use firesite_model::{Date, Finding, Place};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contradictions::contradictions;
use crate::faults::{self, Fault};
use crate::kinds::Kind;
use crate::{Confidence, Error, Rule, RuleSeverity, Selector, Source, StationClass, codes};

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
    /// The time budget of the standard, where it has one.
    pub budget: Vec<BudgetStep>,
    /// Rules.
    pub rules: Vec<Rule>,
}

/// Packaged packs: one line each.
const PACKAGED: &[(&str, &str)] = &[
    ("cn-jb152-2017", include_str!("../rules/cn-jb152-2017.toml")),
    ("cn-gb51080-2015", include_str!("../rules/cn-gb51080-2015.toml")),
    ("cn-gbt35547-2017", include_str!("../rules/cn-gbt35547-2017.toml")),
    ("cn-gb50974-2014", include_str!("../rules/cn-gb50974-2014.toml")),
    ("cn-nanyang-145", include_str!("../rules/cn-nanyang-145.toml")),
    ("us-nfpa1710", include_str!("../rules/us-nfpa1710.toml")),
    ("us-nfpa1720", include_str!("../rules/us-nfpa1720.toml")),
    ("us-iso-fsrs", include_str!("../rules/us-iso-fsrs.toml")),
    ("de-agbf", include_str!("../rules/de-agbf.toml")),
    ("jp-seibi-shishin", include_str!("../rules/jp-seibi-shishin.toml")),
];

/// One step of a time budget: what a standard allows between the start of a fire and water on it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetStep {
    /// `discovery`, `call_handling`, `turnout`, `travel`, `setup`, …
    pub step: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// How long, seconds.
    pub seconds: f64,
    /// Where the figure comes from.
    pub source: Source,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackFile {
    /// Id and titles.
    pack: Head,
    /// Station classes.
    #[serde(default)]
    class: Vec<StationClass>,
    /// The time budget of the standard.
    #[serde(default)]
    budget: Vec<BudgetStep>,
    /// Rules.
    #[serde(default)]
    #[schemars(schema_with = "crate::schema::rule_list_schema")]
    rule: Vec<toml::Spanned<toml::Table>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Head {
    /// Id: the name of the file without `.toml`.
    id: String,
    /// English title.
    title: String,
    /// Title in the original language.
    title_original: String,
}

/// A rule as written in a pack or in `[[rules.add]]` of a study.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    /// Stable id, unique among the packs of a study.
    id: String,
    /// English title.
    title: String,
    /// Chinese title.
    title_zh: String,
    /// How binding: 应 hard, 宜 soft, 可 advisory.
    severity: RuleSeverity,
    /// What is measured.
    #[schemars(extend("enum" = crate::kinds::WORDS))]
    kind: String,
    /// Whom it speaks of.
    #[serde(default)]
    applies: Selector,
    /// Parameters of the kind; the unit is part of the key.
    #[serde(default)]
    #[schemars(schema_with = "crate::schema::any_table")]
    parameters: toml::Table,
    /// Marks of single parameters that differ from the source's.
    #[serde(default)]
    marks: BTreeMap<String, Confidence>,
    /// Where it comes from: required.
    #[schemars(required, with = "Source")]
    source: Option<Source>,
    /// In force from, as 2017-06-01.
    #[schemars(extend("format" = "date"))]
    since: Option<String>,
    /// In force until, as 2022-05-31.
    #[schemars(extend("format" = "date"))]
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
                let known: Vec<&str> = Self::packaged_ids().collect();
                Err(Error::Input(vec![Finding::fatal(
                    codes::PACK_UNKNOWN,
                    Place::default().property("rules.packs"),
                    format!("there is no rule pack \"{id}\""),
                    format!(
                        "write one of {}, or the name of a .toml file{}",
                        known.join(", "),
                        faults::nearest(id, &known)
                    ),
                )]))
            }
        }
    }

    /// The text of a pack that comes with firesite: an example to write one's own from.
    pub fn packaged_text(id: &str) -> Option<&'static str> {
        PACKAGED.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
    }

    /// A pack from its text; `file` is named in messages.
    ///
    /// # Errors
    /// Every fault of every rule, each with file, rule and key: unknown keys and kinds, wrong units, values out of range, a
    /// missing source, contradictory counts.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = |at: usize| text.get(..at.min(text.len())).map_or(0, |before| before.matches('\n').count() + 1);
        let read: PackFile = toml::from_str(text).map_err(|error| {
            let mut place =
                Place::file(file).feature(format!("line {}", error.span().map_or(1, |span| line(span.start))));
            let fault = faults::of_reader(&error, None, "section");
            place.property = fault.key;
            let code = if fault.unknown { codes::KEY_UNKNOWN } else { codes::PACK_UNREADABLE };
            Error::Input(vec![Finding::fatal(code, place, fault.message, fault.remedy)])
        })?;
        let mut findings = Vec::new();
        for class in &read.class {
            let place = || Place::file(file).feature(format!("class {}", class.id));
            if let Some((key, message, remedy)) = class.fault() {
                findings.push(Finding::fatal(codes::PARAMETER, place().property(key), message, remedy));
            }
            if read.class.iter().filter(|c| c.id == class.id).count() > 1 {
                findings.push(Finding::fatal(
                    codes::ID_TWICE,
                    place(),
                    "two classes have this id",
                    "give each class its own id",
                ));
            }
        }
        for step in read.budget.iter().filter(|s| !(s.seconds.is_finite() && s.seconds >= 0.0)) {
            findings.push(Finding::fatal(
                codes::PARAMETER,
                Place::file(file).feature(format!("budget {}", step.step)).property("seconds"),
                format!("seconds is {}", step.seconds),
                "write seconds from 0 upwards",
            ));
        }
        let mut rules: Vec<Rule> = Vec::new();
        for table in read.rule {
            let at = line(table.span().start);
            match read_rule(table.into_inner(), &read.pack.id, file, Some(at)) {
                Ok(rule) if rules.iter().any(|r| r.id == rule.id) => findings.push(Finding::fatal(
                    codes::ID_TWICE,
                    Place::file(file).feature(format!("rule {}", rule.id)),
                    "two rules have this id",
                    "give each rule its own id",
                )),
                Ok(rule) => rules.push(rule),
                Err(finding) => findings.push(*finding),
            }
        }
        if findings.is_empty() {
            findings = contradictions(&rules, file);
        }
        if findings.is_empty() {
            Ok(Self {
                id: read.pack.id,
                title: read.pack.title,
                title_original: read.pack.title_original,
                classes: read.class,
                budget: read.budget,
                rules,
            })
        } else {
            Err(Error::Input(findings))
        }
    }
}

/// One rule from its table; the finding names file, rule and key. `line`: where it begins.
pub(crate) fn read_rule(
    mut table: toml::Table,
    pack: &str,
    file: &str,
    line: Option<usize>,
) -> Result<Rule, Box<Finding>> {
    let id = table.get("id").and_then(toml::Value::as_str).unwrap_or("without an id").to_owned();
    let place = || {
        let at = line.map_or(String::new(), |line| format!(" (line {line})"));
        Place::file(file).feature(format!("rule {id}{at}"))
    };
    let refuse = |code, mut place: Place, fault: Fault| {
        if fault.key.is_some() {
            place.property = fault.key;
        }
        Box::new(Finding::fatal(code, place, fault.message, fault.remedy))
    };
    // A TOML date is as good as one in quotes.
    for key in ["since", "until"] {
        if let Some(toml::Value::Datetime(date)) = table.get(key) {
            let text = date.to_string();
            table.insert(key.to_owned(), toml::Value::String(text));
        }
    }
    let read: RuleFile = table.clone().try_into().map_err(|error: toml::de::Error| {
        let fault = faults::of_reader(&error, Some(&table), "rule");
        let code = if fault.unknown { codes::KEY_UNKNOWN } else { codes::PARAMETER };
        refuse(code, place(), fault)
    })?;
    if let Some(fault) = read.applies.fault() {
        return Err(Finding::fatal(codes::PARAMETER, place().property("applies"), fault, "write one of these").into());
    }
    let Some(source) = read.source else {
        return Err(Finding::fatal(
            codes::SOURCE_MISSING,
            place().property("source"),
            "the rule has no source: without one it is an opinion",
            "write source = { document = \"…\", article = \"…\", confidence = \"S|V|V2|D|M|P\" }",
        )
        .into());
    };
    for (key, text) in [("document", &source.document), ("article", &source.article)] {
        if text.trim().is_empty() {
            let fault =
                Fault::new("source", format!("the {key} of the source is empty"), "say where the rule is written");
            return Err(refuse(codes::SOURCE_MISSING, place(), fault));
        }
    }
    let kind = Kind::read(&read.kind, read.parameters.clone()).map_err(|fault| {
        let code = if !crate::kinds::WORDS.contains(&read.kind.as_str()) {
            codes::KIND_UNKNOWN
        } else if fault.unknown {
            codes::KEY_UNKNOWN
        } else {
            codes::PARAMETER
        };
        refuse(code, place(), fault)
    })?;
    let known: Vec<&str> =
        read.parameters.keys().map(String::as_str).chain(kind.defaults().into_iter().map(|(key, _)| key)).collect();
    if let Some(key) = read.marks.keys().find(|key| !known.contains(&key.as_str())) {
        let nearest = faults::nearest(key, &known);
        let fault = Fault::new(
            "marks",
            format!("\"{key}\" is no parameter of this rule"),
            format!("it has {}{nearest}", known.join(", ")),
        );
        return Err(refuse(codes::KEY_UNKNOWN, place(), fault));
    }
    let date = |text: Option<String>, key: &str| match text.map(|t| t.parse::<Date>().map_err(|_| t)) {
        None => Ok(None),
        Some(Ok(date)) => Ok(Some(date)),
        Some(Err(text)) => {
            let fault = Fault::new(key, format!("\"{text}\" is no date"), "write year-month-day, as 2017-06-01");
            Err(refuse(codes::PARAMETER, place(), fault))
        }
    };
    let (since, until) = (date(read.since, "since")?, date(read.until, "until")?);
    if let (Some(since), Some(until)) = (since, until)
        && until < since
    {
        let fault =
            Fault::new("until", format!("until is {until}, before since, {since}"), "write the later date as until");
        return Err(refuse(codes::PARAMETER, place(), fault));
    }
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
        marks: read.marks,
        overridden: Vec::new(),
        since,
        until,
    })
}
