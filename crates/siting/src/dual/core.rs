//! The flat problem the dual works on, and how fixings shrink it.

/// The cost of a row that must be served by an open site.
pub(crate) const MUST: i64 = i64::MAX / 4;

/// Choose open sites S, at most `slots` of them:
///
/// minimise base + Σ_{j∈S} open_cost_j + Σ_i min(cap_i, min_{j∈S} cost_ij)
///
/// All figures are in units of 1/scale of the objective. A row lists its sites from the cheapest up.
///
/// ```text
/// start  0     3   5        rows + 1 entries
/// site   2 0 1 | 1 3        local site of each entry
/// cost   5 8 9 | 2 7        ascending within a row, all below cap
/// ```
#[derive(Debug, Clone, Default)]
pub(crate) struct Core {
    pub(crate) start: Vec<usize>,
    pub(crate) site: Vec<u32>,
    pub(crate) cost: Vec<i64>,
    /// Cost of a row when no listed site is open; [`MUST`] when one has to be.
    pub(crate) cap: Vec<i64>,
    /// Row of the root problem.
    pub(crate) row: Vec<u32>,
    /// Site of the root problem.
    pub(crate) id: Vec<u32>,
    pub(crate) open_cost: Vec<i64>,
    /// Sites that may still be opened; `usize::MAX` when nothing limits them.
    pub(crate) slots: usize,
    pub(crate) base: i64,
    /// Rows of the root problem that no free site can make cheaper, with their cost. The smallest is last settled.
    pub(crate) settled: Vec<(u32, i64)>,
    /// A row that must be served and cannot be.
    pub(crate) hopeless: Option<u32>,
    /// Sites of the root problem opened on the way here.
    pub(crate) opened: Vec<u32>,
}

impl Core {
    pub(crate) fn rows(&self) -> usize {
        self.cap.len()
    }

    pub(crate) fn sites(&self) -> usize {
        self.id.len()
    }

    pub(crate) fn entries(&self) -> usize {
        self.site.len()
    }

    /// The entries of a row: sites and costs, ascending by cost.
    pub(crate) fn row(&self, i: usize) -> (&[u32], &[i64]) {
        let range = self.start[i]..self.start[i + 1];
        (&self.site[range.clone()], &self.cost[range])
    }

    /// The cheapest way to serve a row, served by nothing included: no multiplier below it is of use.
    pub(crate) fn floor(&self, i: usize) -> i64 {
        let first = self.start[i];
        if first < self.start[i + 1] { self.cost[first].min(self.cap[i]) } else { self.cap[i] }
    }

    /// The same of every row.
    pub(crate) fn floors(&self) -> Vec<i64> {
        (0..self.rows()).map(|i| self.floor(i)).collect()
    }

    /// The problem that is left when some sites are closed and some are open. Rows that nobody can improve are settled and
    /// leave, sites that improve nothing leave too. `kept_rows` and `kept_sites` name the survivors by their old positions.
    pub(crate) fn fix(&self, state: &[Fix]) -> Shrunk {
        let mut next = Core {
            slots: self.slots,
            base: self.base,
            settled: self.settled.clone(),
            hopeless: self.hopeless,
            opened: self.opened.clone(),
            start: Vec::with_capacity(self.start.len()),
            ..Core::default()
        };
        for (j, fix) in state.iter().enumerate() {
            if *fix == Fix::Open {
                next.base += self.open_cost[j];
                next.opened.push(self.id[j]);
                next.slots = if next.slots == usize::MAX { usize::MAX } else { next.slots.saturating_sub(1) };
            }
        }
        let any_open = state.contains(&Fix::Open);
        let mut kept_rows = Vec::with_capacity(self.rows());
        let mut local = vec![u32::MAX; self.sites()];
        let mut kept_sites = Vec::new();
        next.start.push(0);
        for i in 0..self.rows() {
            let (sites, costs) = self.row(i);
            let mut cap = self.cap[i];
            if any_open && let Some(k) = sites.iter().position(|&j| state[j as usize] == Fix::Open) {
                cap = cap.min(costs[k]);
            }
            let begin = next.site.len();
            if next.slots > 0 {
                for (&j, &c) in sites.iter().zip(costs) {
                    if c >= cap {
                        break;
                    }
                    if state[j as usize] == Fix::Free {
                        next.site.push(j);
                        next.cost.push(c);
                    }
                }
            }
            if next.site.len() == begin {
                if cap >= MUST {
                    next.hopeless = next.hopeless.or(Some(self.row[i]));
                } else {
                    next.base += cap;
                    next.settled.push((self.row[i], cap));
                }
                continue;
            }
            next.start.push(next.site.len());
            next.cap.push(cap);
            next.row.push(self.row[i]);
            kept_rows.push(i as u32);
        }
        for &j in &next.site {
            local[j as usize] = 0;
        }
        for (j, slot) in local.iter_mut().enumerate() {
            if *slot == 0 {
                *slot = kept_sites.len() as u32;
                kept_sites.push(j as u32);
                next.id.push(self.id[j]);
                next.open_cost.push(self.open_cost[j]);
            }
        }
        for j in &mut next.site {
            *j = local[*j as usize];
        }
        Shrunk { core: next, kept_rows, kept_sites }
    }

    /// The value of a choice of sites (local positions) of this problem; `None` when a row that must be served is not.
    pub(crate) fn value(&self, open: &[bool]) -> Option<i64> {
        if self.hopeless.is_some() {
            return None;
        }
        let mut total = self.base;
        for (j, &is_open) in open.iter().enumerate() {
            if is_open {
                total += self.open_cost[j];
            }
        }
        for i in 0..self.rows() {
            let (sites, costs) = self.row(i);
            let served = sites.iter().position(|&j| open[j as usize]).map_or(self.cap[i], |k| costs[k]);
            if served >= MUST {
                return None;
            }
            total += served;
        }
        Some(total)
    }
}

/// What is decided about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fix {
    Free,
    Open,
    Closed,
}

/// A smaller problem and where its rows and sites were in the larger one.
#[derive(Debug)]
pub(crate) struct Shrunk {
    pub(crate) core: Core,
    pub(crate) kept_rows: Vec<u32>,
    pub(crate) kept_sites: Vec<u32>,
}

impl Shrunk {
    /// Multipliers of the larger problem for what is left of it.
    pub(crate) fn take(&self, u: &[i64], floors: &[i64]) -> Vec<i64> {
        let ends = self.core.cap.iter().zip(floors);
        self.kept_rows.iter().zip(ends).map(|(&old, (&cap, &floor))| u[old as usize].min(cap).max(floor)).collect()
    }
}
