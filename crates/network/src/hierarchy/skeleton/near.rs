//! Links by their lower ends, and the tree in which eliminating them hands on.

use super::{Links, TOP};

/// A link, seen from its lower end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) to: u32,
    /// Its place among the links.
    pub(super) at: u32,
    pub(super) leaves: bool,
}

/// Links by the rank of their lower end.
pub(super) struct Near {
    pub(super) first: Vec<u32>,
    pub(super) links: Vec<Link>,
}

impl Near {
    pub(super) fn new(links: &Links, order: &[u32]) -> Self {
        let mut rank = vec![0u32; order.len()];
        for (r, &item) in order.iter().enumerate() {
            rank[item as usize] = r as u32;
        }
        let ends = || links.pairs.iter().map(|&(a, b)| (rank[a as usize], rank[b as usize]));
        let mut first = vec![0u32; links.items + 1];
        for (a, b) in ends().filter(|(a, b)| a != b) {
            first[a.min(b) as usize + 1] += 1;
        }
        for r in 0..links.items {
            first[r + 1] += first[r];
        }
        let mut fill = first.clone();
        let mut near = vec![Link { to: 0, at: 0, leaves: false }; first[links.items] as usize];
        for (link, (a, b)) in ends().enumerate().filter(|(_, (a, b))| a != b) {
            let slot = &mut fill[a.min(b) as usize];
            near[*slot as usize] = Link { to: a.max(b), at: link as u32, leaves: a < b };
            *slot += 1;
        }
        Self { first, links: near }
    }

    pub(super) fn above(&self, rank: u32) -> &[Link] {
        &self.links[self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize]
    }

    /// The parent of each rank: the first above it that its elimination ties it to (Liu 1986, with path compression).
    pub(super) fn elimination_tree(&self) -> Vec<u32> {
        let n = self.first.len() - 1;
        let mut first = vec![0u32; n + 1];
        for link in &self.links {
            first[link.to as usize + 1] += 1;
        }
        for r in 0..n {
            first[r + 1] += first[r];
        }
        let (mut fill, mut below) = (first.clone(), vec![0u32; self.links.len()]);
        for r in 0..n as u32 {
            for link in self.above(r) {
                let slot = &mut fill[link.to as usize];
                below[*slot as usize] = r;
                *slot += 1;
            }
        }
        let (mut parent, mut ancestor) = (vec![TOP; n], vec![TOP; n]);
        for r in 0..n as u32 {
            for &low in &below[first[r as usize] as usize..first[r as usize + 1] as usize] {
                let mut v = low;
                while ancestor[v as usize] != TOP && ancestor[v as usize] != r {
                    v = std::mem::replace(&mut ancestor[v as usize], r);
                }
                if ancestor[v as usize] == TOP {
                    ancestor[v as usize] = r;
                    parent[v as usize] = r;
                }
            }
        }
        parent
    }

    pub(super) fn renumbered(&self, post: &[u32], new: &[u32]) -> Self {
        let (mut first, mut links) = (Vec::with_capacity(self.first.len()), Vec::with_capacity(self.links.len()));
        first.push(0);
        for &old in post {
            // Above stays above: a parent comes after its children in either order.
            links.extend(self.above(old).iter().map(|link| Link { to: new[link.to as usize], ..*link }));
            first.push(links.len() as u32);
        }
        Self { first, links }
    }
}

/// Ranks so that everything below a rank comes directly before it; children keep their order.
pub(super) fn postorder(parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let (mut child, mut sibling) = (vec![TOP; n + 1], vec![TOP; n]);
    for v in (0..n).rev() {
        let above = if parent[v] == TOP { n } else { parent[v] as usize };
        sibling[v] = child[above];
        child[above] = v as u32;
    }
    let mut post = Vec::with_capacity(n);
    let mut stack: Vec<u32> = Vec::new();
    let mut next = child[n];
    loop {
        while next != TOP {
            stack.push(next);
            next = child[next as usize];
        }
        let Some(v) = stack.pop() else { return post };
        post.push(v);
        next = sibling[v as usize];
    }
}
