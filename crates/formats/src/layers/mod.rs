//! The layers of a study, one file each.

use firesite_model::{
    Barrier, BuiltUp, Candidate, Coord, Demand, District, Exit, Hazard, Hydrant, MustServe, Read, Station, Town,
};
use geo_types::MultiPolygon;

use crate::{Error, Source};

/// A layer as it was read. `read = kept + dropped`, except where a multi-part feature became several items.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<T> {
    /// The features.
    pub items: Vec<T>,
    /// The file as the user wrote it.
    pub file: String,
    /// The coordinate system it was in.
    pub crs: String,
    /// Features in the file.
    pub read: usize,
    /// Features kept.
    pub kept: usize,
    /// Of these, features that were repaired.
    pub repaired: usize,
    /// Features left out.
    pub dropped: usize,
}

/// A named point for matrices, nearest stations and isochrones.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPoint {
    /// The id as written, or the position where there is none.
    pub id: String,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// 0-based number in the file.
    pub feature: usize,
}
macro_rules! stub {
    ($($name:ident $item:ty),*) => {$(
        /// Reads the layer.
        pub fn $name(source: &Source) -> Result<Read<Layer<$item>>, Error> { Err(source.damaged("not yet", "")) }
    )*};
}
stub!(read_barriers Barrier, read_built_up BuiltUp, read_candidates Candidate, read_demand Demand,
    read_districts District, read_exits Exit, read_hazards Hazard, read_hydrants Hydrant, read_must_serve MustServe,
    read_points NamedPoint, read_stations Station, read_towns Town, read_boundary MultiPolygon<f64>);
