//! A unit is a type: a wrong formula does not compile.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

/// Driving time, whole milliseconds. Includes an access leg where a function says so; never turnout.
///
/// Sums saturate at [`TravelTime::MAX`] (49 days), so they never wrap.
///
/// ```
/// use firesite_model::TravelTime;
/// let t = TravelTime::minutes(4) + TravelTime::seconds(30);
/// assert_eq!(t.as_millis(), 270_000);
/// assert_eq!(t.to_string(), "4:30");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TravelTime(u32);

/// What a standard counts, from its own zero (call, order or wheels). Never compared with a [`TravelTime`]: only a
/// clock of the standards joins the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseTime(u32);

macro_rules! milliseconds {
    ($name:ident) => {
        impl $name {
            /// No time at all.
            pub const ZERO: Self = Self(0);
            /// The longest time that can be told; sums stop here.
            pub const MAX: Self = Self(u32::MAX);

            /// Whole milliseconds.
            pub const fn millis(milliseconds: u32) -> Self {
                Self(milliseconds)
            }

            /// Whole seconds.
            pub const fn seconds(seconds: u32) -> Self {
                Self(seconds.saturating_mul(1000))
            }

            /// Whole minutes.
            pub const fn minutes(minutes: u32) -> Self {
                Self(minutes.saturating_mul(60_000))
            }

            /// Seconds with a fraction, rounded half up to the millisecond; `None` when negative, not finite or too long.
            pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
                let ms = (seconds * 1000.0 + 0.5).floor();
                (ms >= 0.0 && ms < f64::from(u32::MAX)).then_some(Self(ms as u32))
            }

            /// Milliseconds.
            pub const fn as_millis(self) -> u32 {
                self.0
            }

            /// Seconds.
            pub fn as_seconds(self) -> f64 {
                f64::from(self.0) / 1000.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl Sub for $name {
            type Output = Self;
            /// The rest, never below zero.
            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(times: I) -> Self {
                times.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            /// Minutes and seconds, as dispatchers write them: `4:30`, or `4:30.250` where there is a fraction.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (minutes, seconds, ms) = (self.0 / 60_000, self.0 / 1000 % 60, self.0 % 1000);
                if ms == 0 { write!(f, "{minutes}:{seconds:02}") } else { write!(f, "{minutes}:{seconds:02}.{ms:03}") }
            }
        }
    };
}
milliseconds!(TravelTime);
milliseconds!(ResponseTime);

/// A length on the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Metres(pub f64);

/// An area on the ground; reports show km².
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct SquareMetres(pub f64);

/// A speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct KilometresPerHour(pub f64);

/// How much a demand point counts: persons, incidents, … as its kind says.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Weight(pub f64);

impl Metres {
    /// Kilometres.
    pub fn as_km(self) -> f64 {
        self.0 / 1000.0
    }
}

impl SquareMetres {
    /// Square kilometres.
    pub fn as_km2(self) -> f64 {
        self.0 / 1e6
    }
}

impl KilometresPerHour {
    /// Length over speed, rounded half up to the millisecond (DESIGN §4.1); saturates, and is `MAX` at no speed.
    ///
    /// ```
    /// use firesite_model::{KilometresPerHour, Metres};
    /// assert_eq!(KilometresPerHour(36.0).time(Metres(800.0)).to_string(), "1:20");
    /// ```
    pub fn time(self, length: Metres) -> TravelTime {
        if self.0 <= 0.0 {
            return TravelTime::MAX;
        }
        TravelTime::from_seconds_f64(length.0 * 3.6 / self.0).unwrap_or(TravelTime::MAX)
    }
}

macro_rules! arithmetic {
    ($($name:ident),*) => {$(
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self { Self(self.0 + other.0) }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self { Self(self.0 - other.0) }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self { Self(self.0 * factor) }
        }
        impl Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 { self.0 / other.0 }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(parts: I) -> Self { Self(parts.map(|p| p.0).sum()) }
        }
    )*};
}
arithmetic!(Metres, SquareMetres, Weight);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_never_wrap() {
        assert_eq!(TravelTime::MAX + TravelTime::seconds(1), TravelTime::MAX);
        assert_eq!(TravelTime::ZERO - TravelTime::seconds(1), TravelTime::ZERO);
    }

    #[test]
    fn rounds_half_up_to_the_millisecond() {
        assert_eq!(TravelTime::from_seconds_f64(0.0005), Some(TravelTime::millis(1)));
        assert_eq!(TravelTime::from_seconds_f64(0.000_499), Some(TravelTime::ZERO));
        assert_eq!(TravelTime::from_seconds_f64(-1.0), None);
        assert_eq!(TravelTime::from_seconds_f64(f64::NAN), None);
        assert_eq!(TravelTime::from_seconds_f64(1e12), None);
    }
}
