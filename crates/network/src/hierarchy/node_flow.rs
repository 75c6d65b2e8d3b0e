//! The fewest nodes between two sets of nodes: paths that share no node (Menger), found as a maximum flow after Dinic
//! (1970).

use super::part::Part;

const NONE: u32 = u32::MAX;

/// What a node is to the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// May be in the separator; one path may pass.
    Inner,
    Source,
    Sink,
}

/// Sides of a separator.
pub(super) const LEFT: u8 = 0;
pub(super) const RIGHT: u8 = 1;
pub(super) const SEPARATOR: u8 = 2;

/// Paths from the sources to the sinks. Each node has two states: `2v`, a path arrives; `2v + 1`, a path may leave.
pub(super) struct NodeFlow<'a> {
    part: &'a Part,
    role: Vec<Role>,
    /// The nodes before and after an inner node on its path.
    before: Vec<u32>,
    after: Vec<u32>,
    level: Vec<u32>,
    next: Vec<u32>,
    queue: Vec<u32>,
    path: Vec<u32>,
    /// Sources, and sinks, beside other nodes.
    borders: [Vec<u32>; 2],
}

impl<'a> NodeFlow<'a> {
    pub(super) fn new(part: &'a Part) -> Self {
        let n = part.len();
        Self {
            part,
            role: vec![Role::Inner; n],
            before: vec![NONE; n],
            after: vec![NONE; n],
            level: vec![NONE; 2 * n],
            next: vec![0; 2 * n],
            queue: Vec::new(),
            path: Vec::new(),
            borders: [Vec::new(), Vec::new()],
        }
    }

    /// As many paths as there can be; then [`NodeFlow::sides`] tells the separators. A sink beside a source counts as
    /// inner: no node lies between them. `false` when there are more than `most` paths, as far as was looked.
    pub(super) fn cut(&mut self, role: impl Fn(u32) -> Role, most: usize) -> bool {
        for v in 0..self.part.len() as u32 {
            self.role[v as usize] = role(v);
        }
        self.borders = [Vec::new(), Vec::new()];
        for v in 0..self.part.len() as u32 {
            let role = self.role[v as usize];
            if role == Role::Inner {
                continue;
            }
            let mut around = self.part.around(v).iter().map(|&w| self.role[w as usize]);
            if role == Role::Source {
                if around.any(|other| other != Role::Source) {
                    self.borders[0].push(v);
                }
            } else if around.any(|other| other == Role::Source) {
                self.role[v as usize] = Role::Inner;
            }
        }
        for v in 0..self.part.len() as u32 {
            let other = |w: &u32| self.role[*w as usize] != Role::Sink;
            if self.role[v as usize] == Role::Sink && self.part.around(v).iter().any(other) {
                self.borders[1].push(v);
            }
        }
        self.before.fill(NONE);
        self.after.fill(NONE);
        let mut paths = 0;
        while self.levels(false) {
            for i in 0..self.borders[0].len() {
                while self.push(self.borders[0][i]) {
                    paths += 1;
                }
            }
            if paths > most {
                return false;
            }
        }
        true
    }

    /// Distances in the residual graph from the sources (backward: from the sinks); whether the other end has one.
    fn levels(&mut self, backward: bool) -> bool {
        let border = &self.borders[usize::from(backward)];
        let (from, to, before) =
            if backward { (Role::Sink, Role::Source, &self.after) } else { (Role::Source, Role::Sink, &self.before) };
        self.level.fill(NONE);
        self.queue.clear();
        for &v in border {
            self.level[2 * v as usize + 1] = 0;
            self.next[2 * v as usize + 1] = 0;
            self.queue.push(2 * v + 1);
        }
        let (mut head, mut found) = (0, NONE);
        while let Some(&state) = self.queue.get(head) {
            head += 1;
            let level = self.level[state as usize];
            if level >= found {
                break;
            }
            let v = state >> 1;
            let mut reach = |state: u32, queue: &mut Vec<u32>| {
                if self.level[state as usize] == NONE {
                    self.level[state as usize] = level + 1;
                    self.next[state as usize] = 0;
                    queue.push(state);
                }
            };
            let carries = before[v as usize];
            if state & 1 == 1 {
                for &w in self.part.around(v) {
                    let role = self.role[w as usize];
                    if role == from {
                        continue;
                    }
                    if role == to {
                        found = level + 1;
                    }
                    reach(2 * w, &mut self.queue);
                }
                if carries != NONE {
                    reach(2 * v, &mut self.queue);
                }
            } else if self.role[v as usize] == Role::Inner {
                if carries == NONE {
                    reach(2 * v + 1, &mut self.queue);
                } else if self.role[carries as usize] == Role::Inner {
                    reach(2 * carries + 1, &mut self.queue);
                }
            }
        }
        found != NONE
    }

    /// The state that the cursor of a state points to, if a path may go on there; `Err` past the last.
    fn ahead(&self, state: u32) -> Result<Option<u32>, ()> {
        let (v, i) = (state >> 1, self.next[state as usize] as usize);
        let carries = self.before[v as usize];
        let to = if state & 1 == 1 {
            let around = self.part.around(v);
            match around.get(i) {
                Some(&w) => (self.role[w as usize] != Role::Source).then_some(2 * w),
                None if i == around.len() => (carries != NONE).then_some(2 * v),
                None => return Err(()),
            }
        } else if i > 0 {
            return Err(());
        } else if carries == NONE {
            Some(2 * v + 1)
        } else {
            (self.role[carries as usize] == Role::Inner).then_some(2 * carries + 1)
        };
        Ok(to.filter(|&to| self.level[to as usize] == self.level[state as usize] + 1))
    }

    /// One more path along the levels.
    fn push(&mut self, source: u32) -> bool {
        self.path.clear();
        self.path.push(2 * source + 1);
        while let Some(&state) = self.path.last() {
            if state & 1 == 0 && self.role[(state >> 1) as usize] == Role::Sink {
                self.augment();
                return true;
            }
            match self.ahead(state) {
                Ok(Some(to)) => self.path.push(to),
                Ok(None) => self.next[state as usize] += 1,
                Err(()) => {
                    // A dead end: step back and pass it by.
                    self.path.pop();
                    if let Some(&back) = self.path.last() {
                        self.next[back as usize] += 1;
                    }
                }
            }
        }
        false
    }

    /// Takes the path in: what it goes back over is undone first.
    fn augment(&mut self) {
        let inner = |flow: &Self, v: u32| flow.role[v as usize] == Role::Inner;
        for pair in self.path.windows(2) {
            let (v, w) = (pair[0] >> 1, pair[1] >> 1);
            if pair[0] & 1 == 0 && v != w {
                self.before[v as usize] = NONE;
                self.after[w as usize] = NONE;
            }
        }
        for i in 1..self.path.len() {
            let (from, to) = (self.path[i - 1], self.path[i]);
            let (v, w) = (from >> 1, to >> 1);
            if from & 1 == 1 && v != w {
                if inner(self, w) {
                    self.before[w as usize] = v;
                }
                if inner(self, v) {
                    self.after[v as usize] = w;
                }
            }
        }
    }

    /// The separator nearest to the sources, or (backward) nearest to the sinks, with what it separates: once each
    /// after a cut, the former first.
    pub(super) fn sides(&mut self, backward: bool) -> Vec<u8> {
        let (near, far) = if backward { (RIGHT, LEFT) } else { (LEFT, RIGHT) };
        let from = if backward { Role::Sink } else { Role::Source };
        if backward {
            self.levels(true);
        }
        (0..self.part.len())
            .map(|v| {
                if self.role[v] == from || self.level[2 * v + 1] != NONE {
                    near
                } else if self.role[v] == Role::Inner && self.level[2 * v] != NONE {
                    SEPARATOR
                } else {
                    far
                }
            })
            .collect()
    }
}
