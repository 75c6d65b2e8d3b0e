//! Which engine answers: chosen by the shape of the question. The answer never depends on it.

use firesite_model::TravelTime;

use crate::TravelTimes;

/// How shortest paths are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// By the shape of the question.
    #[default]
    Choose,
    /// One search for each origin, no preparation.
    Search,
    /// Thirty-two origins in one sweep of a hierarchy, prepared when it is not there.
    Hierarchy,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Each origin to places that are named beforehand.
    Matrix { origins: usize },
    /// The demand that each site reaches.
    Reach { sites: usize },
    /// The first `k` of all origins, at every node.
    Due { origins: usize, k: usize },
}

/// What is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ready {
    Nothing,
    /// Where turns have a price: the order of the nodes, from which that of the arcs is derived.
    NodeOrder,
    /// The order and the skeleton, made for other times of the same network.
    Order,
    Hierarchy,
}

/// Networks below this size are searched faster than anyone can tell.
const SMALL_NODES: usize = 4_000;

// Costs in thousandths of a search of the whole network, so that they hold for cities of any size. Measured on generated
// cities of a hundred thousand and a million nodes (benches/README.md).
const FULL_SEARCH: u64 = 1_000;

struct Costs {
    /// Dissection and the skeleton of the nodes.
    order: u64,
    /// Where turns have a price: the order of the arcs and their skeleton.
    arcs: u64,
    customise: u64,
    /// One origin's share of a sweep of thirty-two, reading the rows included.
    sweep: u64,
}

impl Costs {
    /// Until a hierarchy is there.
    fn prepare(&self, ready: Ready) -> u64 {
        match ready {
            Ready::Nothing => self.order + self.arcs + self.customise,
            Ready::NodeOrder => self.arcs + self.customise,
            Ready::Order => self.customise,
            Ready::Hierarchy => 0,
        }
    }
}

const TURNS_FREE: Costs = Costs { order: 220_000, arcs: 0, customise: 40_000, sweep: 40 };
/// A search with turns is itself twice as dear.
const TURNS_PRICED: Costs = Costs { order: 105_000, arcs: 45_000, customise: 80_000, sweep: 100 };

/// The first, the first two and the first three of all origins, everywhere.
const DUE_SEARCH: [u64; 3] = [1_200, 2_800, 4_800];
const DUE_SWEEP: [u64; 3] = [800, 1_200, 1_900];

/// Nodes that a search meets within a limit, for a square of the limit counted in mean arcs: ways along main roads lead
/// further than the mean arc tells.
const NODES_A_SQUARE: u64 = 4;

impl TravelTimes {
    /// The engine for a question; the reason goes to the log.
    pub(crate) fn choose(&self, wish: Engine, question: Question, limit: Option<TravelTime>) -> Engine {
        let nodes = self.network().node_count();
        let (ready, costs) = (self.ready(), self.costs());
        let each = self.nodes_within(limit);
        let (engine, reason) = match wish {
            Engine::Search | Engine::Hierarchy => (wish, "asked for"),
            Engine::Choose => match question {
                Question::Matrix { origins } | Question::Reach { sites: origins } => {
                    cheapest(costs, nodes, ready, origins, each)
                }
                Question::Due { origins, k } => cheapest_due(costs, nodes, ready, origins, each, k),
            },
        };
        tracing::debug!(?engine, reason, ?question, ?limit, ?ready, nodes, "shortest paths");
        engine
    }

    /// Whether so many sites answer together with their neighbours (`hierarchy/neighbours.rs`): where a limit is near and a
    /// hierarchy is there or pays for itself. Sites that have no neighbours after all are searched one by one.
    pub(crate) fn neighbours(&self, sites: usize, limit: TravelTime) -> bool {
        let nodes = self.network().node_count();
        let (ready, costs) = (self.ready(), self.costs());
        let together = self.is_near(limit) && together(costs, nodes, ready, sites, self.nodes_within(Some(limit)));
        tracing::debug!(together, sites, ?limit, ?ready, nodes, "neighbouring sites");
        together
    }

    /// A limit within which little of the network lies.
    pub(crate) fn is_near(&self, limit: TravelTime) -> bool {
        self.nodes_within(Some(limit)) < self.network().node_count() as u64 / 4
    }

    fn costs(&self) -> &'static Costs {
        if self.has_turns() { &TURNS_PRICED } else { &TURNS_FREE }
    }

    fn ready(&self) -> Ready {
        if self.0.hierarchy.get().is_some() {
            return Ready::Hierarchy;
        }
        let inner = &self.network().0;
        match (inner.skeleton.get(), inner.skeleton_of_arcs.get()) {
            (Some(_), _) if !self.has_turns() => Ready::Order,
            (_, Some(_)) if self.has_turns() => Ready::Order,
            (Some(_), None) => Ready::NodeOrder,
            _ => Ready::Nothing,
        }
    }

    /// About how many nodes a search meets within a limit.
    pub(crate) fn nodes_within(&self, limit: Option<TravelTime>) -> u64 {
        let nodes = self.network().node_count() as u64;
        let Some(limit) = limit else { return nodes };
        let arcs = u64::from(limit.as_millis()) / u64::from(self.0.mean.max(1));
        arcs.saturating_mul(arcs).saturating_mul(NODES_A_SQUARE).clamp(1, nodes)
    }
}

/// Sites from which it is worth looking whether they are neighbours.
const NEIGHBOURS: usize = 64;

/// A hierarchy that is not there yet pays where each site would meet hundreds of the others, were they spread evenly, and
/// half of what all their searches cost is more than preparing.
fn together(costs: &Costs, nodes: usize, ready: Ready, sites: usize, nodes_each: u64) -> bool {
    if sites < NEIGHBOURS {
        return false;
    }
    let met = (sites as u64).saturating_mul(nodes_each) / (nodes as u64).max(1);
    let searches = met.saturating_mul(FULL_SEARCH);
    ready == Ready::Hierarchy
        || (nodes >= SMALL_NODES && met >= 4 * NEIGHBOURS as u64 && searches / 2 > costs.prepare(ready))
}

fn cheapest(costs: &Costs, nodes: usize, ready: Ready, origins: usize, nodes_each: u64) -> (Engine, &'static str) {
    let origins = origins as u64;
    let search = origins.saturating_mul(nodes_each).saturating_mul(FULL_SEARCH) / (nodes as u64).max(1);
    lesser(costs, nodes, search, ready, origins.saturating_mul(costs.sweep))
}

/// One search, or one sweep, of all origins at once.
fn cheapest_due(
    costs: &Costs,
    nodes: usize,
    ready: Ready,
    origins: usize,
    each: u64,
    k: usize,
) -> (Engine, &'static str) {
    let k = k.clamp(1, DUE_SEARCH.len()) - 1;
    let searched = (origins as u64).saturating_mul(each).min(nodes as u64);
    let search = searched.saturating_mul(DUE_SEARCH[k]) / (nodes as u64).max(1);
    lesser(costs, nodes, search, ready, DUE_SWEEP[k])
}

fn lesser(costs: &Costs, nodes: usize, search: u64, ready: Ready, sweep: u64) -> (Engine, &'static str) {
    if nodes < SMALL_NODES {
        return (Engine::Search, "a small network");
    }
    if search <= costs.prepare(ready).saturating_add(sweep) {
        return (Engine::Search, "searching costs less than preparing and sweeping");
    }
    (Engine::Hierarchy, "preparing and sweeping costs less than searching")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(nodes: usize, ready: Ready, origins: usize, nodes_each: u64) -> Engine {
        cheapest(&TURNS_FREE, nodes, ready, origins, nodes_each).0
    }

    #[test]
    fn few_questions_and_near_ones_are_searched() {
        let all = 100_000;
        assert_eq!(engine(100_000, Ready::Nothing, 64, all), Engine::Search);
        assert_eq!(engine(100_000, Ready::Order, 20, all), Engine::Search);
        // A thousand isochrones of a few hundred crossings each, whatever is there.
        for ready in [Ready::Nothing, Ready::Order, Ready::Hierarchy] {
            assert_eq!(engine(100_000, ready, 1_000, 450), Engine::Search);
            assert_eq!(engine(1_000_000, ready, 200_000, 450), Engine::Search);
        }
        assert_eq!(engine(2_000, Ready::Hierarchy, 100_000, 2_000), Engine::Search);
    }

    #[test]
    fn many_far_questions_are_swept() {
        assert_eq!(engine(100_000, Ready::Nothing, 1_000, 100_000), Engine::Hierarchy);
        assert_eq!(engine(100_000, Ready::Order, 64, 100_000), Engine::Hierarchy);
        assert_eq!(engine(100_000, Ready::Hierarchy, 2, 100_000), Engine::Hierarchy);
        // A real city where a response time reaches a tenth of everything.
        assert_eq!(engine(14_000, Ready::Hierarchy, 500, 1_400), Engine::Hierarchy);
    }

    #[test]
    fn turns_with_a_price_are_swept_too() {
        let engine = |ready, origins, each| cheapest(&TURNS_PRICED, 100_000, ready, origins, each).0;
        assert_eq!(engine(Ready::Nothing, 300, 100_000), Engine::Hierarchy);
        assert_eq!(engine(Ready::NodeOrder, 150, 100_000), Engine::Hierarchy);
        assert_eq!(engine(Ready::Order, 100, 100_000), Engine::Hierarchy);
        assert_eq!(engine(Ready::Nothing, 200, 100_000), Engine::Search);
        assert_eq!(engine(Ready::NodeOrder, 100, 100_000), Engine::Search);
        assert_eq!(engine(Ready::Hierarchy, 1_000, 450), Engine::Search);
    }

    #[test]
    fn due_order_is_swept_where_a_hierarchy_is_there_and_searched_near_the_stations() {
        let due = |ready, origins, each, k| cheapest_due(&TURNS_FREE, 100_000, ready, origins, each, k).0;
        for k in 1..=3 {
            assert_eq!(due(Ready::Hierarchy, 62, 100_000, k), Engine::Hierarchy);
            assert_eq!(due(Ready::Hierarchy, 62, 450, k), Engine::Search);
            // One question never pays for preparing.
            assert_eq!(due(Ready::Order, 62, 100_000, k), Engine::Search);
            assert_eq!(due(Ready::Nothing, 1_000, 100_000, k), Engine::Search);
        }
    }

    #[test]
    fn neighbours_answer_together_where_preparing_pays() {
        let together = |ready, sites, each| together(&TURNS_FREE, 100_000, ready, sites, each);
        assert!(together(Ready::Hierarchy, 64, 1_700) && !together(Ready::Hierarchy, 63, 1_700));
        // Every crossing of a district, and of the whole city.
        assert!(!together(Ready::Nothing, 4_000, 1_700));
        assert!(together(Ready::Nothing, 100_000, 1_700));
        assert!(together(Ready::Order, 20_000, 1_700));
        // As many searches, but of few crossings each.
        assert!(!together(Ready::Nothing, 100_000, 100));
    }

    #[test]
    fn counts_of_any_size_do_not_overflow() {
        assert!(!super::together(&TURNS_FREE, usize::MAX, Ready::Nothing, usize::MAX, 100));
        assert_eq!(engine(usize::MAX, Ready::Nothing, usize::MAX, u64::MAX), Engine::Search);
        assert_eq!(
            cheapest_due(&TURNS_PRICED, usize::MAX, Ready::Hierarchy, usize::MAX, u64::MAX, 9).0,
            Engine::Search
        );
    }
}
