//! What a reader hands over: geometries and properties, before any layer has looked at them.

use geo_types::Geometry;

use crate::{Crs, Source};

/// A property as a file holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Absent, `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with the digits the file has (an id 7.0 is not the id 7).
    Number(f64, String),
    /// Text; in tables everything is text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object, as text, for messages only.
    Object(String),
}

impl Value {
    /// The text of a scalar: as written, without surrounding blanks. `None` for null, empty text, lists and objects.
    pub fn text(&self) -> Option<String> {
        match self {
            Value::Text(text) => {
                let text = text.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            Value::Number(_, digits) => Some(digits.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// Absent, null or empty text.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// How a message shows it.
    pub(crate) fn shown(&self) -> String {
        let text = match self {
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(_, digits) => digits.clone(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(values) => {
                format!("[{}]", values.iter().map(Value::shown).collect::<Vec<_>>().join(", "))
            }
            Value::Object(text) => text.clone(),
        };
        if text.chars().count() > 60 { text.chars().take(57).collect::<String>() + "…" } else { text }
    }
}

/// One feature of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawFeature {
    /// 0-based number in the file.
    pub number: usize,
    /// How messages call it where it has no id: `feature 3` (1-based) or `line 4`.
    pub label: String,
    /// The identifier outside the properties: `id` of a GeoJSON feature, `n123` of an OSM node.
    pub id: Option<Value>,
    /// The geometry, in the file's own coordinates until the reader is done, then WGS84.
    pub geometry: Option<Geometry<f64>>,
    /// Properties in file order.
    pub properties: Vec<(String, Value)>,
    /// Rings that had to be closed.
    pub rings_closed: usize,
    /// The geometry could not be used, and a finding says why.
    pub(crate) broken: bool,
}

impl RawFeature {
    /// How messages call the feature: its id, else its number.
    pub(crate) fn called(&self, source: &Source) -> String {
        let mapped = ["id", "code"].iter().filter_map(|key| source.columns.get(*key).map(String::as_str));
        mapped
            .chain(["id", "code"])
            .find_map(|name| self.get(name).and_then(Value::text))
            .or_else(|| self.id.as_ref().and_then(Value::text))
            .unwrap_or_else(|| self.label.clone())
    }

    /// The property of exactly this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// A file as geometries and properties in WGS84 degrees.
#[derive(Clone, Debug, PartialEq)]
pub struct RawLayer {
    /// The file as the user wrote it.
    pub file: String,
    /// The coordinate system it was in.
    pub crs: Crs,
    /// Features in file order.
    pub features: Vec<RawFeature>,
    /// A table that writes decimal commas.
    pub decimal_comma: bool,
    /// Numbers may stand as text without comment (tables, OSM tags).
    pub text_numbers: bool,
}
