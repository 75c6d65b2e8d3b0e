//! The steps themselves. A step is taken only where the checker can follow it on the given instance, so that claims can be lifted.

use firesite_problem::{Instance, Objective, Row, Sense};
use rustc_hash::FxHashMap;

use super::{Presolve, Step};

/// The instance as it shrinks: positions stay those of the given instance.
struct Shrinking<'a> {
    instance: &'a Instance,
    /// Sites that are left.
    site: Vec<bool>,
    fixed: Vec<bool>,
    /// Closed already, since another site of the exclusive set is fixed. Such sites stay, but take no part.
    barred: Vec<bool>,
    /// Weight of each row that is left; `None`: gone.
    weight: Vec<Option<u64>>,
    /// Weight of each row with all that were merged into it.
    merged: Vec<u64>,
    /// The row that stands for each row.
    stands: Vec<Option<u32>>,
    /// Rows a fixed site settled: they bind no site any more.
    settled: Vec<bool>,
    steps: Vec<Step>,
    timed: bool,
    covering: bool,
}

pub(super) fn reduce(instance: &Instance) -> Presolve {
    let timed = instance.levels.iter().any(|l| matches!(l, Objective::Time | Objective::Center));
    let mut s = Shrinking {
        instance,
        site: vec![true; instance.sites.len()],
        fixed: instance.sites.iter().map(|s| s.fixed).collect(),
        barred: vec![false; instance.sites.len()],
        weight: instance.rows.iter().map(|r| Some(r.weight)).collect(),
        merged: instance.rows.iter().map(|r| r.weight).collect(),
        stands: (0..instance.rows.len() as u32).map(Some).collect(),
        settled: vec![false; instance.rows.len()],
        steps: Vec::new(),
        timed,
        covering: instance.levels.contains(&Objective::Cover) || instance.groups.iter().any(|g| g.floor > 0),
    };
    s.merge();
    loop {
        let before = s.steps.len();
        s.bar();
        s.settle();
        s.dominated_sites();
        s.essential();
        if s.steps.len() == before {
            break;
        }
    }
    s.dominated_rows();
    s.finish()
}

impl Shrinking<'_> {
    /// Rows with the same reach, group, duty and gains become one.
    fn merge(&mut self) {
        let mut known: FxHashMap<(&[(u32, u32)], Option<u32>, bool, &[u64]), u32> = FxHashMap::default();
        for (i, row) in self.instance.rows.iter().enumerate() {
            let key = (row.reach.as_slice(), row.group, row.must, row.gains.as_slice());
            let first = *known.entry(key).or_insert(i as u32);
            if first as usize != i {
                self.absorb(i, first);
                self.steps.push(Step::Merged { row: i as u32, into: first });
            }
        }
    }

    fn absorb(&mut self, row: usize, into: u32) {
        let weight = self.weight[row].take().unwrap_or(0);
        if let Some(sum) = &mut self.weight[into as usize] {
            *sum += weight;
            self.merged[into as usize] += weight;
        }
        self.stands[row] = Some(into);
    }

    /// Notes which sites a fixed one of their set excludes.
    fn bar(&mut self) {
        let sets: rustc_hash::FxHashSet<u32> =
            self.instance.sites.iter().zip(&self.fixed).filter(|(_, f)| **f).filter_map(|(s, _)| s.exclusive).collect();
        for (j, site) in self.instance.sites.iter().enumerate() {
            self.barred[j] = !self.fixed[j] && site.exclusive.is_some_and(|set| sets.contains(&set));
        }
    }

    /// Whether a site can be open.
    fn able(&self, j: u32) -> bool {
        self.site[j as usize] && !self.barred[j as usize]
    }

    /// Rows whose value is the same in every plan, since a fixed site serves them best.
    fn settle(&mut self) {
        let time_last = self.instance.levels.iter().rposition(|l| *l == Objective::Time);
        // With a price of its own that changes (a held level), the certificate could not name the row's constant.
        let priced = time_last.is_none_or(|k| k + 1 == self.instance.levels.len());
        if self.instance.levels.contains(&Objective::Center) || !priced {
            return;
        }
        let mut by: Vec<Option<u32>> = vec![None; self.instance.rows.len()];
        let mut sums = vec![0u128; self.instance.groups.len()];
        for (i, row) in self.instance.rows.iter().enumerate() {
            if self.weight[i].is_none() || !row.gains.is_empty() {
                continue;
            }
            let open = |e: &&(u32, u32)| self.fixed[e.0 as usize];
            let covers = |e: &&(u32, u32)| self.instance.covers(e.1);
            let best = if self.timed {
                // Nobody may be faster.
                row.reach.first().and_then(|first| row.reach.iter().take_while(|e| e.1 == first.1).find(open))
            } else {
                row.reach.iter().take_while(covers).find(open)
            };
            // A row that must be covered needs the site within the limit.
            let best = best.filter(|e| !row.must || covers(e));
            by[i] = best.map(|e| e.0);
        }
        for (i, row) in self.instance.rows.iter().enumerate() {
            if let (Some(g), true) = (row.group, self.settled[i] || by[i].is_some()) {
                let covered = row.reach.first().is_some_and(|e| self.instance.covers(e.1));
                sums[g as usize] += u128::from(if covered { self.merged[i] } else { 0 });
            }
        }
        // A group that fixed sites fill beyond its cap or floor keeps its rows: its price would not be theirs.
        let full: Vec<bool> = self
            .instance
            .groups
            .iter()
            .zip(&sums)
            .map(|(g, &sum)| g.cap.is_some_and(|c| sum > u128::from(c)) || g.floor > 0 && sum > u128::from(g.floor))
            .collect();
        let mut rows_of: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        for i in 0..by.len() {
            let Some(j) = by[i] else { continue };
            if self.instance.rows[i].group.is_some_and(|g| full[g as usize]) {
                continue;
            }
            rows_of.entry(j).or_default().push(i as u32);
        }
        for (by, rows) in rows_of {
            for &i in &rows {
                self.settled[i as usize] = true;
                self.weight[i as usize] = None;
                self.stands[i as usize] = None;
            }
            self.steps.push(Step::Settled { by, rows });
        }
    }

    /// Sites that another one replaces at no loss.
    fn dominated_sites(&mut self) {
        // Times would split the rows' prices unevenly when rows become alike; so would rows with both a duty and a weight.
        let both = |row: &Row| row.must && row.weight > 0 && row.gains.is_empty();
        if self.timed || self.covering && self.instance.rows.iter().any(both) {
            return;
        }
        let n = self.instance.sites.len();
        let mut covers: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut able: Vec<Vec<u32>> = vec![Vec::new(); self.instance.rows.len()];
        for (i, row) in self.instance.rows.iter().enumerate() {
            // Settled rows earn nobody anything, and a row that nothing asks for never did. Rows merged away are like those that stand for
            // them; rows that others dominate still bind the exchange.
            let idle = !row.must && (row.weight == 0 || !self.covering);
            if self.weight[i].is_none() || idle {
                continue;
            }
            for &(j, _) in row.reach.iter().take_while(|e| self.instance.covers(e.1)) {
                if self.able(j) {
                    covers[j as usize].push(i as u32);
                    able[i].push(j);
                }
            }
        }
        let mut coefficients: Vec<Vec<(u32, i64)>> = vec![Vec::new(); n];
        for (c, constraint) in self.instance.constraints.iter().enumerate() {
            for &(j, a) in constraint.terms.iter().filter(|t| t.1 != 0) {
                coefficients[j as usize].push((c as u32, a));
            }
        }
        let everyone: Vec<u32> = (0..n as u32).filter(|&j| self.able(j)).collect();
        for j in (0..n).rev() {
            if self.fixed[j] || !self.able(j as u32) {
                continue;
            }
            let rarest = covers[j].iter().min_by_key(|&&i| able[i as usize].len());
            let candidates = rarest.map_or(&everyone, |&i| &able[i as usize]);
            // A site that covers nothing needs no more than some other site.
            let tried = if rarest.is_some() { candidates.len() } else { candidates.len().min(8) };
            let by = candidates[..tried].iter().copied().find(|&k| {
                k as usize != j
                    && self.able(k)
                    && self.no_dearer(j, k as usize, &coefficients)
                    && self.covers_all(&covers[j], &covers[k as usize], j, k as usize)
            });
            if let Some(by) = by {
                self.site[j] = false;
                self.steps.push(Step::DominatedSite { site: j as u32, by });
            }
        }
    }

    /// Whether cost, count, exclusive sets and constraints allow `k` in the place of `j` (or beside it, `j` dropped).
    fn no_dearer(&self, j: usize, k: usize, coefficients: &[Vec<(u32, i64)>]) -> bool {
        let (a, b) = (&self.instance.sites[j], &self.instance.sites[k]);
        let same_set = a.exclusive.is_some() && a.exclusive == b.exclusive;
        if b.cost > a.cost || b.counted && !a.counted || b.exclusive.is_some() && !same_set {
            return false;
        }
        let of = |list: &[(u32, i64)], c: u32| list.iter().find(|x| x.0 == c).map_or(0, |x| i128::from(x.1));
        coefficients[j].iter().chain(&coefficients[k]).all(|&(c, _)| {
            let (of_j, of_k) = (of(&coefficients[j], c), of(&coefficients[k], c));
            let harmless = |change: i128| match self.instance.constraints[c as usize].sense {
                Sense::AtMost => change <= 0,
                Sense::AtLeast => change >= 0,
                Sense::Exactly => change == 0,
            };
            harmless(of_k - of_j) && (same_set || harmless(-of_j))
        })
    }

    fn covers_all(&self, mine: &[u32], theirs: &[u32], j: usize, k: usize) -> bool {
        let (a, b) = (&self.instance.sites[j], &self.instance.sites[k]);
        let same_set = a.exclusive.is_some() && a.exclusive == b.exclusive;
        let mut theirs = theirs.iter();
        mine.iter().all(|&i| {
            let gains = !self.instance.rows[i as usize].gains.is_empty();
            (same_set || !gains) && theirs.by_ref().find(|&&t| t >= i) == Some(&i)
        })
    }

    /// Sites without which a row that must be covered is not.
    fn essential(&mut self) {
        for (i, row) in self.instance.rows.iter().enumerate() {
            if self.timed || !row.must || self.weight[i].is_none() {
                continue;
            }
            let mut able =
                row.reach.iter().take_while(|e| self.instance.covers(e.1)).filter(|e| self.able(e.0)).map(|e| e.0);
            if let (Some(site), None) = (able.next(), able.next())
                && !self.fixed[site as usize]
            {
                self.fixed[site as usize] = true;
                // What it excludes is closed from here on.
                self.bar();
                self.steps.push(Step::Essential { site, row: i as u32 });
            }
        }
    }

    /// Set covering: rows that are covered whenever another is.
    fn dominated_rows(&mut self) {
        if self.timed || self.covering {
            return;
        }
        let sites_of = |i: usize| -> Vec<u32> {
            let mut list: Vec<u32> = self.instance.rows[i]
                .reach
                .iter()
                .take_while(|e| self.instance.covers(e.1))
                .filter(|e| self.able(e.0))
                .map(|e| e.0)
                .collect();
            list.sort_unstable();
            list
        };
        let mut rows: Vec<(usize, Vec<u32>)> = (0..self.instance.rows.len())
            .filter(|&i| self.weight[i].is_some() && self.instance.rows[i].must)
            .map(|i| (i, sites_of(i)))
            .collect();
        // Short rows first: only a shorter (or equal, earlier) row implies another.
        rows.sort_by_key(|(i, list)| (list.len(), *i));
        let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); self.instance.sites.len()];
        let mut kept: Vec<(usize, Vec<u32>)> = Vec::new();
        for (i, list) in rows {
            let inside = |short: &[u32]| {
                let mut long = list.iter();
                short.iter().all(|&j| long.by_ref().find(|&&x| x >= j) == Some(&j))
            };
            let by = list.iter().flat_map(|&j| &rows_of[j as usize]).copied().find(|&h| inside(&kept[h].1));
            match by {
                Some(h) => {
                    self.weight[i] = None;
                    self.stands[i] = None;
                    self.steps.push(Step::DominatedRow { row: i as u32, by: kept[h].0 as u32 });
                }
                None => {
                    // Listed at its first site: whoever contains the row contains that.
                    if let Some(&first) = list.first() {
                        rows_of[first as usize].push(kept.len());
                    }
                    kept.push((i, list));
                }
            }
        }
    }

    fn finish(self) -> Presolve {
        let instance = self.instance;
        let mut place = vec![u32::MAX; instance.sites.len()];
        let mut sites = Vec::new();
        for j in 0..instance.sites.len() {
            if self.site[j] {
                place[j] = sites.len() as u32;
                sites.push(j as u32);
            }
        }
        let mut smaller = Instance { rows: Vec::new(), sites: Vec::new(), ..instance.clone() };
        for &j in &sites {
            let mut site = instance.sites[j as usize].clone();
            site.fixed = self.fixed[j as usize];
            smaller.sites.push(site);
        }
        for constraint in &mut smaller.constraints {
            constraint.terms.retain(|t| self.site[t.0 as usize]);
            constraint.terms.iter_mut().for_each(|t| t.0 = place[t.0 as usize]);
        }
        let mut position = vec![None; instance.rows.len()];
        for (i, row) in instance.rows.iter().enumerate() {
            let Some(weight) = self.weight[i] else { continue };
            position[i] = Some(smaller.rows.len() as u32);
            let reach: Vec<(u32, u32)> =
                row.reach.iter().filter(|e| self.site[e.0 as usize]).map(|&(j, t)| (place[j as usize], t)).collect();
            smaller.rows.push(Row { weight, reach, ..row.clone() });
        }
        // A merged row follows the one that stands for it, wherever that went.
        let rows = self.stands.iter().map(|s| s.and_then(|i| position[i as usize])).collect();
        let (mut covered, mut time) = (0u64, 0u64);
        for (i, row) in instance.rows.iter().enumerate().filter(|(i, _)| self.settled[*i]) {
            // Rows merged into a settled row are settled with it.
            let weight = self.merged[i];
            let Some(first) = row.reach.first() else { continue };
            if instance.covers(first.1) {
                match row.group {
                    None => covered += weight,
                    Some(g) => {
                        let group = &mut smaller.groups[g as usize];
                        if let Some(cap) = &mut group.cap {
                            *cap = cap.saturating_sub(weight);
                        }
                        group.floor = group.floor.saturating_sub(weight);
                        covered += weight;
                    }
                }
            }
            time += weight * u64::from(instance.worst.map_or(first.1, |w| w.min(first.1)));
        }
        let offset = |level: &Objective| match level {
            Objective::Cover => covered as i64,
            Objective::Time => time as i64,
            _ => 0,
        };
        let offsets = instance.levels.iter().map(offset).collect();
        Presolve { instance: smaller, steps: self.steps, sites, rows, offsets }
    }
}
