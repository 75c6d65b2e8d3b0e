//! The location problem itself: sites, rows, side constraints, levels. Pure integers.
//!
//! # Formulation
//! Choose a set `x` of open sites. With `t_i(x)` the least time of an open site in the reach of row `i` and `k_i(x)` the number of open
//! sites that reach row `i` within `limit`:
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | `w_i` | [`Row::weight`] | weight of row `i` |
//! | `t_ij` | [`Row::reach`] | time of site `j` to row `i`; a site not listed never serves the row |
//! | `C_g` | covered weight of group `g` | sum over its rows of `w_i` if `k_i >= 1`; with [`Row::gains`], `w_i` × the first `k_i` gains |
//! | `F` | Cover (max) | sum over groups of `min(cap_g, C_g)`, plus the covered weight of the rows without group |
//! | | Cost, Count (min) | sum of `cost`, number of `counted`, over the open sites |
//! | | Time (min) | sum of `w_i · min(worst, t_i)` |
//! | | Center (min) | largest `min(worst, t_i)` of any row |
//!
//! A plan is feasible when every `fixed` site is open, at most one site of each exclusive set is open, every constraint holds, every
//! `must` row has an open site within `limit`, `C_g >= floor_g`, and, where `worst` is `None` and a level is Time or Center, every row
//! has an open site in its reach. The levels are optimised in order, each holding the values of the earlier ones.
//!
//! Classic models are instances of one level: p-median (Time, `worst` none, at most p sites), p-center (Center), set cover (Cost, rows
//! that must be covered), maximal covering (Cover). See [`crate::models`].

/// A place where a facility may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Identifier as in the source, unique.
    pub id: String,
    /// Cost when open, in the units of level Cost.
    pub cost: u64,
    /// Whether level Count counts it.
    pub counted: bool,
    /// At most one site of each exclusive set may be open (the classes of one place).
    pub exclusive: Option<u32>,
    /// Must be open.
    pub fixed: bool,
}

impl Site {
    /// A free site of cost 1 that is counted.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), cost: 1, counted: true, exclusive: None, fixed: false }
    }
}

/// A unit of demand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Weight, `w_i`.
    pub weight: u64,
    /// `(site, time)`, sorted by `(time, site)`, each site at most once.
    pub reach: Vec<(u32, u32)>,
    /// Position in [`Instance::groups`]. Rows that shall not count in level Cover (but in Time) belong to a group with cap 0.
    pub group: Option<u32>,
    /// Some open site within [`Instance::limit`] is required.
    pub must: bool,
    /// Empty: covered once. Else the gain of the first, second, … cover, non-increasing; each is multiplied by the weight.
    pub gains: Vec<u64>,
}

/// Rows whose covered weight counts together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Name for messages.
    pub name: String,
    /// Covered weight beyond this is worth nothing in level Cover.
    pub cap: Option<u64>,
    /// Least covered weight of any feasible plan.
    pub floor: u64,
}

/// Direction of a [`Constraint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// `sum >= rhs`
    AtLeast,
    /// `sum <= rhs`
    AtMost,
    /// `sum = rhs`
    Exactly,
}

/// A linear condition on the open sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Name for messages.
    pub name: String,
    /// `(site, coefficient)`, each site at most once.
    pub terms: Vec<(u32, i64)>,
    /// Direction.
    pub sense: Sense,
    /// Right-hand side.
    pub rhs: i64,
}

/// What a level optimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Objective {
    /// Maximise covered weight, each group up to its cap.
    Cover,
    /// Minimise cost.
    Cost,
    /// Minimise the number of counted sites.
    Count,
    /// Minimise weighted time.
    Time,
    /// Minimise the largest time.
    Center,
}

impl Objective {
    /// Whether larger is better.
    #[must_use]
    pub fn maximised(self) -> bool {
        self == Self::Cover
    }
    /// Whether a value is better than another.
    #[must_use]
    pub fn prefers(self, value: i64, to: i64) -> bool {
        if self.maximised() { value > to } else { value < to }
    }
    /// Whether a bound says more than another: it leaves fewer values open. Any says more than none.
    #[must_use]
    pub fn tighter(self, bound: Option<i64>, than: Option<i64>) -> bool {
        bound.is_some_and(|bound| than.is_none_or(|than| self.prefers(than, bound)))
    }
    /// `max` or `min`.
    #[must_use]
    pub fn sense(self) -> &'static str {
        if self.maximised() { "max" } else { "min" }
    }
    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Cost => "cost",
            Self::Count => "count",
            Self::Time => "time",
            Self::Center => "center",
        }
    }
}

/// A location problem. See the [module](self) for the formulation; [`Instance::validate`] says what must hold of the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instance {
    /// Name for messages and files.
    pub name: String,
    /// The sites; everything else refers to them by position.
    pub sites: Vec<Site>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Covered means time <= limit; `None`: any reach entry covers.
    pub limit: Option<u32>,
    /// Time of a row with no open site in its reach (and the largest time that counts); `None`: every row must be reached
    /// (asked only where a level is Time or Center).
    pub worst: Option<u32>,
    /// Groups of rows.
    pub groups: Vec<Group>,
    /// Side constraints.
    pub constraints: Vec<Constraint>,
    /// Objectives in order; each kind at most once.
    pub levels: Vec<Objective>,
}

impl Instance {
    /// Whether every row must have an open site in its reach.
    #[must_use]
    pub fn must_reach(&self) -> bool {
        self.worst.is_none() && self.levels.iter().any(|l| matches!(l, Objective::Time | Objective::Center))
    }

    /// Whether a time counts as covered.
    #[must_use]
    pub fn covers(&self, time: u32) -> bool {
        self.limit.is_none_or(|limit| time <= limit)
    }
}
