//! What a caller may ask of the search.

use std::time::Duration;

/// How hard to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Search until the best plan is proven, or a limit stops it.
    #[default]
    Exact,
    /// Greedy, then swaps and restarts within a fixed number of steps; with an honest bound.
    LocalSearch,
    /// One pass of the lazy greedy algorithm; with an honest bound.
    Greedy,
}

impl Method {
    /// The name used on the command line and in study files.
    pub fn name(self) -> &'static str {
        match self {
            Method::Exact => "exact",
            Method::LocalSearch => "local-search",
            Method::Greedy => "greedy",
        }
    }

    /// The method of a name, `None` for an unknown one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Method::Exact, Method::LocalSearch, Method::Greedy].into_iter().find(|m| m.name() == name)
    }
}

/// What bounds the regions of an exact search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Engine {
    /// Whichever is expected to end first, by the kind of instance and by what the others leave.
    #[default]
    Automatic,
    /// The Lagrangian dual, and the linear relaxation solved from the side of its prices.
    Lagrangian,
    /// Branch and Benders cut ([`crate::linear::benders`]). Level Center has no such program: its instances are searched as by
    /// [`Engine::Automatic`].
    Benders,
    /// The general search: a Lagrangian in which every side constraint has a price, and a tree on sites. It serves every instance.
    General,
}

impl Engine {
    /// The name in logs and tables.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Automatic => "automatic",
            Engine::Lagrangian => "lagrangian",
            Engine::Benders => "benders",
            Engine::General => "general",
        }
    }
}

/// How the search is told to go about it. Start from `Options::default()` and change fields.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Exact, local search or greedy.
    pub method: Method,
    /// What bounds the regions of an exact search.
    pub engine: Engine,
    /// Stop when |bound − objective| ÷ |objective| is at most this; 0 asks for a proof.
    pub gap: f64,
    /// Wall-clock limit. Results under a clock may differ from run to run; studies use `work_limit`.
    pub time_limit: Option<Duration>,
    /// Limit in work units (one unit is a million visited row entries, very roughly a millisecond): the same answer on every machine.
    pub work_limit: Option<u64>,
    /// Seed of the restarts in local search.
    pub seed: u64,
    /// Called now and then with the state of the search.
    pub progress: Option<fn(Progress)>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            method: Method::Exact,
            engine: Engine::Automatic,
            gap: 0.0,
            time_limit: None,
            work_limit: None,
            seed: 1,
            progress: None,
        }
    }
}

impl Options {
    /// The default options with another method.
    pub fn method(method: Method) -> Self {
        Options { method, ..Options::default() }
    }

    /// The same options with a wall-clock limit.
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// The same options with a limit in work units.
    pub fn with_work_limit(mut self, units: u64) -> Self {
        self.work_limit = Some(units);
        self
    }

    /// The same options with a gap at which to stop.
    pub fn with_gap(mut self, gap: f64) -> Self {
        self.gap = gap;
        self
    }

    /// The same options with another engine.
    pub fn with_engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// The same options with another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// A glimpse of a running search, for progress bars only.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress {
    /// Position of the level being solved.
    pub level: usize,
    /// Best value so far, in the level's unit.
    pub objective: Option<i128>,
    /// Best bound so far.
    pub bound: Option<i128>,
    /// Nodes of the search tree closed so far.
    pub nodes: u64,
}
