//! The JSON Schema of a study file, generated from the types that read it; editors check `study.toml` with it while it is written.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::study_file::{DateWord, NatureWord, SoftRules, StudyFile};

/// The schema of `study.toml` as shipped with this crate (`study.schema.json`), draft 2020-12: every section and key, and the
/// rules that `[[rules.add]]` may add.
///
/// ```
/// let schema = firesite_plan::study_schema();
/// assert!(schema.contains("\"limit_s\"") && schema.contains("\"scenarios\""));
/// ```
pub fn study_schema() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<StudyFile>();
    schema.insert("title".into(), "firesite study".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// `[[rules.override]]`: the id of a rule, its new severity, and any of its parameters, plain or in a table.
pub(crate) fn overrides(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": { "type": "string" },
                "severity": { "type": "string", "enum": ["hard", "soft", "advisory"] },
                "parameters": { "type": "object" },
            },
            "required": ["id"],
        },
    })
}

impl JsonSchema for NatureWord {
    fn schema_name() -> Cow<'static, str> {
        "Nature".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": ["real", "assumed", "schematic"] })
    }
}

impl JsonSchema for DateWord {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

impl JsonSchema for SoftRules {
    fn schema_name() -> Cow<'static, str> {
        "SoftRules".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "enum": ["judged", "level"] },
                { "type": "object", "additionalProperties": { "type": "number", "exclusiveMinimum": 0 } },
            ],
        })
    }
}
