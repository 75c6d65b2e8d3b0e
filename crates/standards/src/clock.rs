//! Which components a response time counts, and from when.

use firesite_model::{ResponseTime, TravelTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a standard starts counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockName {
    /// From the call: call handling + turnout + travel.
    Call,
    /// From the turn-out order (接到出动指令): turnout + travel. The Chinese standards.
    #[default]
    Order,
    /// From wheels rolling: travel alone. NFPA 1710 travel time, ISO FSRS, Japan.
    Wheels,
}

impl ClockName {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            ClockName::Call => "call",
            ClockName::Order => "order",
            ClockName::Wheels => "wheels",
        }
    }

    /// The clock of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [ClockName::Call, ClockName::Order, ClockName::Wheels].into_iter().find(|c| c.word() == word)
    }
}

/// The only place where travel time becomes response time.
///
/// ```
/// use firesite_standards::{Clock, ClockName};
/// use firesite_model::{ResponseTime, TravelTime};
///
/// let order = Clock { name: ClockName::Order, call_handling: TravelTime::seconds(150) };
/// assert_eq!(order.response(TravelTime::minutes(4), TravelTime::minutes(1)), ResponseTime::minutes(5));
/// let wheels = Clock { name: ClockName::Wheels, ..order };
/// assert_eq!(wheels.response(TravelTime::minutes(4), TravelTime::minutes(1)), ResponseTime::minutes(4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// From when it counts.
    pub name: ClockName,
    /// Call answering and dispatch; counted from the call only. 建标152-2017 budgets 2.5 min for call and command centre.
    pub call_handling: TravelTime,
}

impl Default for Clock {
    fn default() -> Self {
        Self { name: ClockName::Order, call_handling: TravelTime::seconds(150) }
    }
}

impl Clock {
    /// What is counted before the wheels roll, for a station with this turnout time: the offset of its search.
    pub fn before_wheels(&self, turnout: TravelTime) -> TravelTime {
        match self.name {
            ClockName::Call => self.call_handling + turnout,
            ClockName::Order => turnout,
            ClockName::Wheels => TravelTime::ZERO,
        }
    }

    /// Response time of a travel time (access legs included) of a station with this turnout time.
    pub fn response(&self, travel: TravelTime, turnout: TravelTime) -> ResponseTime {
        ResponseTime::millis((self.before_wheels(turnout) + travel).as_millis())
    }

    /// A search with [`Clock::before_wheels`] as offset yields response times; this names them so.
    pub fn from_offset_search(&self, counted: TravelTime) -> ResponseTime {
        ResponseTime::millis(counted.as_millis())
    }

    /// The components counted, as words of `coverage.clock.counts`.
    pub fn counts(&self) -> &'static [&'static str] {
        match self.name {
            ClockName::Call => &["call_handling", "turnout", "travel", "access"],
            ClockName::Order => &["turnout", "travel", "access"],
            ClockName::Wheels => &["travel", "access"],
        }
    }
}
