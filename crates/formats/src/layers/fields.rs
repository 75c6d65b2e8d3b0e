//! One feature under the eyes of its layer: typed access to properties and geometry, each slip a finding.

use firesite_model::{Code, Date, Finding, Place, Severity};
use geo::InteriorPoint;
use geo_types::{Coord, Geometry, MultiPolygon};

use super::columns::{Columns, Property};
use super::outline;
use crate::read::csv::number_of;
use crate::{RawFeature, Source, Value, codes};

/// A feature while it is checked. Fatal findings do not stop the checks: all of them are told together.
pub(crate) struct Fields<'a> {
    pub(crate) layer: &'static str,
    pub(crate) source: &'a Source,
    pub(crate) columns: &'a Columns,
    pub(crate) raw: &'a RawFeature,
    pub(crate) decimal_comma: bool,
    pub(crate) text_numbers: bool,
    /// Of a multi-part feature that was split: number of this part and of all.
    pub(crate) part: (usize, usize),
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl Fields<'_> {
    /// 0-based number of the feature in its file.
    pub(crate) fn feature(&self) -> usize {
        self.raw.number
    }

    /// Where this feature is.
    pub(crate) fn place(&self) -> Place {
        let called = self
            .columns
            .key()
            .and_then(|name| self.raw.get(name))
            .and_then(Value::text)
            .unwrap_or_else(|| self.raw.called(self.source));
        self.source.place().layer(self.layer).feature(called)
    }

    /// A fatal finding about this feature.
    pub(crate) fn fatal(&mut self, code: Code, property: Option<&Property>, message: String, remedy: String) {
        self.note(code, Severity::Fatal, property, message, remedy);
    }

    /// A finding about this feature.
    pub(crate) fn note(
        &mut self,
        code: Code,
        severity: Severity,
        property: Option<&Property>,
        message: String,
        remedy: String,
    ) {
        let mut place = self.place();
        if let Some(property) = property {
            place = place.property(self.columns.shown(property));
        }
        self.findings.push(Finding::new(code, severity, place, message, remedy));
    }

    fn value(&self, property: &Property) -> &Value {
        const NULL: &Value = &Value::Null;
        self.columns.of(property).and_then(|name| self.raw.get(name)).unwrap_or(NULL)
    }

    fn unexpected(&mut self, property: &Property, value: &Value) {
        let message = format!("{} is not {}", value.shown(), property.expects);
        self.fatal(codes::PROPERTY_VALUE, Some(property), message, format!("write {}", property.expects));
    }

    /// Text, if there is any.
    pub(crate) fn text(&mut self, property: &Property) -> Option<String> {
        let value = self.value(property).clone();
        if matches!(value, Value::List(_) | Value::Object(_)) {
            self.unexpected(property, &value);
        }
        value.text()
    }

    /// Text that must be there.
    pub(crate) fn required_text(&mut self, property: &Property) -> String {
        let text = self.text(property);
        text.unwrap_or_else(|| {
            self.missing(property);
            String::new()
        })
    }

    /// The unique id, or the identifier beside the properties (`id` of a GeoJSON feature, the OSM element).
    pub(crate) fn id(&mut self, property: &Property) -> String {
        let text = self.text(property).or_else(|| self.raw.id.as_ref().and_then(Value::text));
        let id = text.unwrap_or_else(|| {
            self.missing(property);
            String::new()
        });
        if self.part.0 == 0 { id } else { format!("{id}/{}", self.part.0 + 1) }
    }

    /// The id, where there is one.
    pub(crate) fn optional_id(&mut self, property: &Property) -> Option<String> {
        let id = self.text(property).or_else(|| self.raw.id.as_ref().and_then(Value::text))?;
        Some(if self.part.0 == 0 { id } else { format!("{id}/{}", self.part.0 + 1) })
    }

    /// Whether the file has a column for this property.
    pub(crate) fn has(&self, property: &Property) -> bool {
        self.columns.of(property).is_some()
    }

    fn missing(&mut self, property: &Property) {
        // Where no feature has the column, one finding of the layer says so.
        if self.columns.of(property).is_some() || (self.columns.is_key(property) && self.columns.some_have_ids) {
            let message = format!("there is no {}", property.name);
            self.fatal(codes::PROPERTY_MISSING, Some(property), message, format!("write {}", property.expects));
        }
    }

    /// A finite number, if there is any.
    pub(crate) fn number(&mut self, property: &Property) -> Option<f64> {
        let value = self.value(property).clone();
        match &value {
            _ if value.is_empty() => None,
            Value::Number(number, _) if number.is_finite() => Some(*number),
            Value::Text(text) => {
                let number = number_of(text, self.decimal_comma);
                match number {
                    None => self.unexpected(property, &value),
                    Some(_) if !self.text_numbers => self.note(
                        codes::NUMBER_AS_TEXT,
                        Severity::Repaired,
                        Some(property),
                        format!("{text:?} is text; it was read as a number"),
                        format!("write {} without quotes", text.trim()),
                    ),
                    Some(_) => {}
                }
                number
            }
            _ => {
                self.unexpected(property, &value);
                None
            }
        }
    }

    /// A number that is not negative, if there is any.
    pub(crate) fn amount(&mut self, property: &Property) -> Option<f64> {
        let number = self.number(property)?;
        if number < 0.0 {
            let value = self.value(property).clone();
            self.unexpected(property, &value);
            return None;
        }
        Some(number)
    }

    /// The raw value as messages show it.
    pub(crate) fn shown(&self, property: &Property) -> String {
        self.value(property).shown()
    }

    /// Whether the property holds nothing.
    pub(crate) fn is_empty(&self, property: &Property) -> bool {
        self.value(property).is_empty()
    }

    /// A whole number, if there is any.
    pub(crate) fn integer(&mut self, property: &Property, range: std::ops::RangeInclusive<i16>) -> Option<i16> {
        let number = self.number(property)?;
        let whole = number as i16;
        if f64::from(whole) != number || !range.contains(&whole) {
            let value = self.value(property).clone();
            self.unexpected(property, &value);
            return None;
        }
        Some(whole)
    }

    /// Yes or no, if anything is said.
    pub(crate) fn flag(&mut self, property: &Property) -> Option<bool> {
        let value = self.value(property).clone();
        if value.is_empty() {
            return None;
        }
        let word = match &value {
            Value::Bool(flag) => return Some(*flag),
            other => other.text().unwrap_or_default().to_lowercase(),
        };
        match word.as_str() {
            "true" | "yes" | "1" | "1.0" | "是" => Some(true),
            "false" | "no" | "0" | "0.0" | "否" => Some(false),
            _ => {
                self.unexpected(property, &value);
                None
            }
        }
    }

    /// A calendar date, if there is any. A time of day after it is not used.
    pub(crate) fn date(&mut self, property: &Property) -> Option<Date> {
        let text = self.text(property)?;
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        let date = day.parse::<Date>().ok();
        if date.is_none() {
            self.unexpected(property, &Value::Text(text));
        }
        date
    }

    /// One of the words of a list (case does not matter), if there is any.
    pub(crate) fn word<T: Copy>(&mut self, property: &Property, words: &[(&str, T)]) -> Option<T> {
        let value = self.value(property).clone();
        if value.is_empty() {
            return None;
        }
        let found = value.text().and_then(|text| find(words, &text));
        if found.is_none() {
            self.unknown_word(property, words, &value);
        }
        found
    }

    /// A list of words: a JSON list, or text with separators.
    pub(crate) fn words<T: Copy>(&mut self, property: &Property, words: &[(&str, T)]) -> Vec<T> {
        let mut found = Vec::new();
        for text in self.list(property) {
            match find(words, &text) {
                Some(value) => found.push(value),
                None => self.unknown_word(property, words, &Value::Text(text)),
            }
        }
        found
    }

    fn unknown_word<T>(&mut self, property: &Property, words: &[(&str, T)], value: &Value) {
        let nearest = value.text().and_then(|text| super::columns::nearest(&text, words.iter().map(|(word, _)| *word)));
        let hint = nearest.map(|word| format!(" (nearest: {word})")).unwrap_or_default();
        let message = format!("{} is not {}", value.shown(), property.expects);
        let remedy = format!("write {}{hint}", property.expects);
        self.fatal(codes::PROPERTY_VALUE, Some(property), message, remedy);
    }

    /// Texts: a JSON list, or one text with `;`, `,`, `、` or `|` between its parts.
    pub(crate) fn list(&mut self, property: &Property) -> Vec<String> {
        let value = self.value(property).clone();
        match &value {
            Value::List(values) => {
                let texts: Vec<String> = values.iter().filter_map(Value::text).collect();
                if texts.len() != values.len() {
                    self.unexpected(property, &value);
                }
                texts
            }
            Value::Object(_) => {
                self.unexpected(property, &value);
                Vec::new()
            }
            other => {
                let text = other.text().unwrap_or_default();
                // A list that went through a table comes back as text: ["first", "second"].
                let bare = text.trim_matches(['[', ']']);
                let parts = bare.split([';', ',', '、', '，', '；', '|']);
                parts
                    .map(|part| part.trim_matches([' ', '"', '\'']))
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect()
            }
        }
    }

    /// The point of a point feature.
    pub(crate) fn point(&mut self) -> Option<Coord<f64>> {
        match &self.raw.geometry {
            Some(Geometry::Point(point)) => Some(point.0),
            _ => self.wrong_geometry("a Point"),
        }
    }

    /// The point, or a point inside the polygon.
    pub(crate) fn representative_point(&mut self) -> Option<Coord<f64>> {
        match &self.raw.geometry {
            Some(Geometry::Point(point)) => Some(point.0),
            Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => {
                let outline = self.outline()?;
                let inside = largest(&outline).and_then(InteriorPoint::interior_point);
                if inside.is_none() {
                    self.no_area();
                }
                inside.map(|point| point.0)
            }
            _ => self.wrong_geometry("a Point or a Polygon"),
        }
    }

    /// The outline, valid: rings closed and wound, crossings resolved.
    pub(crate) fn outline(&mut self) -> Option<MultiPolygon<f64>> {
        let polygons = match &self.raw.geometry {
            Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon.clone()]),
            Some(Geometry::MultiPolygon(polygons)) => polygons.clone(),
            _ => return self.wrong_geometry("a Polygon or MultiPolygon"),
        };
        let (valid, crossed) = outline::valid(polygons);
        if self.raw.rings_closed > 0 {
            self.note(
                codes::RING_UNCLOSED,
                Severity::Repaired,
                None,
                format!("{} ring(s) not closed; the first position was repeated at the end", self.raw.rings_closed),
                "end every ring with its first position".to_owned(),
            );
        }
        let Some(valid) = valid else {
            self.no_area();
            return None;
        };
        if crossed {
            self.note(
                codes::RING_CROSSED,
                Severity::Repaired,
                None,
                "the outline crosses or overlaps itself; it was repaired".to_owned(),
                "look at it on a map, and redraw it where the repair is not what was meant".to_owned(),
            );
        }
        Some(valid)
    }

    fn no_area(&mut self) {
        self.fatal(
            codes::RING_TOO_SHORT,
            None,
            "the outline holds no area, or cannot be repaired".to_owned(),
            "draw a polygon of at least three corners that are not on one line".to_owned(),
        );
    }

    /// Any of the allowed geometries; polygons valid.
    pub(crate) fn geometry(&mut self, points: bool, lines: bool, polygons: bool) -> Option<Geometry<f64>> {
        match &self.raw.geometry {
            Some(geometry @ Geometry::Point(_)) if points => Some(geometry.clone()),
            Some(geometry @ (Geometry::LineString(_) | Geometry::MultiLineString(_))) if lines => {
                Some(geometry.clone())
            }
            Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) if polygons => {
                let mut outline = self.outline()?;
                Some(if outline.0.len() == 1 {
                    Geometry::Polygon(outline.0.remove(0))
                } else {
                    Geometry::MultiPolygon(outline)
                })
            }
            _ => self.wrong_geometry(match (points, lines) {
                (true, _) => "a Point or a Polygon",
                (false, true) => "a LineString or a Polygon",
                _ => "a Polygon",
            }),
        }
    }

    fn wrong_geometry<T>(&mut self, wanted: &str) -> Option<T> {
        if !self.raw.broken {
            let found = self.raw.geometry.as_ref().map_or("nothing", kind);
            let message = format!("a {found} where the layer {} has {wanted}", self.layer);
            self.fatal(codes::GEOMETRY_KIND, None, message, format!("give {wanted}"));
        }
        None
    }
}

fn largest(outline: &MultiPolygon<f64>) -> Option<&geo_types::Polygon<f64>> {
    use geo::Area;
    outline.0.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))
}

fn find<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    let text = text.trim().to_lowercase();
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

/// The GeoJSON name of a geometry.
pub(crate) fn kind(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}
