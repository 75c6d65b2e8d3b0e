//! Good plans quickly: lazy greedy, swap local search, iterated local search.

mod columns;
mod greedy;
mod iterated;
mod neighbours;
mod swap;

pub(crate) use columns::Columns;
pub(crate) use greedy::greedy;
pub(crate) use iterated::iterated;
pub(crate) use neighbours::Neighbours;
pub(crate) use swap::{Interchange, descend};
