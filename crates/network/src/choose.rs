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
    /// Sixteen origins in one sweep of a hierarchy, prepared when it is not there. With turn costs or bans there is none,
    /// and the search answers.
    Hierarchy,
}

/// Networks below this size are searched faster than they are prepared.
const SMALL_NODES: usize = 4_000;
/// Within so short a time a search meets fewer nodes than a sweep.
const NEAR: TravelTime = TravelTime::minutes(10);
/// Origins from which preparation pays: nothing there, the order there, all there. Measured on the generated city
/// (benches/README.md): order and customisation cost some hundred full searches, customisation alone a few dozen.
const PAYS: [usize; 3] = [600, 60, 8];

impl TravelTimes {
    /// The engine for times from many origins, with the reason.
    pub(crate) fn choose(&self, wish: Engine, origins: usize, limit: Option<TravelTime>) -> Engine {
        let nodes = self.network().node_count();
        let ready =
            if self.0.hierarchy.get().is_some() { 2 } else { usize::from(self.network().0.skeleton.get().is_some()) };
        let (engine, reason) = match wish {
            _ if self.has_turns() => (Engine::Search, "turns have a price or some are forbidden"),
            Engine::Search | Engine::Hierarchy => (wish, "asked for"),
            Engine::Choose if nodes < SMALL_NODES => (Engine::Search, "a small network"),
            Engine::Choose if limit.is_some_and(|l| l <= NEAR) => (Engine::Search, "a short limit"),
            Engine::Choose if origins < PAYS[ready] => (Engine::Search, "too few origins for a hierarchy to pay"),
            Engine::Choose => (Engine::Hierarchy, "many origins without a short limit"),
        };
        tracing::debug!(?engine, reason, origins, nodes, "shortest paths");
        engine
    }
}
