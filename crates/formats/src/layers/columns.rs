//! Which column of the file holds which property of the layer.

use std::collections::BTreeMap;

use firesite_model::Finding;

use crate::{RawLayer, Source, Value, codes};

/// A property of a layer: its name, the names other programs give it, and what it must hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// Other names, lower case, in order of preference (ArcGIS layers, Chinese tables).
    pub(crate) also: &'static [&'static str],
    /// What is expected, as the remedy says it.
    pub(crate) expects: &'static str,
    /// Every feature must have it.
    pub(crate) required: bool,
    /// It is the unique id.
    pub(crate) key: bool,
}

impl Property {
    pub(crate) const fn new(name: &'static str, expects: &'static str) -> Self {
        Self { name, also: &[], expects, required: false, key: false }
    }

    pub(crate) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The unique id of the layer.
    pub(crate) const fn key(mut self) -> Self {
        self.key = true;
        self.required = true;
        self
    }
}

/// The columns of one file, resolved for one layer.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    by_property: BTreeMap<&'static str, String>,
    key: Option<&'static str>,
    /// Some features carry an identifier beside their properties.
    pub(crate) some_have_ids: bool,
}

/// Columns of a table that hold coordinates; `columns` may map them too.
const COORDINATES: [&str; 4] = ["lon", "lat", "x", "y"];

impl Columns {
    /// Finds the column of each property: as `columns` maps it, else of the same name, else (case does not matter) of
    /// the same or of another usual name. A mapping to nothing, and a required property that no feature has, are fatal.
    pub(crate) fn resolve(
        layer: &'static str,
        source: &Source,
        raw: &RawLayer,
        properties: &'static [Property],
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (name, _) in raw.features.iter().flat_map(|feature| &feature.properties) {
            if seen.insert(name.as_str()) {
                names.push(name);
            }
        }
        // In file order columns could depend on the order of features; sorted they do not.
        names.sort_unstable();
        let place = || source.place().layer(layer);
        let mut columns = Self {
            key: properties.iter().find(|property| property.key).map(|property| property.name),
            some_have_ids: raw.features.iter().any(|feature| feature.id.as_ref().and_then(Value::text).is_some()),
            ..Self::default()
        };
        for property in source.columns.keys() {
            let known = properties.iter().any(|p| p.name == property) || COORDINATES.contains(&property.as_str());
            if !known {
                let near = nearest(property, properties.iter().map(|p| p.name));
                findings.push(Finding::fatal(
                    codes::COLUMNS,
                    place().property(format!("columns.{property}")),
                    format!("the layer {layer} has no property {property:?}"),
                    near.map_or_else(|| one_of(properties), |name| format!("did you mean {name}?")),
                ));
            }
        }
        if raw.features.is_empty() {
            return columns;
        }
        for property in properties {
            if let Some(mapped) = source.columns.get(property.name) {
                match find(&names, mapped) {
                    Some(name) => {
                        columns.by_property.insert(property.name, name.to_owned());
                    }
                    None => {
                        let near = nearest(mapped, names.iter().copied());
                        findings.push(Finding::fatal(
                            codes::COLUMNS,
                            place().property(format!("columns.{}", property.name)),
                            format!("the file has no column {mapped:?}"),
                            near.map_or_else(
                                || format!("the columns are {}", names.join(", ")),
                                |name| format!("did you mean {name}?"),
                            ),
                        ));
                    }
                }
                continue;
            }
            // An identifier beside the properties is better than a name that stands in for one.
            let beside = property.key && columns.some_have_ids;
            let others = if beside { &[] } else { property.also };
            let found = find(&names, property.name).or_else(|| others.iter().find_map(|name| find(&names, name)));
            if let Some(name) = found {
                columns.by_property.insert(property.name, name.to_owned());
            } else if property.required && !beside {
                let near = nearest(property.name, names.iter().copied());
                let hint = near.map(|name| format!("; the nearest is {name}")).unwrap_or_default();
                findings.push(Finding::fatal(
                    codes::PROPERTY_MISSING,
                    place().property(property.name),
                    format!("no feature has a property {}{hint}", property.name),
                    format!(
                        "write {}, or say which column holds it: columns = {{ {} = \"…\" }}",
                        property.expects, property.name
                    ),
                ));
            }
        }
        columns
    }

    /// The column of a property.
    pub(crate) fn of(&self, property: &Property) -> Option<&str> {
        self.by_property.get(property.name).map(String::as_str)
    }

    /// The column of the unique id.
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.and_then(|name| self.by_property.get(name)).map(String::as_str)
    }

    pub(crate) fn is_key(&self, property: &Property) -> bool {
        self.key == Some(property.name)
    }

    /// How messages name a property: as the file does.
    pub(crate) fn shown(&self, property: &Property) -> String {
        self.of(property).unwrap_or(property.name).to_owned()
    }
}

fn find<'a>(names: &[&'a str], wanted: &str) -> Option<&'a str> {
    let same = names.iter().find(|name| **name == wanted);
    same.or_else(|| names.iter().find(|name| name.to_lowercase() == wanted.to_lowercase())).copied()
}

fn one_of(properties: &[Property]) -> String {
    format!("its properties are {}", properties.iter().map(|p| p.name).collect::<Vec<_>>().join(", "))
}

/// The most similar of some words, if any is similar at all.
pub(crate) fn nearest<'a>(wanted: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    words
        .map(|word| (strsim::jaro_winkler(&wanted, &word.to_lowercase()), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, word)| word)
}
