//! What a turn costs, and which are forbidden: a compact table.

use std::f64::consts::{FRAC_PI_4, PI, TAU};

use rustc_hash::FxHashMap;

use crate::geometry::heading;
use crate::network::Inner;
use crate::profile::TurnCosts;

/// This turn is forbidden.
pub(crate) const BANNED: u32 = u32::MAX;

/// Milliseconds of every turn. The row of arc `a` starts at `row[a]` and has one entry for each arc that leaves its
/// head, in their order. Nodes with equal blocks of rows share them, so that the table stays in the cache.
#[derive(Clone, Debug, Default)]
pub(crate) struct TurnTable {
    pub(crate) row: Vec<u32>,
    pub(crate) cost: Vec<u32>,
}

impl TurnTable {
    /// The table of these costs and the network's bans; `None` where all turns are free and allowed, because then the
    /// way over a node never matters.
    ///
    /// Where two edge ends meet there is no turn: the road goes on, for nothing but signals and level crossings, and no
    /// engine turns round there. At a dead end it turns round; where three or more meet it goes straight on (within
    /// 45°), right, left or round. Round a roundabout is straight on.
    pub(crate) fn new(inner: &Inner, costs: &TurnCosts) -> Option<Self> {
        if *costs == TurnCosts::default() && inner.bans.is_empty() {
            return None;
        }
        let ms = |t: firesite_model::TravelTime| t.as_millis();
        // Direction in which each arc sets out and arrives.
        let priced = ms(costs.right).max(ms(costs.left)) > 0;
        let headings: Vec<[f64; 2]> = if priced {
            (0..inner.edges.len())
                .map(|e| [heading(inner.line(e).iter()), heading(inner.line(e).iter().rev())])
                .collect()
        } else {
            Vec::new()
        };
        let mut table = TurnTable { row: vec![0; inner.arcs.len()], cost: Vec::new() };
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        for node in 0..inner.positions.len() as u32 {
            let degree = inner.degree[node as usize];
            let mut wait = 0u32;
            if inner.signals[node as usize] {
                wait = wait.saturating_add(ms(costs.signal));
            }
            if inner.level_crossing[node as usize] {
                wait = wait.saturating_add(ms(costs.level_crossing));
            }
            let mut block = Vec::new();
            for &from in inner.arcs_into(node) {
                let a = inner.arcs[from as usize];
                for to in inner.out(node) {
                    let b = inner.arcs[to as usize];
                    let round = a.edge == b.edge && a.direction != b.direction;
                    let cost = if inner.bans.contains(&(from, to)) || (round && degree == 2) {
                        BANNED
                    } else if round {
                        ms(costs.uturn).saturating_add(wait)
                    } else if degree <= 2 || !priced || circle(inner, a.edge, b.edge) {
                        wait
                    } else {
                        let arriving = headings[a.edge as usize][usize::from(1 - a.direction)] + PI;
                        let leaving = headings[b.edge as usize][usize::from(b.direction)];
                        let angle = (leaving - arriving + PI).rem_euclid(TAU) - PI;
                        let turn = match angle {
                            a if a > FRAC_PI_4 => ms(costs.left),
                            a if a < -FRAC_PI_4 => ms(costs.right),
                            _ => 0,
                        };
                        turn.saturating_add(wait)
                    };
                    block.push(cost.min(BANNED - u32::from(cost != BANNED)));
                }
            }
            let width = inner.out(node).len() as u32;
            let start = match known.get(&block) {
                Some(&start) => start,
                None => {
                    let start = table.cost.len() as u32;
                    table.cost.extend_from_slice(&block);
                    known.insert(block, start);
                    start
                }
            };
            for (i, &from) in inner.arcs_into(node).iter().enumerate() {
                table.row[from as usize] = start + i as u32 * width;
            }
        }
        Some(table)
    }
}

fn circle(inner: &Inner, a: u32, b: u32) -> bool {
    inner.edges[a as usize].roundabout && inner.edges[b as usize].roundabout
}
