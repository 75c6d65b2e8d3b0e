//! OSM XML (API 0.6, as Overpass, JOSM and osmium write it), streamed.
//!
//! The parser expands no entities; a document type declaration, which no OSM writer makes, is refused, so that none can
//! be defined. The parser takes an unclosed root for the end: root and depth are checked here.

use std::io::BufRead;

use firesite_model::Finding;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::osm::{Counted, Member, MemberKind, Sink, Tags};
use crate::{Error, Source, codes};

pub(crate) fn read<S: Sink>(source: &Source, reader: impl BufRead, sink: &mut Counted<'_, S>) -> Result<(), Error> {
    let mut xml = Reader::from_reader(reader);
    xml.config_mut().check_end_names = true;
    let mut state =
        State { depth: 0, root: false, element: None, refs: Vec::new(), members: Vec::new(), tags: Vec::new(), sink };
    let mut buffer = Vec::new();
    loop {
        let position = xml.buffer_position();
        let damaged = |what: String| {
            source.damaged(
                format!("the file is no whole OSM XML: {what} (byte {position})"),
                "download or export it again",
            )
        };
        match xml.read_event_into(&mut buffer).map_err(|error| damaged(error.to_string()))? {
            Event::Start(start) => state.open(&start).map_err(damaged)?,
            Event::Empty(start) => {
                state.open(&start).map_err(damaged)?;
                state.close();
            }
            Event::End(_) => state.close(),
            Event::DocType(_) => {
                return Err(Error::fatal(Finding::fatal(
                    codes::FILE_DAMAGED,
                    source.place(),
                    "the file declares a document type (DOCTYPE), which could define entities without end; it was not read",
                    "remove the declaration: OSM files have none",
                )));
            }
            Event::Eof => {
                if state.depth > 0 {
                    return Err(damaged("it is cut: the outermost element is not closed".to_owned()));
                }
                if !state.root {
                    return Err(damaged("there is no element <osm>".to_owned()));
                }
                return Ok(());
            }
            _ => {}
        }
        buffer.clear();
    }
}

/// The element that is open.
enum Open {
    Node {
        id: i64,
        lon: i64,
        lat: i64,
    },
    Way {
        id: i64,
    },
    Relation {
        id: i64,
    },
    /// Marked as deleted.
    Gone,
}

struct State<'a, 'b, S> {
    depth: usize,
    root: bool,
    element: Option<Open>,
    refs: Vec<i64>,
    members: Vec<Member>,
    tags: Vec<(String, String)>,
    sink: &'a mut Counted<'b, S>,
}

impl<S: Sink> State<'_, '_, S> {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.depth += 1;
        let name = start.name();
        let name = name.as_ref();
        match (self.depth, name) {
            (1, "osm") => self.root = true,
            (1, other) => {
                let other: String = other.chars().take(40).collect();
                return Err(format!("the outermost element is <{other}>, not <osm>"));
            }
            (2, "node" | "way" | "relation") => self.begin(name, start)?,
            (3, "nd") if matches!(self.element, Some(Open::Way { .. })) => {
                let node = integer(attribute(start, "ref")?.as_deref(), "nd ref")?;
                self.refs.push(node);
            }
            (3, "tag") if self.element.is_some() => {
                let (key, value) = (attribute(start, "k")?, attribute(start, "v")?);
                self.tags.push((key.ok_or("a tag without key")?, value.ok_or("a tag without value")?));
            }
            (3, "member") if matches!(self.element, Some(Open::Relation { .. })) => {
                let kind = match attribute(start, "type")?.as_deref() {
                    Some("node") => MemberKind::Node,
                    Some("way") => MemberKind::Way,
                    Some("relation") => MemberKind::Relation,
                    other => return Err(format!("a member of type {other:?}")),
                };
                let id = integer(attribute(start, "ref")?.as_deref(), "member ref")?;
                self.members.push(Member { kind, id, role: attribute(start, "role")?.unwrap_or_default() });
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, name: &str, start: &BytesStart<'_>) -> Result<(), String> {
        self.refs.clear();
        self.members.clear();
        self.tags.clear();
        let (mut id, mut lon, mut lat, mut gone) = (None, None, None, false);
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = || attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string());
            match attribute.key.as_ref() {
                "id" => id = Some(integer(Some(&value()?), "id")?),
                "lon" => lon = Some(coordinate(&value()?)?),
                "lat" => lat = Some(coordinate(&value()?)?),
                "visible" => gone |= value()?.as_ref() == "false",
                "action" => gone |= value()?.as_ref() == "delete",
                _ => {}
            }
        }
        let id = id.ok_or_else(|| format!("a {name} without id"))?;
        self.element = Some(match (name, lon, lat) {
            _ if gone => Open::Gone,
            ("node", Some(lon), Some(lat)) => Open::Node { id, lon, lat },
            ("node", _, _) => return Err(format!("node {id} has no lon or no lat")),
            ("way", _, _) => Open::Way { id },
            _ => Open::Relation { id },
        });
        Ok(())
    }

    fn close(&mut self) {
        if self.depth == 2 {
            let tags: Vec<(&str, &str)> = self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            match self.element.take() {
                Some(Open::Node { id, lon, lat }) => self.sink.node(id, lon, lat, Tags(&tags)),
                Some(Open::Way { id }) => self.sink.way(id, &self.refs, Tags(&tags)),
                Some(Open::Relation { id }) => self.sink.relation(id, &self.members, Tags(&tags)),
                Some(Open::Gone) => self.sink.deleted += 1,
                None => {}
            }
            self.tags.clear();
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn integer(text: Option<&str>, what: &str) -> Result<i64, String> {
    let text = text.ok_or_else(|| format!("{what} is missing"))?;
    text.trim()
        .parse()
        .map_err(|_| format!("{what} {:?} is no whole number", text.chars().take(40).collect::<String>()))
}

/// Degrees as whole 10⁻⁷ degrees.
fn coordinate(text: &str) -> Result<i64, String> {
    let degrees: f64 = text
        .trim()
        .parse()
        .ok()
        .filter(|d: &f64| d.is_finite() && d.abs() < 1e9)
        .ok_or_else(|| format!("{:?} is no coordinate", text.chars().take(40).collect::<String>()))?;
    Ok((degrees * 1e7).round() as i64)
}
