//! Fields of networks whose turns have a price or are forbidden, against petgraph on the graph of arcs: times at nodes and
//! along every edge, owners, pieces and reached edges, to the millisecond.
//!
//! The search leaves out what its crossings prove to be useless, and tells the starts of arcs from their neighbours' ends;
//! so the towns are such that this is hard: streets shorter than a turn takes, dead ends, one-way streets, bans, closures,
//! crossings of many roads, turns that cost nothing or nearly for ever.

mod support;

use firesite_model::TravelTime;
use firesite_network::{
    ArcId, Edge, EdgeId, NodeId, Origin, Piece, RoadNetwork, SnapOptions, Snapped, Snapper, TimeField, TravelTimes,
    TurnCosts, VehicleProfile,
};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;
use support::Random;

const NEVER: u32 = u32::MAX;

fn costs(random: &mut Random) -> TurnCosts {
    let mut cost = || {
        let of_a_kind = [0, random.below(5), random.below(30_000), random.below(3_000), u64::from(NEVER) - 3];
        TravelTime::millis(of_a_kind[[0, 1, 2, 2, 3, 3, 3, 4][random.below(8) as usize]] as u32)
    };
    TurnCosts { right: cost(), left: cost(), uturn: cost(), signal: cost(), level_crossing: cost() }
}

/// Other times of the arcs: the same, much shorter ones, some zero, hardly any differing.
fn retimed(random: &mut Random, times: &TravelTimes) -> TravelTimes {
    let kind = random.below(4);
    let arcs = (0..times.network().arc_count() as u32).map(|arc| {
        let time = times.arc(ArcId(arc));
        if time == TravelTime::MAX {
            return time;
        }
        TravelTime::millis(match kind {
            0 => time.as_millis(),
            1 => time.as_millis() / 10,
            2 => [0, time.as_millis()][random.below(2) as usize],
            _ => random.below(3) as u32 * 1_000,
        })
    });
    let arcs = arcs.collect();
    let edges = times.network().edge_count() as u64;
    let closed = if random.below(2) == 0 { random.below(1 + edges / 6) } else { 0 };
    let closed: Vec<EdgeId> = (0..closed).map(|_| EdgeId(random.below(edges) as u32)).collect();
    times.with_arc_times(arcs).expect("as many").with_turn_costs(&costs(random)).without(&closed)
}

/// At a node, or along an edge; the ends of edges too, where these are not said to be nodes.
fn place(random: &mut Random, network: &RoadNetwork, any: &Snapped) -> Snapped {
    let mut place = *any;
    place.access = TravelTime::millis([0, 0, 1_500][random.below(3) as usize]);
    place.edge = EdgeId(random.below(network.edge_count() as u64) as u32);
    let end = random.below(2);
    (place.share, place.node) = match random.below(3) {
        0 => (end as f64, Some([network.edge(place.edge).ends.0, network.edge(place.edge).ends.1][end as usize])),
        1 => (random.share(), None),
        _ => ([0.0, 1.0, 0.5][random.below(3) as usize], None),
    };
    place
}

fn part(time: u32, share: f64) -> u32 {
    (f64::from(time) * share + 0.5).floor() as u32
}

/// What petgraph knows of one or more origins: by arc, the earliest time to set out along it and whose that is, and by
/// node, when it is reached.
struct Wanted<'a> {
    times: &'a TravelTimes,
    origins: &'a [Origin<'a>],
    limit: u32,
    starts: Vec<(u32, usize)>,
    nodes: Vec<(u32, usize)>,
}

impl<'a> Wanted<'a> {
    fn new(times: &'a TravelTimes, origins: &'a [Origin<'a>], limit: u32) -> Self {
        let network = times.network();
        let (starts, nodes) =
            (vec![(NEVER, usize::MAX); network.arc_count()], vec![(NEVER, usize::MAX); network.node_count()]);
        let mut wanted = Self { times, origins, limit, starts, nodes };
        for (i, origin) in origins.iter().enumerate() {
            let start = (origin.offset + origin.place.access).as_millis();
            if let Some(node) = origin.place.node {
                wanted.reach(node, (start, i));
                network.arcs_from(node).for_each(|next| wanted.set_out(next, (start, i)));
                continue;
            }
            for (arc, way) in wanted.ways(origin.place.edge, origin.place.share) {
                let time = start.saturating_add(part(times.arc(arc).as_millis(), 1.0 - way));
                let head = network.arc(arc).1;
                wanted.reach(head, (time, i));
                for next in network.arcs_from(head) {
                    if let Some(turn) = times.turn(arc, next) {
                        wanted.set_out(next, (time.saturating_add(turn.as_millis()), i));
                    }
                }
            }
        }
        wanted
    }

    /// The open directions of an edge, with the shares of each that lie behind a place.
    fn ways(&self, edge: EdgeId, share: f64) -> impl Iterator<Item = (ArcId, f64)> + use<'a> {
        let (times, Edge { forward, backward, .. }) = (self.times, self.times.network().edge(edge));
        let ways = [(forward, share), (backward, 1.0 - share)].into_iter();
        ways.filter_map(move |(arc, share)| Some((arc.filter(|a| times.arc(*a) != TravelTime::MAX)?, share)))
    }

    fn reach(&mut self, node: NodeId, due: (u32, usize)) {
        self.nodes[node.index()] = self.nodes[node.index()].min(due);
    }

    fn set_out(&mut self, arc: ArcId, (time, origin): (u32, usize)) {
        if self.times.arc(arc) == TravelTime::MAX || time > self.limit {
            return;
        }
        let network = self.times.network();
        for (next, way) in dijkstra(network.turns(self.times), arc, None, |turn| *turn.weight()) {
            let start = time.saturating_add(way.as_millis());
            let drive = self.times.arc(next).as_millis();
            if drive != NEVER && start <= self.limit {
                self.starts[next.index()] = self.starts[next.index()].min((start, origin));
                self.reach(network.arc(next).1, (start.saturating_add(drive), origin));
            }
        }
    }

    fn within(&self, due: (u32, usize)) -> Option<(TravelTime, usize)> {
        (due.0 <= self.limit && due.0 != NEVER).then_some((TravelTime::millis(due.0), due.1))
    }

    fn along(&self, edge: EdgeId, share: f64) -> Option<(TravelTime, usize)> {
        let mut best = (NEVER, usize::MAX);
        for (arc, way) in self.ways(edge, share) {
            let drive = self.times.arc(arc).as_millis();
            let (start, origin) = self.starts[arc.index()];
            best = best.min((start.saturating_add(part(drive, way)), origin));
            for (i, origin) in self.origins.iter().enumerate().filter(|(_, o)| o.place.edge == edge) {
                let behind = self.ways(edge, origin.place.share).find(|w| w.0 == arc).expect("the same arc").1;
                if way >= behind {
                    let start = (origin.offset + origin.place.access).as_millis();
                    best = best.min((start.saturating_add(part(drive, way - behind)), i));
                }
            }
        }
        self.within(best)
    }

    /// The same without rounding: times of everything that comes by.
    fn lines(&self, edge: EdgeId, share: f64) -> Vec<(f64, usize)> {
        let mut lines = Vec::new();
        for (arc, way) in self.ways(edge, share) {
            let drive = f64::from(self.times.arc(arc).as_millis());
            let (start, origin) = self.starts[arc.index()];
            if start <= self.limit {
                lines.push((f64::from(start) + drive * way, origin));
            }
            for (i, origin) in self.origins.iter().enumerate().filter(|(_, o)| o.place.edge == edge) {
                let behind = self.ways(edge, origin.place.share).find(|w| w.0 == arc).expect("the same arc").1;
                if way >= behind {
                    let start = f64::from((origin.offset + origin.place.access).as_millis());
                    lines.push((start + drive * (way - behind), i));
                }
            }
        }
        lines
    }

    fn is_reached(&self, edge: EdgeId) -> bool {
        let reached = |arc: Option<ArcId>| arc.is_some_and(|arc| self.starts[arc.index()].0 <= self.limit);
        let Edge { forward, backward, .. } = self.times.network().edge(edge);
        let here = self.origins.iter().filter(|o| o.place.edge == edge);
        reached(forward)
            || reached(backward)
            || here.map(|o| (o.offset + o.place.access).as_millis()).any(|start| start <= self.limit)
    }
}

/// Everything that a field tells, against what is wanted; how many places were within the limit.
fn assert_same(field: &TimeField<'_>, wanted: &Wanted<'_>, any: &Snapped, random: &mut Random, what: &str) -> usize {
    let network = wanted.times.network();
    for node in network.nodes() {
        let found = field.at_node(node);
        assert_eq!(found, wanted.within(wanted.nodes[node.index()]).map(|due| due.0), "{what}, {node:?}");
    }
    let mut reached = 0;
    let (mut pieces, mut place): (Vec<Piece>, Snapped) = (Vec::new(), *any);
    (place.node, place.access) = (None, TravelTime::ZERO);
    for edge in network.edges() {
        place.edge = edge;
        field.pieces(edge, &mut pieces);
        for share in [0.0, 0.25, random.share(), 0.5, 1.0] {
            place.share = share;
            let found = field.owner_at(&place);
            assert_eq!(found, wanted.along(edge, share), "{what}, {edge:?} at {share}");
            reached += usize::from(found.is_some());
            if share == 0.0 || share == 1.0 {
                continue;
            }
            let lines = wanted.lines(edge, share);
            let best = lines.iter().map(|line| line.0).fold(f64::INFINITY, f64::min);
            let here = |slack: f64| pieces.iter().filter(move |p| p.from - slack <= share && share <= p.to + slack);
            if best < f64::from(wanted.limit) - 1.0 {
                let told = here(1e-9).map(|piece| {
                    let (from, to) = (f64::from(piece.time_from.as_millis()), f64::from(piece.time_to.as_millis()));
                    from + (to - from) * (share - piece.from) / (piece.to - piece.from)
                });
                let told = told.fold(f64::INFINITY, f64::min);
                assert!((told - best).abs() <= 1.0, "{what}, {edge:?} at {share}: {told}, not {best}: {pieces:?}");
                if lines.iter().all(|line| line.0 <= best + 1e-7 || line.0 > best + 1e-3) {
                    let first = lines.iter().filter(|line| line.0 <= best + 1e-7).map(|line| line.1).min();
                    assert!(here(1e-9).any(|piece| Some(piece.origin) == first), "{what}, {edge:?} at {share}");
                }
            } else if best > f64::from(wanted.limit) + 1.0 {
                assert!(here(-1e-9).next().is_none(), "{what}, {edge:?} at {share}: {pieces:?}");
            }
        }
    }
    let edges: Vec<EdgeId> = network.edges().filter(|edge| wanted.is_reached(*edge)).collect();
    assert!(field.reached_edges().eq(edges), "{what}");
    reached
}

/// Several origins together and each alone, within a limit and without one.
fn assert_fields(times: &TravelTimes, random: &mut Random, what: &str) -> usize {
    let snapper = Snapper::new(times, SnapOptions::default());
    let network = times.network();
    let Some(any) = network.nodes().find_map(|n| snapper.snap(network.position(n)).ok()) else { return 0 };
    let places: Vec<Snapped> = (0..=random.below(4)).map(|_| place(random, network, &any)).collect();
    let offset = [1, 2, 60_000][random.below(3) as usize];
    let origins: Vec<Origin<'_>> = (places.iter())
        .map(|place| Origin { place, offset: TravelTime::millis(random.below(offset) as u32) })
        .collect();
    let near = [2_000, 20_000, 200_000][random.below(3) as usize];
    let mut search = times.search();
    let mut reached = 0;
    for limit in [NEVER - 1, random.below(near) as u32] {
        let asked = (limit != NEVER - 1 || random.below(2) == 0).then_some(TravelTime::millis(limit));
        for origins in [&origins[..], &origins[..1], &origins[origins.len() - 1..]] {
            let wanted = Wanted::new(times, origins, limit);
            let field = search.run(origins, asked);
            reached += assert_same(&field, &wanted, &any, random, &format!("{what}, {asked:?}, {origins:?}"));
        }
    }
    reached
}

#[test]
fn towns_of_short_streets() {
    let (mut reached, mut banned) = (0, 0);
    for seed in 0..700 {
        let mut random = Random(160_000 + seed);
        let roads = support::roads(&mut random);
        let profile = VehicleProfile::parse(support::SPEEDS, "test").unwrap();
        let Ok(read) = RoadNetwork::from_ways(&roads, &profile) else { continue };
        let times = retimed(&mut random, &read.value.times(&profile).unwrap().value);
        banned += read.value.banned_turns();
        reached += assert_fields(&times, &mut random, &format!("seed {seed}"));
    }
    assert!(reached > 300_000 && banned > 900, "{reached}, {banned}: too easy");
}

#[test]
fn crossings_of_any_number_of_arcs() {
    let mut reached = 0;
    for seed in 0..1_500 {
        let mut random = Random(170_000 + seed);
        let graph = support::arcs(&mut random);
        let network = RoadNetwork::from_arcs(&graph).unwrap().value;
        let times = retimed(&mut random, &network.arc_times());
        reached += assert_fields(&times, &mut random, &format!("seed {seed}: {graph:?}"));
    }
    assert!(reached > 100_000, "{reached}: too easy");
}
