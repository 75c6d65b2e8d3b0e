//! Features and the network.

use firesite_model::{Candidate, Coord, Demand, Finding, Place, Severity, Station, StationStatus};
use firesite_network::{Snapped, Unsnapped};

use crate::codes;
use crate::input::Layers;

type Tied = Result<Snapped, Unsnapped>;

fn off(
    code: firesite_model::Code,
    severity: Severity,
    file: &str,
    layer: &str,
    id: &str,
    at: Coord<f64>,
    why: Unsnapped,
    then: &str,
) -> Finding {
    Finding::new(
        code,
        severity,
        Place::file(file).layer(layer).feature(id).at(at.x, at.y),
        format!("it cannot be tied to the network: {why}; {then}"),
        "correct its position or the roads, or raise [response] access_max_m",
    )
}

/// F0604: stations off the network reach nothing; F0605: when all of them are, that is bad input.
pub(crate) fn f0604_station_unsnapped(stations: &[Station], tied: &[Tied], file: &str, findings: &mut Vec<Finding>) {
    let mut any = false;
    for (station, tied) in stations.iter().zip(tied) {
        match tied {
            Ok(_) => any |= station.status != StationStatus::Closed,
            Err(why) => {
                findings.push(off(
                    codes::STATION_UNSNAPPED,
                    Severity::Warning,
                    file,
                    "stations",
                    &station.id,
                    station.position,
                    *why,
                    "it reaches nothing",
                ));
            }
        }
    }
    if !any && !stations.is_empty() {
        let first = &stations[0];
        findings.push(Finding::fatal(
            codes::STATIONS_ALL_UNSNAPPED,
            Place::file(file).layer("stations").feature(&first.id).at(first.position.x, first.position.y),
            format!("none of the {} stations lies within reach of the network", stations.len()),
            "check that roads and stations are of the same region, and their coordinate systems",
        ));
    }
}

/// F0606: demand off the network is unreachable.
pub(crate) fn f0606_demand_unsnapped(demand: &[Demand], tied: &[Tied], file: &str, findings: &mut Vec<Finding>) {
    for (d, tied) in demand.iter().zip(tied) {
        if let Err(why) = tied {
            findings.push(off(
                codes::DEMAND_UNSNAPPED,
                Severity::Warning,
                file,
                "demand",
                &d.id,
                d.position,
                *why,
                "it counts as unreachable",
            ));
        }
    }
}

/// F0609: candidates off the network are left out.
pub(crate) fn f0609_candidate_unsnapped(
    candidates: &[Candidate],
    tied: &[Tied],
    file: &str,
    findings: &mut Vec<Finding>,
) {
    for (c, tied) in candidates.iter().zip(tied) {
        if let Err(why) = tied {
            findings.push(off(
                codes::CANDIDATE_UNSNAPPED,
                Severity::Dropped,
                file,
                "candidates",
                &c.id,
                c.position,
                *why,
                "it is left out",
            ));
        }
    }
}

/// F0620: the nearest road leads nowhere, so the large network within the snapping distance was taken.
pub(crate) fn f0620_moved_from_scrap(
    layers: &Layers,
    stations: &[Tied],
    demand: &[Tied],
    file_of: impl Fn(&str) -> String,
    findings: &mut Vec<Finding>,
) {
    let mut warn = |layer: &str, id: &str, at: Coord<f64>, tied: &Tied| {
        if let Ok(snapped) = tied
            && snapped.moved_from_scrap
        {
            findings.push(Finding::new(
                codes::MOVED_FROM_SCRAP,
                Severity::Warning,
                Place::file(file_of(layer)).layer(layer).feature(id).at(at.x, at.y),
                format!(
                    "the nearest road leads nowhere; it is tied to the large network, {:.0} m away",
                    snapped.distance.0
                ),
                "connect the road, if it is connected in fact",
            ));
        }
    };
    for (station, tied) in layers.stations.iter().zip(stations) {
        warn("stations", &station.id, station.position, tied);
    }
    for (d, tied) in layers.demand.iter().zip(demand) {
        warn("demand", &d.id, d.position, tied);
    }
}
