//! The search where turns have a price: labels at the starts of arcs.

use std::hint::select_unpredictable;

use super::turned::{NOBODY, Turned};
use super::{State, room};
use crate::network::NONE;
use crate::queue::{Entry, entry, item_of, time_of};
use crate::times::{PackedArc, TimesInner};
use crate::turns::{ROW, TurnTable};

impl State {
    /// Entries wait for the end of their arc. Ties go to the smaller origin, where there are several. As on nodes, no
    /// branch of the inner loops depends on the times.
    pub(super) fn over_arcs<const ALONE: bool>(&mut self, times: &TimesInner, table: &TurnTable, limit: u32) {
        let (mut log, mut work) = (std::mem::take(&mut self.log), std::mem::take(&mut self.work));
        let (mut waiting, mut late) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.late));
        let (labels, owners, settled) = (&mut self.labels[..], &mut self.owners[..], &mut self.settled[..]);
        let Turned { arcs: turned, spread } = times.turned(table);
        let (arcs, costs) = (&times.packed[..], &table.cost[..]);
        let owner_of = |owners: &[u32], arc: usize| if ALONE { 0 } else { owners[arc] };
        let mut end_of_log = self.logged;
        while self.buckets.next(&mut work) {
            let (mut from, mut lates) = (end_of_log, 0);
            room(&mut late, 0, work.len());
            for &arriving in &work {
                let (end, arc) = (time_of(arriving), item_of(arriving) as usize);
                let PackedArc { head, time } = arcs[arc];
                if labels[arc].saturating_add(time) != end {
                    continue;
                }
                let owner = owner_of(owners, arc);
                let node = &mut settled[head as usize];
                if entry(end, owner) >= node.by {
                    // Was not late yet when it began to wait.
                    late[lates] = arriving;
                    lates += usize::from(node.but != NONE);
                    continue;
                }
                let by = entry(end.saturating_add(spread[head as usize]), owner);
                if by < node.by {
                    if node.by == NOBODY {
                        self.settled_nodes.push(head);
                    }
                    (node.by, node.but) = (by, turned[arc].back);
                }
                let ((row, wide), first) = (turned[arc].row(), node.first);
                let ways = if wide { times.network.0.out(head).len() } else { ROW };
                room(&mut log, end_of_log, ways);
                for (next, &cost) in (first..).zip(&costs[row..row + ways]) {
                    let to = &mut log[end_of_log];
                    end_of_log += enter::<ALONE>(next, end, cost, owner, limit, labels, owners, to);
                }
            }
            work.clear();
            // What comes late to the end of its arc need not wait there; what it enters may do so in turn.
            loop {
                room(&mut log, end_of_log, lates);
                for &arriving in &late[..lates] {
                    let (end, arc) = (time_of(arriving), item_of(arriving) as usize);
                    let node = settled[arcs[arc].head as usize];
                    // A sooner arrival of the same bucket may have come over a one-way street since.
                    if node.but == NONE {
                        continue;
                    }
                    let cost = costs[turned[arc].row().0 + (node.but - node.first) as usize];
                    let (owner, to) = (owner_of(owners, arc), &mut log[end_of_log]);
                    end_of_log += enter::<ALONE>(node.but, end, cost, owner, limit, labels, owners, to);
                }
                if from == end_of_log {
                    break;
                }
                let mut waits = 0;
                lates = 0;
                room(&mut waiting, 0, end_of_log - from);
                room(&mut late, 0, end_of_log - from);
                for &entered in &log[from..end_of_log] {
                    let arc = item_of(entered) as usize;
                    let PackedArc { head, time } = arcs[arc];
                    let node = settled[head as usize];
                    let end = time_of(entered).saturating_add(time);
                    let holds = (end <= limit) & (labels[arc] == time_of(entered));
                    let is_late = entry(end, owner_of(owners, arc)) >= node.by;
                    waiting[waits] = entry(end, arc as u32);
                    waits += usize::from(holds & !is_late);
                    late[lates] = entry(end, arc as u32);
                    lates += usize::from(holds & is_late & (node.but != NONE));
                }
                from = end_of_log;
                waiting[..waits].iter().for_each(|&entry| self.buckets.push(entry));
            }
        }
        (self.log, self.work, self.logged) = (log, work, end_of_log);
        (self.waiting, self.late) = (waiting, late);
    }
}

/// Enters an arc after a turn; 1 where that is sooner than was known, and its entry counts. A forbidden turn costs the
/// greatest value, which is beyond every limit.
#[inline(always)]
fn enter<const ALONE: bool>(
    next: u32,
    end: u32,
    cost: u32,
    owner: u32,
    limit: u32,
    labels: &mut [u32],
    owners: &mut [u32],
    log: &mut Entry,
) -> usize {
    let at = next as usize;
    let (time, known) = (end.saturating_add(cost), labels[at]);
    let lower = if ALONE { time < known } else { entry(time, owner) < entry(known, owners[at]) };
    let better = (time <= limit) & lower;
    labels[at] = select_unpredictable(better, time, known);
    if !ALONE {
        owners[at] = select_unpredictable(better, owner, owners[at]);
    }
    *log = entry(time, next);
    usize::from(better)
}
