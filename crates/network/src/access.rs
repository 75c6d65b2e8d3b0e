//! Who may drive where: a road and a profile in, speeds of both directions out.

use firesite_model::{
    AccessTags, AccessValue, Junction, KilometresPerHour, Metres, Oneway, RoadNode, RoadWay, SpeedLimit,
};

use crate::VehicleProfile;
use crate::barriers::{Bare, bare};

/// Speeds along and against the drawing direction, `None` where that direction is closed.
pub(crate) type Speeds = [Option<KilometresPerHour>; 2];

/// The last of the hierarchy access → vehicle → motor_vehicle → emergency that is tagged.
fn decisive(tags: &AccessTags) -> Option<AccessValue> {
    tags.emergency.or(tags.motor_vehicle).or(tags.vehicle).or(tags.access)
}

/// Speeds of a road, or why the vehicle does not drive it.
pub(crate) fn speeds(way: &RoadWay, profile: &VehicleProfile) -> Result<Speeds, &'static str> {
    if way.ferry {
        return Err("ferry");
    }
    if way.unbuilt {
        return Err("not built, or no longer there");
    }
    if way.area {
        return Err("an area, not a line to drive along");
    }
    let Some(speed) = profile.speed(&way.class) else {
        return Err("a class that the profile does not list");
    };
    if decisive(&way.access) == Some(AccessValue::No) {
        return Err("no access");
    }
    let (limits, size) = (&way.limits, &profile.vehicle);
    let below = |limit: Option<f64>, needed: Option<f64>| matches!((limit, needed), (Some(l), Some(n)) if l < n);
    if below(limits.width.map(|m: Metres| m.0), size.width.map(|m| m.0)) {
        return Err("too narrow for the vehicle");
    }
    if below(limits.height.map(|m| m.0), size.height.map(|m| m.0)) {
        return Err("too low for the vehicle");
    }
    if below(limits.weight_t, size.weight_t) {
        return Err("weight limit below the vehicle's");
    }
    let (forward, backward) = directions(way, profile.contraflow)?;
    let limited = |limit: SpeedLimit| speed_within(speed, limit, profile.respect_maxspeed);
    Ok([forward.then(|| limited(way.maxspeed_forward)), backward.then(|| limited(way.maxspeed_backward))])
}

/// The lower of class speed and limit, where limits are respected.
pub(crate) fn speed_within(speed: KilometresPerHour, limit: SpeedLimit, respect: bool) -> KilometresPerHour {
    match limit {
        SpeedLimit::Limit(limit) if respect && limit.0 < speed.0 => limit,
        _ => speed,
    }
}

/// Directions that may be driven, (along, against).
fn directions(way: &RoadWay, contraflow: bool) -> Result<(bool, bool), &'static str> {
    // Never the wrong way on a motorway or round a circle, whatever the profile says.
    let strict = way.class.0 == "motorway" || way.class.0 == "motorway_link" || way.junction == Junction::Roundabout;
    let both = contraflow && !strict;
    match way.oneway {
        Oneway::No | Oneway::Alternating => Ok((true, true)),
        Oneway::Forward => Ok((true, both)),
        Oneway::Backward => Ok((both, true)),
        Oneway::Reversible => Err("reversible: its direction at the alarm is unknown"),
        Oneway::Unstated => Ok((true, !strict)),
    }
}

/// A barrier that the vehicle does not pass; `None` in the second place of the pair for a kind that the table knows.
pub(crate) fn closed(node: &RoadNode) -> bool {
    let Some(kind) = &node.barrier else { return false };
    match decisive(&node.access) {
        Some(AccessValue::No) => true,
        Some(_) => false,
        None => bare(kind) == Some(Bare::Closed),
    }
}

#[cfg(test)]
mod tests {
    use firesite_model::{Coord, RoadClass, VehicleLimits};

    use super::*;

    fn road(class: &str) -> RoadWay {
        RoadWay {
            id: 1,
            nodes: vec![0, 1],
            class: RoadClass(class.into()),
            oneway: Oneway::Unstated,
            junction: Junction::None,
            access: AccessTags::default(),
            maxspeed_forward: SpeedLimit::Unstated,
            maxspeed_backward: SpeedLimit::Unstated,
            limits: VehicleLimits::default(),
            lanes: None,
            bridge: false,
            tunnel: false,
            area: false,
            unbuilt: false,
            ferry: false,
            name: None,
        }
    }

    fn engine() -> VehicleProfile {
        VehicleProfile::packaged("fire-engine").unwrap()
    }

    fn open(way: &RoadWay) -> (bool, bool) {
        speeds(way, &engine()).map_or((false, false), |s| (s[0].is_some(), s[1].is_some()))
    }

    #[test]
    fn the_later_key_overrides() {
        let mut way = road("residential");
        way.access.access = Some(AccessValue::No);
        assert_eq!(open(&way), (false, false));
        way.access.motor_vehicle = Some(AccessValue::Private);
        assert_eq!(open(&way), (true, true));
        way.access.emergency = Some(AccessValue::No);
        assert_eq!(open(&way), (false, false));
        way.access.emergency = Some(AccessValue::Yes);
        assert_eq!(open(&way), (true, true));
    }

    #[test]
    fn directions_stated_and_implied() {
        let mut way = road("motorway_link");
        assert_eq!(open(&way), (true, false));
        way.oneway = Oneway::No;
        assert_eq!(open(&way), (true, true));
        way.oneway = Oneway::Backward;
        assert_eq!(open(&way), (false, true));
        way.oneway = Oneway::Reversible;
        assert_eq!(open(&way), (false, false));
        way.oneway = Oneway::Alternating;
        assert_eq!(open(&way), (true, true));
        let mut circle = road("residential");
        circle.junction = Junction::Roundabout;
        assert_eq!(open(&circle), (true, false));
        circle.junction = Junction::Circular;
        assert_eq!(open(&circle), (true, true));
    }

    #[test]
    fn limits_close_only_when_below_the_vehicle() {
        let mut way = road("residential");
        way.limits.height = Some(Metres(3.4));
        assert_eq!(open(&way), (true, true));
        way.limits.height = Some(Metres(3.3));
        assert_eq!(open(&way), (false, false));
    }

    #[test]
    fn bollards_close_and_gates_open() {
        let mut node = RoadNode::plain(1, Coord { x: 0.0, y: 0.0 });
        assert!(!closed(&node));
        node.barrier = Some("bollard".into());
        assert!(closed(&node));
        node.access.emergency = Some(AccessValue::Yes);
        assert!(!closed(&node));
        node.barrier = Some("gate".into());
        node.access = AccessTags::default();
        assert!(!closed(&node));
        node.access.access = Some(AccessValue::No);
        assert!(closed(&node));
    }
}
