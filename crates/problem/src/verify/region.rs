//! The state of the checker at a node: fixings, multipliers, branch conditions, parts; every change can be undone.
use std::collections::HashMap;

use super::Flaw;
use crate::certificate::{Change, LevelProof, Multipliers};
use crate::classes::{Classes, Entry, Goal};
use crate::instance::{Instance, Objective, Sense};

/// State of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    Free,
    Open,
    Closed,
}

/// A constraint of the instance, or a condition of a branch.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) terms: Vec<(u32, i64)>,
    pub(super) sense: Sense,
    pub(super) rhs: i64,
}

/// Where something belongs under a split.
pub(super) const SPANS: u32 = u32::MAX;

/// Parts of a split.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) site: Vec<u32>,
    pub(super) class: Vec<u32>,
    pub(super) condition: Vec<u32>,
    pub(super) group: Vec<u32>,
    /// Classes that touch each part, local and spanning.
    pub(super) classes_of: Vec<Vec<u32>>,
    /// Exclusive sets (positions in [`Region::sets`]) of each part.
    pub(super) sets_of: Vec<Vec<u32>>,
    /// Sites of each part.
    pub(super) sites_of: Vec<Vec<u32>>,
}

/// Entries of the classes without those of sites that are closed here, for a node and all below it.
struct Table {
    /// Length of the undo list when it was made.
    mark: usize,
    entries: Vec<Entry>,
    start: Vec<usize>,
    /// Sites that were not closed.
    sites: usize,
}

enum Undo {
    Site(u32, Fix),
    Served(u32, u64),
    Rows(Vec<i128>),
    Row(usize, i128),
    Multiplier(Kind, usize, i64),
    Condition,
    Empty,
}

/// Kinds of multipliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rows,
    Covers,
    Conditions,
    Caps,
    Floors,
    Held,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Rows => "row",
            Self::Covers => "cover",
            Self::Conditions => "constraint",
            Self::Caps => "cap",
            Self::Floors => "floor",
            Self::Held => "held level",
        }
    }
}

/// What a class no open site serves is at in [`Region::served`].
pub(super) const NOBODY: u64 = u64::MAX;

/// The place of an entry in the order of cost: by time, covering ones first.
fn place(e: &Entry) -> u64 {
    u64::from(e.time) << 1 | u64::from(!e.covers)
}

/// Time and covering of an entry at a place.
pub(super) fn at_place(place: u64) -> (u32, bool) {
    ((place >> 1) as u32, place & 1 == 0)
}

/// The classes each site may serve, with the place of its entry.
struct Serving {
    start: Vec<usize>,
    class: Vec<(u32, u64)>,
}

impl Serving {
    fn of(classes: &Classes, sites: usize) -> Self {
        let mut start = vec![0; sites + 1];
        for i in 0..classes.len() {
            for e in classes.entries(i) {
                start[e.site as usize + 1] += usize::from(e.serves);
            }
        }
        for j in 0..sites {
            start[j + 1] += start[j];
        }
        let mut at = start.clone();
        let mut class = vec![(0, 0); start[sites]];
        for i in 0..classes.len() {
            for e in classes.entries(i).iter().filter(|e| e.serves) {
                let slot = &mut at[e.site as usize];
                class[*slot] = (i as u32, place(e));
                *slot += 1;
            }
        }
        Self { start, class }
    }
}

pub(super) struct Region<'a> {
    pub(super) instance: &'a Instance,
    pub(super) goal: Goal,
    pub(super) scale: i128,
    pub(super) held_values: &'a [i64],
    pub(super) classes: Classes,
    pub(super) fix: Vec<Fix>,
    /// Exclusive sets, single sites included: every site is in exactly one.
    pub(super) sets: Vec<Vec<u32>>,
    pub(super) set_of: Vec<u32>,
    pub(super) conditions: Vec<Condition>,
    /// Wider than in the certificate: an open site lowers a row to its own cost, and what every row costs unserved is a product.
    pub(super) rows: Vec<i128>,
    pub(super) covers: Vec<i64>,
    pub(super) prices: Vec<i64>,
    pub(super) caps: Vec<i64>,
    pub(super) floors: Vec<i64>,
    pub(super) held: Vec<i64>,
    /// Of each class the place in the order of cost of the first serving entry whose site is open; [`NOBODY`] when there is none.
    pub(super) served: Vec<u64>,
    serving: Serving,
    /// The region holds no plan at all.
    pub(super) empty: bool,
    pub(super) parts: Option<Parts>,
    undo: Vec<Undo>,
    tables: Vec<Table>,
}

impl<'a> Region<'a> {
    pub(super) fn new(
        instance: &'a Instance,
        goal: Goal,
        scale: u64,
        held_values: &'a [i64],
        proof: &LevelProof,
    ) -> Result<Self, Flaw> {
        let n = instance.sites.len();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut set_of = Vec::with_capacity(n);
        let mut known: HashMap<u32, u32> = HashMap::new();
        for (j, site) in instance.sites.iter().enumerate() {
            let fresh = sets.len() as u32;
            let set = site.exclusive.map_or(fresh, |e| *known.entry(e).or_insert(fresh));
            if set == fresh {
                sets.push(Vec::new());
            }
            sets[set as usize].push(j as u32);
            set_of.push(set);
        }
        let classes = Classes::new(instance, goal);
        let Multipliers { rows, covers, constraints, caps, floors, held } = proof.multipliers.clone();
        let levels = goal.level.unwrap_or(0);
        let groups = instance.groups.len();
        let mut region = Self {
            goal,
            scale: i128::from(scale),
            held_values,
            fix: instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect(),
            sets,
            set_of,
            conditions: instance
                .constraints
                .iter()
                .map(|c| Condition { terms: c.terms.clone(), sense: c.sense, rhs: c.rhs })
                .collect(),
            rows: wide(full(Kind::Rows, rows, classes.len())?),
            covers: full(Kind::Covers, covers, classes.len())?,
            prices: full(Kind::Conditions, constraints, instance.constraints.len())?,
            caps: full(Kind::Caps, caps, groups)?,
            floors: full(Kind::Floors, floors, groups)?,
            held: full(Kind::Held, held, levels)?,
            served: vec![NOBODY; classes.len()],
            serving: Serving::of(&classes, n),
            classes,
            instance,
            empty: false,
            parts: None,
            undo: Vec::new(),
            tables: Vec::new(),
        };
        for j in 0..n {
            if region.fix[j] == Fix::Open {
                region.serve(j);
                for k in 0..region.sets[region.set_of[j] as usize].len() {
                    let other = region.sets[region.set_of[j] as usize][k] as usize;
                    if region.fix[other] == Fix::Free {
                        region.fix[other] = Fix::Closed;
                    }
                }
            }
        }
        // There is no way back before the root.
        region.undo.clear();
        for (kind, count) in [
            (Kind::Covers, region.covers.len()),
            (Kind::Conditions, region.prices.len()),
            (Kind::Caps, groups),
            (Kind::Floors, groups),
            (Kind::Held, region.held.len()),
        ] {
            for position in 0..count {
                let value = region.vector(kind).map_or(0, |v| v[position]);
                region.check_sign(kind, position, value)?;
            }
        }
        Ok(region)
    }

    /// The multipliers of a kind; rows are wider and stand apart.
    fn vector(&mut self, kind: Kind) -> Option<&mut Vec<i64>> {
        Some(match kind {
            Kind::Rows => return None,
            Kind::Covers => &mut self.covers,
            Kind::Conditions => &mut self.prices,
            Kind::Caps => &mut self.caps,
            Kind::Floors => &mut self.floors,
            Kind::Held => &mut self.held,
        })
    }

    /// Signs that do not depend on other multipliers; the upper limits of `v` and `κ` are checked with every bound.
    fn check_sign(&self, kind: Kind, position: usize, value: i64) -> Result<(), Flaw> {
        let allowed = match kind {
            Kind::Rows => true,
            Kind::Covers => {
                value == 0 || value > 0 && self.classes.classes.get(position).is_some_and(|c| !c.gains.is_empty())
            }
            Kind::Conditions => match self.conditions.get(position).map(|c| c.sense) {
                Some(Sense::AtLeast) => value >= 0,
                Some(Sense::AtMost) => value <= 0,
                Some(Sense::Exactly) => true,
                None => false,
            },
            Kind::Caps => {
                value == 0 || value > 0 && self.instance.groups.get(position).is_some_and(|g| g.cap.is_some())
            }
            Kind::Floors => value >= 0,
            Kind::Held => value == 0 || value > 0 && self.instance.levels.get(position) != Some(&Objective::Center),
        };
        if allowed { Ok(()) } else { Err(Flaw::Sign { what: kind.name(), position, value }) }
    }

    fn set(&mut self, kind: Kind, changes: &[(u32, i64)], part: Option<u32>, node: usize) -> Result<(), Flaw> {
        for &(position, value) in changes {
            let position = position as usize;
            if let (Some(q), Some(parts)) = (part, &self.parts) {
                let owner = match kind {
                    Kind::Rows | Kind::Covers => parts.class.get(position),
                    Kind::Conditions => parts.condition.get(position),
                    Kind::Caps | Kind::Floors => parts.group.get(position),
                    Kind::Held => None,
                };
                if owner != Some(&q) {
                    return Err(Flaw::Shared { node, what: kind.name(), position });
                }
            }
            self.check_sign(kind, position, value)?;
            let unknown = Flaw::Position { what: kind.name(), position };
            let change = if kind == Kind::Rows {
                let slot = self.rows.get_mut(position).ok_or(unknown)?;
                Undo::Row(position, std::mem::replace(slot, i128::from(value)))
            } else {
                let slot = self.vector(kind).and_then(|v| v.get_mut(position)).ok_or(unknown)?;
                Undo::Multiplier(kind, position, std::mem::replace(slot, value))
            };
            self.undo.push(change);
        }
        Ok(())
    }

    /// Applies a node's changes. `part`: below a split.
    pub(super) fn apply(&mut self, change: &Change, part: Option<u32>, node: usize) -> Result<(), Flaw> {
        if change.free_rows {
            self.free_rows(part)?;
        }
        if !change.all_rows.is_empty() {
            if part.is_some() {
                return Err(Flaw::Shared { node, what: "row", position: 0 });
            }
            let fresh = wide(full(Kind::Rows, change.all_rows.clone(), self.classes.len())?);
            let old = std::mem::replace(&mut self.rows, fresh);
            self.undo.push(Undo::Rows(old));
        }
        self.set(Kind::Rows, &change.rows, part, node)?;
        self.set(Kind::Covers, &change.covers, part, node)?;
        self.set(Kind::Conditions, &change.constraints, part, node)?;
        self.set(Kind::Caps, &change.caps, part, node)?;
        self.set(Kind::Floors, &change.floors, part, node)?;
        self.set(Kind::Held, &change.held, part, node)
    }

    /// Every row of the part to the cost of leaving it unserved.
    fn free_rows(&mut self, part: Option<u32>) -> Result<(), Flaw> {
        for i in 0..self.classes.len() {
            if let (Some(q), Some(parts)) = (part, &self.parts)
                && parts.class[i] != q
            {
                continue;
            }
            let value = self.unserved(i)?.unwrap_or(0);
            let old = std::mem::replace(&mut self.rows[i], value);
            if old != value {
                self.undo.push(Undo::Row(i, old));
            }
        }
        Ok(())
    }

    /// Fixes a site; the opposite of what it is already leaves nothing.
    pub(super) fn fix_site(&mut self, site: u32, to: Fix) {
        let now = self.fix[site as usize];
        if now == Fix::Free {
            self.fix[site as usize] = to;
            self.undo.push(Undo::Site(site, now));
            if to == Fix::Open {
                self.serve(site as usize);
                // At most one site of a set is open; two are refused where the bound is taken.
                let set = self.set_of[site as usize] as usize;
                for k in 0..self.sets[set].len() {
                    let other = self.sets[set][k];
                    if self.fix[other as usize] == Fix::Free {
                        self.fix[other as usize] = Fix::Closed;
                        self.undo.push(Undo::Site(other, Fix::Free));
                    }
                }
            }
        } else if now != to && !self.empty {
            self.empty = true;
            self.undo.push(Undo::Empty);
        }
    }

    /// A site has opened: classes it serves better than the sites open so far.
    fn serve(&mut self, site: usize) {
        for k in self.serving.start[site]..self.serving.start[site + 1] {
            let (class, place) = self.serving.class[k];
            let best = &mut self.served[class as usize];
            if place < *best {
                self.undo.push(Undo::Served(class, *best));
                *best = place;
            }
        }
    }

    /// Adds a branch condition, priced 0. `part`: below a split.
    pub(super) fn add_condition(&mut self, condition: Condition, part: Option<u32>) {
        self.conditions.push(condition);
        self.prices.push(0);
        if let (Some(q), Some(parts)) = (part, &mut self.parts) {
            parts.condition.push(q);
        }
        self.undo.push(Undo::Condition);
    }

    /// The entries of a class whose sites are not closed, perhaps with some that are.
    pub(super) fn entries(&self, i: usize) -> &[Entry] {
        match self.tables.last() {
            Some(t) => &t.entries[t.start[i]..t.start[i + 1]],
            None => self.classes.entries(i),
        }
    }

    /// Leaves out of the entries what no bound below can need, when a third of the sites are closed. The result of nothing changes: a
    /// closed site earns nothing.
    pub(super) fn compact(&mut self) {
        let left = self.fix.iter().filter(|f| **f != Fix::Closed).count();
        let before = self.tables.last().map_or(self.fix.len(), |t| t.sites);
        if left.saturating_mul(3) > before.saturating_mul(2) {
            return;
        }
        // Nor does an entry dearer than that of an open site: no dual is higher, here or below. (Classes with gains pay for every cover.)
        let mut entries = Vec::with_capacity(self.tables.last().map_or(0, |t| t.entries.len() / 2));
        let mut start = Vec::with_capacity(self.classes.len() + 1);
        start.push(0);
        let closed: Vec<bool> = self.fix.iter().map(|f| *f == Fix::Closed).collect();
        for (i, class) in self.classes.classes.iter().enumerate() {
            let most = if class.gains.is_empty() { self.served[i] } else { NOBODY };
            for e in self.entries(i) {
                if place(e) > most {
                    break;
                }
                if !closed[e.site as usize] {
                    entries.push(*e);
                }
            }
            start.push(entries.len());
        }
        self.tables.push(Table { mark: self.undo.len(), entries, start, sites: left });
    }

    /// Where to come back to.
    pub(super) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Comes back.
    pub(super) fn rollback(&mut self, mark: usize) {
        while self.tables.last().is_some_and(|t| t.mark > mark) {
            self.tables.pop();
        }
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some(Undo::Site(site, fix)) => self.fix[site as usize] = fix,
                Some(Undo::Served(class, place)) => self.served[class as usize] = place,
                Some(Undo::Rows(rows)) => self.rows = rows,
                Some(Undo::Row(i, value)) => self.rows[i] = value,
                Some(Undo::Multiplier(kind, position, value)) => {
                    if let Some(slot) = self.vector(kind).and_then(|v| v.get_mut(position)) {
                        *slot = value;
                    }
                }
                Some(Undo::Condition) => {
                    self.conditions.pop();
                    self.prices.pop();
                    if let Some(parts) = &mut self.parts {
                        parts.condition.truncate(self.conditions.len());
                    }
                }
                Some(Undo::Empty) => self.empty = false,
                None => return,
            }
        }
    }

    /// Derives who belongs to which part from the parts of the sites.
    pub(super) fn split(&mut self, site_part: &[u32], count: usize, node: usize) -> Result<(), Flaw> {
        let wrong = |what| Flaw::Branch { node, what };
        if site_part.len() != self.fix.len() || count == 0 {
            return Err(wrong("a split needs a part for every site"));
        }
        if site_part.iter().any(|&q| q as usize >= count) {
            return Err(wrong("a site is in a part that does not exist"));
        }
        let mut parts = Parts {
            site: site_part.to_vec(),
            classes_of: vec![Vec::new(); count],
            sets_of: vec![Vec::new(); count],
            sites_of: vec![Vec::new(); count],
            ..Parts::default()
        };
        for (j, &q) in site_part.iter().enumerate() {
            parts.sites_of[q as usize].push(j as u32);
        }
        for (s, set) in self.sets.iter().enumerate() {
            let q = common(set.iter().map(|&j| site_part[j as usize]));
            if q == SPANS {
                return Err(wrong("a split cuts an exclusive set"));
            }
            parts.sets_of[q as usize].push(s as u32);
        }
        let mut group: Vec<Option<u32>> = vec![None; self.instance.groups.len()];
        let mut seen = vec![usize::MAX; count];
        for (i, class) in self.classes.classes.iter().enumerate() {
            let entries = self.classes.entries(i);
            // Covers of a class with gains are priced beyond the first open site too; else only what is cheaper than it can earn.
            let shielded = |e: &Entry| class.gains.is_empty() && e.serves && self.fix[e.site as usize] == Fix::Open;
            let first = entries.iter().find(|e| shielded(e)).map(|e| (e.time, !e.covers));
            let before = first.and_then(|first| entries.iter().position(|e| (e.time, !e.covers) >= first));
            let entries = &entries[..before.unwrap_or(entries.len())];
            let q = common(entries.iter().map(|e| site_part[e.site as usize]));
            for e in entries {
                let touched = site_part[e.site as usize] as usize;
                if seen[touched] != i {
                    seen[touched] = i;
                    parts.classes_of[touched].push(i as u32);
                }
            }
            parts.class.push(q);
            if let Some(g) = class.group.filter(|_| !entries.is_empty()) {
                let slot = &mut group[g as usize];
                *slot = Some(slot.map_or(q, |known| if known == q { q } else { SPANS }));
            }
        }
        parts.group = group.into_iter().map(|q| q.unwrap_or(SPANS)).collect();
        // A class that open sites settle belongs where its group's price is decided.
        for (i, class) in self.classes.classes.iter().enumerate() {
            if parts.class[i] == SPANS
                && let Some(&q) = class.group.and_then(|g| parts.group.get(g as usize)).filter(|q| **q != SPANS)
            {
                parts.class[i] = q;
                parts.classes_of[q as usize].push(i as u32);
            }
        }
        // What spans parts is the same for all of them, whatever they open below.
        for i in 0..self.classes.len() {
            if parts.class[i] == SPANS {
                let value = self.dual(i)?;
                let old = std::mem::replace(&mut self.rows[i], value);
                self.undo.push(Undo::Row(i, old));
            }
        }
        parts.condition =
            self.conditions.iter().map(|c| common(c.terms.iter().map(|t| site_part[t.0 as usize]))).collect();
        self.parts = Some(parts);
        Ok(())
    }
}

/// The part all agree on, else [`SPANS`].
fn common(mut parts: impl Iterator<Item = u32>) -> u32 {
    let Some(first) = parts.next() else { return SPANS };
    if parts.all(|q| q == first) { first } else { SPANS }
}

fn wide(values: Vec<i64>) -> Vec<i128> {
    values.into_iter().map(i128::from).collect()
}

fn full(kind: Kind, values: Vec<i64>, wanted: usize) -> Result<Vec<i64>, Flaw> {
    if values.is_empty() {
        return Ok(vec![0; wanted]);
    }
    if values.len() != wanted {
        return Err(Flaw::Length { what: kind.name(), found: values.len(), wanted });
    }
    Ok(values)
}
