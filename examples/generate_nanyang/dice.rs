//! Seeded random numbers, one stream a subject: a change in one town leaves every other town as it was.

use rand_pcg::{Pcg32, rand_core::Rng};

const SEED: u64 = 411_300;

/// A stream of random numbers.
pub struct Dice(Pcg32);

impl Dice {
    /// The stream of a subject, named freely.
    pub fn of(subject: &str) -> Self {
        // FNV-1a: stable, unlike the hashers of the standard library.
        let hash =
            subject.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Self(Pcg32::new(SEED, hash))
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// In [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A point within a radius, evenly spread.
    pub fn in_disc(&mut self, centre: [f64; 2], radius: f64) -> [f64; 2] {
        let (angle, r) = (self.between(0.0, std::f64::consts::TAU), radius * self.unit().sqrt());
        [centre[0] + r * angle.cos(), centre[1] + r * angle.sin()]
    }
}

/// Splits a whole number by shares: largest remainder, ties to the earlier share.
pub fn split(total: u64, shares: &[f64]) -> Vec<u64> {
    let sum: f64 = shares.iter().sum();
    if shares.is_empty() || sum <= 0.0 {
        return vec![0; shares.len()];
    }
    let exact: Vec<f64> = shares.iter().map(|s| total as f64 * s / sum).collect();
    let mut parts: Vec<u64> = exact.iter().map(|x| x.floor() as u64).collect();
    let missing = total.saturating_sub(parts.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| (exact[b] - exact[b].floor()).total_cmp(&(exact[a] - exact[a].floor())).then(a.cmp(&b)));
    for &i in order.iter().cycle().take(missing as usize) {
        parts[i] += 1;
    }
    parts
}
