//! A small cut through a part of the network: inertial flow.
//!
//! The nodes are sorted along a line; the first and the last fifth or so are source and sink; the smallest set of edges
//! between them is found by maximum flow (Dinic 1970). Four lines are tried. Source: Schild, Sommer, "On balanced
//! separators in road networks" (SEA 2015).

/// A part of the network with its own numbering.
pub(super) struct Part {
    /// Node of the network.
    pub(super) node: Vec<u32>,
    pub(super) place: Vec<(f64, f64)>,
    pub(super) first: Vec<u32>,
    pub(super) adjacent: Vec<u32>,
}

/// Sides of a cut: 0 left, 1 right, 2 separator.
pub(super) type Sides = Vec<u8>;

/// Nodes of the sources, and of the sinks, as a share of the part.
const ENDS: f64 = 0.25;

/// The best separator of a few lines.
pub(super) fn separate(part: &Part) -> Sides {
    let n = part.node.len();
    let mut flow = Flow::new(part);
    let mut best: Option<(f64, Sides)> = None;
    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)] {
        let along = |v: u32| part.place[v as usize].0 * dx + part.place[v as usize].1 * dy;
        let mut line: Vec<u32> = (0..n as u32).collect();
        let ends = ((n as f64 * ENDS) as usize).max(1);
        let by_line = |a: &u32, b: &u32| along(*a).total_cmp(&along(*b)).then(a.cmp(b));
        line.select_nth_unstable_by(ends - 1, by_line);
        line[ends..].select_nth_unstable_by(n - 2 * ends - 1, by_line);
        flow.cut(&line[..ends], &line[n - ends..]);
        for sides in [flow.source_side(), flow.sink_side()] {
            let sides = separator(part, &sides);
            let mut size = [0usize; 3];
            for &side in &sides {
                size[usize::from(side)] += 1;
            }
            let [left, right, middle] = size;
            let score = (middle + 1) as f64 / (left.min(right) as f64).max(0.5);
            if best.as_ref().is_none_or(|b| score < b.0) {
                best = Some((score, sides));
            }
        }
    }
    best.map_or_else(|| vec![2; n], |b| b.1)
}

/// From two sides of an edge cut to a separator: the ends of cut edges on the side that has fewer of them.
fn separator(part: &Part, left: &[bool]) -> Sides {
    let n = part.node.len();
    let mut border = [Vec::new(), Vec::new()];
    for v in 0..n {
        let mut around = part.adjacent[part.first[v] as usize..part.first[v + 1] as usize].iter();
        if around.any(|&w| left[w as usize] != left[v]) {
            border[usize::from(!left[v])].push(v);
        }
    }
    let mut sides: Sides = left.iter().map(|&l| u8::from(!l)).collect();
    let lesser = if border[0].len() <= border[1].len() { &border[0] } else { &border[1] };
    for &v in lesser {
        sides[v] = 2;
    }
    sides
}

const NO_LEVEL: u32 = u32::MAX;

/// Unit flow on the edges of a part.
struct Flow<'a> {
    part: &'a Part,
    /// The same edge seen from its other end.
    opposite: Vec<u32>,
    used: Vec<i8>,
    level: Vec<u32>,
    next: Vec<u32>,
    role: Vec<u8>,
    source: Vec<u32>,
    sink: Vec<u32>,
}

impl<'a> Flow<'a> {
    fn new(part: &'a Part) -> Self {
        let n = part.node.len();
        let mut opposite = vec![0u32; part.adjacent.len()];
        let mut fill = part.first.clone();
        // Neighbours are ascending, so the edges into w come in the order of their tails.
        for v in 0..n as u32 {
            for e in part.first[v as usize]..part.first[v as usize + 1] {
                let w = part.adjacent[e as usize];
                let slot = &mut fill[w as usize];
                opposite[e as usize] = *slot;
                *slot += 1;
            }
        }
        Self {
            part,
            opposite,
            used: vec![0; part.adjacent.len()],
            level: vec![NO_LEVEL; n],
            next: vec![0; n],
            role: vec![0; n],
            source: Vec::new(),
            sink: Vec::new(),
        }
    }

    /// Maximum flow from one set of nodes to another.
    fn cut(&mut self, source: &[u32], sink: &[u32]) {
        self.used.fill(0);
        self.role.fill(0);
        for &v in source {
            self.role[v as usize] = 1;
        }
        for &v in sink {
            self.role[v as usize] = 2;
        }
        (self.source, self.sink) = (source.to_vec(), sink.to_vec());
        while self.levels() {
            self.next.copy_from_slice(&self.part.first[..self.part.node.len()]);
            for i in 0..self.source.len() {
                while self.push(self.source[i]) {}
            }
        }
    }

    /// Distances from the source in the residual graph; whether a sink has one.
    fn levels(&mut self) -> bool {
        self.level.fill(NO_LEVEL);
        let mut queue = self.source.clone();
        for &v in &queue {
            self.level[v as usize] = 0;
        }
        let (mut head, mut found) = (0, NO_LEVEL);
        while let Some(&v) = queue.get(head) {
            head += 1;
            let level = self.level[v as usize];
            if level >= found {
                break;
            }
            for e in self.part.first[v as usize]..self.part.first[v as usize + 1] {
                let w = self.part.adjacent[e as usize];
                if self.used[e as usize] < 1 && self.level[w as usize] == NO_LEVEL {
                    self.level[w as usize] = level + 1;
                    if self.role[w as usize] == 2 {
                        found = level + 1;
                    }
                    queue.push(w);
                }
            }
        }
        found != NO_LEVEL
    }

    /// One more path along the levels.
    fn push(&mut self, source: u32) -> bool {
        let mut path: Vec<u32> = Vec::new();
        let mut v = source;
        loop {
            if self.role[v as usize] == 2 {
                for e in path {
                    self.used[e as usize] += 1;
                    self.used[self.opposite[e as usize] as usize] -= 1;
                }
                return true;
            }
            let e = self.next[v as usize];
            if e == self.part.first[v as usize + 1] {
                // A dead end: step back and pass it by.
                let Some(back) = path.pop() else { return false };
                v = self.part.adjacent[self.opposite[back as usize] as usize];
                self.next[v as usize] += 1;
                continue;
            }
            let w = self.part.adjacent[e as usize];
            if self.used[e as usize] < 1 && self.level[w as usize] == self.level[v as usize] + 1 {
                path.push(e);
                v = w;
            } else {
                self.next[v as usize] += 1;
            }
        }
    }

    /// Nodes that the residual graph reaches from the source.
    fn source_side(&self) -> Vec<bool> {
        self.reached(&self.source, |e| self.used[e as usize] < 1)
    }

    /// Nodes from which it does not reach the sink.
    fn sink_side(&self) -> Vec<bool> {
        let back = |e: u32| self.used[self.opposite[e as usize] as usize] < 1;
        self.reached(&self.sink, back).into_iter().map(|r| !r).collect()
    }

    fn reached(&self, from: &[u32], open: impl Fn(u32) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.part.node.len()];
        let mut stack = from.to_vec();
        for &v in from {
            seen[v as usize] = true;
        }
        while let Some(v) = stack.pop() {
            for e in self.part.first[v as usize]..self.part.first[v as usize + 1] {
                let w = self.part.adjacent[e as usize] as usize;
                if !seen[w] && open(e) {
                    seen[w] = true;
                    stack.push(w as u32);
                }
            }
        }
        seen
    }
}
