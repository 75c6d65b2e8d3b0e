//! Components of large and awkward networks.

use firesite_model::{Arc, ArcGraph, Coord, TravelTime};
use firesite_network::RoadNetwork;

/// petgraph's Tarjan is recursive and overflows the stack on a path of 100,000 nodes; Kosaraju does not.
#[test]
fn a_path_of_a_million_nodes() {
    let n = 1_000_000u32;
    let positions = (0..n).map(|i| Coord { x: 100.0 + f64::from(i) * 1e-5, y: 30.0 }).collect();
    let arc = |from, to| Arc { from, to, time: TravelTime::seconds(1) };
    // Two-way but for one arc in the middle: two components.
    let arcs = (0..n - 1).flat_map(|i| [Some(arc(i, i + 1)), (i != n / 2).then(|| arc(i + 1, i))]).flatten().collect();
    let network = RoadNetwork::from_arcs(&ArcGraph { positions, arcs }).unwrap().value;
    let summary = network.summary();
    assert_eq!((summary.components, summary.largest_component_nodes), (2, n as usize / 2 + 1));
    assert_eq!(network.cut_edges().len(), n as usize - 1);
}
