//! Road network, vehicle profile, travel times, snapping and shortest paths.
