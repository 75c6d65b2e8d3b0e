//! Roads across the 180° meridian: what this crate cannot draw, it says.

use firesite_model::{Finding, Place, Severity};

use crate::codes;
use crate::network::Inner;

/// A finding where edges cross the meridian. Their length is geodesic and right; but places along them, isochrones and
/// shares are worked out on a plane of longitude and latitude, in which such an edge runs once round the world.
pub(super) fn across_180(inner: &Inner) -> Option<Finding> {
    let crossing = |edge: &usize| inner.line(*edge).windows(2).any(|pair| (pair[0].x - pair[1].x).abs() > 180.0);
    let mut edges = (0..inner.edges.len()).filter(crossing);
    let first = edges.next()?;
    let at = inner.line(first)[0];
    Some(Finding::new(
        codes::ACROSS_180,
        Severity::Warning,
        Place::default().layer("roads").at(at.x, at.y),
        format!(
            "{} stretches of road cross the 180° meridian, this is the first: points tied to them and isochrones over \
             them get wrong times",
            1 + edges.count()
        ),
        "leave these roads out and compute either side of the meridian on its own",
    ))
}

#[cfg(test)]
mod tests {
    use firesite_model::{Arc, ArcGraph, Coord, TravelTime};

    use crate::{RoadNetwork, codes};

    #[test]
    fn what_crosses_is_counted_and_placed() {
        let positions = [179.999, -179.999, 179.99, -179.99].map(|x| Coord { x, y: -17.0 }).to_vec();
        let arc = |from, to| Arc { from, to, time: TravelTime::seconds(10) };
        let crossing =
            ArcGraph { positions: positions.clone(), arcs: vec![arc(0, 1), arc(1, 0), arc(2, 3), arc(0, 2)] };
        let findings = RoadNetwork::from_arcs(&crossing).unwrap().findings;
        let told: Vec<_> = findings.iter().filter(|f| f.code == codes::ACROSS_180).collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].message.starts_with("2 stretches"), "{}", told[0].message);
        let beside = ArcGraph { positions, arcs: vec![arc(0, 2), arc(1, 3)] };
        assert!(RoadNetwork::from_arcs(&beside).unwrap().findings.iter().all(|f| f.code != codes::ACROSS_180));
    }
}
