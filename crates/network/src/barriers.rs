//! Barriers on nodes: which kinds close a road where nothing else is said.

/// What a barrier does to a vehicle when it carries no access tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bare {
    /// The engine passes: it opens, bends or is low.
    Open,
    /// The engine does not pass.
    Closed,
}

/// The one table, by the value of OSM's `barrier`. Access tags on the node (the hierarchy, `emergency` last) override it.
///
/// Source: the OSM wiki's list of barrier values; that a bare gate is opened and a bare bollard is not is DESIGN §4.13.
pub(crate) const TABLE: &[(&str, Bare)] = &[
    ("block", Bare::Closed),
    ("bollard", Bare::Closed),
    ("chain", Bare::Closed),
    ("cycle_barrier", Bare::Closed),
    ("debris", Bare::Closed),
    ("ditch", Bare::Closed),
    ("fence", Bare::Closed),
    ("full-height_turnstile", Bare::Closed),
    ("guard_rail", Bare::Closed),
    ("hedge", Bare::Closed),
    ("horse_stile", Bare::Closed),
    ("jersey_barrier", Bare::Closed),
    ("kissing_gate", Bare::Closed),
    ("log", Bare::Closed),
    ("motorcycle_barrier", Bare::Closed),
    ("planter", Bare::Closed),
    ("retaining_wall", Bare::Closed),
    ("rope", Bare::Closed),
    ("spikes", Bare::Closed),
    ("stile", Bare::Closed),
    ("tank_trap", Bare::Closed),
    ("turnstile", Bare::Closed),
    ("wall", Bare::Closed),
    ("wicket_gate", Bare::Closed),
    ("border_control", Bare::Open),
    ("bump_gate", Bare::Open),
    ("bus_trap", Bare::Open),
    ("cattle_grid", Bare::Open),
    ("coupure", Bare::Open),
    ("entrance", Bare::Open),
    ("gate", Bare::Open),
    ("hampshire_gate", Bare::Open),
    ("height_restrictor", Bare::Open),
    ("kerb", Bare::Open),
    ("lift_gate", Bare::Open),
    ("no", Bare::Open),
    ("sally_port", Bare::Open),
    ("sliding_beam", Bare::Open),
    ("sliding_gate", Bare::Open),
    ("sump_buster", Bare::Open),
    ("swing_gate", Bare::Open),
    ("toll_booth", Bare::Open),
    ("yes", Bare::Open),
];

/// What a bare barrier of this kind does; `None` where the table does not know it (taken as open, with a finding).
pub(crate) fn bare(kind: &str) -> Option<Bare> {
    TABLE.iter().find(|(known, _)| *known == kind).map(|(_, bare)| *bare)
}
