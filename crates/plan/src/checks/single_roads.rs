//! Which stations and towns hang on a single road: closed by a flood or a work site, nobody leaves or arrives.

use firesite_model::{Finding, Place, Severity};
use firesite_network::Snapped;

use crate::areas::stands_for;
use crate::codes;
use crate::study::Base;

/// One finding for each single road, with what hangs on it. Asked by `check` alone: it is a property of the land, not a fault.
pub(crate) fn f0622_single_roads(base: &Base, findings: &mut Vec<Finding>) {
    let layers = &base.checked.loaded.layers;
    let stations = layers.stations.iter().zip(&base.stations_at).map(|(s, at)| (format!("station {}", s.id), *at));
    let towns = layers.towns.iter().map(|t| {
        let at = stands_for(&t.geometry).and_then(|position| base.snapper.snap(position).ok());
        (format!("town {} {}", t.code, t.name), at)
    });
    let (names, places): (Vec<String>, Vec<Option<Snapped>>) = stations.chain(towns).unzip();
    for road in base.network.single_roads(&places) {
        let edge = base.network.edge(road.edge);
        let hanging: Vec<&str> = road.places.iter().filter_map(|&at| names.get(at)).map(String::as_str).collect();
        let called = edge.name.map_or_else(|| edge.class.0.clone(), |name| format!("{name} ({})", edge.class.0));
        let place = Place::default().layer("roads").feature(called);
        let place = edge.line.get(edge.line.len() / 2).map_or(place.clone(), |middle| place.at(middle.x, middle.y));
        findings.push(Finding::new(
            codes::SINGLE_ROAD,
            Severity::Warning,
            place,
            format!("closed, it cuts off {}", hanging.join(", ")),
            "see whether another road exists that the layer lacks, or plan for the closure",
        ));
    }
}
