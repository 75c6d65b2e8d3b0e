//! Reading the files of a study, one layer after another.

use std::path::Path;

use firesite_formats as formats;
use firesite_formats::{Layer, RoadSource, Source};
use firesite_model::{Finding, Nature, Place, Read, Severity};
use firesite_network::VehicleProfile;
use firesite_standards::{Override, Pack, RuleBook};
use geo_types::MultiPolygon;

use super::folder::Folder;
use super::{LayerReport, Loaded, RoadData};
use crate::codes;
use crate::plan_json::Input;
use crate::statements;
use crate::study_file::{LayerSection, NatureWord, StudyFile};

pub(super) struct Load<'a> {
    pub(super) folder: Folder<'a>,
    pub(super) default_nature: Option<Nature>,
    pub(super) out: Loaded,
}

impl Load<'_> {
    fn nature(&self, own: Option<NatureWord>) -> Nature {
        own.map(|n| n.0).or(self.default_nature).unwrap_or(Nature::Real)
    }

    /// A file of the study as a source, entered into the inputs.
    fn source(&mut self, name: &str, section: &LayerSection) -> Option<Source> {
        let path = match self.folder.resolve(&section.file, name) {
            Ok(path) => path,
            Err(finding) => {
                self.out.findings.push(*finding);
                return None;
            }
        };
        match formats::content_hash(&path) {
            Ok(blake3) => {
                let nature = self.nature(section.nature);
                self.out.nature = self.out.nature.min(nature);
                self.out.inputs.push(Input {
                    layer: name.to_string(),
                    file: section.file.clone(),
                    blake3,
                    source: section.source.clone().unwrap_or_else(|| "not stated".into()),
                    nature: nature.word().into(),
                });
            }
            Err(error) => {
                self.take_error(error);
                return None;
            }
        }
        Some(Source {
            crs: section.crs.clone(),
            columns: section.columns.clone(),
            ..Source::new(path).shown(section.file.clone())
        })
    }

    fn take_error(&mut self, error: formats::Error) {
        match error {
            formats::Error::Input(findings) => self.out.findings.extend(findings),
            other => self.out.findings.push(Finding::fatal(
                codes::LAYER_MISSING,
                Place::file(self.folder.study),
                other.to_string(),
                "check the rights of the file",
            )),
        }
    }

    /// The features of a layer; none where the study does not name it or it cannot be read.
    pub(super) fn layer<T>(
        &mut self,
        name: &str,
        section: Option<&LayerSection>,
        read: impl Fn(&Source) -> Result<Read<Layer<T>>, formats::Error>,
    ) -> Vec<T> {
        section.and_then(|section| self.readable(name, section, read)).unwrap_or_default()
    }

    /// The same, apart from a layer without features.
    fn readable<T>(
        &mut self,
        name: &str,
        section: &LayerSection,
        read: impl Fn(&Source) -> Result<Read<Layer<T>>, formats::Error>,
    ) -> Option<Vec<T>> {
        let source = self.source(name, section)?;
        match read(&source) {
            Ok(read) => {
                let layer = read.take(&mut self.out.findings);
                self.out.reports.push(LayerReport {
                    name: name.to_string(),
                    file: layer.file,
                    crs: layer.crs,
                    read: layer.read,
                    kept: layer.kept,
                    repaired: layer.repaired,
                    dropped: layer.dropped,
                });
                Some(layer.items)
            }
            Err(error) => {
                self.take_error(error);
                None
            }
        }
    }

    pub(super) fn rules(&mut self, file: &StudyFile) {
        let overrides: Vec<Override> = file.rules.overrides.iter().map(override_of).collect();
        let earlier = self.out.findings.len();
        let packs: Vec<Pack> = file.rules.packs.iter().filter_map(|pack| self.pack(pack)).collect();
        if self.out.findings[earlier..].iter().all(|f| f.severity != Severity::Fatal) {
            match RuleBook::of_packs(packs, &overrides, &file.rules.add, self.folder.study) {
                Ok(book) => {
                    self.out.layers.rules = book;
                    return;
                }
                Err(error) => self.out.findings.extend(error.findings().iter().cloned()),
            }
        }
        // The classes still serve the checks of the layers.
        self.out.layers.rules = RuleBook::new(&[], &[], &[], self.folder.study).unwrap_or_default();
    }

    /// A packaged pack by its id, or a pack of the study's folder by its file.
    fn pack(&mut self, written: &str) -> Option<Pack> {
        let own = Path::new(written).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        let read = if own {
            let section = LayerSection { file: written.to_string(), ..LayerSection::default() };
            let source = self.source("rules", &section)?;
            match std::fs::read(&source.path).map(String::from_utf8) {
                Ok(Ok(text)) => Pack::parse(&text, written),
                _ => {
                    self.out.findings.push(Finding::fatal(
                        codes::STUDY_UNREADABLE,
                        Place::file(written).layer("rules"),
                        "the rule pack is no UTF-8 text",
                        "save it as UTF-8",
                    ));
                    return None;
                }
            }
        } else {
            Pack::packaged(written)
        };
        match read {
            Ok(pack) => Some(pack),
            Err(error) => {
                let study = self.folder.study;
                self.out.findings.extend(error.findings().iter().cloned().map(|mut finding| {
                    finding.place.file.get_or_insert_with(|| study.to_string());
                    finding
                }));
                None
            }
        }
    }

    pub(super) fn profile(&mut self, file: &StudyFile) {
        let Some(section) = &file.profile else {
            self.out.layers.profile = VehicleProfile::packaged(firesite_network::DEFAULT_PROFILE);
            return;
        };
        if let Some(profile) = VehicleProfile::packaged(&section.file) {
            self.out.layers.profile = Some(profile);
            return;
        }
        if !self.folder.root.join(&section.file).exists() && !section.file.contains(['/', '.']) {
            let known: Vec<&str> = VehicleProfile::packaged_names().collect();
            self.out.findings.push(Finding::fatal(
                codes::PROFILE,
                Place::file(self.folder.study).property("profile"),
                format!("[profile] file = \"{}\" is neither a packaged vehicle nor a file", section.file),
                format!("write one of {}, or a TOML file of a vehicle", known.join(", ")),
            ));
            return;
        }
        let Some(source) = self.source("profile", section) else { return };
        match std::fs::read_to_string(&source.path) {
            Ok(text) => match VehicleProfile::parse(&text, &source.shown) {
                Ok(profile) => self.out.layers.profile = Some(profile),
                Err(error) => self.out.findings.extend(error.findings().iter().cloned()),
            },
            Err(error) => self.out.findings.push(Finding::fatal(
                codes::PROFILE,
                Place::file(&section.file).layer("profile"),
                error.to_string(),
                "a vehicle is a UTF-8 TOML file",
            )),
        }
    }

    pub(super) fn roads(&mut self, file: &StudyFile) {
        let Some(section) = &file.roads else { return };
        let as_layer = LayerSection {
            file: section.file.clone(),
            crs: section.crs.clone(),
            columns: section.columns.clone(),
            source: section.source.clone(),
            nature: section.nature,
        };
        let Some(source) = self.source("roads", &as_layer) else { return };
        if formats::road_source(&source.path) == Some(RoadSource::Dimacs) {
            let Some(coordinates) = &section.coordinates else {
                self.out.findings.push(Finding::fatal(
                    codes::REQUIRED,
                    Place::file(&section.file).layer("roads").property("coordinates"),
                    "a DIMACS graph has no positions of its own",
                    "name its .co file: coordinates = \"….co.gz\"",
                ));
                return;
            };
            let co_section =
                LayerSection { file: coordinates.clone(), columns: std::collections::BTreeMap::new(), ..as_layer };
            let Some(co) = self.source("roads", &co_section) else { return };
            match formats::read_dimacs(&source, &co, section.unit_ms.unwrap_or(1.0)) {
                Ok(read) => {
                    let graph = read.take(&mut self.out.findings);
                    self.out.reports.push(LayerReport {
                        name: "roads".into(),
                        file: section.file.clone(),
                        crs: "EPSG:4326".into(),
                        read: graph.arcs.len(),
                        kept: graph.arcs.len(),
                        repaired: 0,
                        dropped: 0,
                    });
                    self.out.layers.roads = Some(RoadData::Arcs(graph));
                }
                Err(error) => self.take_error(error),
            }
            return;
        }
        for (key, idle) in [("coordinates", section.coordinates.is_some()), ("unit_ms", section.unit_ms.is_some())] {
            if idle {
                self.out.findings.push(Finding::new(
                    codes::KEY_IDLE,
                    Severity::Warning,
                    Place::file(self.folder.study).layer("roads").property(key),
                    format!("{key} is for DIMACS graphs; {} is none", section.file),
                    format!("leave {key} out"),
                ));
            }
        }
        match formats::read_roads(&source) {
            Ok(read) => {
                let layer = read.take(&mut self.out.findings);
                self.out.reports.push(LayerReport {
                    name: "roads".into(),
                    file: layer.file,
                    crs: layer.crs,
                    read: layer.read,
                    kept: layer.kept,
                    repaired: layer.repaired,
                    dropped: layer.dropped,
                });
                self.out.layers.roads = Some(RoadData::Ways(layer.roads));
            }
            Err(error) => self.take_error(error),
        }
    }

    pub(super) fn candidates(&mut self, file: &StudyFile) {
        let Some(section) = &file.candidates else { return };
        let nature = self.nature(section.nature);
        self.out.natures.candidates = nature;
        let Some(written) = &section.file else { return };
        let as_layer = LayerSection {
            file: written.clone(),
            crs: section.crs.clone(),
            columns: section.columns.clone(),
            source: section.source.clone(),
            nature: section.nature,
        };
        self.out.layers.candidates = Some(self.layer("candidates", Some(&as_layer), formats::read_candidates));
    }

    pub(super) fn boundary(&mut self, file: &StudyFile) {
        let Some(written) = &file.study.boundary else { return };
        let section = LayerSection { file: written.clone(), nature: file.study.nature, ..LayerSection::default() };
        let outlines: Option<Vec<MultiPolygon<f64>>> = self.readable("boundary", &section, formats::read_boundary);
        self.out.layers.boundary = outlines.map(|outlines| firesite_coverage::polygons::union(outlines.iter()));
    }

    pub(super) fn statements(&mut self, file: &StudyFile) {
        let Some(section) = &file.statements else { return };
        let Some(source) = self.source("statements", section) else { return };
        let text = match std::fs::read(&source.path) {
            Ok(bytes) => decode(&bytes),
            Err(error) => Err(error.to_string()),
        };
        let text = match text {
            Ok(text) => text,
            Err(message) => {
                self.out.findings.push(Finding::fatal(
                    codes::STATEMENT,
                    Place::file(&section.file).layer("statements"),
                    message,
                    "save it as UTF-8 (or GBK) text",
                ));
                return;
            }
        };
        match statements::read(&text, &section.file, &section.columns) {
            Ok(read) => {
                let rows = read.take(&mut self.out.findings);
                self.out.reports.push(LayerReport {
                    name: "statements".into(),
                    file: section.file.clone(),
                    crs: String::new(),
                    read: rows.len(),
                    kept: rows.len(),
                    repaired: 0,
                    dropped: 0,
                });
                self.out.layers.statements = rows;
            }
            Err(findings) => self.out.findings.extend(findings),
        }
    }

    pub(super) fn finish(mut self, file: &StudyFile) -> Loaded {
        self.out.natures.stations = self.nature(file.stations.as_ref().and_then(|s| s.nature));
        self.out.sort();
        self.out
    }
}

/// `[[rules.override]]`: `id`, perhaps `severity`, and parameters, either in `parameters` or beside.
fn override_of(table: &toml::Table) -> Override {
    let word = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_string);
    let mut parameters = toml::Table::new();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("id" | "severity", _) => {}
            ("parameters", toml::Value::Table(inner)) => parameters.extend(inner.clone()),
            _ => {
                parameters.insert(key.clone(), value.clone());
            }
        }
    }
    Override { id: word("id").unwrap_or_default(), parameters, severity: word("severity") }
}

/// UTF-8, else GBK.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err("the file holds zero bytes, so it is no text".into());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_string());
    }
    let (text, _, faulty) = encoding_rs::GBK.decode(bytes);
    if faulty { Err("the file is neither UTF-8 nor GBK".into()) } else { Ok(text.into_owned()) }
}
