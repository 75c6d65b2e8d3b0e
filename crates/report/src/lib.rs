//! A plan written for people: GeoJSON layers, a QGIS project, tables. Nothing is computed here: what is drawn stands in
//! the plan, and everything but the layers, the instances and `tables/demand.csv` is drawn from `plan.json` and the layers as they
//! were written, so that [`render_again`] gives the same bytes.
//!
//! Each drawn output is one file under `outputs/` and one line in its list.

mod error;
mod files;
mod layers;
mod outputs;
mod table;
mod written;

pub use error::Error;
pub use written::{WriteResults, render_again};
