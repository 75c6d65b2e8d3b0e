//! The schema shipped for study files is the one that the types give.

use std::path::Path;

/// With `FIRESITE_WRITE_SCHEMA=1` the file is written instead.
#[test]
fn the_shipped_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("study.schema.json");
    let generated = firesite_plan::study_schema();
    if std::env::var_os("FIRESITE_WRITE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == generated,
        "study.schema.json is not what the types give: run FIRESITE_WRITE_SCHEMA=1 cargo test -p firesite-plan schema"
    );
}

/// Every section and key that the reader knows stands in the schema, and no other: the reader's own words are asked.
#[test]
fn the_schema_knows_the_keys_of_the_reader() {
    let schema: serde_json::Value = serde_json::from_str(&firesite_plan::study_schema()).unwrap();
    let keys = |of: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<String> = of["properties"].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let told = |text: &str| -> Vec<String> {
        let faults = firesite_plan::StudyFile::parse(text.as_bytes(), "study.toml").unwrap_err();
        let known = faults[0].remedy.strip_prefix("known here: ").unwrap();
        let known = known.split(" (nearest").next().unwrap();
        let mut keys: Vec<String> = known.split(", ").map(str::to_owned).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&schema), told("[study]\nname = \"x\"\n[nothing_of_the_kind]\n"));
    let section = |name: &str| {
        let of = &schema["properties"][name];
        // A section is a reference, or a choice of one and nothing.
        let reference = of["$ref"].as_str().or_else(|| of["anyOf"][0]["$ref"].as_str());
        let pointer = reference.unwrap_or_else(|| panic!("{name}: {of}")).strip_prefix('#').unwrap();
        schema.pointer(pointer).unwrap()
    };
    for name in ["study", "response", "solve", "output", "rules"] {
        let head = if name == "study" { "[study]\n" } else { "[study]\nname = \"x\"\n" };
        let table = if name == "study" { String::new() } else { format!("[{name}]\n") };
        assert_eq!(keys(section(name)), told(&format!("{head}{table}zz_nothing = 1\n")), "{name}");
        assert_eq!(section(name)["additionalProperties"], false, "{name}");
    }
}
