//! Turn restrictions with a via node: which pairs of arcs are forbidden.

use firesite_model::{Finding, Place, Roads, Severity, TurnBan};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codes;
use crate::network::Inner;

/// Forbidden pairs of arcs. A restriction that fits no single pair of roads is left out, with a finding; one that
/// concerns only roads that are not driven changes nothing and is left out silently, as is one lifted for emergencies.
pub(super) fn bans(
    inner: &Inner,
    roads: &Roads,
    way_at: &[[u32; 2]],
    node_of_source: &FxHashMap<u32, u32>,
    driven: impl Fn(u32) -> bool,
    findings: &mut Vec<Finding>,
) -> FxHashSet<(u32, u32)> {
    let mut bans = FxHashSet::default();
    let mut unclear = Vec::new();
    for restriction in roads.restrictions.iter().filter(|r| !r.except_emergency) {
        if !driven(restriction.from_way) {
            continue;
        }
        let Some(&node) = node_of_source.get(&restriction.via_node) else {
            unclear.push(restriction.id);
            continue;
        };
        let side = |arc: u32, end: u8| {
            let record = inner.arcs[arc as usize];
            way_at[record.edge as usize][usize::from(record.direction ^ end)]
        };
        let from: Vec<u32> =
            inner.arcs_into(node).iter().copied().filter(|&a| side(a, 1) == restriction.from_way).collect();
        let to: Vec<u32> = inner.out(node).filter(|&a| side(a, 0) == restriction.to_way).collect();
        let back = |a: u32| {
            let record = inner.arcs[a as usize];
            inner.edges[record.edge as usize].arcs[usize::from(1 - record.direction)]
        };
        if restriction.from_way == restriction.to_way && restriction.ban == TurnBan::No {
            // No turning round.
            bans.extend(from.iter().filter(|&&a| to.contains(&back(a))).map(|&a| (a, back(a))));
            continue;
        }
        match (restriction.ban, from.as_slice(), to.as_slice()) {
            // A direction that is closed anyway.
            (_, [], _) | (TurnBan::No, _, []) => {}
            (TurnBan::No, [a], [b]) => {
                bans.insert((*a, *b));
            }
            (TurnBan::Only, [a], [b]) => bans.extend(inner.out(node).filter(|c| c != b).map(|c| (*a, c))),
            _ => unclear.push(restriction.id),
        }
    }
    if let Some(first) = unclear.first() {
        findings.push(Finding::new(
            codes::RESTRICTION_UNCLEAR,
            Severity::Dropped,
            Place::default().layer("roads").feature(format!("relation {first}")),
            format!("{} turn restrictions do not name one road in and one road out at their node", unclear.len()),
            "split the roads at the via node",
        ));
    }
    bans
}
