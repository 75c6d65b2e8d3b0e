//! The instance as flat arrays in a canonical order: what the search works on.
//!
//! Sites are sorted by id, rows by content, so that the order of the input cannot matter. Rows that look alike to a level are merged;
//! rows that a fixed site serves best are settled here. Sites with the same times to the same rows (the classes of one place) share
//! one [profile](View::profile).

use firesite_problem::{Instance, Objective, Sense};
use rustc_hash::FxHashMap;

use super::implied::Implied;

/// No group: the row counts for itself.
pub(super) const UNGROUPED: u32 = u32::MAX;

/// A reason why the levels cannot be searched at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfit {
    /// A level or row that this search does not know.
    Unsupported(&'static str),
    /// Sums could pass 64 bits.
    TooLarge,
}

/// A linear condition, `terms >= rhs`, `<= rhs` or `= rhs`.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub terms: Vec<(u32, i64)>,
    pub sense: Sense,
    pub rhs: i64,
}

/// A row of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FlatRow {
    pub weight: i64,
    /// Position of its group, [`UNGROUPED`] for none.
    pub group: u32,
    /// Counts in level Cover.
    pub counts: bool,
    /// Some open site must serve it.
    pub hard: bool,
    /// Time when none of its entries is open (of the best fixed site, else the worst); 0 in the cover view.
    pub base: u32,
    /// Whether it is covered then.
    pub base_covered: bool,
}

/// Entry of a profile: the row served, in what time, whether covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Entry {
    pub row: u32,
    pub time: u32,
    pub covered: bool,
}

/// Rows and who serves them, as one kind of level sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    pub rows: Vec<FlatRow>,
    /// Profile of each site.
    pub profile: Vec<u32>,
    /// Entries of each profile, sorted by row.
    pub entries: Vec<Vec<Entry>>,
    /// Profiles that serve each row, fastest first.
    pub servers: Vec<Vec<(u32, u32)>>,
    /// Rows of the instance merged into each row.
    pub members: Vec<Vec<u32>>,
}

/// The flat instance.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// Position in the instance, in order of the ids.
    pub origin: Vec<u32>,
    pub cost: Vec<i64>,
    pub counted: Vec<bool>,
    pub fixed: Vec<bool>,
    /// Neither fixed nor shut out by a fixed site of its set, or by the conditions.
    pub free: Vec<bool>,
    pub set_of: Vec<u32>,
    /// Every site is in exactly one set.
    pub sets: Vec<Vec<u32>>,
    /// Cap of each group, at most what its rows weigh.
    pub cap: Vec<i64>,
    pub floor: Vec<i64>,
    /// Covered weight of each group by fixed sites.
    pub settled: Vec<i64>,
    /// Covered weight of ungrouped rows by fixed sites.
    pub settled_ungrouped: i64,
    pub conditions: Vec<Condition>,
    /// Position in the instance of each condition.
    pub condition_origin: Vec<u32>,
    /// Conditions of each site with its coefficient.
    pub conditions_of: Vec<Vec<(u32, i64)>>,
    pub levels: Vec<Objective>,
    /// For Cover, Cost and Count.
    pub cover: View,
    /// For Time.
    pub time: Option<View>,
    /// Weighted time of rows that only fixed sites serve.
    pub settled_time: i128,
    /// A hard row that nobody can serve (a row of the instance).
    pub orphan: Option<u32>,
}

/// Largest sum the search may meet.
const ROOM: i128 = 1 << 61;

impl Flat {
    /// `implied`: sites that the conditions close; those that they open are fixed in the instance already.
    pub(super) fn new(instance: &Instance, implied: &Implied) -> Result<Self, Unfit> {
        check(instance)?;
        let mut origin: Vec<u32> = (0..instance.sites.len() as u32).collect();
        origin.sort_by(|&a, &b| instance.sites[a as usize].id.cmp(&instance.sites[b as usize].id));
        let mut rank = vec![0u32; origin.len()];
        for (k, &j) in origin.iter().enumerate() {
            rank[j as usize] = k as u32;
        }
        let site = |k: usize| &instance.sites[origin[k] as usize];
        let n = origin.len();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut set_of = vec![0u32; n];
        let mut known: FxHashMap<u32, u32> = FxHashMap::default();
        for (k, set) in set_of.iter_mut().enumerate() {
            let s = match site(k).exclusive {
                Some(e) => *known.entry(e).or_insert_with(|| {
                    sets.push(Vec::new());
                    sets.len() as u32 - 1
                }),
                None => {
                    sets.push(Vec::new());
                    sets.len() as u32 - 1
                }
            };
            sets[s as usize].push(k as u32);
            *set = s;
        }
        let mut conditions: Vec<(Condition, u32)> = instance
            .constraints
            .iter()
            .enumerate()
            .map(|(c, constraint)| {
                let mut terms: Vec<(u32, i64)> =
                    constraint.terms.iter().filter(|t| t.1 != 0).map(|&(j, a)| (rank[j as usize], a)).collect();
                terms.sort_unstable();
                (Condition { terms, sense: constraint.sense, rhs: constraint.rhs }, c as u32)
            })
            .collect();
        conditions.sort_by(|(a, _), (b, _)| (&a.terms, a.sense as u8, a.rhs).cmp(&(&b.terms, b.sense as u8, b.rhs)));
        let (conditions, condition_origin): (Vec<_>, Vec<_>) = conditions.into_iter().unzip();
        let mut conditions_of = vec![Vec::new(); n];
        for (c, condition) in conditions.iter().enumerate() {
            for &(j, a) in &condition.terms {
                conditions_of[j as usize].push((c as u32, a));
            }
        }
        let has_time = instance.levels.contains(&Objective::Time);
        let mut flat = Self {
            cost: (0..n).map(|k| site(k).cost as i64).collect(),
            counted: (0..n).map(|k| site(k).counted).collect(),
            fixed: (0..n).map(|k| site(k).fixed).collect(),
            free: Vec::new(),
            origin,
            set_of,
            sets,
            cap: vec![0; instance.groups.len()],
            floor: instance.groups.iter().map(|g| i64::try_from(g.floor).unwrap_or(i64::MAX)).collect(),
            settled: vec![0; instance.groups.len()],
            settled_ungrouped: 0,
            conditions,
            condition_origin,
            conditions_of,
            levels: instance.levels.clone(),
            cover: View::default(),
            time: None,
            settled_time: 0,
            orphan: None,
        };
        let taken: Vec<bool> = flat.sets.iter().map(|set| set.iter().any(|&k| flat.fixed[k as usize])).collect();
        flat.free = (0..n).map(|k| !taken[flat.set_of[k] as usize]).collect();
        implied.closed().for_each(|j| flat.free[rank[j as usize] as usize] = false);
        let order = row_order(instance, &rank);
        flat.cover = flat.view(instance, &rank, &order, false);
        if has_time {
            flat.time = Some(flat.view(instance, &rank, &order, true));
        }
        for (g, group) in instance.groups.iter().enumerate() {
            let open: i64 = flat.cover.rows.iter().filter(|r| r.group == g as u32 && r.counts).map(|r| r.weight).sum();
            let reachable = open + flat.settled[g];
            flat.cap[g] = group.cap.map_or(reachable, |cap| i64::try_from(cap).unwrap_or(i64::MAX).min(reachable));
        }
        Ok(flat)
    }

    /// Rows as the Time level (`timed`) or the other levels see them.
    fn view(&mut self, instance: &Instance, rank: &[u32], order: &[u32], timed: bool) -> View {
        let n = self.origin.len();
        let must_reach = instance.must_reach();
        let mut view = View::default();
        let mut known: FxHashMap<(FlatRow, Vec<(u32, u32, bool)>), u32> = FxHashMap::default();
        let mut of_site: Vec<Vec<Entry>> = vec![Vec::new(); n];
        for &i in order {
            let row = &instance.rows[i as usize];
            let counts = row.group.is_none_or(|g| {
                let group = &instance.groups[g as usize];
                group.cap != Some(0) || group.floor > 0
            });
            let mut hard = row.must || must_reach;
            let mut base: Option<(u32, bool)> = None;
            let mut entries: Vec<(u32, u32, bool)> = Vec::with_capacity(row.reach.len());
            for &(j, time) in &row.reach {
                let within = instance.covers(time);
                if row.must && !within {
                    continue;
                }
                let time = if timed { instance.worst.map_or(time, |w| w.min(time)) } else { 0 };
                let covered = within && counts;
                let k = rank[j as usize];
                if self.fixed[k as usize] {
                    if base.is_none_or(|(t, c)| time < t || (time == t && covered && !c)) {
                        base = Some((time, covered));
                    }
                } else if self.free[k as usize] {
                    entries.push((k, time, covered));
                }
            }
            if base.is_some() {
                hard = false;
            }
            // Where time does not matter, only cover and service count.
            let unserved = (if timed { instance.worst.unwrap_or(0) } else { 0 }, false);
            let (base_time, base_covered) = base.unwrap_or(unserved);
            if !hard {
                entries.retain(|&(_, t, c)| t < base_time || (c && !base_covered));
            }
            if !timed {
                if counts && base_covered {
                    match row.group {
                        Some(g) => self.settled[g as usize] += row.weight as i64,
                        None => self.settled_ungrouped += row.weight as i64,
                    }
                }
                if hard && entries.is_empty() && self.orphan.is_none() {
                    self.orphan = Some(i);
                }
            }
            if entries.is_empty() && !hard {
                if timed {
                    self.settled_time += i128::from(row.weight) * i128::from(base_time);
                }
                continue;
            }
            if row.weight == 0 && !hard {
                continue;
            }
            entries.sort_unstable();
            let key = FlatRow {
                weight: 0,
                group: row.group.unwrap_or(UNGROUPED),
                counts,
                hard,
                base: if hard { 0 } else { base_time },
                base_covered: !hard && base_covered,
            };
            let id = match known.get(&(key, entries.clone())) {
                Some(&id) => id,
                None => {
                    let id = view.rows.len() as u32;
                    for &(k, time, covered) in &entries {
                        of_site[k as usize].push(Entry { row: id, time, covered });
                    }
                    view.rows.push(key);
                    view.members.push(Vec::new());
                    known.insert((key, entries), id);
                    id
                }
            };
            view.rows[id as usize].weight += row.weight as i64;
            view.members[id as usize].push(i);
        }
        let mut profiles: FxHashMap<Vec<Entry>, u32> = FxHashMap::default();
        for entries in of_site {
            let id = *profiles.entry(entries).or_insert_with_key(|e| {
                view.entries.push(e.clone());
                view.entries.len() as u32 - 1
            });
            view.profile.push(id);
        }
        view.servers = vec![Vec::new(); view.rows.len()];
        for (p, entries) in view.entries.iter().enumerate() {
            for e in entries {
                view.servers[e.row as usize].push((e.time, p as u32));
            }
        }
        for list in &mut view.servers {
            list.sort_unstable();
        }
        view
    }

    /// Number of sites.
    pub(super) fn len(&self) -> usize {
        self.origin.len()
    }
}

/// Rows by content, so that the order of the input does not matter.
fn row_order(instance: &Instance, rank: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..instance.rows.len() as u32).collect();
    // Sorting by a short digest first spares most comparisons of whole lists.
    let digest: Vec<(u64, u64)> = instance
        .rows
        .iter()
        .map(|row| {
            let mut h = 0xcbf2_9ce4_8422_2325u64;
            for &(j, t) in &row.reach {
                // Sites of equal time come in input order: a sum does not care.
                let x = (u64::from(rank[j as usize]) << 32 | u64::from(t)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                h = h.wrapping_add(x ^ (x >> 29));
            }
            (h, row.weight)
        })
        .collect();
    order.sort_by_cached_key(|&i| {
        let row = &instance.rows[i as usize];
        (digest[i as usize], row.group.map(|g| instance.groups[g as usize].name.clone()), row.must)
    });
    order
}

fn check(instance: &Instance) -> Result<(), Unfit> {
    if instance.levels.contains(&Objective::Center) {
        return Err(Unfit::Unsupported("level Center among several levels"));
    }
    if instance.rows.iter().any(|r| !r.gains.is_empty()) {
        return Err(Unfit::Unsupported("rows with gains in an instance of several levels"));
    }
    let worst = i128::from(instance.worst.unwrap_or(0));
    let mut time = 0i128;
    let mut weight = 0i128;
    for row in &instance.rows {
        let longest = row.reach.iter().map(|&(_, t)| i128::from(t)).max().unwrap_or(0).max(worst).max(1);
        weight += i128::from(row.weight);
        time += i128::from(row.weight) * longest;
    }
    let cost: i128 = instance.sites.iter().map(|s| i128::from(s.cost)).sum();
    let terms: i128 = instance
        .constraints
        .iter()
        .map(|c| c.terms.iter().map(|&(_, a)| i128::from(a).abs()).sum::<i128>() + i128::from(c.rhs).abs())
        .sum();
    if weight >= ROOM || time >= ROOM || cost >= ROOM || terms >= ROOM { Err(Unfit::TooLarge) } else { Ok(()) }
}
