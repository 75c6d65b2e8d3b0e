//! The network does not depend on the order of the input, nor on the direction in which two-way roads were drawn.

mod support;

use firesite_network::{RoadNetwork, VehicleProfile};
use support::Random;

#[test]
fn shuffled_roads_give_the_same_network() {
    let profile = VehicleProfile::packaged("fire-engine").unwrap();
    for seed in 0..200 {
        let mut random = Random(40_000 + seed);
        let mut roads = support::roads(&mut random);
        // A way that passes its via node reads differently when drawn backwards; restrictions are tested elsewhere.
        roads.restrictions.clear();
        let Ok(one) = RoadNetwork::from_ways(&roads, &profile) else { continue };
        let two = RoadNetwork::from_ways(&support::shuffled(&roads, &mut random), &profile).unwrap();
        let (one, two) = (one.value, two.value);
        assert_eq!(one.summary(), two.summary(), "seed {seed}");
        for edge in one.edges() {
            let (a, b) = (one.edge(edge), two.edge(edge));
            assert_eq!((a.ends, a.line, a.length), (b.ends, b.line, b.length), "seed {seed}");
            assert_eq!((a.class, a.forward, a.backward), (b.class, b.forward, b.backward), "seed {seed}");
        }
        let (t, u) = (one.times(&profile).unwrap().value, two.times(&profile).unwrap().value);
        for arc in (0..one.arc_count() as u32).map(firesite_network::ArcId) {
            assert_eq!(t.arc(arc), u.arc(arc), "seed {seed}");
        }
    }
}
