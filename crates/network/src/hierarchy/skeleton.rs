//! The arcs that a hierarchy may need under any times: the fill of eliminating items in order.
//!
//! Items are the nodes of a network, or its arcs where turns have a price. Items that lead to, and are led to from, the
//! same items above them are taken together in groups (supernodes), so that times are worked out on dense blocks.
//!
//! ```text
//!   order  b d a c     a──b  The elimination of b ties a and c, that of d adds nothing: a and c are one group.
//!   ranks  0 1 2 3     │  │  group  begin  above
//!                      d──c  b      0      2 3
//!                            d      1      2 3
//!                            a c    2      -
//! ```
//!
//! Sources: Liu, "The role of elimination trees in sparse factorization" (1990) for the tree and the groups; Dibbelt,
//! Strasser, Wagner, "Customizable contraction hierarchies" (JEA 2016) for their use on roads.

mod groups;
mod near;

use std::ops::Range;

use groups::Groups;
use near::{Near, postorder};

/// No parent: the top of a tree.
pub(crate) const TOP: u32 = u32::MAX;

/// What is put in order: items and the links between them.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) items: usize,
    /// (from, to), any number between two items; loops are ignored.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Every link counts in both directions, as most roads may be driven both ways; else the directions that no link
    /// makes possible are left out.
    pub(super) both_ways: bool,
}

/// Sorted ranks for each group.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    first: Vec<u32>,
    ranks: Vec<u32>,
    /// The place of each in the front of the parent group.
    at_parent: Vec<u32>,
}

impl Lists {
    fn range(&self, group: usize) -> Range<usize> {
        self.first[group] as usize..self.first[group + 1] as usize
    }

    /// Ranks above the group.
    pub(crate) fn of(&self, group: usize) -> &[u32] {
        &self.ranks[self.range(group)]
    }

    pub(super) fn at_parent(&self, group: usize) -> &[u32] {
        &self.at_parent[self.range(group)]
    }
}

/// A link in the front of its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Position in the list of links.
    pub(super) link: u32,
    /// Row times width plus column.
    pub(super) slot: u32,
}

/// The groups of an order. A group comes after all below it, and these are contiguous.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    /// Item by rank.
    pub(crate) order: Vec<u32>,
    /// Rank by item.
    pub(crate) rank: Vec<u32>,
    /// Group `g` holds the ranks `begin[g]..begin[g + 1]`.
    pub(crate) begin: Vec<u32>,
    /// The next rank up the elimination tree, by rank.
    parent: Vec<u32>,
    /// The group above, by group.
    pub(super) above: Vec<u32>,
    /// Number of groups directly below each group.
    pub(super) children: Vec<u32>,
    /// The first group that lies below, by group (itself when none does).
    pub(super) first_below: Vec<u32>,
    /// Ranks above that the group, or what lies below it, leads to.
    out: Lists,
    /// Ranks above that lead there; absent where they are the same.
    into: Option<Lists>,
    /// Where they differ: both together, first those that the group only leads to, last those that only lead there.
    both: Option<Lists>,
    first_given: Vec<u32>,
    given: Vec<Given>,
}

impl Skeleton {
    pub(super) fn new(links: &Links, order: Vec<u32>) -> Self {
        let near = Near::new(links, &order);
        let parent = near.elimination_tree();
        let post = postorder(&parent);
        let mut new = vec![0u32; order.len()];
        for (r, &old) in post.iter().enumerate() {
            new[old as usize] = r as u32;
        }
        let order: Vec<u32> = post.iter().map(|&old| order[old as usize]).collect();
        let near = near.renumbered(&post, &new);
        let mut rank = vec![0u32; order.len()];
        for (r, &item) in order.iter().enumerate() {
            rank[item as usize] = r as u32;
        }
        let mut skeleton = Groups::new(&near, links.both_ways).finish();
        (skeleton.order, skeleton.rank) = (order, rank);
        skeleton.tie(&near);
        skeleton
    }

    pub(crate) fn groups(&self) -> usize {
        self.above.len()
    }

    pub(crate) fn ranks(&self, group: usize) -> Range<usize> {
        self.begin[group] as usize..self.begin[group + 1] as usize
    }

    /// Ranks above that a group leads to.
    pub(crate) fn heads(&self) -> &Lists {
        &self.out
    }

    /// Ranks above that lead to a group.
    pub(crate) fn tails(&self) -> &Lists {
        self.into.as_ref().unwrap_or(&self.out)
    }

    /// Ranks above that a group leads to or that lead there: the former are the first, the latter the last.
    pub(super) fn ends(&self) -> &Lists {
        self.both.as_ref().unwrap_or(&self.out)
    }

    /// Both lists are the same.
    pub(super) fn is_square(&self) -> bool {
        self.into.is_none()
    }

    pub(super) fn given(&self, group: usize) -> &[Given] {
        &self.given[self.first_given[group] as usize..self.first_given[group + 1] as usize]
    }

    /// The next rank up the elimination tree.
    pub(crate) fn parent(&self, rank: u32) -> u32 {
        self.parent[rank as usize]
    }

    /// Parents, places of links and of lists in the fronts.
    fn tie(&mut self, near: &Near) {
        let (groups, n) = (self.groups(), self.order.len());
        let mut group_of = vec![0u32; n];
        self.parent = (1..=n as u32).collect();
        for g in 0..groups {
            for r in self.ranks(g) {
                group_of[r] = g as u32;
            }
            let least = [self.out.of(g), self.tails().of(g)].into_iter().filter_map(|l| l.first()).min();
            let last = self.ranks(g).end - 1;
            self.parent[last] = least.copied().unwrap_or(TOP);
        }
        self.first_below = (0..groups as u32).collect();
        self.children = vec![0; groups];
        let mut next_child = vec![TOP; groups];
        let mut sibling = vec![TOP; groups];
        for g in 0..groups {
            let up = self.parent[self.ranks(g).end - 1];
            let above = if up == TOP { TOP } else { group_of[up as usize] };
            self.above[g] = above;
            if above != TOP {
                let above = above as usize;
                self.children[above] += 1;
                self.first_below[above] = self.first_below[above].min(self.first_below[g]);
                sibling[g] = next_child[above];
                next_child[above] = g as u32;
            }
        }
        let mut column = vec![0u32; n];
        let mut row = vec![0u32; if self.into.is_some() { n } else { 0 }];
        self.out.at_parent = vec![0; self.out.ranks.len()];
        if let Some(into) = &mut self.into {
            into.at_parent = vec![0; into.ranks.len()];
            self.both = Some(together(&self.out, into, groups));
        }
        let mut end = row.clone();
        for g in 0..groups {
            let ranks = self.ranks(g);
            let width = ranks.len() + self.out.of(g).len();
            let place = |place: &mut [u32], list: &[u32]| {
                for (i, r) in ranks.clone().chain(list.iter().map(|&r| r as usize)).enumerate() {
                    place[r] = i as u32;
                }
            };
            place(&mut column, self.out.of(g));
            if let Some(into) = &self.into {
                place(&mut row, into.of(g));
            }
            if let Some(both) = &self.both {
                place(&mut end, both.of(g));
            }
            let rows = if self.into.is_some() { &row } else { &column };
            for r in ranks.clone() {
                for link in near.above(r as u32) {
                    let (from, to) = if link.leaves { (r as u32, link.to) } else { (link.to, r as u32) };
                    let slot = rows[from as usize] * width as u32 + column[to as usize];
                    self.given.push(Given { link: link.at, slot });
                }
            }
            self.first_given.push(self.given.len() as u32);
            let mut child = next_child[g];
            while child != TOP {
                let range = self.out.range(child as usize);
                for i in range {
                    self.out.at_parent[i] = column[self.out.ranks[i] as usize];
                }
                if let Some(into) = &mut self.into {
                    for i in into.range(child as usize) {
                        into.at_parent[i] = row[into.ranks[i] as usize];
                    }
                }
                if let Some(both) = &mut self.both {
                    for i in both.range(child as usize) {
                        both.at_parent[i] = end[both.ranks[i] as usize];
                    }
                }
                child = sibling[child as usize];
            }
        }
    }

    /// Arcs of the skeleton, directions aside where both have the same.
    pub(crate) fn arcs(&self) -> usize {
        self.widths().map(|(out, into)| if self.is_square() { out } else { out + into }).sum()
    }

    /// Triangles that customisation looks at, directions aside where both have the same.
    pub(crate) fn triangles(&self) -> usize {
        let square = self.is_square();
        self.widths().map(|(out, into)| if square { out * out.saturating_sub(1) / 2 } else { out * into }).sum()
    }

    /// The most arcs of one direction at one item.
    pub(crate) fn widest(&self) -> usize {
        self.widths().map(|(out, into)| out.max(into)).max().unwrap_or(0)
    }

    /// Arcs up from, and down to, each item.
    fn widths(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.groups()).flat_map(|g| {
            let (k, out, into) = (self.ranks(g).len(), self.out.of(g).len(), self.tails().of(g).len());
            (0..k).map(move |i| (k - 1 - i + out, k - 1 - i + into))
        })
    }
}

/// Both lists of each group together: those of the first alone, of both, of the second alone.
fn together(out: &Lists, into: &Lists, groups: usize) -> Lists {
    let mut both = Lists { first: vec![0], ..Lists::default() };
    for g in 0..groups {
        let (out, into) = (out.of(g), into.of(g));
        let alone = |list: &'_ [u32], other: &[u32]| -> Vec<u32> {
            list.iter().copied().filter(|r| other.binary_search(r).is_err()).collect()
        };
        both.ranks.extend(alone(out, into));
        both.ranks.extend(out.iter().filter(|r| into.binary_search(r).is_ok()));
        both.ranks.extend(alone(into, out));
        both.first.push(both.ranks.len() as u32);
    }
    both.at_parent = vec![0; both.ranks.len()];
    both
}
