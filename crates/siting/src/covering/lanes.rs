//! The loops of a step, compiled once more for the wide instructions that a processor may have. No result depends on them: sums are of
//! whole numbers, or are added up in eight lanes everywhere.

use multiversion::multiversion;

const LANES: usize = 8;

/// 1.5 · 2^52: adding and taking it away rounds to the nearest whole number, and between, the last bits are that number.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Turns the direction towards the subgradient, `new` of it; the direction's length in the metric of the caps.
#[multiversion(targets = "simd")]
pub(super) fn turn(direction: &mut [f64], u: &[f64], cap: &[f64], count: &[f64], new: f64) -> f64 {
    let old = 1.0 - new;
    let mut norm = [0.0f64; LANES];
    let lane = |direction: f64, u: f64, cap: f64, count: f64| {
        let g = 1.0 - count;
        // A price at its end that wants to go further does not count.
        let stuck = ((g > 0.0) & (u >= cap)) | ((g < 0.0) & (u <= 0.0));
        new * if stuck { 0.0 } else { g } + old * direction
    };
    let (directions, rest) = direction.as_chunks_mut::<LANES>();
    let (us, u_rest) = u.as_chunks::<LANES>();
    let (caps, cap_rest) = cap.as_chunks::<LANES>();
    let (counts, count_rest) = count.as_chunks::<LANES>();
    for (((d, u), cap), count) in directions.iter_mut().zip(us).zip(caps).zip(counts) {
        for k in 0..LANES {
            d[k] = lane(d[k], u[k], cap[k], count[k]);
            norm[k] += d[k] * d[k] * cap[k];
        }
    }
    for (((d, u), cap), count) in rest.iter_mut().zip(u_rest).zip(cap_rest).zip(count_rest) {
        *d = lane(*d, *u, *cap, *count);
        norm[0] += *d * *d * *cap;
    }
    let pair = |k: usize| norm[k] + norm[k + LANES / 2];
    pair(0) + pair(1) + (pair(2) + pair(3))
}

/// Moves the prices by `t` along the direction, to whole numbers within their ranges.
#[multiversion(targets = "simd")]
pub(super) fn advance(u: &mut [f64], direction: &[f64], cap: &[f64], t: f64) {
    for ((u, &d), &cap) in u.iter_mut().zip(direction).zip(cap) {
        let to = *u + t * cap * d;
        let to = if to > 0.0 { to } else { 0.0 };
        let to = if to < cap { to } else { cap };
        *u = (to + ROUND) - ROUND;
    }
}

/// Running sums of the prices: of each row what the rows before it have, and all.
#[multiversion(targets = "simd")]
pub(super) fn add_up(sums: &mut [i64], u: &[f64]) -> i64 {
    let mut sum = 0;
    for (slot, &u) in sums[1..].iter_mut().zip(u) {
        sum += (u + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i64;
        *slot = sum;
    }
    sum
}

/// What the rows of a site's runs have, from the running sums.
#[multiversion(targets = "simd")]
pub(super) fn covered(sums: &[i64], runs: &[u32]) -> i64 {
    let (runs, _) = runs.as_chunks::<2>();
    runs.iter().map(|&[from, to]| sums[to as usize] - sums[from as usize]).sum()
}
