//! The JSON Schema of a rule pack, generated from the types that read it; editors check packs with it while they are written.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use crate::kinds::Kind;
use crate::pack::{PackFile, RuleFile};

/// The schema of a rule pack as shipped beside the packs (`rule-pack.schema.json`), draft 2020-12.
///
/// ```
/// let schema = firesite_standards::rule_pack_schema();
/// assert!(schema.contains("\"limit_s\""));
/// ```
pub fn rule_pack_schema() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<PackFile>();
    schema.insert("title".into(), "firesite rule pack".into());
    schema.insert("description".into(), "Station classes and rules of a standard, each figure with its source.".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema of a list of rules, as in a pack's `[[rule]]` and a study's `[[rules.add]]`; the kind says which parameters
/// there are. Its definitions go to the generator.
pub fn rule_list_schema(generator: &mut SchemaGenerator) -> Schema {
    let mut rule = RuleFile::json_schema(generator);
    let by_kind: Vec<serde_json::Value> = Kind::schemas(generator)
        .into_iter()
        .map(|(word, parameters)| {
            serde_json::json!({
                "if": { "properties": { "kind": { "const": word } }, "required": ["kind"] },
                "then": { "properties": { "parameters": parameters } },
            })
        })
        .collect();
    rule.insert("allOf".into(), by_kind.into());
    json_schema!({ "type": "array", "items": rule })
}

/// A table of any keys; what they may be is said elsewhere.
pub(crate) fn any_table(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}
