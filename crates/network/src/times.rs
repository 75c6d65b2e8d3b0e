//! Times on a network.

use std::sync::{Arc as Shared, Mutex, OnceLock};

use firesite_model::{Finding, KilometresPerHour, Metres, Place, Read, Severity, TravelTime};

use crate::access::speed_within;
use crate::hierarchy::Customised;
use crate::search::{Fours, State, Turned};
use crate::turns::{BANNED, TurnTable};
use crate::{ArcId, EdgeId, Error, RoadNetwork, TurnCosts, VehicleProfile, codes};

/// Milliseconds per arc and per turn, made from a network and a profile; cheap to clone. One network, many times.
#[derive(Clone, Debug)]
pub struct TravelTimes(pub(crate) Shared<TimesInner>);

#[derive(Debug)]
pub(crate) struct TimesInner {
    pub(crate) network: RoadNetwork,
    /// By arc; `MAX` where it is closed.
    pub(crate) arc: Vec<TravelTime>,
    /// Costs and bans; absent where all turns are free.
    pub(crate) turns: Option<TurnTable>,
    /// Heads and times packed for the search.
    pub(crate) packed: Vec<PackedArc>,
    /// The same for the searches on nodes, once one was asked for.
    pub(crate) fours: OnceLock<Fours>,
    /// The same for the searches on arcs, where turns have a price.
    pub(crate) turned: OnceLock<Turned>,
    /// Longest time of one step of the search: an arc and its turn; closed arcs aside.
    pub(crate) longest: u32,
    /// Mean time of an open arc.
    pub(crate) mean: u32,
    /// log2 of the bucket width.
    pub(crate) shift: u32,
    /// The hierarchy on these times, once it was asked for.
    pub(crate) hierarchy: OnceLock<Shared<Customised>>,
    /// Search states that are not in use.
    pub(crate) pool: Mutex<Vec<State>>,
}

/// What the search needs of an arc, in one cache line with its neighbours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedArc {
    pub(crate) head: u32,
    pub(crate) time: u32,
}

impl RoadNetwork {
    /// Times of a vehicle on this network: length over the speed of the class (or the signed limit, where the profile
    /// respects it and it is lower), rounded half up to the millisecond once per arc, and the turn costs of the profile.
    ///
    /// Which roads are in the network was decided when it was built; a class without a speed is closed here, with a
    /// finding. A network of plain arcs keeps its own times and has no turns.
    pub fn times(&self, profile: &VehicleProfile) -> Result<Read<TravelTimes>, Error> {
        if self.is_plain_arcs() {
            return Ok(Read::clean(self.arc_times()));
        }
        let inner = &*self.0;
        let speeds: Vec<Option<KilometresPerHour>> = inner.classes.iter().map(|c| profile.speed(c)).collect();
        let mut findings = Vec::new();
        for (class, _) in inner.classes.iter().zip(&speeds).filter(|(_, speed)| speed.is_none()) {
            findings.push(Finding::new(
                codes::CLASS_WITHOUT_SPEED,
                Severity::Warning,
                Place::default().layer("profile").property(class.0.clone()),
                format!("the profile {} has no speed for {}: closed", profile.name, class.0),
                format!("write {} = … under [speed_kmh]", class.0),
            ));
        }
        let arcs = (inner.arcs.iter())
            .map(|arc| {
                let edge = &inner.edges[arc.edge as usize];
                let Some(speed) = speeds[edge.class as usize] else { return TravelTime::MAX };
                let limit = edge.limits[usize::from(arc.direction)];
                speed_within(speed, limit, profile.respect_maxspeed).time(Metres(edge.length))
            })
            .collect();
        let turns = TurnTable::new(inner, &profile.turns);
        Ok(Read { value: TravelTimes::new(self.clone(), arcs, turns), findings })
    }

    /// The times that plain arcs came with. On a network of roads every arc is closed.
    pub fn arc_times(&self) -> TravelTimes {
        let arcs = (0..self.arc_count()).map(|a| self.given(a)).collect();
        TravelTimes::new(self.clone(), arcs, None)
    }
}

impl TravelTimes {
    pub(crate) fn new(network: RoadNetwork, arc: Vec<TravelTime>, turns: Option<TurnTable>) -> Self {
        let packed: Vec<PackedArc> = (network.0.arcs.iter().zip(&arc))
            .map(|(record, time)| PackedArc { head: record.head, time: time.as_millis() })
            .collect();
        let turn = turns.iter().flat_map(|t| &t.cost).copied().filter(|&c| c != BANNED).max().unwrap_or(0);
        let open = || arc.iter().map(|t| t.as_millis()).filter(|&t| t != u32::MAX);
        let longest = open().max().unwrap_or(0).saturating_add(turn);
        // Buckets a quarter to half as wide as the mean arc: width matters little within a factor of eight.
        let (sum, count) = open().fold((0u64, 0u64), |(s, c), t| (s + u64::from(t), c + 1));
        let mean = (sum / count.max(1)) as u32;
        let shift = (mean / 2).checked_ilog2().unwrap_or(0).min(12);
        Self(Shared::new(TimesInner {
            network,
            arc,
            turns,
            packed,
            fours: OnceLock::new(),
            turned: OnceLock::new(),
            longest,
            mean,
            shift,
            hierarchy: OnceLock::new(),
            pool: Mutex::default(),
        }))
    }

    /// The network.
    pub fn network(&self) -> &RoadNetwork {
        &self.0.network
    }

    /// Time of an arc; `MAX` where it is closed.
    pub fn arc(&self, arc: ArcId) -> TravelTime {
        self.0.arc[arc.index()]
    }

    /// Time lost between two arcs; `None` where the second does not follow the first or the turn is forbidden.
    pub fn turn(&self, from: ArcId, to: ArcId) -> Option<TravelTime> {
        let (arcs, inner) = (&self.0.network.0.arcs, &self.0);
        (arcs[from.index()].head == arcs[to.index()].tail).then(|| inner.turn(from.0, to.0)).flatten()
    }

    /// Turns have a price, or some are forbidden.
    pub fn has_turns(&self) -> bool {
        self.0.turns.is_some()
    }

    /// The same network with every time multiplied, rounded half up: an hour of the day, or a doubt about speeds.
    pub fn scaled(&self, factor: f64) -> Self {
        let scale = |t: TravelTime| {
            if t == TravelTime::MAX {
                return t;
            }
            TravelTime::from_seconds_f64(t.as_seconds() * factor).unwrap_or(TravelTime::MAX)
        };
        let arcs = self.0.arc.iter().map(|&t| scale(t)).collect();
        let turns = self.0.turns.as_ref().map(|table| TurnTable {
            row: table.row.clone(),
            cost: (table.cost.iter())
                .map(|&c| if c == BANNED { c } else { scale(TravelTime::millis(c)).as_millis().min(BANNED - 1) })
                .collect(),
        });
        Self::new(self.network().clone(), arcs, turns)
    }

    /// The same network with some edges closed both ways: a closure, a flood.
    pub fn without(&self, closed: &[EdgeId]) -> Self {
        let mut arcs = self.0.arc.clone();
        for edge in closed {
            for arc in self.network().0.edges[edge.index()].arcs {
                if let Some(time) = arcs.get_mut(arc as usize) {
                    *time = TravelTime::MAX;
                }
            }
        }
        Self::new(self.network().clone(), arcs, self.0.turns.clone())
    }

    /// The same network and times of arcs with these turn costs, beside the network's turn bans.
    pub fn with_turn_costs(&self, costs: &TurnCosts) -> Self {
        Self::new(self.network().clone(), self.0.arc.clone(), TurnTable::new(&self.network().0, costs))
    }

    /// The same network and turns with other times of arcs, by arc; `MAX` closes one. `None` when the count differs.
    pub fn with_arc_times(&self, arcs: Vec<TravelTime>) -> Option<Self> {
        (arcs.len() == self.0.arc.len()).then(|| Self::new(self.network().clone(), arcs, self.0.turns.clone()))
    }

    /// Times for several slices of a day: `time` is told the slice (from 0), the arc and its usual time, and says how long
    /// it takes then; `MAX` closes it. Turns cost what they cost now. All slices share the network and the order of its
    /// hierarchy, so that each only needs to be customised.
    ///
    /// ```
    /// # use firesite_model::TravelTime;
    /// # use firesite_network::{RoadNetwork, generate};
    /// let times = RoadNetwork::from_arcs(&generate::city(500, 1)?)?.value.arc_times();
    /// // Everything is slower by half from 7 to 9 and from 17 to 19.
    /// let day = times.time_slices(24, |hour, _, usual| match hour {
    ///     7 | 8 | 17 | 18 => usual + TravelTime::millis(usual.as_millis() / 2),
    ///     _ => usual,
    /// });
    /// assert_eq!(day.len(), 24);
    /// # Ok::<(), firesite_network::Error>(())
    /// ```
    pub fn time_slices(&self, slices: usize, time: impl Fn(usize, ArcId, TravelTime) -> TravelTime) -> Vec<Self> {
        let slice = |slice: usize| {
            let arcs = (self.0.arc.iter().zip(0..)).map(|(&usual, arc)| time(slice, ArcId(arc), usual)).collect();
            Self::new(self.network().clone(), arcs, self.0.turns.clone())
        };
        (0..slices).map(slice).collect()
    }
}

impl TimesInner {
    pub(crate) fn fours(&self) -> &Fours {
        self.fours.get_or_init(|| Fours::new(&self.network.0, &self.packed))
    }

    pub(crate) fn turned(&self, table: &TurnTable) -> &Turned {
        self.turned.get_or_init(|| Turned::new(self, table))
    }

    /// Time lost between two arcs that meet; `None` where the turn is forbidden.
    pub(crate) fn turn(&self, from: u32, to: u32) -> Option<TravelTime> {
        let Some(table) = &self.turns else { return Some(TravelTime::ZERO) };
        let inner = &self.network.0;
        let first = inner.first_out[inner.arcs[from as usize].head as usize];
        let cost = table.cost[(table.row[from as usize] + (to - first)) as usize];
        (cost != BANNED).then_some(TravelTime::millis(cost))
    }
}
