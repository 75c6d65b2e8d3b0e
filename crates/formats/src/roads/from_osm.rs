//! Roads of an OSM extract.

use firesite_model::{AccessTags, Finding, Place, Read, RoadNode, RoadWay, Roads, Severity, TurnBan, TurnRestriction};
use rustc_hash::FxHashMap;

use super::tags::{self, Remark};
use super::{RoadLayer, no_roads, remark};
use crate::osm::{Member, MemberKind, OsmFormat, Places, Sink, Tags, degrees, stream};
use crate::{Error, Source, codes};

pub(super) fn read(source: &Source, format: OsmFormat) -> Result<Read<RoadLayer>, Error> {
    let mut findings = Vec::new();
    let mut sink = RoadSink { place: source.place().layer("roads"), ..RoadSink::default() };
    let counts = stream(source, format, &mut sink, &mut findings)?;
    if sink.ways.is_empty() {
        let message =
            format!("there is no road in the extract ({} nodes, {} ways); it may be cut", counts.nodes, counts.ways);
        findings.push(no_roads(source, message));
        return Err(Error::Input(findings));
    }
    let mut layer = sink.finish(source, &mut findings)?;
    layer.file.clone_from(&source.shown);
    "EPSG:4326".clone_into(&mut layer.crs);
    layer.osm = Some(counts);
    crate::read::settled(Read { value: layer, findings })
}

/// What a node says beside its place.
#[derive(Default)]
struct NodeTags {
    barrier: Option<String>,
    access: AccessTags,
    signals: bool,
    level_crossing: bool,
    remarks: Vec<Remark>,
}

struct Restriction {
    id: i64,
    from: Vec<i64>,
    via: i64,
    to: Vec<i64>,
    ban: TurnBan,
    except_emergency: bool,
}

#[derive(Default)]
struct RoadSink {
    place: Place,
    places: Places,
    node_tags: FxHashMap<i64, NodeTags>,
    ways: Vec<(RoadWay, Vec<i64>, Vec<Remark>)>,
    restrictions: Vec<Restriction>,
    findings: Vec<Finding>,
}

impl Sink for RoadSink {
    fn node(&mut self, id: i64, lon: i64, lat: i64, tags: Tags<'_>) {
        self.places.push(id, lon, lat);
        if tags.0.is_empty() {
            return;
        }
        let barrier = tags.get("barrier").filter(|barrier| *barrier != "no").map(str::to_owned);
        let crossing = tags.is("highway", "crossing")
            && (tags.is("crossing", "traffic_signals") || tags.is("crossing:signals", "yes"));
        let signals = tags.is("highway", "traffic_signals") || crossing;
        let level_crossing = tags.is("railway", "level_crossing");
        if barrier.is_none() && !signals && !level_crossing {
            return;
        }
        let mut remarks = Vec::new();
        let access = if barrier.is_some() { tags::access(tags, &mut remarks) } else { AccessTags::default() };
        self.node_tags.insert(id, NodeTags { barrier, access, signals, level_crossing, remarks });
    }

    fn way(&mut self, id: i64, refs: &[i64], tags: Tags<'_>) {
        let mut remarks = Vec::new();
        if let Some(road) = tags::road(id, tags, &mut remarks) {
            self.ways.push((road, refs.to_vec(), remarks));
        }
    }

    fn relation(&mut self, id: i64, members: &[Member], tags: Tags<'_>) {
        if !tags.is("type", "restriction") {
            return;
        }
        match restriction(id, members, tags) {
            Ok(restriction) => self.restrictions.push(restriction),
            Err((severity, message)) => self.findings.push(ignored(&self.place, id, severity, message)),
        }
    }
}

fn ignored(place: &Place, id: i64, severity: Severity, message: String) -> Finding {
    let place = place.clone().feature(format!("relation {id}"));
    let remedy = "turns there are free in the model; check it where stations or seats are near";
    Finding::new(codes::RESTRICTION_IGNORED, severity, place, message, remedy)
}

fn restriction(id: i64, members: &[Member], tags: Tags<'_>) -> Result<Restriction, (Severity, String)> {
    let value = tags.get("restriction").or_else(|| tags.get("restriction:motor_vehicle"));
    let Some(value) = value else {
        let key = tags.0.iter().map(|(key, _)| *key).find(|key| key.starts_with("restriction"));
        let what = key.unwrap_or("without a value");
        return Err((Severity::Warning, format!("a turn restriction {what} is not applied")));
    };
    let ban = if value.starts_with("no_") {
        TurnBan::No
    } else if value.starts_with("only_") {
        TurnBan::Only
    } else {
        return Err((Severity::Warning, format!("turn restriction {value:?} is not known")));
    };
    let ways = |role: &str| -> Vec<i64> {
        members.iter().filter(|m| m.role == role && m.kind == MemberKind::Way).map(|m| m.id).collect()
    };
    let via: Vec<&Member> = members.iter().filter(|member| member.role == "via").collect();
    let via = match via.as_slice() {
        [member] if member.kind == MemberKind::Node => member.id,
        [] => return Err((Severity::Dropped, "a turn restriction without via".to_owned())),
        _ => return Err((Severity::Warning, "a turn restriction with a via way is not applied".to_owned())),
    };
    let (from, to) = (ways("from"), ways("to"));
    // Several ways are sound only for no_entry (from) and no_exit (to).
    if from.is_empty() || to.is_empty() || (from.len() > 1 && to.len() > 1) {
        return Err((
            Severity::Dropped,
            format!("a turn restriction with {} from and {} to ways", from.len(), to.len()),
        ));
    }
    let excepted = tags.get("except").is_some_and(|except| except.split(';').any(|part| part.trim() == "emergency"));
    Ok(Restriction { id, from, via, to, ban, except_emergency: excepted })
}

impl RoadSink {
    fn finish(mut self, source: &Source, findings: &mut Vec<Finding>) -> Result<RoadLayer, Error> {
        let place = self.place.clone();
        let twice = self.places.sort();
        let mut repeated = Vec::new();
        if twice > 0 {
            repeated.push(format!("{twice} nodes stand more than once; the first was taken"));
        }
        let read = self.ways.len();
        self.ways.sort_by_key(|(road, ..)| road.id);
        self.ways.dedup_by_key(|(road, ..)| road.id);
        if self.ways.len() < read {
            repeated.push(format!("{} roads stand more than once; the first was taken", read - self.ways.len()));
        }
        for message in repeated {
            let remedy = "merge extracts with a tool that drops doubles (osmium merge)";
            findings.push(Finding::new(codes::ELEMENT_TWICE, Severity::Dropped, place.clone(), message, remedy));
        }

        let mut used: Vec<i64> = self.ways.iter().flat_map(|(_, refs, _)| refs.iter().copied()).collect();
        used.sort_unstable();
        used.dedup();
        let mut roads = Roads::default();
        let mut index: FxHashMap<i64, u32> = FxHashMap::default();
        index.reserve(used.len());
        for id in used {
            let Some(at) = self.places.get(id) else { continue };
            let position = degrees(at);
            if position.x.abs() > 180.0 || position.y.abs() > 90.0 {
                findings.push(out_of_range(&place, id, position));
                continue;
            }
            index.insert(id, roads.nodes.len() as u32);
            roads.nodes.push(self.node(id, position, findings));
        }
        if roads.nodes.is_empty() {
            findings.push(Finding::fatal(
                codes::FILE_DAMAGED,
                source.place().layer("roads"),
                "no node of any road has coordinates in the file: it is cut, or its nodes were left out",
                "extract it again with nodes (osmium extract, or the recursion of Overpass)",
            ));
            return Err(Error::Input(std::mem::take(findings)));
        }

        let mut layer = RoadLayer { read, ..RoadLayer::default() };
        for (road, refs, remarks) in std::mem::take(&mut self.ways) {
            let label = place.clone().feature(format!("way {}", road.id));
            findings.extend(remarks.into_iter().map(|found| remark(label.clone(), found)));
            let (parts, missing, doubled) = parts(&refs, &index);
            let at = |label: Place| match parts.first().and_then(|part| part.first()) {
                Some(node) => {
                    let c = roads.nodes[*node as usize].position;
                    label.at(c.x, c.y)
                }
                None => label,
            };
            let (message, severity, code);
            if parts.is_empty() {
                message =
                    format!("of its {} nodes fewer than two in a row are in the file; it was left out", refs.len());
                (severity, code) = (Severity::Dropped, codes::WAY_TOO_SHORT);
                layer.dropped += 1;
            } else if missing > 0 {
                message = format!(
                    "{missing} of its {} nodes are missing (not in the file); the road was cut there into {} part(s)",
                    refs.len(),
                    parts.len()
                );
                (severity, code) = (Severity::Repaired, codes::WAY_CUT);
            } else if doubled > 0 {
                message = format!("{doubled} node(s) stand twice in a row; taken once");
                (severity, code) = (Severity::Repaired, codes::NODE_REPEATED);
            } else {
                layer.kept += 1;
                roads.ways.extend(parts.into_iter().map(|nodes| RoadWay { nodes, ..road.clone() }));
                continue;
            }
            if severity == Severity::Repaired {
                layer.kept += 1;
                layer.repaired += 1;
            }
            let remedy = "extract with whole ways (osmium extract --strategy complete_ways) where the road matters";
            findings.push(Finding::new(code, severity, at(label), message, remedy));
            roads.ways.extend(parts.into_iter().map(|nodes| RoadWay { nodes, ..road.clone() }));
        }
        layer.dropped = read - layer.kept;
        roads.restrictions = self.restrictions(&roads, &index);
        self.findings.sort_by(|a, b| a.place.feature.cmp(&b.place.feature));
        findings.append(&mut self.findings);
        if roads.ways.is_empty() {
            findings.push(no_roads(source, format!("of {read} roads none can be used")));
        }
        layer.roads = roads;
        Ok(layer)
    }

    fn node(&mut self, id: i64, position: geo_types::Coord<f64>, findings: &mut Vec<Finding>) -> RoadNode {
        let Some(tags) = self.node_tags.remove(&id) else { return RoadNode::plain(id, position) };
        let label = || self.place.clone().feature(format!("node {id}")).at(position.x, position.y);
        findings.extend(tags.remarks.into_iter().map(|found| remark(label(), found)));
        RoadNode {
            id,
            position,
            barrier: tags.barrier,
            access: tags.access,
            signals: tags.signals,
            level_crossing: tags.level_crossing,
        }
    }

    /// The restrictions whose members are roads of the layer; the others are told.
    fn restrictions(&mut self, roads: &Roads, index: &FxHashMap<i64, u32>) -> Vec<TurnRestriction> {
        let mut found = Vec::new();
        let mut restrictions = std::mem::take(&mut self.restrictions);
        restrictions.sort_by_key(|restriction| restriction.id);
        for restriction in restrictions {
            // The part of a way that holds the via node: parts of a cut way stand side by side, sorted by id.
            let part = |way: i64, via: u32| {
                let start = roads.ways.partition_point(|road| road.id < way);
                let same = roads.ways[start..].iter().take_while(|road| road.id == way);
                same.enumerate().find(|(_, road)| road.nodes.contains(&via)).map(|(at, _)| (start + at) as u32)
            };
            let Some(&via_node) = index.get(&restriction.via) else {
                let message = "the via node of a turn restriction is on no road of the file".to_owned();
                self.findings.push(ignored(&self.place, restriction.id, Severity::Dropped, message));
                continue;
            };
            let mut missing = 0;
            for from in &restriction.from {
                for to in &restriction.to {
                    match (part(*from, via_node), part(*to, via_node)) {
                        (Some(from_way), Some(to_way)) => found.push(TurnRestriction {
                            id: restriction.id,
                            from_way,
                            via_node,
                            to_way,
                            ban: restriction.ban,
                            except_emergency: restriction.except_emergency,
                        }),
                        _ => missing += 1,
                    }
                }
            }
            if missing > 0 {
                let message =
                    "a way of a turn restriction is not in the file, or does not meet the via node".to_owned();
                self.findings.push(ignored(&self.place, restriction.id, Severity::Dropped, message));
            }
        }
        found
    }
}

/// The stretches of a way whose nodes are all known, at least two each; how many nodes are missing; how many were
/// repeated. A gap is never bridged: that would invent a street.
fn parts(refs: &[i64], index: &FxHashMap<i64, u32>) -> (Vec<Vec<u32>>, usize, usize) {
    let (mut parts, mut part, mut missing, mut doubled): (Vec<Vec<u32>>, Vec<u32>, usize, usize) =
        (Vec::new(), Vec::with_capacity(refs.len()), 0, 0);
    let mut close = |part: &mut Vec<u32>| {
        let done = std::mem::take(part);
        if done.len() >= 2 {
            parts.push(done);
        }
    };
    for id in refs {
        match index.get(id) {
            Some(node) if part.last() == Some(node) => doubled += 1,
            Some(node) => part.push(*node),
            None => {
                missing += 1;
                close(&mut part);
            }
        }
    }
    close(&mut part);
    (parts, missing, doubled)
}

fn out_of_range(place: &Place, id: i64, position: geo_types::Coord<f64>) -> Finding {
    let swapped = position.x.abs() <= 90.0 && position.y.abs() <= 180.0;
    let (code, what) = if swapped {
        (codes::COORDINATES_SWAPPED, "lon and lat look swapped")
    } else {
        (codes::COORDINATE_RANGE, "out of range")
    };
    let place = place.clone().feature(format!("node {id}"));
    let message = format!("position {}, {}: {what}", position.x, position.y);
    Finding::fatal(code, place, message, "longitude lies within ±180, latitude within ±90 degrees")
}
