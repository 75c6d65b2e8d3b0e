//! A large proof is checked by several threads: with the same answer as by one.

use firesite_problem::*;

const SITES: u32 = 8;

/// The tree of all plans, in preorder: at its leaves everything is decided, and no multiplier is needed.
fn all_plans(site: u32, nodes: &mut Vec<Node>) {
    if site == SITES {
        nodes.push(Node::default());
        return;
    }
    nodes.push(Node { then: Then::First(vec![site]), ..Node::default() });
    all_plans(site + 1, nodes);
    all_plans(site + 1, nodes);
}

fn instance(seed: u64) -> Instance {
    let draw = |k: u64| (seed * 7919 + k * k * 104_729 + k * 6113) % 997;
    let mut instance = Instance { levels: vec![Objective::Cover], limit: Some(50), ..Instance::default() };
    instance.sites = (0..SITES).map(|j| Site::new(format!("s{j}"))).collect();
    for i in 0..30 {
        let mut reach: Vec<(u32, u32)> =
            (0..SITES).filter(|&j| draw(i * 31 + u64::from(j)) % 4 == 0).map(|j| (j, 10)).collect();
        reach.sort_by_key(|&(j, t)| (t, j));
        instance.rows.push(Row { weight: 1 + draw(i) % 20, reach, ..Row::default() });
    }
    let terms = (0..SITES).map(|j| (j, 1)).collect();
    instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: 3 });
    instance
}

fn with(threads: usize, instance: &Instance, claim: &Claim) -> Result<(), String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| verify(instance, claim).map(|_| ()).map_err(|reason| reason.to_string()))
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let mut refused = 0;
    for seed in 0..12u64 {
        let instance = instance(seed);
        let (values, open) = oracle::brute_force(&instance).expect("feasible");
        let mut nodes = Vec::new();
        all_plans(0, &mut nodes);
        let claim = |bound: i64, nodes: &[Node]| {
            let proof = LevelProof { scale: 1, nodes: nodes.to_vec(), ..LevelProof::default() };
            let levels = vec![(Some(values[0]), Some(bound))];
            Claim::new(Some(open.clone()), levels, Some(Certificate::new(vec![proof])), Some(Stopped::Method))
        };
        for threads in [1, 2, 3, 7] {
            assert_eq!(with(threads, &instance, &claim(values[0], &nodes)), Ok(()), "seed {seed}");
        }
        // Nothing the tree holds, and trees that are none.
        let leaves: Vec<usize> = (0..nodes.len()).filter(|&k| nodes[k].then == Then::Leaf).collect();
        for k in 0..40 {
            let mut wrong = nodes.clone();
            let position = (seed as usize * 101 + k * 53) % wrong.len();
            match k % 5 {
                0 => wrong[position].then = Then::Leaf,
                1 => drop(wrong.remove(position)),
                2 => wrong[position].close.push(SITES + 1),
                3 => wrong[leaves[position % leaves.len()]].then = Then::Next,
                _ => wrong[position].close.push(position as u32 % SITES),
            }
            let claim = claim(values[0], &wrong);
            let alone = with(1, &instance, &claim);
            for threads in [2, 5] {
                assert_eq!(with(threads, &instance, &claim), alone, "seed {seed}, change {k}");
            }
            refused += usize::from(alone.is_err());
        }
        let stronger = claim(values[0] - 1, &nodes);
        assert_eq!(with(1, &instance, &stronger), with(3, &instance, &stronger), "seed {seed}");
        assert!(with(3, &instance, &stronger).is_err(), "seed {seed}");
    }
    assert!(refused > 200, "{refused} of 480 refused");
}
