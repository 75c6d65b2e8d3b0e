//! Points of the plane to times: Euclidean distances, rounded by a stated rule, or compared with the radius exactly.
//!
//! Coordinates are decimals with at most six places, kept as whole millionths; squares are exact in 128 bits, so neither the
//! rounding nor "within the radius" depends on floating point.
use super::error::Text;
use super::{Command, Decimal, Error, Parsed, Rounding, ones, read_weights, sites_of};
use crate::models::Model;
use serde_json::Value;

/// Points as read.
pub(super) struct Points {
    pub(super) ids: Vec<Value>,
    /// Facilities.
    pub(super) sites: Vec<(i64, i64)>,
    /// Customers with their ids; `None`: the facilities themselves.
    pub(super) demands: Option<Demands>,
}

/// Customers.
pub(super) struct Demands {
    pub(super) ids: Vec<Value>,
    pub(super) places: Vec<(i64, i64)>,
    pub(super) weights: Vec<Decimal>,
}

/// Places behind the decimal point of coordinates.
const PLACES: u32 = 6;
const UNIT: i128 = 1_000_000;
/// Largest number of pairs: eight bytes each.
const MAX_PAIRS: usize = 100_000_000;

/// A coordinate in millionths.
pub(super) fn coordinate(word: &str) -> Option<i64> {
    let (value, exact) = Decimal::parse(word)?.times(PLACES)?;
    let value = i64::try_from(value).ok()?;
    (exact && value.abs() < 1 << 60).then_some(value)
}

pub(super) fn parsed(
    text: &Text<'_>,
    points: Points,
    command: &Command,
    model: &Model,
    radius: Option<Decimal>,
) -> Result<Parsed, Error> {
    let Points { ids, sites: places, demands } = points;
    let (demand_ids, demand_places, mut weights) = match demands {
        Some(d) => (d.ids, d.places, d.weights),
        None => (ids.clone(), places.clone(), ones(ids.len())),
    };
    if places.len().saturating_mul(demand_places.len()) > MAX_PAIRS {
        return Err(text.whole(format!(
            "{} sites times {} demands are too many pairs",
            places.len(),
            demand_places.len()
        )));
    }
    if let Some(file) = &command.weights {
        weights = read_weights(file, demand_places.len())?;
    }
    let mut arcs = Vec::new();
    let covered_only = model.covering;
    if covered_only {
        let Some(radius) = radius else {
            return Err(text.usage(format!("{} on points needs --radius R", model.word)));
        };
        let Some((reach, true)) = radius.times(PLACES) else {
            return Err(text.usage("--radius has more than six decimals"));
        };
        let squared = reach.checked_mul(reach).ok_or_else(|| text.usage("--radius is too large"))?;
        for (j, &a) in places.iter().enumerate() {
            for (i, &b) in demand_places.iter().enumerate() {
                let square = distance_squared(a, b);
                if square < squared || square == squared && !command.strict {
                    arcs.push((j as u32, i as u32, Decimal::whole(root(square / (UNIT * UNIT)) as u64)));
                }
            }
        }
    } else {
        for (j, &a) in places.iter().enumerate() {
            for (i, &b) in demand_places.iter().enumerate() {
                let time = rounded(distance_squared(a, b), command.rounding.unwrap_or(Rounding::Nearest));
                arcs.push((j as u32, i as u32, Decimal::whole(time)));
            }
        }
    }
    Ok(Parsed {
        sites: sites_of(&ids),
        costs: ones(ids.len()),
        site_ids: ids,
        demand_ids,
        weights,
        arcs,
        p: None,
        radius: None,
        covered_only,
    })
}

fn distance_squared(a: (i64, i64), b: (i64, i64)) -> i128 {
    let (x, y) = (i128::from(a.0) - i128::from(b.0), i128::from(a.1) - i128::from(b.1));
    x * x + y * y
}

fn root(square: i128) -> i128 {
    square.max(0).isqrt()
}

/// Distance in whole units from its square in square millionths.
fn rounded(square: i128, rounding: Rounding) -> u64 {
    let floor = root(square / (UNIT * UNIT));
    let half = 2 * floor + 1;
    let up = rounding == Rounding::Nearest && square >= half * half * (UNIT * UNIT / 4);
    (floor + i128::from(up)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_exact_at_halves() {
        let square = |d: i128| d * d; // in millionths
        assert_eq!(rounded(square(2_500_000), Rounding::Nearest), 3);
        assert_eq!(rounded(square(2_499_999), Rounding::Nearest), 2);
        assert_eq!(rounded(square(2_999_999), Rounding::Floor), 2);
        assert_eq!(rounded(square(3_000_000), Rounding::Floor), 3);
    }
}
