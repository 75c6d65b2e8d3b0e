//! DIMACS.
use firesite_model::{ArcGraph, Read};

use crate::{Error, Source};

/// Reads a DIMACS graph (`.gr`) with coordinates (`.co`).
pub fn read_dimacs(graph: &Source, coordinates: &Source, unit_ms: f64) -> Result<Read<ArcGraph>, Error> {
    let _ = (coordinates, unit_ms);
    Err(graph.damaged("not yet", ""))
}
