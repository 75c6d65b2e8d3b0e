//! From characters to positions.

use std::collections::BTreeMap;

use firesite_model::{Coord, Metres};

/// Towns lie on the equator, where degrees are as long as these (WGS84): no figure depends on a latitude.
const METRES_PER_DEGREE_EAST: f64 = 111_319.490_793;
const METRES_PER_DEGREE_NORTH: f64 = 110_574.388_558;
const WEST_EDGE: f64 = 112.5;

/// Letters and digits of the drawing, by position.
pub(crate) fn places(drawing: &str, step: Metres) -> BTreeMap<char, Coord<f64>> {
    let mut places = BTreeMap::new();
    for (row, line) in drawing.lines().enumerate() {
        for (column, letter) in line.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
            let east = step.0 * column as f64 / METRES_PER_DEGREE_EAST;
            let north = -step.0 * row as f64 / METRES_PER_DEGREE_NORTH;
            let grid = |degrees: f64| (degrees * 1e7).round() / 1e7;
            let before = places.insert(letter, Coord { x: grid(WEST_EDGE + east), y: grid(north) });
            assert!(before.is_none(), "{letter} stands twice in the drawing");
        }
    }
    places
}
