//! The same study gives the same bytes, with any thread count and with the features in any order.

use firesite_plan::Plan;

use crate::files::{document, folder, layers, plan, write};

/// Everything that is written of a plan, but for the hashes of the inputs.
fn told(mut plan: Plan) -> String {
    for input in &mut plan.document.inputs {
        input.blake3.clear();
    }
    format!(
        "{}\n{:?}\n{:?}\n{:?}",
        plan.json(),
        plan.map,
        plan.demand,
        plan.instances.iter().map(|(n, b)| (n, blake3::hash(b))).collect::<Vec<_>>()
    )
}

fn assert_same(a: &str, b: &str) {
    if a != b {
        let at = a.bytes().zip(b.bytes()).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
        let part = |s: &str| {
            String::from_utf8_lossy(&s.as_bytes()[at.saturating_sub(200)..(at + 100).min(s.len())]).into_owned()
        };
        panic!("they differ from byte {at}:\n{}\n---\n{}", part(a), part(b));
    }
}

#[test]
fn with_any_thread_count() {
    let folder = folder();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        told(pool.install(|| plan(&folder).unwrap_or_else(|e| panic!("{e}"))))
    };
    assert_same(&with(1), &with(4));
}

#[test]
fn with_the_features_in_any_order() {
    let straight = told(plan(&folder()).unwrap());
    for turn in [1usize, 2] {
        let folder = folder();
        for (file, mut features) in layers() {
            features.reverse();
            let by = turn % features.len();
            features.rotate_left(by);
            write(folder.path(), file, document(&features).as_bytes());
        }
        assert_same(&straight, &told(plan(&folder).unwrap()));
    }
}

#[test]
fn one_cell_of_the_annex_moves_the_contradiction() {
    let found = |statements: &str| {
        let folder = folder();
        write(folder.path(), "statements.csv", statements.as_bytes());
        plan(&folder).unwrap().document.contradictions
    };
    let text = crate::files::STATEMENTS;
    let as_is = found(text);
    // The annex sums to 3 where the text says 4; 2 + 3 is 5 where the text says 6. The scenario has 2 new ones.
    assert_eq!(as_is.len(), 2, "{as_is:#?}");
    assert_eq!(as_is[0].says.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["3", "4"]);
    assert_eq!(as_is[0].scenarios.get("two"), Some(&2.0));
    assert_eq!(as_is[1].says.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["5", "6"]);
    assert!(found(&text.replace("row 1,new,,D1,1", "row 1,new,,D1,2")).is_empty());
}
