//! Fewer vertices, same topology.
//!
//! A contour crosses lattice edges one after another; between two crossings it runs inside one cell. The cells it
//! passes form a sleeve, and the lattice edges are the gates between them. A straight line that passes every gate
//! within an interval of its own cannot meet another contour that keeps to other intervals, so shortening inside the
//! sleeve keeps validity, nesting and shared borders by construction. (Simplifying finished polygons keeps none of
//! them.) The intervals are ± an eighth of a cell, less where another level crosses the same lattice edge.

/// Longest run of gates one segment may pass: keeps cross products far from overflow.
const LONGEST_RUN: usize = 512;

/// A vertex of a chain and what one may do there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    /// Where the contour crosses.
    pub(crate) at: [i32; 2],
    /// The interval of the lattice edge that a shortened line may pass through instead.
    pub(crate) from: [i32; 2],
    pub(crate) to: [i32; 2],
    /// The step from here to the next vertex shares its cell with another line and must stay as it is.
    pub(crate) pinned: bool,
}

impl Gate {
    /// A vertex that stays (the meeting of three areas).
    pub(crate) fn fixed(at: [i32; 2]) -> Self {
        Self { at, from: at, to: at, pinned: false }
    }
}

/// The vertices of a chain that are kept, first and last among them. For a ring, repeat the first gate at the end.
pub(crate) fn shorten(chain: &[Gate]) -> Vec<[i32; 2]> {
    let mut kept = Vec::new();
    let Some(first) = chain.first() else { return kept };
    kept.push(first.at);
    let mut anchor = 0;
    while anchor + 1 < chain.len() {
        anchor = farthest(chain, anchor);
        kept.push(chain[anchor].at);
    }
    kept
}

/// The last vertex that can be seen from `anchor` through all gates between.
fn farthest(chain: &[Gate], anchor: usize) -> usize {
    let origin = chain[anchor].at;
    let seen = |p: [i32; 2]| [i64::from(p[0]) - i64::from(origin[0]), i64::from(p[1]) - i64::from(origin[1])];
    let mut best = anchor + 1;
    if chain[anchor].pinned {
        return best;
    }
    let mut cone: Option<([i64; 2], [i64; 2])> = None;
    for (next, gate) in chain.iter().enumerate().take(anchor + LONGEST_RUN).skip(anchor + 1) {
        let target = seen(gate.at);
        if cone.is_some_and(|(right, left)| cross(right, target) >= 0 && cross(target, left) >= 0) && target != [0, 0] {
            best = next;
        }
        if gate.pinned {
            break;
        }
        let (a, b) = (seen(gate.from), seen(gate.to));
        let (a, b) = match cross(a, b) {
            0 => break, // in line with the gate: nothing can be seen through it
            turn if turn > 0 => (a, b),
            _ => (b, a),
        };
        let (right, left) = match cone {
            None => (a, b),
            Some((right, left)) => {
                (if cross(right, a) > 0 { a } else { right }, if cross(b, left) > 0 { b } else { left })
            }
        };
        if cross(right, left) <= 0 {
            break;
        }
        cone = Some((right, left));
    }
    best
}

fn cross(a: [i64; 2], b: [i64; 2]) -> i64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(x: i32, y: i32, half: i32) -> Gate {
        Gate { at: [x, y], from: [x, y - half], to: [x, y + half], pinned: false }
    }

    #[test]
    fn a_wave_inside_the_gates_becomes_a_line() {
        let chain: Vec<Gate> = (0..10).map(|i| gate(i * 100, if i % 2 == 0 { 0 } else { 8 }, 10)).collect();
        assert_eq!(shorten(&chain), [[0, 0], [900, 8]]);
    }

    #[test]
    fn a_bend_stays() {
        let mut chain: Vec<Gate> = (0..5).map(|i| gate(i * 100, 0, 10)).collect();
        chain.extend((1..5).map(|i| gate(400 + i * 100, i * 100, 10)));
        let kept = shorten(&chain);
        assert_eq!((kept.first(), kept.last()), (Some(&[0, 0]), Some(&[800, 400])));
        assert_eq!(kept.len(), 3);
    }

    #[test]
    fn a_pinned_step_stays() {
        let mut chain: Vec<Gate> = (0..5).map(|i| gate(i * 100, 0, 10)).collect();
        chain[2].pinned = true;
        assert_eq!(shorten(&chain), [[0, 0], [200, 0], [300, 0], [400, 0]]);
    }
}
