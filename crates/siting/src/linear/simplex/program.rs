//! The solver's face: columns, rows and bounds come and go, and it goes on from where it was.

use super::super::{Basis, LinearError, LinearProgram, LinearStatus, Standing};
use super::{DualSimplex, ScaledRow};

impl LinearProgram for DualSimplex {
    fn add_column(&mut self, cost: f64, lower: f64, upper: f64) -> Result<usize, LinearError> {
        if !cost.is_finite() || lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        let j = self.n;
        self.n += 1;
        self.column.push(Vec::new());
        self.cost.insert(j, cost);
        self.price.insert(j.min(self.price.len()), cost);
        self.lower.insert(j, lower);
        self.upper.insert(j, upper);
        self.standing.insert(j, Standing::AtLower);
        self.value.insert(j, 0.0);
        self.reduced.insert(j.min(self.reduced.len()), 0.0);
        for k in &mut self.head {
            *k += u32::from(*k as usize >= j);
        }
        self.park(j, cost < 0.0);
        Ok(j)
    }

    fn add_row(&mut self, terms: &[(usize, f64)], lower: f64, upper: f64) -> Result<usize, LinearError> {
        if lower.is_nan() || upper.is_nan() || terms.iter().any(|t| !t.1.is_finite()) {
            return Err(LinearError::NotFinite);
        }
        if let Some(&(column, _)) = terms.iter().find(|t| t.0 >= self.n) {
            return Err(LinearError::NoSuchColumn { column, columns: self.n });
        }
        let mut sorted = terms.to_vec();
        sorted.sort_by_key(|t| t.0);
        let mut row = ScaledRow { scale: 1.0, ..ScaledRow::default() };
        for (j, a) in sorted {
            match row.column.last() {
                Some(&last) if last as usize == j => {
                    if let Some(v) = row.value.last_mut() {
                        *v += a;
                    }
                }
                _ => {
                    row.column.push(j as u32);
                    row.value.push(a);
                }
            }
        }
        let largest = row.value.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        if largest > 0.0 && largest.is_finite() {
            row.scale = (-largest.log2().round()).clamp(-300.0, 300.0).exp2();
        }
        let i = self.rows.len();
        for (v, &j) in row.value.iter_mut().zip(&row.column) {
            *v *= row.scale;
            self.column[j as usize].push((i as u32, *v));
        }
        self.cost.push(0.0);
        self.price.resize(self.cost.len(), 0.0);
        self.reduced.resize(self.cost.len(), 0.0);
        self.lower.push(lower * row.scale);
        self.upper.push(upper * row.scale);
        self.standing.push(Standing::Basic);
        self.value.push(0.0);
        self.head.push((self.n + i) as u32);
        self.weight.push(1.0);
        self.logical.push([(i as u32, -1.0)]);
        self.rows.push(row);
        self.ready = false;
        Ok(i)
    }

    fn delete_rows(&mut self, positions: &[usize]) {
        let m = self.m();
        let mut gone = vec![false; m];
        for &i in positions {
            if i < m {
                gone[i] = true;
            }
        }
        if !gone.contains(&true) {
            return;
        }
        let mut to = vec![u32::MAX; m];
        let mut kept = 0u32;
        for i in 0..m {
            if !gone[i] {
                to[i] = kept;
                kept += 1;
            }
        }
        let n = self.n;
        // The logicals that stay basic keep their places; a basis left too large gives up those that depend on others.
        let mut head = Vec::new();
        let mut weight = Vec::new();
        let mut surplus = Vec::new();
        for (&j, &w) in self.head.iter().zip(&self.weight) {
            let ju = j as usize;
            if ju >= n && gone[ju - n] {
                continue;
            }
            let renamed = if ju < n { j } else { n as u32 + to[ju - n] };
            if head.len() < kept as usize {
                head.push(renamed);
                weight.push(w);
            } else {
                surplus.push(ju);
            }
        }
        for &j in &surplus {
            let near_upper = self.upper[j] - self.value[j] < self.value[j] - self.lower[j];
            self.park(j, near_upper);
        }
        let keep: Vec<bool> = (0..n + m).map(|j| j < n || !gone[j - n]).collect();
        let filter = |v: &mut Vec<f64>| {
            let mut k = 0;
            v.retain(|_| {
                k += 1;
                keep[k - 1]
            });
        };
        filter(&mut self.cost);
        filter(&mut self.price);
        filter(&mut self.reduced);
        filter(&mut self.lower);
        filter(&mut self.upper);
        filter(&mut self.value);
        let mut k = 0;
        self.standing.retain(|_| {
            k += 1;
            keep[k - 1]
        });
        let mut i = 0;
        self.rows.retain(|_| {
            i += 1;
            !gone[i - 1]
        });
        self.logical.truncate(kept as usize);
        for column in &mut self.column {
            column.retain_mut(|e| {
                e.0 = to[e.0 as usize];
                e.0 != u32::MAX
            });
        }
        (self.head, self.weight) = (head, weight);
        // A deleted row that was not basic leaves the basis too large by one, never too small.
        self.ready = false;
    }

    fn set_bounds(&mut self, column: usize, lower: f64, upper: f64) -> Result<(), LinearError> {
        if column >= self.n {
            return Err(LinearError::NoSuchColumn { column, columns: self.n });
        }
        if lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        (self.lower[column], self.upper[column]) = (lower, upper);
        Ok(())
    }

    fn solve(&mut self, iteration_limit: u64) -> LinearStatus {
        let status = self.run(iteration_limit);
        self.report();
        status
    }

    fn columns(&self) -> usize {
        self.n
    }

    fn rows(&self) -> usize {
        self.m()
    }

    fn x(&self) -> &[f64] {
        &self.value[..self.n]
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn row_duals(&self) -> Option<&[f64]> {
        Some(&self.duals)
    }

    fn reduced_costs(&self) -> Option<&[f64]> {
        self.reduced.get(..self.n)
    }

    fn basis(&self) -> Option<Basis> {
        Some(Basis { columns: self.standing[..self.n].to_vec(), rows: self.standing[self.n..].to_vec() })
    }

    fn restore(&mut self, basis: &Basis) {
        let (n, m) = (self.n, self.m());
        for j in 0..n + m {
            let given = if j < n { basis.columns.get(j) } else { basis.rows.get(j - n) };
            self.standing[j] = given.copied().unwrap_or(if j < n { Standing::AtLower } else { Standing::Basic });
        }
        self.head.clear();
        for j in 0..n + m {
            if self.standing[j] == Standing::Basic {
                if self.head.len() < m {
                    self.head.push(j as u32);
                } else {
                    self.park(j, false);
                }
            }
        }
        // Too few: logicals fill up.
        for j in n..n + m {
            if self.head.len() >= m {
                break;
            }
            if self.standing[j] != Standing::Basic {
                self.standing[j] = Standing::Basic;
                self.head.push(j as u32);
            }
        }
        self.weight.clear();
        self.weight.resize(m, 1.0);
        self.ready = false;
    }

    fn iterations(&self) -> u64 {
        self.iterations
    }

    fn entries(&self) -> u64 {
        self.entries
    }
}
