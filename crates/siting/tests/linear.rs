//! Thousands of random linear programs: our simplex against vertex enumeration and against microlp, its duals against weak duality, a
//! warm start against a cold one.

use firesite_siting::linear::{DualSimplex, LinearError, LinearProgram, LinearStatus, Microlp, dual_bound};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

const INF: f64 = f64::INFINITY;
/// Objectives agree within this share of their size (or absolutely, near 0).
const TOLERANCE: f64 = 1e-6;

/// A program as plain figures.
#[derive(Debug, Clone, Default)]
struct Plain {
    columns: Vec<(f64, f64, f64)>,
    rows: Vec<(Vec<(usize, f64)>, f64, f64)>,
}

impl Plain {
    fn give(&self, to: &mut impl LinearProgram) {
        for &(cost, low, high) in &self.columns {
            to.add_column(cost, low, high).unwrap();
        }
        for (terms, low, high) in &self.rows {
            to.add_row(terms, *low, *high).unwrap();
        }
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.columns.iter().zip(x).map(|(c, x)| c.0 * x).sum()
    }

    fn feasible(&self, x: &[f64], tolerance: f64) -> bool {
        let inside = |v: f64, low: f64, high: f64, size: f64| {
            v >= low - tolerance * (1.0 + size) && v <= high + tolerance * (1.0 + size)
        };
        self.columns.iter().zip(x).all(|(c, &x)| inside(x, c.1, c.2, x.abs()))
            && self.rows.iter().all(|(terms, low, high)| {
                let sum: f64 = terms.iter().map(|&(j, a)| a * x[j]).sum();
                let size: f64 = terms.iter().map(|&(j, a)| (a * x[j]).abs()).sum();
                inside(sum, *low, *high, size)
            })
    }
}

fn below(random: &mut Pcg64, n: u64) -> u64 {
    random.next_u64() % n
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * (1.0 + a.abs().max(b.abs()))
}

/// Small whole figures, so that ties and degenerate vertices are common.
fn random_program(random: &mut Pcg64, most_columns: u64, most_rows: u64, boxed: bool) -> Plain {
    let n = 1 + below(random, most_columns) as usize;
    let m = below(random, most_rows + 1) as usize;
    let size = [2, 4, 10, 1000][below(random, 4) as usize];
    let mut program = Plain::default();
    for _ in 0..n {
        let cost = below(random, 2 * size + 1) as f64 - size as f64;
        let low = if boxed || below(random, 4) > 0 { below(random, 4) as f64 - 2.0 } else { -INF };
        let high = if boxed || below(random, 4) == 0 { low.max(-3.0) + below(random, 5) as f64 } else { INF };
        program.columns.push((cost, low, high));
    }
    let holes = below(random, 4);
    for _ in 0..m {
        let mut terms = Vec::new();
        for j in 0..n {
            if below(random, 4) >= holes {
                terms.push((j, below(random, 2 * size + 1) as f64 - size as f64));
            }
        }
        let middle = below(random, 4 * size) as f64 - 2.0 * size as f64;
        let (low, high) = match below(random, 4) {
            0 => (middle, middle),
            1 => (middle, middle + below(random, size) as f64),
            2 => (middle, INF),
            _ => (-INF, middle),
        };
        program.rows.push((terms, low, high));
    }
    program
}

/// The optimum of a program whose columns are all boxed, by trying every vertex; `None`: infeasible.
fn enumerate(program: &Plain) -> Option<f64> {
    let n = program.columns.len();
    // Hyperplanes: ends of columns, ends of rows.
    let mut planes: Vec<(Vec<f64>, f64)> = Vec::new();
    for (j, &(_, low, high)) in program.columns.iter().enumerate() {
        let mut normal = vec![0.0; n];
        normal[j] = 1.0;
        planes.push((normal.clone(), low));
        planes.push((normal, high));
    }
    for (terms, low, high) in &program.rows {
        let mut normal = vec![0.0; n];
        for &(j, a) in terms {
            normal[j] += a;
        }
        for end in [low, high] {
            if end.is_finite() {
                planes.push((normal.clone(), *end));
            }
        }
    }
    let mut best: Option<f64> = None;
    let mut chosen: Vec<usize> = (0..n).collect();
    loop {
        if let Some(x) = intersect(&planes, &chosen).filter(|x| program.feasible(x, 1e-9)) {
            let value = program.value(&x);
            best = Some(best.map_or(value, |b: f64| b.min(value)));
        }
        // The next choice of n planes.
        let mut k = n;
        loop {
            if k == 0 {
                return best;
            }
            k -= 1;
            if chosen[k] + n - k < planes.len() {
                chosen[k] += 1;
                for l in k + 1..n {
                    chosen[l] = chosen[l - 1] + 1;
                }
                break;
            }
        }
    }
}

fn intersect(planes: &[(Vec<f64>, f64)], chosen: &[usize]) -> Option<Vec<f64>> {
    let n = chosen.len();
    let mut a: Vec<Vec<f64>> = chosen
        .iter()
        .map(|&k| {
            let mut row = planes[k].0.clone();
            row.push(planes[k].1);
            row
        })
        .collect();
    for c in 0..n {
        let pivot = (c..n).max_by(|&p, &q| a[p][c].abs().total_cmp(&a[q][c].abs()))?;
        if a[pivot][c].abs() < 1e-9 {
            return None;
        }
        a.swap(c, pivot);
        for r in 0..n {
            if r != c {
                let f = a[r][c] / a[c][c];
                for k in c..=n {
                    let v = a[c][k];
                    a[r][k] -= f * v;
                }
            }
        }
    }
    Some((0..n).map(|c| a[c][n] / a[c][c]).collect())
}

/// What must hold of any optimal answer: it is feasible, it has the value it says, and its duals prove that value.
fn proves_itself(program: &Plain, solver: &impl LinearProgram, what: &str) {
    let x = solver.x();
    assert!(program.feasible(x, 1e-6), "{what}: not feasible: {x:?}\n{program:?}");
    assert!(close(program.value(x), solver.objective()), "{what}: wrong value");
    let y = solver.row_duals().unwrap();
    // Duals within the tolerance of 0 may point at an end that does not exist.
    let (columns, rows) = clean(program, y);
    let bound = dual_bound(&columns, &rows, y);
    assert!(
        close(bound, solver.objective()),
        "{what}: the duals prove {bound}, not {}\n{program:?}\ny {y:?}",
        solver.objective()
    );
    for (j, &d) in solver.reduced_costs().unwrap().iter().enumerate() {
        let mut own = program.columns[j].0;
        let mut size = own.abs();
        for ((terms, ..), &price) in program.rows.iter().zip(y) {
            for &(k, a) in terms {
                if k == j {
                    own -= price * a;
                    size += (price * a).abs();
                }
            }
        }
        assert!((own - d).abs() <= 1e-6 * (1.0 + size), "{what}: reduced cost of {j}: {d}, not {own}");
    }
}

/// Infinite ends that a dual of rounding size would need, replaced by large ones.
#[allow(clippy::type_complexity)]
fn clean(program: &Plain, y: &[f64]) -> (Vec<(f64, f64, f64)>, Vec<(Vec<(usize, f64)>, f64, f64)>) {
    let mut reduced: Vec<(f64, f64)> = program.columns.iter().map(|c| (c.0, c.0.abs())).collect();
    for ((terms, ..), &price) in program.rows.iter().zip(y) {
        for &(j, a) in terms {
            reduced[j].0 -= price * a;
            reduced[j].1 += (price * a).abs();
        }
    }
    let columns = program.columns.iter().zip(&reduced).map(|(&(c, low, high), &(d, size))| {
        if d.abs() <= 1e-7 * (1.0 + size) { (c, low.max(-100.0), high.min(100.0)) } else { (c, low, high) }
    });
    let rows = program.rows.iter().zip(y).map(|((terms, low, high), &price)| {
        if price.abs() <= 1e-7 {
            (terms.clone(), low.max(-100.0), high.min(100.0))
        } else {
            (terms.clone(), *low, *high)
        }
    });
    (columns.collect(), rows.collect())
}

fn ours(program: &Plain) -> (LinearStatus, DualSimplex) {
    let mut solver = DualSimplex::new();
    program.give(&mut solver);
    (solver.solve(100_000), solver)
}

#[test]
fn tiny_programs_equal_the_best_vertex() {
    let mut infeasible = 0;
    for seed in 0..4000 {
        let mut random = Pcg64::seed_from_u64(seed);
        let program = random_program(&mut random, 4, 5, true);
        let truth = enumerate(&program);
        let (status, solver) = ours(&program);
        match truth {
            Some(value) => {
                assert_eq!(status, LinearStatus::Optimal, "seed {seed} {program:?}");
                assert!(
                    close(solver.objective(), value),
                    "seed {seed}: {} not {value}\n{program:?}",
                    solver.objective()
                );
                proves_itself(&program, &solver, &format!("seed {seed}"));
            }
            None => {
                infeasible += 1;
                assert_eq!(status, LinearStatus::Infeasible, "seed {seed} {program:?}");
            }
        }
    }
    assert!(infeasible > 200, "the sample holds infeasible programs: {infeasible}");
}

#[test]
fn random_programs_equal_microlp() {
    random_programs_equal::<Microlp>(|_, _| {});
}

/// `cargo test -p firesite-siting --features highs --test linear`.
#[cfg(feature = "highs")]
#[test]
fn random_programs_equal_highs_whose_duals_prove_as_much() {
    random_programs_equal::<firesite_siting::linear::Highs>(|program, peer| {
        let bound = dual_bound(&program.columns, &program.rows, peer.row_duals().expect("duals"));
        assert!(close(bound, peer.objective()), "{bound} {} {program:?}", peer.objective());
        assert_eq!(peer.reduced_costs().map(<[f64]>::len), Some(program.columns.len()));
    });
}

fn random_programs_equal<P: LinearProgram + Default>(check: impl Fn(&Plain, &P)) {
    let mut seen = [0; 3];
    for seed in 0..5000 {
        let mut random = Pcg64::seed_from_u64(10_000 + seed);
        let program = random_program(&mut random, 14, 14, seed % 3 == 0);
        let mut peer = P::default();
        program.give(&mut peer);
        let truth = peer.solve(100_000);
        let (status, solver) = ours(&program);
        let shown = || format!("seed {seed}: ours {status:?}, the peer {truth:?}\n{program:?}");
        match truth {
            LinearStatus::Optimal => {
                seen[0] += 1;
                check(&program, &peer);
                assert_eq!(status, LinearStatus::Optimal, "{}", shown());
                proves_itself(&program, &solver, &shown());
                assert!(
                    close(solver.objective(), peer.objective()),
                    "{} {} {}",
                    solver.objective(),
                    peer.objective(),
                    shown()
                );
            }
            LinearStatus::Infeasible => {
                seen[1] += 1;
                // An infeasible program may be unbounded too as far as costs go; no point satisfies it either way.
                assert_eq!(status, LinearStatus::Infeasible, "{}", shown());
            }
            LinearStatus::Unbounded => {
                seen[2] += 1;
                assert_eq!(status, LinearStatus::Unbounded, "{}", shown());
            }
            _ => {}
        }
    }
    assert!(seen.iter().all(|&n| n > 300), "all kinds are in the sample: {seen:?}");
}

/// Covering rows and knapsacks with many equal figures: every vertex is degenerate.
#[test]
fn degenerate_programs_equal_microlp() {
    for seed in 0..400 {
        let mut random = Pcg64::seed_from_u64(50_000 + seed);
        let random = &mut random;
        let n = 5 + below(random, 40) as usize;
        let mut program = Plain { columns: vec![(1.0, 0.0, 1.0); n], rows: Vec::new() };
        for _ in 0..below(random, 60) {
            let terms: Vec<(usize, f64)> = (0..n).filter(|_| below(random, 5) == 0).map(|j| (j, 1.0)).collect();
            let need = if terms.is_empty() { 0.0 } else { 1.0 };
            program.rows.push((terms, need, INF));
        }
        if below(random, 3) == 0 {
            for c in &mut program.columns {
                c.0 = 0.0;
            }
            program.rows.push(((0..n).map(|j| (j, 1.0)).collect(), -INF, n as f64 / 3.0));
        }
        let mut peer = Microlp::new();
        program.give(&mut peer);
        let truth = peer.solve(0);
        let (status, solver) = ours(&program);
        assert_eq!(status, truth, "seed {seed}");
        if truth == LinearStatus::Optimal {
            proves_itself(&program, &solver, &format!("seed {seed}"));
            assert!(close(solver.objective(), peer.objective()), "seed {seed}");
        }
    }
}

/// Rows added and deleted, bounds changed, bases restored: each time the answer of a cold start.
#[test]
fn a_warm_start_ends_where_a_cold_one_does() {
    for seed in 0..1200 {
        let mut random = Pcg64::seed_from_u64(90_000 + seed);
        let random = &mut random;
        let mut program = random_program(random, 12, 6, true);
        let mut warm = DualSimplex::new();
        program.give(&mut warm);
        let mut kept = None;
        for change in 0..8 {
            let status = warm.solve(100_000);
            let (truth, cold) = ours(&program);
            let shown = || format!("seed {seed} change {change}\n{program:?}");
            assert_eq!(status, truth, "{}", shown());
            if truth == LinearStatus::Optimal {
                assert!(close(warm.objective(), cold.objective()), "{}", shown());
                proves_itself(&program, &warm, &shown());
            }
            match below(random, 5) {
                0 => {
                    let mut more = random_program(random, 1, 3, true);
                    let n = program.columns.len();
                    for (terms, low, high) in &mut more.rows {
                        *terms = (0..n).map(|j| (j, below(random, 7) as f64 - 3.0)).collect();
                        // Loose enough to leave something.
                        *low -= 6.0;
                        *high += 6.0;
                        warm.add_row(terms, *low, *high).unwrap();
                        program.rows.push((terms.clone(), *low, *high));
                    }
                }
                1 if !program.rows.is_empty() => {
                    let gone: Vec<usize> = (0..program.rows.len()).filter(|_| below(random, 2) == 0).collect();
                    warm.delete_rows(&gone);
                    let mut i = 0;
                    program.rows.retain(|_| {
                        i += 1;
                        !gone.contains(&(i - 1))
                    });
                    kept = None;
                }
                2 => {
                    if let Some(basis) = &kept {
                        warm.restore(basis);
                    }
                    kept = warm.basis();
                }
                _ => {
                    let j = below(random, program.columns.len() as u64) as usize;
                    let (_, low, high) = program.columns[j];
                    let (low, high) = match below(random, 3) {
                        0 => (low, low),
                        1 => (high, high),
                        _ => (low - 1.0, high + 1.0),
                    };
                    (program.columns[j].1, program.columns[j].2) = (low, high);
                    warm.set_bounds(j, low, high).unwrap();
                }
            }
        }
    }
}

/// Larger and sparser: the factors, their updates and the flips of boxed columns at work.
#[test]
fn larger_programs_equal_microlp() {
    for seed in 0..12 {
        let mut random = Pcg64::seed_from_u64(200_000 + seed);
        let random = &mut random;
        let (n, m) = (150 + below(random, 150) as usize, 60 + below(random, 120) as usize);
        let mut program = Plain::default();
        for _ in 0..n {
            program.columns.push((1.0 + below(random, 100) as f64, 0.0, 1.0 + below(random, 2) as f64));
        }
        for _ in 0..m {
            let mut terms: Vec<(usize, f64)> = (0..n).filter(|_| below(random, 12) == 0).map(|j| (j, 1.0)).collect();
            for term in &mut terms {
                term.1 += below(random, 9) as f64;
            }
            let all: f64 = terms.iter().map(|t| t.1).sum();
            program.rows.push((terms, (all / 5.0).floor(), INF));
        }
        let mut peer = Microlp::new();
        program.give(&mut peer);
        assert_eq!(peer.solve(0), LinearStatus::Optimal);
        let (status, solver) = ours(&program);
        assert_eq!(status, LinearStatus::Optimal, "seed {seed}");
        assert!(close(solver.objective(), peer.objective()), "seed {seed}");
        proves_itself(&program, &solver, &format!("seed {seed}"));
    }
}

#[test]
fn a_limit_on_iterations_stops_and_the_next_solve_goes_on() {
    let mut random = Pcg64::seed_from_u64(7);
    let mut program = Plain::default();
    for _ in 0..60 {
        program.columns.push((1.0 + below(&mut random, 50) as f64, 0.0, 1.0));
    }
    for _ in 0..40 {
        let terms = (0..60).filter(|_| below(&mut random, 6) == 0).map(|j| (j, 1.0)).collect();
        program.rows.push((terms, 1.0, INF));
    }
    let (status, cold) = ours(&program);
    assert_eq!(status, LinearStatus::Optimal);
    let mut stepwise = DualSimplex::new();
    program.give(&mut stepwise);
    let mut solves = 0;
    while stepwise.solve(3) == LinearStatus::IterationLimit {
        solves += 1;
        assert!(solves < 1000, "it never ends");
    }
    assert!(solves > 3, "the limit was met: {solves}");
    assert!(close(stepwise.objective(), cold.objective()));
}

#[test]
fn the_same_calls_give_the_same_bits() {
    let mut random = Pcg64::seed_from_u64(3);
    let program = random_program(&mut random, 30, 30, true);
    let bits = |s: &DualSimplex| s.x().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&ours(&program).1), bits(&ours(&program).1));
}

#[test]
fn bad_figures_are_refused() {
    let mut program = DualSimplex::new();
    assert_eq!(program.add_column(f64::NAN, 0.0, 1.0), Err(LinearError::NotFinite));
    let j = program.add_column(1.0, 0.0, 1.0).unwrap();
    assert_eq!(program.add_row(&[(j + 1, 1.0)], 0.0, 1.0), Err(LinearError::NoSuchColumn { column: 1, columns: 1 }));
    assert_eq!(program.add_row(&[(j, INF)], 0.0, 1.0), Err(LinearError::NotFinite));
    assert_eq!(program.set_bounds(5, 0.0, 1.0), Err(LinearError::NoSuchColumn { column: 5, columns: 1 }));
    program.set_bounds(j, 1.0, 0.0).unwrap();
    assert_eq!(program.solve(10), LinearStatus::Infeasible);
}

/// By hand: x + y ≥ 2 with costs 1 and 3, x ≤ 1: x = 1, y = 1, value 4; the row is worth 3, x is worth 3 − 1 = 2 less than the row pays.
#[test]
fn a_program_solved_by_hand() {
    let mut program = DualSimplex::new();
    let x = program.add_column(1.0, 0.0, 1.0).unwrap();
    let y = program.add_column(3.0, 0.0, INF).unwrap();
    program.add_row(&[(x, 1.0), (y, 1.0)], 2.0, INF).unwrap();
    assert_eq!(program.solve(100), LinearStatus::Optimal);
    assert_eq!((program.x(), program.objective()), (&[1.0, 1.0][..], 4.0));
    assert_eq!(program.row_duals(), Some(&[3.0][..]));
    assert_eq!(program.reduced_costs(), Some(&[-2.0, 0.0][..]));
}
