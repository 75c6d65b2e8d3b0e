//! The GeoJSON layers: each feature of the plan with the properties others rely on (DESIGN §5).

use firesite_formats::geojson_out::{Feature, FeatureCollection};
use firesite_plan::map::MapLayers;
use firesite_plan::plan_json::{StationLine, StudyHead};
use geo_types::Point;

/// A layer named after its file, labelled with the study and how real it is.
fn layer(name: &str, study: &StudyHead) -> FeatureCollection {
    FeatureCollection::new().with("name", name).with("study", study.name.as_str()).with("nature", study.nature.as_str())
}

/// `stations.geojson`: as `scenarios[].stations[]` of the main scenario.
pub(crate) fn stations(study: &StudyHead, stations: &[StationLine]) -> Vec<u8> {
    let mut layer = layer("stations", study);
    layer.extend(stations.iter().map(|s| {
        Feature::new(Point::new(s.lon, s.lat))
            .with("id", s.id.as_str())
            .with("name", s.name.as_str())
            .with("class", s.class.as_deref())
            .with("class_zh", s.class_zh.as_deref())
            .with("class_before", s.class_before.as_deref())
            .with("district", s.district.as_deref())
            .with("town", s.town.as_deref())
            .with("built_up", s.built_up.as_deref())
            .with("status", s.status.as_str())
            .with("replaces", s.replaces.as_deref())
            .with("build_mode", s.build_mode.as_deref())
            .with("year", s.year)
            .with("nature", s.nature.as_str())
            .with("counted", s.counted)
            .with("turnout_s", s.turnout_s)
            .with("access_m", s.access_m)
            .with("covers_alone", s.covers_alone)
            .with("first_due", s.first_due)
    }));
    layer.to_bytes()
}

/// `isochrones.geojson`, the largest first, so that a map draws the smaller ones on top.
pub(crate) fn isochrones(study: &StudyHead, map: &MapLayers) -> Vec<u8> {
    let mut layer = layer("isochrones", study);
    layer.extend(map.isochrones.iter().map(|i| {
        Feature::new(i.polygon.clone())
            .with("station_id", i.station_id.as_deref())
            .with("limit_s", i.limit_s)
            .with("area_km2", i.area_km2)
            .with("phase", i.phase.word())
    }));
    layer.to_bytes()
}

/// `service_areas.geojson`.
pub(crate) fn service_areas(study: &StudyHead, map: &MapLayers) -> Vec<u8> {
    let mut layer = layer("service_areas", study);
    layer.extend(map.service_areas.iter().map(|a| {
        Feature::new(a.polygon.clone())
            .with("station_id", a.station_id.as_deref())
            .with("area_km2", a.area_km2)
            .with("built_up_km2", a.built_up_km2)
            .with("demand", a.demand)
            .with("road_km", a.road_km)
            .with("crosses_district", a.crosses_district)
            .with("phase", a.phase.word())
    }));
    layer.to_bytes()
}

/// `uncovered.geojson`.
pub(crate) fn uncovered(study: &StudyHead, map: &MapLayers) -> Vec<u8> {
    let mut layer = layer("uncovered", study);
    layer.extend(map.uncovered.iter().map(|u| {
        Feature::new(u.polygon.clone())
            .with("id", u.id.as_str())
            .with("name", u.name.as_str())
            .with("demand", u.demand)
            .with("nearest_s", u.nearest_s)
            .with("nearest_station", u.nearest_station.as_deref())
            .with("district", u.district.as_deref())
            .with("phase", u.phase.word())
    }));
    layer.to_bytes()
}

/// `roads_by_time.geojson`.
pub(crate) fn roads_by_time(study: &StudyHead, map: &MapLayers) -> Vec<u8> {
    let mut layer = layer("roads_by_time", study);
    layer.extend(map.roads_by_time.iter().map(|r| {
        Feature::new(r.line.clone())
            .with("time_s", r.time_s)
            .with("station_id", r.station_id.as_deref())
            .with("highway", r.highway.as_str())
            .with("phase", r.phase.word())
    }));
    layer.to_bytes()
}

/// `compliance.geojson`: every line of the compliance of the main scenario that a place shows. Points, lines and areas are one
/// layer; all are of the Multi kinds, so that a map program can tell them apart.
pub(crate) fn compliance(study: &StudyHead, map: &MapLayers) -> Vec<u8> {
    let mut layer = layer("compliance", study);
    layer.extend(map.compliance.iter().map(|c| {
        let line = &c.line;
        Feature::new(c.geometry.clone())
            .with("rule", line.rule.as_str())
            .with("title", line.title.as_str())
            .with("title_zh", line.title_zh.as_str())
            .with("subject", line.subject.as_str())
            .with("subject_kind", line.subject_kind.as_str())
            .with("district", line.district.as_deref())
            .with("required", line.required)
            .with("standing", line.standing)
            .with("proposed", line.proposed)
            .with("unit", line.unit.as_str())
            .with("status", line.status.as_str())
            .with("met", line.met)
            .with("severity", line.severity.as_str())
            .with("breach", line.breach)
            .with("rank", line.rank)
            .with("reason", line.reason.as_str())
            .with("reason_zh", line.reason_zh.as_str())
            .with("source", line.source.as_str())
            .with("confidence", line.confidence.as_str())
            .with("unverified", line.unverified.join("; "))
    }));
    layer.to_bytes()
}
