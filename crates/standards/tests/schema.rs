//! The schema shipped beside the packs is the one that the types give, and the packs are written to it.

use std::path::{Path, PathBuf};

use firesite_standards::{Pack, rule_pack_schema};
use serde_json::Value;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/rule-pack.schema.json")
}

/// With `FIRESITE_WRITE_SCHEMA=1` the file is written instead.
#[test]
fn the_shipped_schema_is_the_generated_one() {
    let generated = rule_pack_schema();
    if std::env::var_os("FIRESITE_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped(), &generated).unwrap();
    }
    let file = std::fs::read_to_string(shipped()).unwrap_or_default();
    assert!(
        file == generated,
        "rules/rule-pack.schema.json is not what the types give: run FIRESITE_WRITE_SCHEMA=1 cargo test -p firesite-standards --test schema"
    );
}

#[test]
fn every_packaged_pack_names_the_schema() {
    for id in Pack::packaged_ids() {
        let text = Pack::packaged_text(id).unwrap();
        assert!(text.starts_with("#:schema ./rule-pack.schema.json\n"), "{id}");
    }
}

/// The packs against the shipped schema, and packs with one fault each, which the schema refuses.
#[test]
fn the_packs_are_written_to_the_schema_and_faults_are_not() {
    let schema: Value = serde_json::from_str(&rule_pack_schema()).unwrap();
    let faults = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        let mut faults = Vec::new();
        check(&schema, &schema, &serde_json::to_value(table).unwrap(), "", &mut faults);
        faults
    };
    for id in Pack::packaged_ids() {
        let text = Pack::packaged_text(id).unwrap();
        assert_eq!(faults(text), Vec::<String>::new(), "{id}");
    }
    let text = Pack::packaged_text("us-nfpa1710").unwrap();
    for (right, wrong, told) in [
        ("limit_s = 240.0", "limit_min = 4.0", "limit_min"),
        ("kind = \"time\"", "kind = \"thyme\"", "kind"),
        ("clock = \"wheels\"", "clock = \"siren\"", "clock"),
        ("confidence = \"V\"", "confidence = \"sure\"", "confidence"),
        ("severity = \"hard\"", "severity = \"firm\"", "severity"),
        ("due = 1", "due = 4", "due"),
        ("title_zh", "title_cn", "title_cn"),
        ("limit_s = 240.0", "limit_s = \"4 min\"", "limit_s"),
        ("[pack]", "[pack]\nyear = 2020", "year"),
    ] {
        assert!(text.contains(right), "{right}");
        let found = faults(&text.replacen(right, wrong, 1));
        assert!(!found.is_empty() && found.iter().any(|f| f.contains(told)), "{wrong}: {found:?}");
        assert!(Pack::parse(&text.replacen(right, wrong, 1), "x.toml").is_err(), "{wrong}");
    }
    // A source is required.
    let without: Vec<&str> = text.lines().filter(|l| !l.starts_with("source")).collect();
    assert!(faults(&without.join("\n")).iter().any(|f| f.contains("source")));
}

/// What a value breaks of a schema: the keywords that the generated one uses, and a panic for any other, so that nothing is
/// passed over.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Value::Object(keywords) = schema else {
        assert_eq!(schema, &Value::Bool(true), "{at}");
        return;
    };
    for (keyword, says) in keywords {
        let mut fault = |text: String| faults.push(format!("{at}: {text}"));
        match keyword.as_str() {
            "$schema" | "title" | "description" | "default" | "$defs" | "format" | "then" => {}
            "$ref" => {
                let pointer = says.as_str().unwrap().strip_prefix('#').unwrap();
                check(root, root.pointer(pointer).expect("a definition"), value, at, faults);
            }
            "type" => {
                let is = |word: &Value| match word.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    "number" => value.is_number(),
                    "integer" => value.as_f64().is_some_and(|x| x.fract() == 0.0),
                    other => panic!("type {other}"),
                };
                if !says.as_array().map_or_else(|| is(says), |words| words.iter().any(is)) {
                    fault(format!("{value} is not {says}"));
                }
            }
            "enum" => {
                if !says.as_array().unwrap().contains(value) {
                    fault(format!("{value} is none of {says}"));
                }
            }
            "const" => {
                if says != value {
                    fault(format!("{value} is not {says}"));
                }
            }
            "minimum" | "maximum" => {
                let (limit, x) = (says.as_f64().unwrap(), value.as_f64().unwrap_or(f64::NAN));
                let beyond = if keyword == "minimum" { x < limit } else { x > limit };
                if beyond {
                    fault(format!("{value} against {keyword} {says}"));
                }
            }
            "minItems" | "maxItems" => {
                let (limit, n) = (says.as_u64().unwrap(), value.as_array().map_or(0, Vec::len) as u64);
                let beyond = if keyword == "minItems" { n < limit } else { n > limit };
                if beyond {
                    fault(format!("{n} items against {keyword} {says}"));
                }
            }
            "required" => {
                for key in says.as_array().unwrap().iter().filter_map(Value::as_str) {
                    if value.as_object().is_some_and(|o| !o.contains_key(key)) {
                        fault(format!("{key} is missing"));
                    }
                }
            }
            "properties" => {
                for (key, inner) in says.as_object().unwrap() {
                    if let Some(found) = value.get(key) {
                        check(root, inner, found, &format!("{at}/{key}"), faults);
                    }
                }
            }
            "additionalProperties" => {
                let known = keywords.get("properties").and_then(Value::as_object);
                for (key, found) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|k| k.contains_key(key)) {
                        continue;
                    }
                    match says {
                        Value::Bool(false) => faults.push(format!("{at}: there is no key {key}")),
                        inner => check(root, inner, found, &format!("{at}/{key}"), faults),
                    }
                }
            }
            "items" => {
                for (i, found) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, says, found, &format!("{at}/{i}"), faults);
                }
            }
            "allOf" => says.as_array().unwrap().iter().for_each(|s| check(root, s, value, at, faults)),
            "anyOf" | "oneOf" => {
                let fits = says.as_array().unwrap().iter().filter(|s| {
                    let mut inner = Vec::new();
                    check(root, s, value, at, &mut inner);
                    inner.is_empty()
                });
                let fits = fits.count();
                if fits == 0 || (keyword == "oneOf" && fits > 1) {
                    fault(format!("{value} fits {fits} of the alternatives"));
                }
            }
            "if" => {
                let mut inner = Vec::new();
                check(root, says, value, at, &mut inner);
                if let (true, Some(then)) = (inner.is_empty(), keywords.get("then")) {
                    check(root, then, value, at, faults);
                }
            }
            other => panic!("{at}: this check does not know the keyword {other}"),
        }
    }
}
