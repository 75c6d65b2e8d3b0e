//! Travel time by distance, where there is no road network to drive on; and the area that a travel time stands for.
//!
//! Both American curves are one line: T = 0.65 + 1.70 D minutes and road miles, that is 39 s + 63.38 s a kilometre, fitted
//! by the RAND Institute to runs of fire engines and used by ISO (35 mph on average, 0.5 to 8 miles). RAND's curve
//! bends below 0.382 miles (0.615 km), where an engine is still accelerating: T = 2.10 √D, which meets the line with the same
//! slope.

use firesite_model::{KilometresPerHour, Metres, SquareMetres, TravelTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Metres of a statute mile.
pub const METRES_PER_MILE: f64 = 1609.344;

/// A published curve of travel time by road distance.
///
/// ```
/// use firesite_model::Metres;
/// use firesite_standards::TravelCurve;
///
/// let rand = |km: f64| TravelCurve::Rand.time(Metres(km * 1000.0)).as_seconds().round();
/// assert_eq!([1.0, 2.0, 3.0, 5.0].map(rand), [102.0, 166.0, 229.0, 356.0]);
/// // ISO: 1.5 road miles are 3.2 minutes.
/// let iso = TravelCurve::Iso.time(Metres(1.5 * firesite_standards::METRES_PER_MILE));
/// assert_eq!((iso.as_seconds() / 6.0).round() / 10.0, 3.2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TravelCurve {
    /// RAND R-1449 (Kolesar & Walker): √ below 0.615 km, then the line.
    Rand,
    /// ISO, "Response-Time Considerations": the line alone.
    Iso,
}

/// Minutes that an engine loses by starting and stopping.
const LOST_MIN: f64 = 0.65;
/// Minutes a mile at cruising speed.
const CRUISE_MIN_PER_MILE: f64 = 1.70;

impl TravelCurve {
    /// The word of the pack files.
    pub fn word(self) -> &'static str {
        match self {
            TravelCurve::Rand => "rand",
            TravelCurve::Iso => "iso",
        }
    }

    /// Travel time over a road distance, rounded to the millisecond; a distance below 0 or unknown takes no time.
    pub fn time(self, distance: Metres) -> TravelTime {
        let miles = if distance.0 > 0.0 { distance.0 / METRES_PER_MILE } else { return TravelTime::ZERO };
        // Where the square root meets the line with its slope: twice the time lost is gone, and v²/a of road.
        let join = LOST_MIN / CRUISE_MIN_PER_MILE;
        let minutes = match self {
            TravelCurve::Rand if miles < join => 2.0 * LOST_MIN * (miles / join).sqrt(),
            _ => LOST_MIN + CRUISE_MIN_PER_MILE * miles,
        };
        TravelTime::from_seconds_f64(minutes * 60.0).unwrap_or(TravelTime::MAX)
    }
}

/// Service area that a travel time stands for in the explanation of 建标152: A = 2 (S/λ)², where S is the distance driven and
/// λ the detour factor of the streets (道路曲度系数, 1.3 to 1.5; 1 on a grid driven along its streets). It is the square
/// with diagonal 2 S/λ: the reach on a grid, not a circle.
///
/// ```
/// use firesite_model::{KilometresPerHour, TravelTime};
/// use firesite_standards::service_area_formula;
/// let area = service_area_formula(KilometresPerHour(35.0), TravelTime::minutes(4), 1.3);
/// assert_eq!((area.as_km2() * 100.0).round(), 644.0);
/// ```
pub fn service_area_formula(speed: KilometresPerHour, travel: TravelTime, detour: f64) -> SquareMetres {
    let driven = speed.0 / 3.6 * travel.as_seconds();
    SquareMetres(2.0 * (driven / detour).powi(2))
}

/// Average speed that a cap on the service area stands for: the inverse of [`service_area_formula`].
///
/// ```
/// use firesite_model::{SquareMetres, TravelTime};
/// use firesite_standards::implied_speed;
/// let speed = |km2: f64| implied_speed(SquareMetres(km2 * 1e6), TravelTime::minutes(4), 1.3).0;
/// assert_eq!([2.0, 4.0, 7.0, 15.0].map(|km2| (speed(km2) * 10.0).round() / 10.0), [19.5, 27.6, 36.5, 53.4]);
/// ```
pub fn implied_speed(cap: SquareMetres, travel: TravelTime, detour: f64) -> KilometresPerHour {
    KilometresPerHour((cap.0 / 2.0).sqrt() * detour / travel.as_seconds() * 3.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_meets_the_line() {
        let join = Metres(LOST_MIN / CRUISE_MIN_PER_MILE * METRES_PER_MILE);
        assert!((join.0 - 615.0).abs() < 1.0, "{join:?}");
        let around = [join.0 - 0.01, join.0, join.0 + 0.01].map(|m| TravelCurve::Rand.time(Metres(m)).as_millis());
        assert!(around[2] - around[0] <= 2, "{around:?}");
        assert!(TravelCurve::Rand.time(Metres(100.0)) < TravelCurve::Iso.time(Metres(100.0)));
        assert_eq!(TravelCurve::Rand.time(Metres(3000.0)), TravelCurve::Iso.time(Metres(3000.0)));
        assert_eq!(TravelCurve::Iso.time(Metres(f64::NAN)), TravelTime::ZERO);
        // 2.10 √D minutes and miles, as printed.
        let printed = 2.10 * (0.2f64).sqrt() * 60.0;
        let ours = TravelCurve::Rand.time(Metres(0.2 * METRES_PER_MILE)).as_seconds();
        assert!((printed - ours).abs() < 0.2, "{printed} {ours}");
    }
}
