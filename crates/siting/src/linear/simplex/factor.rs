//! The basis matrix as a product of triangular factors, and its updates.
//!
//! B = L·U by right-looking elimination: the pivot is the entry of least Markowitz count among the sparsest columns whose size is at
//! least a tenth of the largest of its column (Markowitz 1957; Suhl and Suhl 1990). What is left is finished densely once it
//! is nearly full, as the dense cuts of a Benders master make it. A change of one column appends an eta (product form).

/// An entry this small is nothing.
const NOTHING: f64 = 1e-13;
/// A pivot must be at least this share of the largest entry of its column.
const THRESHOLD: f64 = 0.1;
/// No pivot at all below this.
const SINGULAR: f64 = 1e-10;

/// A sparse vector.
#[derive(Debug, Clone, Default)]
struct Sparse {
    index: Vec<u32>,
    value: Vec<f64>,
}

impl Sparse {
    fn push(&mut self, i: usize, v: f64) {
        self.index.push(i as u32);
        self.value.push(v);
    }
    fn entries(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.index.iter().zip(&self.value).map(|(&i, &v)| (i as usize, v))
    }
    fn len(&self) -> usize {
        self.index.len()
    }
}

/// One elimination step: the pivot stands in row `row` and basis position `position`.
#[derive(Debug, Clone)]
struct Step {
    row: usize,
    position: usize,
    pivot: f64,
    /// Multipliers of the rows below.
    lower: Sparse,
    /// Entries of the pivot row right of the pivot, by position.
    upper: Sparse,
}

/// One exchanged column.
#[derive(Debug, Clone)]
struct Eta {
    position: usize,
    pivot: f64,
    rest: Sparse,
}

/// The factors of a basis of `m` columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Factor {
    m: usize,
    steps: Vec<Step>,
    /// Entries of each position's column above its pivot, by row.
    above: Vec<Sparse>,
    etas: Vec<Eta>,
    eta_entries: usize,
    entries: usize,
    work: Vec<f64>,
}

/// Rows and positions that found no pivot: the columns there depend on the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Dependent {
    pub(super) rows: Vec<usize>,
    pub(super) positions: Vec<usize>,
}

/// The part of the matrix not yet eliminated.
struct Active {
    column: Vec<Sparse>,
    /// Positions with an entry in the row.
    row: Vec<Vec<u32>>,
    row_done: Vec<bool>,
    left: Vec<u32>,
    entries: usize,
}

impl Factor {
    /// Factors the matrix whose column at each position is given by `(row, value)` entries. Columns that depend on others are named;
    /// the factors are then of no use.
    pub(super) fn build<'a>(
        &mut self,
        m: usize,
        columns: impl Iterator<Item = &'a [(u32, f64)]>,
    ) -> Result<(), Dependent> {
        self.m = m;
        self.steps.clear();
        self.etas.clear();
        (self.eta_entries, self.entries) = (0, 0);
        self.work.clear();
        self.work.resize(m, 0.0);
        let mut active = Active {
            column: Vec::with_capacity(m),
            row: vec![Vec::new(); m],
            row_done: vec![false; m],
            left: (0..m as u32).collect(),
            entries: 0,
        };
        for (position, column) in columns.enumerate() {
            let mut sparse = Sparse::default();
            for &(i, v) in column {
                if v.abs() > NOTHING {
                    sparse.push(i as usize, v);
                    active.row[i as usize].push(position as u32);
                }
            }
            active.entries += sparse.len();
            active.column.push(sparse);
        }
        let mut missing = Dependent::default();
        self.singletons(&mut active);
        let mut place = vec![0u32; m];
        while !active.left.is_empty() {
            let k = active.left.len();
            if k >= 12 && active.entries * 2 > k * k {
                self.dense(&mut active, &mut missing);
                break;
            }
            let Some((at, row)) = choose(&mut active, &mut missing) else { continue };
            self.eliminate(&mut active, at, row, &mut place);
        }
        if !missing.positions.is_empty() {
            missing.rows = (0..m).filter(|&i| !active.row_done[i]).collect();
            return Err(missing);
        }
        self.finish();
        Ok(())
    }

    /// Columns with one entry, and what they free: no arithmetic is needed for these.
    fn singletons(&mut self, active: &mut Active) {
        let m = self.m;
        let mut count: Vec<u32> = active.column.iter().map(|c| c.len() as u32).collect();
        let mut done = vec![false; m];
        let mut waiting: Vec<u32> = (0..m as u32).rev().filter(|&c| count[c as usize] == 1).collect();
        while let Some(c) = waiting.pop() {
            let c = c as usize;
            if done[c] || count[c] != 1 {
                continue;
            }
            let Some((row, pivot)) = active.column[c].entries().find(|&(i, _)| !active.row_done[i]) else { continue };
            let largest = active.column[c].value.iter().fold(0.0f64, |a, v| a.max(v.abs()));
            if pivot.abs() < SINGULAR.max(largest * 1e-7) {
                continue;
            }
            done[c] = true;
            active.row_done[row] = true;
            let mut step = Step { row, position: c, pivot, lower: Sparse::default(), upper: Sparse::default() };
            for &other in &active.row[row] {
                let o = other as usize;
                if o == c || done[o] {
                    continue;
                }
                if let Some((_, v)) = active.column[o].entries().find(|&(i, _)| i == row) {
                    step.upper.push(o, v);
                    count[o] -= 1;
                    if count[o] == 1 {
                        waiting.push(other);
                    }
                }
            }
            self.steps.push(step);
        }
        active.left.retain(|&c| !done[c as usize]);
        active.entries = 0;
        for &c in &active.left {
            let old = std::mem::take(&mut active.column[c as usize]);
            for (i, v) in old.entries() {
                if !active.row_done[i] {
                    active.column[c as usize].push(i, v);
                }
            }
            active.entries += active.column[c as usize].len();
        }
        for row in &mut active.row {
            row.retain(|&c| !done[c as usize]);
        }
    }

    fn eliminate(&mut self, active: &mut Active, at: usize, row: usize, place: &mut [u32]) {
        let position = active.left.swap_remove(at) as usize;
        let column = std::mem::take(&mut active.column[position]);
        active.entries -= column.len();
        active.row_done[row] = true;
        let pivot = column.entries().find(|&(i, _)| i == row).map_or(1.0, |e| e.1);
        let mut step = Step { row, position, pivot, lower: Sparse::default(), upper: Sparse::default() };
        for (i, v) in column.entries() {
            if i != row {
                step.lower.push(i, v / pivot);
                let list = &mut active.row[i];
                if let Some(k) = list.iter().position(|&c| c as usize == position) {
                    list.swap_remove(k);
                }
            }
        }
        let others = std::mem::take(&mut active.row[row]);
        for &other in &others {
            let o = other as usize;
            if o == position {
                continue;
            }
            let target = &mut active.column[o];
            let Some(k) = target.index.iter().position(|&i| i as usize == row) else { continue };
            let v = target.value[k];
            target.index.swap_remove(k);
            target.value.swap_remove(k);
            active.entries -= 1;
            step.upper.push(o, v);
            for (k, &i) in target.index.iter().enumerate() {
                place[i as usize] = k as u32 + 1;
            }
            let kept = target.len();
            for (i, l) in step.lower.entries() {
                let k = place[i] as usize;
                if k > 0 {
                    target.value[k - 1] -= l * v;
                } else {
                    target.push(i, -l * v);
                    active.row[i].push(other);
                    active.entries += 1;
                }
            }
            for &i in &target.index[..kept] {
                place[i as usize] = 0;
            }
        }
        self.steps.push(step);
    }

    /// Partial pivoting on what is nearly full.
    fn dense(&mut self, active: &mut Active, missing: &mut Dependent) {
        active.left.sort_unstable();
        let positions: Vec<usize> = active.left.iter().map(|&c| c as usize).collect();
        let rows: Vec<usize> = (0..self.m).filter(|&i| !active.row_done[i]).collect();
        let (k, height) = (positions.len(), rows.len());
        let mut local = vec![0usize; self.m];
        for (r, &i) in rows.iter().enumerate() {
            local[i] = r;
        }
        let mut a = vec![0.0f64; k * height];
        for (c, &position) in positions.iter().enumerate() {
            for (i, v) in active.column[position].entries() {
                a[c * height + local[i]] += v;
            }
        }
        let mut free = vec![true; height];
        for c in 0..k {
            let column = &a[c * height..(c + 1) * height];
            let mut best = usize::MAX;
            for r in 0..height {
                if free[r] && (best == usize::MAX || column[r].abs() > column[best].abs()) {
                    best = r;
                }
            }
            if best == usize::MAX || column[best].abs() < SINGULAR {
                missing.positions.push(positions[c]);
                continue;
            }
            free[best] = false;
            active.row_done[rows[best]] = true;
            let pivot = column[best];
            let mut step = Step {
                row: rows[best],
                position: positions[c],
                pivot,
                lower: Sparse::default(),
                upper: Sparse::default(),
            };
            let mut below: Vec<(usize, f64)> = Vec::new();
            for r in 0..height {
                if free[r] && column[r].abs() > NOTHING {
                    below.push((r, column[r] / pivot));
                    step.lower.push(rows[r], column[r] / pivot);
                }
            }
            let full = below.len() * 2 > height;
            let multiplier: Vec<f64> = if full {
                (0..height).map(|r| if free[r] { column[r] / pivot } else { 0.0 }).collect()
            } else {
                Vec::new()
            };
            for (other, &position) in positions.iter().enumerate().skip(c + 1) {
                let target = &mut a[other * height..(other + 1) * height];
                let v = target[best];
                if v.abs() <= NOTHING {
                    continue;
                }
                step.upper.push(position, v);
                if full {
                    for (t, &l) in target.iter_mut().zip(&multiplier) {
                        *t -= l * v;
                    }
                } else {
                    for &(r, l) in &below {
                        target[r] -= l * v;
                    }
                }
            }
            self.steps.push(step);
        }
        active.left.clear();
    }

    fn finish(&mut self) {
        self.above.clear();
        self.above.resize(self.m, Sparse::default());
        for step in &self.steps {
            self.entries += step.lower.len() + step.upper.len() + 1;
            for (position, v) in step.upper.entries() {
                self.above[position].push(step.row, v);
            }
        }
    }

    /// Entries that one solve may touch.
    pub(super) fn size(&self) -> usize {
        self.entries + self.eta_entries + self.m
    }

    /// Whether it is time to factor anew.
    pub(super) fn stale(&self) -> bool {
        self.etas.len() >= 100 || (self.etas.len() >= 20 && self.eta_entries > 2 * self.entries + self.m)
    }

    /// Whether columns were exchanged since the last factoring.
    pub(super) fn updated(&self) -> bool {
        !self.etas.is_empty()
    }

    /// Solves B·z = a: `x` holds a by row and receives z by position.
    pub(super) fn forward(&mut self, x: &mut [f64]) {
        for step in &self.steps {
            let v = x[step.row];
            if v != 0.0 {
                for (i, l) in step.lower.entries() {
                    x[i] -= l * v;
                }
            }
        }
        for step in self.steps.iter().rev() {
            let v = x[step.row];
            if v.abs() <= NOTHING {
                self.work[step.position] = 0.0;
                continue;
            }
            let z = v / step.pivot;
            self.work[step.position] = z;
            for (i, u) in self.above[step.position].entries() {
                x[i] -= u * z;
            }
        }
        x.copy_from_slice(&self.work);
        for eta in &self.etas {
            let v = x[eta.position];
            if v != 0.0 {
                let z = v / eta.pivot;
                x[eta.position] = z;
                for (i, a) in eta.rest.entries() {
                    x[i] -= a * z;
                }
            }
        }
    }

    /// Solves Bᵀ·y = c: `x` holds c by position and receives y by row.
    pub(super) fn backward(&mut self, x: &mut [f64]) {
        for eta in self.etas.iter().rev() {
            let mut v = x[eta.position];
            for (i, a) in eta.rest.entries() {
                v -= a * x[i];
            }
            x[eta.position] = v / eta.pivot;
        }
        for step in &self.steps {
            let v = x[step.position];
            if v.abs() <= NOTHING {
                self.work[step.row] = 0.0;
                continue;
            }
            let y = v / step.pivot;
            self.work[step.row] = y;
            for (position, u) in step.upper.entries() {
                x[position] -= u * y;
            }
        }
        x.copy_from_slice(&self.work);
        for step in self.steps.iter().rev() {
            let mut v = x[step.row];
            for (i, l) in step.lower.entries() {
                v -= l * x[i];
            }
            x[step.row] = v;
        }
    }

    /// The column at `position` is replaced by one that `forward` turned into `alpha`.
    pub(super) fn replace(&mut self, position: usize, alpha: &[f64]) {
        let mut rest = Sparse::default();
        for (i, &a) in alpha.iter().enumerate() {
            if i != position && a.abs() > NOTHING {
                rest.push(i, a);
            }
        }
        self.eta_entries += rest.len() + 1;
        self.etas.push(Eta { position, pivot: alpha[position], rest });
    }
}

/// The pivot of least Markowitz count among some of the sparsest columns: where its position stands in `left`, and its row.
fn choose(active: &mut Active, missing: &mut Dependent) -> Option<(usize, usize)> {
    let mut sparsest = [(usize::MAX, usize::MAX); 4];
    for (at, &c) in active.left.iter().enumerate() {
        let candidate = (active.column[c as usize].len(), at);
        if candidate < sparsest[3] {
            sparsest[3] = candidate;
            sparsest.sort_unstable();
        }
    }
    let mut best: Option<(usize, f64, usize, usize)> = None;
    for (count, at) in sparsest {
        if at == usize::MAX {
            break;
        }
        let column = &active.column[active.left[at] as usize];
        let largest = column.value.iter().fold(0.0f64, |a, v| a.max(v.abs()));
        if largest < SINGULAR {
            // Nothing is left of the column: it depends on those before.
            let c = active.left.swap_remove(at) as usize;
            missing.positions.push(c);
            active.entries -= active.column[c].len();
            let gone = std::mem::take(&mut active.column[c]);
            for (i, _) in gone.entries() {
                active.row[i].retain(|&o| o as usize != c);
            }
            return None;
        }
        for (i, v) in column.entries() {
            if v.abs() < THRESHOLD * largest {
                continue;
            }
            let cost = (count - 1) * active.row[i].len().saturating_sub(1);
            if best.is_none_or(|b| (cost, -v.abs(), i) < (b.0, -b.1, b.3)) {
                best = Some((cost, v.abs(), at, i));
            }
        }
    }
    best.map(|(_, _, at, row)| (at, row))
}
