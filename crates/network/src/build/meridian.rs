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
