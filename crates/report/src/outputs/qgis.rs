//! `firesite.qgs`: the layers in order, named, with plain symbols. Paths are relative, so the folder can be moved.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Drawn;
use crate::files::COMPLIANCE;

/// A layer of the project: a whole file, or the features of one kind of geometry of a file that has several.
struct MapLayer {
    /// The layer's file, without `.geojson`.
    file: &'static str,
    /// Id in the project, and the geometries it takes.
    id: String,
    part: Option<Part>,
}

/// Features of one kind of geometry, as QGIS names them in a data source.
#[derive(Clone, Copy)]
struct Part {
    word: &'static str,
    geometry: &'static str,
    en: &'static str,
    zh: &'static str,
}

const PARTS: [Part; 3] = [
    Part { word: "points", geometry: "MultiPoint", en: "Compliance: places", zh: "合规性：点位" },
    Part {
        word: "lines",
        geometry: "MultiLineString",
        en: "Compliance: distances and crossings",
        zh: "合规性：距离与跨越",
    },
    Part { word: "areas", geometry: "MultiPolygon", en: "Compliance: areas", zh: "合规性：区域" },
];

impl MapLayer {
    /// The layers of the project for the files that were written.
    fn of(files: &[&'static str]) -> Vec<Self> {
        files
            .iter()
            .flat_map(|file| match *file {
                COMPLIANCE => PARTS
                    .iter()
                    .map(|part| Self { file, id: layer_id(&format!("{file}_{}", part.word)), part: Some(*part) })
                    .collect(),
                _ => vec![Self { file, id: layer_id(file), part: None }],
            })
            .collect()
    }

    fn source(&self) -> String {
        match self.part {
            Some(part) => format!("./{}.geojson|geometrytype={}", self.file, part.geometry),
            None => format!("./{}.geojson", self.file),
        }
    }

    fn title(&self, chinese: bool) -> &'static str {
        match self.part {
            Some(part) if chinese => part.zh,
            Some(part) => part.en,
            None => layer_title(self.file, chinese),
        }
    }

    /// Geometry as the project names it, and the kind of symbol.
    fn geometry(&self) -> (&'static str, &'static str) {
        match (self.file, self.part.map(|p| p.word)) {
            ("stations", _) | (_, Some("points")) => ("Point", "marker"),
            ("roads_by_time", _) | (_, Some("lines")) => ("Line", "line"),
            _ => ("Polygon", "fill"),
        }
    }

    /// What is shown at first: the plan, not its arguments.
    fn checked(&self) -> bool {
        self.part.is_none() && self.file != "service_areas"
    }
}

/// How features of a layer are told apart by colour.
struct Symbols {
    /// QGIS expression.
    by: String,
    /// Value, label, colour.
    categories: Vec<(String, String, &'static str)>,
}

/// Quick to slow: the bands of response time.
const BANDS: [&str; 6] = ["26,152,80", "145,207,96", "217,239,139", "254,224,139", "252,141,89", "215,48,39"];

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    project(&mut writer, drawn).ok()?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Some(bytes)
}

fn project(w: &mut Writer<Vec<u8>>, drawn: &Drawn<'_>) -> io::Result<()> {
    let study = drawn.study;
    let chinese = study.lang == "zh";
    let layers = MapLayer::of(&drawn.layers);
    let title = if chinese { study.title_zh.as_ref().unwrap_or(&study.title) } else { &study.title };
    // Whoever opens the map must see at once what it stands on.
    let title = format!("{title} [{}]", study.nature);
    w.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    w.create_element("qgis")
        .with_attributes([("projectname", title.as_str()), ("version", "3.22.0")])
        .write_inner_content(|w| {
            text(w, "title", &title)?;
            w.create_element("projectCrs").write_inner_content(crs)?;
            w.create_element("properties").write_inner_content(|w| {
                w.create_element("SpatialRefSys")
                    .write_inner_content(|w| {
                        w.create_element("ProjectionsEnabled")
                            .with_attribute(("type", "int"))
                            .write_text_content(BytesText::new("1"))
                            .map(|_| ())
                    })
                    .map(|_| ())
            })?;
            w.create_element("layer-tree-group").write_inner_content(|w| {
                for layer in &layers {
                    let attributes = [
                        ("id", layer.id.as_str()),
                        ("name", layer.title(chinese)),
                        ("source", &layer.source()),
                        ("providerKey", "ogr"),
                        ("checked", if layer.checked() { "Qt::Checked" } else { "Qt::Unchecked" }),
                        ("expanded", "1"),
                    ];
                    w.create_element("layer-tree-layer").with_attributes(attributes).write_empty()?;
                }
                Ok(())
            })?;
            w.create_element("projectlayers")
                .write_inner_content(|w| layers.iter().try_for_each(|layer| map_layer(w, layer, drawn, chinese)))?;
            w.create_element("layerorder").write_inner_content(|w| {
                layers.iter().try_for_each(|layer| {
                    w.create_element("layer").with_attribute(("id", layer.id.as_str())).write_empty().map(|_| ())
                })
            })?;
            Ok(())
        })?;
    Ok(())
}

fn text(w: &mut Writer<Vec<u8>>, name: &str, content: &str) -> io::Result<()> {
    w.create_element(name).write_text_content(BytesText::new(content)).map(|_| ())
}

fn crs(w: &mut Writer<Vec<u8>>) -> io::Result<()> {
    w.create_element("spatialrefsys")
        .write_inner_content(|w| {
            text(w, "proj4", "+proj=longlat +datum=WGS84 +no_defs")?;
            text(w, "srid", "4326")?;
            text(w, "authid", "EPSG:4326")?;
            text(w, "description", "WGS 84")?;
            text(w, "geographicflag", "true")
        })
        .map(|_| ())
}

/// QGIS replaces ids that look too plain by random ones.
fn layer_id(name: &str) -> String {
    format!("firesite_{name}")
}

fn layer_title(name: &str, chinese: bool) -> &'static str {
    match (name, chinese) {
        ("stations", false) => "Stations",
        ("stations", true) => "消防站",
        ("uncovered", false) => "Blank spots",
        ("uncovered", true) => "空白点",
        ("roads_by_time", false) => "Roads by response time",
        ("roads_by_time", true) => "道路响应时间",
        ("isochrones", false) => "Isochrones, all stations together",
        ("isochrones", true) => "等时圈（全部消防站）",
        ("service_areas", false) => "Service areas",
        ("service_areas", true) => "责任区",
        _ => "",
    }
}

fn symbols(name: &str, drawn: &Drawn<'_>) -> Symbols {
    // A result of `coverage` has the phase before alone.
    let phase = if drawn.plan.is_some() { "after" } else { "before" };
    let bands = &drawn.study.bands_s;
    let colour = |at: usize| {
        BANDS[(at * (BANDS.len() - 1)).checked_div(bands.len().saturating_sub(1)).unwrap_or(0).min(BANDS.len() - 1)]
    };
    let one = |label: &str, colour| vec![("1".to_owned(), label.to_owned(), colour)];
    match name {
        "stations" => Symbols {
            by: "status".to_owned(),
            categories: [
                ("existing", "69,117,180"),
                ("upgraded", "171,107,214"),
                ("new", "215,48,39"),
                ("closed", "120,120,120"),
            ]
            .map(|(status, colour)| (status.to_owned(), status.to_owned(), colour))
            .to_vec(),
        },
        "isochrones" => Symbols {
            by: format!("CASE WHEN \"phase\" = '{phase}' AND \"station_id\" IS NULL THEN \"limit_s\" END"),
            categories: bands
                .iter()
                .enumerate()
                .map(|(at, band)| (band.to_string(), format!("≤ {band} s"), colour(at)))
                .collect(),
        },
        "roads_by_time" => {
            let steps = bands.iter().fold(String::new(), |mut steps, band| {
                steps.push_str(&format!(" WHEN \"time_s\" <= {band} THEN {band}"));
                steps
            });
            Symbols {
                by: format!("CASE WHEN \"phase\" <> '{phase}' THEN NULL{steps} END"),
                categories: bands
                    .iter()
                    .enumerate()
                    .map(|(at, band)| (band.to_string(), format!("≤ {band} s"), colour(at)))
                    .collect(),
            }
        }
        COMPLIANCE => Symbols {
            by: "CASE WHEN \"status\" = 'not met' THEN \"severity\" ELSE \"status\" END".to_owned(),
            categories: [
                ("hard", "not met, hard rule", "不符合：应", "215,48,39"),
                ("soft", "not met, soft rule", "不符合：宜", "252,141,89"),
                ("advisory", "not met, advisory", "不符合：可", "254,224,139"),
                ("met", "met", "符合", "26,152,80"),
                ("not assessable", "not assessable", "无法判断", "150,150,150"),
            ]
            .map(|(value, en, zh, colour)| {
                (value.to_owned(), if drawn.study.lang == "zh" { zh } else { en }.to_owned(), colour)
            })
            .to_vec(),
        },
        "uncovered" => {
            Symbols { by: format!("CASE WHEN \"phase\" = '{phase}' THEN 1 END"), categories: one(phase, "118,42,131") }
        }
        _ => Symbols {
            by: format!("CASE WHEN \"phase\" = '{phase}' AND \"station_id\" IS NOT NULL THEN 1 END"),
            categories: one(phase, "90,90,90"),
        },
    }
}

fn map_layer(w: &mut Writer<Vec<u8>>, layer: &MapLayer, drawn: &Drawn<'_>, chinese: bool) -> io::Result<()> {
    let name = layer.file;
    let (kind, symbol) = layer.geometry();
    let symbols = symbols(name, drawn);
    w.create_element("maplayer")
        .with_attributes([("type", "vector"), ("geometry", kind), ("hasScaleBasedVisibilityFlag", "0")])
        .write_inner_content(|w| {
            text(w, "id", &layer.id)?;
            text(w, "datasource", &layer.source())?;
            text(w, "layername", layer.title(chinese))?;
            w.create_element("srs").write_inner_content(crs)?;
            w.create_element("provider")
                .with_attribute(("encoding", "UTF-8"))
                .write_text_content(BytesText::new("ogr"))?;
            w.create_element("renderer-v2")
                .with_attributes([
                    ("type", "categorizedSymbol"),
                    ("attr", symbols.by.as_str()),
                    ("enableorderby", if name == "isochrones" { "1" } else { "0" }),
                    ("forceraster", "0"),
                    ("symbollevels", "0"),
                ])
                .write_inner_content(|w| {
                    w.create_element("categories").write_inner_content(|w| {
                        for (at, (value, label, _)) in symbols.categories.iter().enumerate() {
                            let attributes = [
                                ("symbol", at.to_string()),
                                ("value", value.clone()),
                                ("label", label.clone()),
                                ("render", "true".to_owned()),
                            ];
                            w.create_element("category")
                                .with_attributes(attributes.iter().map(|(k, v)| (*k, v.as_str())))
                                .write_empty()?;
                        }
                        Ok(())
                    })?;
                    if name == "isochrones" {
                        // The slower bands first, so that the quicker ones lie on top.
                        w.create_element("orderby").write_inner_content(|w| {
                            w.create_element("orderByClause")
                                .with_attributes([("asc", "0"), ("nullsFirst", "0")])
                                .write_text_content(BytesText::new("\"limit_s\""))
                                .map(|_| ())
                        })?;
                    }
                    w.create_element("symbols").write_inner_content(|w| {
                        symbols
                            .categories
                            .iter()
                            .enumerate()
                            .try_for_each(|(at, (_, _, colour))| one_symbol(w, at, symbol, name, colour))
                    })?;
                    Ok(())
                })?;
            text(w, "blendMode", "0")?;
            text(w, "layerOpacity", if symbol == "fill" { "0.5" } else { "1" })
        })
        .map(|_| ())
}

fn one_symbol(w: &mut Writer<Vec<u8>>, at: usize, kind: &str, layer: &str, colour: &str) -> io::Result<()> {
    let opaque = format!("{colour},255");
    let (class, options): (&str, Vec<(&str, &str)>) = match kind {
        "marker" => (
            "SimpleMarker",
            vec![
                ("name", "circle"),
                ("color", &opaque),
                ("outline_color", "255,255,255,255"),
                ("size", if layer == COMPLIANCE { "2" } else { "3" }),
            ],
        ),
        "line" => ("SimpleLine", vec![("line_color", &opaque), ("line_width", "0.4")]),
        _ if layer == "service_areas" => {
            ("SimpleFill", vec![("style", "no"), ("outline_color", &opaque), ("outline_width", "0.3")])
        }
        _ => ("SimpleFill", vec![("color", &opaque), ("style", "solid"), ("outline_style", "no")]),
    };
    let name = at.to_string();
    w.create_element("symbol")
        .with_attributes([
            ("type", kind),
            ("name", name.as_str()),
            ("alpha", "1"),
            ("force_rhr", "0"),
            ("clip_to_extent", "1"),
        ])
        .write_inner_content(|w| {
            w.create_element("layer")
                .with_attributes([("class", class), ("enabled", "1"), ("pass", "0"), ("locked", "0")])
                .write_inner_content(|w| {
                    w.create_element("Option").with_attribute(("type", "Map")).write_inner_content(|w| {
                        for (key, value) in &options {
                            w.create_element("Option")
                                .with_attributes([("type", "QString"), ("name", *key), ("value", *value)])
                                .write_empty()?;
                        }
                        Ok(())
                    })?;
                    for (key, value) in &options {
                        w.create_element("prop").with_attributes([("k", *key), ("v", *value)]).write_empty()?;
                    }
                    Ok(())
                })
                .map(|_| ())
        })
        .map(|_| ())
}
