//! Rings and outlines from ways and multipolygon relations.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{Places, degrees};

/// The known positions of a way.
pub(super) fn line(refs: &[i64], places: &Places) -> Vec<Coord<f64>> {
    let mut line: Vec<Coord<f64>> = refs.iter().filter_map(|id| places.get(*id)).map(degrees).collect();
    line.retain(|c| c.x.abs() <= 180.0 && c.y.abs() <= 90.0);
    line
}

/// Joins ways at their common end nodes into closed rings; open remains are returned apart.
///
/// Ways are taken in the given order, each ring grown at its end until it closes, so the result is deterministic.
pub(super) fn rings(ways: &[&[i64]]) -> (Vec<Vec<i64>>, usize) {
    let mut rest: Vec<Option<&[i64]>> = ways.iter().map(|way| (way.len() >= 2).then_some(*way)).collect();
    let (mut rings, mut open) = (Vec::new(), 0);
    while let Some(first) = rest.iter().position(Option::is_some) {
        let mut ring: Vec<i64> = rest[first].take().unwrap_or_default().to_vec();
        while ring.first() != ring.last() {
            let Some(&end) = ring.last() else { break };
            let next = rest
                .iter()
                .position(|way| way.is_some_and(|way| way.first() == Some(&end) || way.last() == Some(&end)));
            let Some(way) = next.and_then(|at| rest[at].take()) else { break };
            if way.first() == Some(&end) {
                ring.extend(way.iter().skip(1));
            } else {
                ring.extend(way.iter().rev().skip(1));
            }
        }
        if ring.len() >= 4 && ring.first() == ring.last() {
            rings.push(ring);
        } else {
            open += 1;
        }
    }
    (rings, open)
}

/// The area of a closed way; `None` where too few of its nodes are known.
pub(super) fn polygon(refs: &[i64], places: &Places) -> Option<Polygon<f64>> {
    let closed = refs.len() >= 4 && refs.first() == refs.last();
    let line = line(refs, places);
    (closed && line.len() == refs.len()).then(|| Polygon::new(LineString(line), Vec::new()))
}

/// Outer rings with the inner rings that lie in them.
pub(super) fn multipolygon(outer: &[Vec<i64>], inner: &[Vec<i64>], places: &Places) -> Option<MultiPolygon<f64>> {
    use geo::Contains;
    let areas = |rings: &[Vec<i64>]| rings.iter().filter_map(|ring| polygon(ring, places)).collect::<Vec<_>>();
    let mut outers = areas(outer);
    for hole in areas(inner) {
        let Some(&corner) = hole.exterior().0.first() else { continue };
        if let Some(around) = outers.iter_mut().find(|area| area.contains(&corner)) {
            around.interiors_push(hole.exterior().clone());
        }
    }
    (!outers.is_empty()).then_some(MultiPolygon(outers))
}
