//! OR-Library p-median graphs: `n m p`, then `m` lines `node node cost`; a repeated edge counts with its **last** value.
//!
//! J. E. Beasley, OR-Library: distributing test problems by electronic mail, J. Oper. Res. Soc. 41 (1990) 1069-1072.
//! Complexity: all shortest paths by Dijkstra, `O(n (m + n) log n)`; the times need `n²` entries, so `n` is at most 10,000.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::error::Text;
use super::{Decimal, Error, Parsed, from_one, ones, sites_of};

const MAX_NODES: u64 = 10_000;

pub(super) fn parse(text: &Text<'_>) -> Result<Parsed, Error> {
    let mut words = text.words();
    let nodes = words.number("the number of nodes")?;
    let edges = words.number("the number of edges")?;
    let p = words.number("p")?;
    if nodes == 0 || nodes > MAX_NODES {
        return Err(words.wrong(format!("{nodes} nodes; 1 to {MAX_NODES} can be handled")));
    }
    let p = u32::try_from(p).map_err(|_| words.wrong(format!("p is {p}")))?;
    let mut costs: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for edge in 1..=edges {
        let what = format!("node of edge {edge} of {edges}");
        let a = words.position(&what, nodes)?;
        let b = words.position(&what, nodes)?;
        let cost = words.number(&format!("the cost of edge {edge} of {edges}"))?;
        if cost > u64::from(u32::MAX) / nodes {
            return Err(words.wrong(format!("cost {cost} is too large for sums of 32 bits")));
        }
        costs.insert((a.min(b), a.max(b)), cost);
    }
    words.end("the last edge")?;
    let n = nodes as usize;
    let mut graph: Vec<Vec<(u32, u64)>> = vec![Vec::new(); n];
    for (&(a, b), &cost) in &costs {
        graph[a as usize].push((b, cost));
        graph[b as usize].push((a, cost));
    }
    let mut arcs = Vec::new();
    for site in 0..n as u32 {
        for (node, time) in shortest_paths(&graph, site).into_iter().enumerate() {
            if let Some(time) = time {
                arcs.push((site, node as u32, Decimal::whole(time)));
            }
        }
    }
    let ids = from_one(n);
    Ok(Parsed {
        sites: sites_of(&ids),
        site_ids: ids.clone(),
        demand_ids: ids,
        weights: ones(n),
        costs: ones(n),
        arcs,
        p: Some(p),
        radius: None,
        covered_only: false,
    })
}

fn shortest_paths(graph: &[Vec<(u32, u64)>], from: u32) -> Vec<Option<u64>> {
    let mut times: Vec<Option<u64>> = vec![None; graph.len()];
    let mut heap = BinaryHeap::from([Reverse((0_u64, from))]);
    times[from as usize] = Some(0);
    while let Some(Reverse((time, node))) = heap.pop() {
        if times[node as usize].is_some_and(|t| t < time) {
            continue;
        }
        for &(next, cost) in &graph[node as usize] {
            let arrival = time + cost;
            if times[next as usize].is_none_or(|t| arrival < t) {
                times[next as usize] = Some(arrival);
                heap.push(Reverse((arrival, next)));
            }
        }
    }
    times
}
