//! The models beyond the four classic problems, and what holds for every model: brute force, interrupted searches, presolve.

// The street generator of the benches names the facade; here it finds the crate behind it.
extern crate self as firesite;
pub(crate) use firesite_problem as problem;

mod capacitated;
mod interrupted;
mod named;
mod presolve;
mod whole;
