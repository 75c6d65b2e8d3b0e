//! The linear program behind the files.
use std::collections::BTreeMap;

use crate::classes::{Classes, Goal};
use crate::instance::{Instance, Objective, Sense};

/// Why a level cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unwritable {
    /// No such level.
    #[error("there is no level {0}")]
    Level(usize),
    /// A value to hold is missing.
    #[error("level {0} needs the values of the earlier levels")]
    Held(usize),
}

/// A variable.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) cost: i128,
    /// 0 or 1; else continuous and at least 0.
    pub(super) binary: bool,
    pub(super) upper: Option<i128>,
    pub(super) lower: i128,
}

/// A row of the program.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) terms: Vec<(usize, i128)>,
    pub(super) sense: Sense,
    pub(super) rhs: i128,
}

/// A linear program.
#[derive(Default)]
pub(super) struct Program {
    pub(super) name: String,
    pub(super) maximise: bool,
    pub(super) variables: Vec<Variable>,
    pub(super) lines: Vec<Line>,
}

impl Program {
    fn add(&mut self, name: String, binary: bool, upper: Option<i128>) -> usize {
        self.variables.push(Variable { name, cost: 0, binary, upper, lower: 0 });
        self.variables.len() - 1
    }

    fn line(&mut self, name: String, terms: Vec<(usize, i128)>, sense: Sense, rhs: i128) {
        self.lines.push(Line { name, terms, sense, rhs });
    }

    /// The program of level `level` with the earlier levels held at `held`.
    pub(super) fn new(instance: &Instance, level: usize, held: &[i64]) -> Result<Self, Unwritable> {
        let Some(&objective) = instance.levels.get(level) else { return Err(Unwritable::Level(level)) };
        if held.len() < level {
            return Err(Unwritable::Held(level));
        }
        let mut p = Self { name: name_of(instance, objective), maximise: objective.maximised(), ..Self::default() };
        // Every site is variable j.
        for (j, site) in instance.sites.iter().enumerate() {
            let x = p.add(format!("x{j}"), true, None);
            p.variables[x].lower = i128::from(site.fixed);
        }
        let mut sets: BTreeMap<u32, Vec<(usize, i128)>> = BTreeMap::new();
        for (j, site) in instance.sites.iter().enumerate() {
            if let Some(set) = site.exclusive {
                sets.entry(set).or_default().push((j, 1));
            }
        }
        for (set, terms) in sets {
            p.line(format!("exclusive{set}"), terms, Sense::AtMost, 1);
        }
        for (c, constraint) in instance.constraints.iter().enumerate() {
            let terms = constraint.terms.iter().map(|&(j, a)| (j as usize, i128::from(a))).collect();
            p.line(format!("constraint{c}"), terms, constraint.sense, i128::from(constraint.rhs));
        }
        let (cover, time) = p.rows(instance, level, held);
        let sums = |objective: Objective| -> Vec<(usize, i128)> {
            let sites = instance.sites.iter().enumerate();
            match objective {
                Objective::Cover => cover.clone(),
                Objective::Time => time.clone(),
                Objective::Cost => sites.map(|(j, s)| (j, i128::from(s.cost))).collect(),
                Objective::Count => sites.filter(|(_, s)| s.counted).map(|(j, _)| (j, 1)).collect(),
                Objective::Center => Vec::new(),
            }
        };
        for (k, &earlier) in instance.levels.iter().enumerate().take(level) {
            if earlier != Objective::Center {
                let sense = if earlier.maximised() { Sense::AtLeast } else { Sense::AtMost };
                p.line(format!("held{k}"), sums(earlier), sense, i128::from(held[k]));
            }
        }
        if objective == Objective::Center {
            p.center(instance);
        }
        for (variable, cost) in sums(objective) {
            p.variables[variable].cost += cost;
        }
        Ok(p)
    }

    /// Rows that must be served, covers and assignments; the sums of covered weight and of weighted time.
    fn rows(&mut self, instance: &Instance, level: usize, held: &[i64]) -> (Vec<(usize, i128)>, Vec<(usize, i128)>) {
        // A bound beyond every time: level Center itself does not restrict the rows here.
        let goal = Goal::level(instance, level, held, i64::MAX);
        let (timed, covering) = (goal.timed(instance), goal.covering(instance));
        let classes = Classes::new(instance, goal);
        let (mut cover, mut time) = (Vec::new(), Vec::new());
        let mut groups: Vec<Vec<(usize, i128)>> = vec![Vec::new(); instance.groups.len()];
        for i in 0..classes.len() {
            let class = &classes.classes[i];
            let weight = i128::from(class.weight);
            let entries = classes.entries(i);
            if class.hard {
                let terms = entries.iter().filter(|e| e.serves).map(|e| (e.site as usize, 1)).collect();
                self.line(format!("must{i}"), terms, Sense::AtLeast, 1);
            }
            if covering && weight > 0 {
                let mut covers: Vec<(usize, i128)> =
                    entries.iter().filter(|e| e.covers).map(|e| (e.site as usize, -1)).collect();
                let gains: &[u64] = if class.gains.is_empty() { &[1] } else { &class.gains };
                for (l, &gain) in gains.iter().enumerate().take(covers.len()) {
                    let z = self.add(format!("z{i}_{l}"), false, Some(1));
                    let worth = (z, weight * i128::from(gain));
                    match class.group {
                        Some(g) => groups[g as usize].push(worth),
                        None => cover.push(worth),
                    }
                    covers.push((z, 1));
                }
                if !covers.is_empty() {
                    self.line(format!("cover{i}"), covers, Sense::AtMost, 0);
                }
            }
            if timed && weight > 0 {
                let mut served = Vec::new();
                for e in entries.iter().filter(|e| e.serves) {
                    let y = self.add(format!("y{i}_{}", e.site), false, None);
                    served.push((y, 1));
                    time.push((y, weight * i128::from(e.time)));
                    self.line(format!("open{i}_{}", e.site), vec![(y, 1), (e.site as usize, -1)], Sense::AtMost, 0);
                }
                if let (false, Some(worst)) = (class.hard, instance.worst) {
                    let u = self.add(format!("u{i}"), false, None);
                    served.push((u, 1));
                    time.push((u, weight * i128::from(worst)));
                }
                self.line(format!("serve{i}"), served, Sense::Exactly, 1);
            }
        }
        if covering {
            for (g, (group, terms)) in instance.groups.iter().zip(groups).enumerate() {
                if group.floor > 0 {
                    self.line(format!("floor{g}"), terms.clone(), Sense::AtLeast, i128::from(group.floor));
                }
                let capped = self.add(format!("g{g}"), false, group.cap.map(i128::from));
                let mut sum: Vec<(usize, i128)> = terms.into_iter().map(|(v, a)| (v, -a)).collect();
                sum.push((capped, 1));
                self.line(format!("group{g}"), sum, Sense::AtMost, 0);
                cover.push((capped, 1));
            }
        }
        (cover, time)
    }

    /// `c >= t` for every row: for each of a row's distinct times, either a site nearer than it is open or `c` is at least it.
    fn center(&mut self, instance: &Instance) {
        let c = self.add("c".to_owned(), false, None);
        self.variables[c].cost = 1;
        for (i, row) in instance.rows.iter().enumerate() {
            let worst = instance.worst.map(i128::from);
            let capped = |t: u32| worst.map_or(i128::from(t), |w| w.min(i128::from(t)));
            let mut times: Vec<i128> = row.reach.iter().map(|e| capped(e.1)).chain(worst).collect();
            times.sort_unstable();
            times.dedup();
            for (l, &t) in times.iter().enumerate().filter(|(_, t)| **t > 0) {
                let mut terms: Vec<(usize, i128)> =
                    row.reach.iter().filter(|e| capped(e.1) < t).map(|e| (e.0 as usize, t)).collect();
                terms.push((c, 1));
                self.line(format!("far{i}_{l}"), terms, Sense::AtLeast, t);
            }
        }
    }
}

/// A name of letters, digits and underscores.
fn name_of(instance: &Instance, objective: Objective) -> String {
    let clean: String = instance.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{clean}_{}", objective.name())
}
