//! Random instances of every kind, and a plain prover that knows the answer by brute force.
#![allow(dead_code, unreachable_pub, clippy::pedantic)]
use firesite_problem::*;

/// PCG-like generator: fixed algorithm, seed in every message.
pub struct Random(pub u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut r = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1);
        r.next();
        r
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    /// Below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n.max(1)
    }
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A small instance with every feature switched on at random.
pub fn random_instance(r: &mut Random) -> Instance {
    let n = 1 + r.below(8) as u32;
    let m = 1 + r.below(8);
    let limit = if r.chance(80) { Some(r.below(60) as u32) } else { None };
    let groups: Vec<Group> = (0..r.below(3))
        .map(|g| Group {
            name: format!("g{g}"),
            cap: r.chance(60).then(|| r.below(40)),
            floor: if r.chance(30) { r.below(15) } else { 0 },
        })
        .collect();
    let sites = (0..n)
        .map(|j| Site {
            id: format!("s{j}"),
            cost: r.below(9),
            counted: r.chance(70),
            exclusive: r.chance(40).then(|| r.below(3) as u32),
            fixed: r.chance(7),
        })
        .collect();
    let with_gains = r.chance(25);
    let blocks = 1 + r.below(3) as u32; // makes independent parts likely
    let rows = (0..m)
        .map(|i| {
            let block = r.below(u64::from(blocks)) as u32;
            let mut reach: Vec<(u32, u32)> = (0..n)
                .filter(|j| (j % blocks == block || r.chance(5)) && r.chance(60))
                .collect::<Vec<u32>>()
                .into_iter()
                .map(|j| (j, [7, 30, 61][(i % 3) as usize] * r.below(4) as u32))
                .collect();
            reach.sort_by_key(|e| (e.1, e.0));
            let mut gains: Vec<u64> =
                if with_gains && r.chance(60) { (0..1 + r.below(3)).map(|_| r.below(6)).collect() } else { vec![] };
            gains.sort_unstable_by(|a, b| b.cmp(a));
            Row {
                weight: r.below(12),
                reach,
                group: (!groups.is_empty() && r.chance(70)).then(|| r.below(groups.len() as u64) as u32),
                must: r.chance(8),
                gains,
            }
        })
        .collect();
    let constraints = (0..r.below(4))
        .map(|c| {
            let terms: Vec<(u32, i64)> = (0..n)
                .filter(|_| r.chance(70))
                .collect::<Vec<u32>>()
                .into_iter()
                .map(|j| (j, if r.chance(75) { 1 } else { r.below(7) as i64 - 3 }))
                .collect();
            let sense = [Sense::AtMost, Sense::AtLeast, Sense::Exactly, Sense::AtMost][r.below(4) as usize];
            let rhs = if sense == Sense::AtLeast { r.below(3) } else { r.below(5) } as i64;
            Constraint { name: format!("c{c}"), terms, sense, rhs }
        })
        .collect();
    let mut levels: Vec<Objective> =
        vec![Objective::Cover, Objective::Cost, Objective::Count, Objective::Time, Objective::Center];
    for i in (1..levels.len()).rev() {
        levels.swap(i, r.below(i as u64 + 1) as usize);
    }
    levels.truncate(1 + r.below(4) as usize);
    let worst = r.chance(60).then(|| r.below(200) as u32);
    Instance { name: "random".into(), sites, rows, limit, worst, groups, constraints, levels }
}

/// The proof by full enumeration: all free sites are branched on, and each leaf gets the multipliers that make its bound exact.
///
/// `bound` is the claimed bound of the level (for refutations: ignored). The proof holds when the claim is true.
pub fn enumeration(instance: &Instance, level: Option<usize>, held: &[i64], bound: i64, scale: u64) -> LevelProof {
    let goal = level.map_or_else(Goal::infeasible, |k| Goal::level(instance, k, held, bound));
    let classes = Classes::new(instance, goal);
    let mut nodes = Vec::new();
    let mut fixed: Vec<Option<bool>> = instance.sites.iter().map(|s| s.fixed.then_some(true)).collect();
    let free: Vec<u32> = (0..instance.sites.len() as u32).filter(|&j| fixed[j as usize].is_none()).collect();
    grow(instance, level, held, scale, &classes, &free, 0, &mut fixed, &mut nodes);
    LevelProof { scale, multipliers: Multipliers::default(), nodes }
}

fn grow(
    instance: &Instance,
    level: Option<usize>,
    held: &[i64],
    scale: u64,
    classes: &Classes,
    free: &[u32],
    depth: usize,
    fixed: &mut Vec<Option<bool>>,
    nodes: &mut Vec<Node>,
) {
    if let Some(&site) = free.get(depth) {
        nodes.push(Node { then: Then::First(vec![site]), ..Node::default() });
        for value in [true, false] {
            fixed[site as usize] = Some(value);
            grow(instance, level, held, scale, classes, free, depth + 1, fixed, nodes);
        }
        fixed[site as usize] = None;
        return;
    }
    let open: Vec<bool> = fixed.iter().map(|f| *f == Some(true)).collect();
    nodes.push(Node { change: exact_multipliers(instance, level, held, scale, classes, &open), ..Node::default() });
}

/// Multipliers that make the bound of one choice exact, or prove it infeasible.
fn exact_multipliers(
    instance: &Instance,
    level: Option<usize>,
    held: &[i64],
    scale: u64,
    classes: &Classes,
    open: &[bool],
) -> Change {
    const HUGE: i64 = 1 << 36;
    let m = instance.measures(open);
    let mut change = Change::default();
    // Violated floors and held levels cost without limit; caps where they bind take the whole price.
    let mut cover = 0_i64;
    let mut time = 0_i64;
    for (k, objective) in instance.levels.iter().enumerate().take(level.map_or(0, |k| k + 1)) {
        let price = if Some(k) == level {
            scale as i64
        } else {
            let value = instance.value(*objective, open, &m);
            let broken = if objective.maximised() { value < held[k] } else { value > held[k] };
            if !broken || *objective == Objective::Center {
                continue;
            }
            change.held.push((k as u32, HUGE));
            HUGE
        };
        match objective {
            Objective::Cover => cover += price,
            Objective::Time => time += price,
            _ => {}
        }
    }
    let mut rewards = Vec::new();
    for (g, group) in instance.groups.iter().enumerate() {
        let mut reward = cover;
        if group.cap.is_some_and(|cap| m.groups[g] > cap) && cover > 0 {
            change.caps.push((g as u32, cover));
            reward = 0;
        }
        if m.groups[g] < group.floor {
            change.floors.push((g as u32, HUGE));
            reward += HUGE;
        }
        rewards.push(reward);
    }
    for i in 0..classes.len() {
        let class = &classes.classes[i];
        let reward = class.group.map_or(cover, |g| rewards[g as usize]);
        let weight = class.weight as i64;
        let gains = !class.gains.is_empty();
        let cost = |e: &classes::Entry| {
            time * weight * i64::from(e.time) - if e.covers && !gains { reward * weight } else { 0 }
        };
        let unserved = if class.hard { 1 << 60 } else { time * weight * i64::from(instance.worst.unwrap_or(0)) };
        let v = classes
            .entries(i)
            .iter()
            .filter(|e| open[e.site as usize] && e.serves)
            .map(cost)
            .chain([unserved])
            .min()
            .unwrap_or(0);
        change.rows.push((i as u32, v));
        if gains {
            let k = classes.entries(i).iter().filter(|e| open[e.site as usize] && e.covers).count();
            let y = class.gains.get(k).map_or(0, |g| reward * weight * *g as i64);
            change.covers.push((i as u32, y));
        }
    }
    change
}

/// The whole true claim of an instance, proven by enumeration.
pub fn true_claim(instance: &Instance, scale: u64) -> Claim {
    let Some((values, open)) = oracle::brute_force(instance) else {
        let proof = enumeration(instance, None, &[], 0, scale);
        return Claim::infeasible(instance.levels.len(), Certificate::new(vec![proof]));
    };
    let proofs = (0..values.len()).map(|k| enumeration(instance, Some(k), &values[..k], values[k], scale)).collect();
    let pairs = values.iter().map(|&v| (Some(v), Some(v))).collect();
    Claim::new(Some(open), pairs, Some(Certificate::new(proofs)), None)
}

/// Multipliers of the right signs: near those that are exact for `open`, or wild.
pub fn random_multipliers(
    r: &mut Random,
    instance: &Instance,
    level: usize,
    held: &[i64],
    bound: i64,
    scale: u64,
    open: &[u32],
) -> Multipliers {
    let classes = Classes::new(instance, Goal::level(instance, level, held, bound));
    let mask: Vec<bool> = (0..instance.sites.len() as u32).map(|j| open.contains(&j)).collect();
    let near = exact_multipliers(instance, Some(level), held, scale, &classes, &mask);
    let wild = r.chance(30);
    let spread = 1 + r.below(20 * scale);
    let mut m = Multipliers {
        held: instance.levels[..level]
            .iter()
            .map(|o| if *o == Objective::Center || r.chance(50) { 0 } else { r.below(3 * scale) as i64 })
            .collect(),
        ..Multipliers::default()
    };
    let price = |objective: Objective, m: &Multipliers| -> i64 {
        instance.levels[..level].iter().zip(&m.held).filter(|(o, _)| **o == objective).map(|x| *x.1).sum::<i64>()
            + if instance.levels[level] == objective { scale as i64 } else { 0 }
    };
    let (cover, time) = (price(Objective::Cover, &m), price(Objective::Time, &m));
    m.caps =
        instance.groups.iter().map(|g| if g.cap.is_some() { r.below(cover as u64 + 1) as i64 } else { 0 }).collect();
    m.floors = instance.groups.iter().map(|_| if r.chance(60) { 0 } else { r.below(2 * scale) as i64 }).collect();
    m.constraints = instance
        .constraints
        .iter()
        .map(|c| {
            let size = if r.chance(40) { 0 } else { r.below(20 * scale) as i64 };
            match c.sense {
                Sense::AtLeast => size,
                Sense::AtMost => -size,
                Sense::Exactly => {
                    if r.chance(50) {
                        size
                    } else {
                        -size
                    }
                }
            }
        })
        .collect();
    for i in 0..classes.len() {
        let class = &classes.classes[i];
        let weight = class.weight as i64;
        let limit = if class.hard { i64::MAX } else { time * weight * i64::from(instance.worst.unwrap_or(0)) };
        let base = if wild { 0 } else { near.rows.get(i).map_or(0, |x| x.1) };
        let base = if base.abs() > 1 << 50 { 0 } else { base };
        let v = base + r.below(2 * spread) as i64 - spread as i64;
        m.rows.push(v.min(limit));
        m.covers.push(if class.gains.is_empty() { 0 } else { r.below(12 * scale) as i64 });
    }
    m
}

/// A claim of the true optimum whose bound at `level` is `bound`, with one proof there.
pub fn claim_with(values: &[i64], open: &[u32], level: usize, bound: i64, proof: LevelProof) -> Claim {
    let pairs = (0..values.len()).map(|k| (Some(values[k]), (k == level).then_some(bound))).collect();
    let mut proofs = vec![LevelProof::default(); values.len()];
    proofs[level] = proof;
    Claim::new(Some(open.to_vec()), pairs, Some(Certificate::new(proofs)), None)
}

/// The next better value: no plan has it.
pub fn beyond(instance: &Instance, level: usize, value: i64) -> i64 {
    if instance.levels[level].maximised() { value - 1 } else { value + 1 }
}

/// Sites that a row, an exclusive set or a constraint joins, seldom the whole.
pub fn random_parts(r: &mut Random, instance: &Instance) -> (Vec<u32>, usize) {
    let n = instance.sites.len();
    let count = 1 + r.below(3) as u32;
    let mut part: Vec<u32> = (0..n as u32).map(|j| j % count).collect();
    for j in 0..n {
        if let Some(set) = instance.sites[j].exclusive {
            let first = instance.sites.iter().position(|s| s.exclusive == Some(set)).unwrap_or(j);
            part[j] = part[first];
        }
    }
    (part, count as usize)
}

pub fn all_cases(sites: &[u32], nodes: &mut Vec<Node>) {
    let Some((&site, rest)) = sites.split_first() else {
        nodes.push(Node::default());
        return;
    };
    nodes.push(Node { then: Then::First(vec![site]), ..Node::default() });
    all_cases(rest, nodes);
    all_cases(rest, nodes);
}

pub fn mutate(r: &mut Random, proof: &mut LevelProof, sites: u64) {
    let at = r.below(proof.nodes.len() as u64) as usize;
    let any = |r: &mut Random| (r.below(sites + 1)) as u32;
    let value = [1, -1, i64::MAX, i64::MIN, 1 << 40, -(1 << 40)][r.below(6) as usize];
    let Some(node) = proof.nodes.get_mut(at) else { return };
    match r.below(12) {
        0 => node.close.push(any(r)),
        1 => node.open.push(any(r)),
        2 => {
            let pair = (any(r), any(r));
            node.dominated.push(pair);
        }
        3 => {
            let i = any(r);
            node.change.rows.push((i, value));
        }
        4 => node.change.constraints.push((r.below(4) as u32, value)),
        5 => node.change.held.push((r.below(3) as u32, value)),
        6 => node.change.caps.push((r.below(2) as u32, value)),
        7 => node.change.covers.push((r.below(5) as u32, value)),
        8 => {
            proof.nodes.remove(at);
        }
        9 => proof.nodes.push(Node::default()),
        10 => node.then = Then::Leaf,
        _ => node.then = Then::First(vec![any(r), any(r)]),
    }
    if proof.nodes.is_empty() {
        proof.nodes.push(Node::default());
    }
}

pub fn flaw(result: Result<Outcome, Rejection>) -> Option<Flaw> {
    match result {
        Err(Rejection::Proof { reason, .. }) => Some(reason),
        Ok(_) => None,
        Err(other) => panic!("{other}"),
    }
}

/// A random feasible instance with its optimum and a level.
pub fn subject(seed: u64) -> Option<(Random, Instance, Vec<i64>, Vec<u32>, usize)> {
    let mut r = Random::new(seed);
    let instance = random_instance(&mut r);
    let (values, open) = oracle::brute_force(&instance)?;
    let level = r.below(values.len() as u64) as usize;
    Some((r, instance, values, open, level))
}

/// A proof by parts: each part enumerated (or not), its target the largest that its leaves reach. Returns it with the sum it reaches.
pub fn split_proof(
    r: &mut Random,
    instance: &Instance,
    values: &[i64],
    open: &[u32],
    level: usize,
    scale: u64,
    multipliers: Multipliers,
) -> (LevelProof, i128) {
    let claimed = beyond(instance, level, values[level]);
    let (part, count) = random_parts(r, instance);
    // The targets sink until every leaf reaches them.
    let mut at_least = vec![1_i64 << 50; count];
    let mut owner = Vec::new();
    let mut below = Vec::new();
    for q in 0..count as u32 {
        let sites: Vec<u32> = (0..part.len() as u32).filter(|&j| part[j as usize] == q && r.chance(80)).collect();
        let before = below.len();
        if r.chance(80) {
            all_cases(&sites, &mut below);
        } else {
            below.push(Node::default());
        }
        owner.extend(std::iter::repeat_n(q as usize, below.len() - before));
    }
    loop {
        let split = Node { then: Then::Split { part: part.clone(), at_least: at_least.clone() }, ..Node::default() };
        let mut nodes = vec![split];
        nodes.extend(below.iter().cloned());
        let proof = LevelProof { scale, multipliers: multipliers.clone(), nodes };
        match flaw(verify(instance, &claim_with(values, open, level, claimed, proof.clone()))) {
            Some(Flaw::Weak { node: 0, bound, .. }) => return (proof, bound),
            Some(Flaw::Weak { node, bound, .. }) => at_least[owner[node - 1]] = i64::try_from(bound).unwrap(),
            other => panic!("{other:?} {at_least:?}\n{instance:?}"),
        }
    }
}
