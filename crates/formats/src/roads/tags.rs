//! The tags of a road, typed. Nothing is decided here: what an engine may drive is the vehicle profile's to say.
//!
//! Sources: OSM wiki, Key:maxspeed (units, words, zones), Key:access, Key:oneway, Lifecycle prefix, Key:maxweight,
//! Map Features/Units.

use firesite_model::{
    AccessTags, AccessValue, Code, Junction, KilometresPerHour, Metres, Oneway, RoadClass, RoadWay, SpeedLimit,
    VehicleLimits,
};

use crate::codes;
use crate::osm::Tags;

/// A tag that could not be taken as it is: code, key, what was done with which value.
pub(crate) type Remark = (Code, &'static str, String);

const KMH_PER_MPH: f64 = 1.609_344;
const KMH_PER_KNOT: f64 = 1.852;
/// `maxspeed=walk`: walking pace, as German courts and most routers take it.
const WALK_KMH: f64 = 7.0;
const METRES_PER_FOOT: f64 = 0.3048;
const TONNES_PER_SHORT_TON: f64 = 0.907_184_74;
const TONNES_PER_POUND: f64 = 0.000_453_592_37;

/// Values of `highway`, and prefixes of it, of roads that are not there.
const UNBUILT: [&str; 10] = [
    "construction",
    "proposed",
    "planned",
    "abandoned",
    "disused",
    "razed",
    "demolished",
    "removed",
    "dismantled",
    "destroyed",
];

/// The class of a road, and whether it is there; `None` for what is no road at all.
fn class(tags: Tags<'_>, remarks: &mut Vec<Remark>) -> Option<(RoadClass, bool, bool)> {
    let ferry = tags.is("route", "ferry");
    if let Some(highway) = tags.get("highway") {
        let highway = slowest_class(highway, remarks);
        // `abandoned=yes` beside the class; a mere `proposed=secondary` is a note about the future of a standing road.
        let gone = UNBUILT[3..].iter().any(|key| tags.is(key, "yes"));
        let unbuilt = UNBUILT.contains(&highway.as_str()) || gone;
        return Some((RoadClass(highway), unbuilt, ferry));
    }
    for prefix in UNBUILT {
        let key = format!("{prefix}:highway");
        if let Some(highway) = tags.get(&key) {
            return Some((RoadClass(highway.to_owned()), true, ferry));
        }
    }
    ferry.then(|| (RoadClass("ferry".to_owned()), false, true))
}

/// Quick to slow, as an engine drives them; of a list the last counts.
const CLASSES: [&str; 14] = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
];

fn slowest_class(text: &str, remarks: &mut Vec<Remark>) -> String {
    let parts: Vec<&str> = list(text).collect();
    if parts.len() < 2 {
        return parts.first().copied().unwrap_or(text).to_owned();
    }
    let rank = |class: &str| CLASSES.iter().position(|known| *known == class).unwrap_or(CLASSES.len());
    let slowest = parts.iter().copied().max_by_key(|class| rank(class)).unwrap_or(text);
    remarks.push((codes::VALUE_LIST, "highway", format!("of the classes {text} the slowest, {slowest}, was taken")));
    slowest.to_owned()
}

/// The parts of a list: `a;b`, `a|b`, and what programs make of lists in text, `["a", "b"]`.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.trim_matches([' ', '[', ']'])
        .split([';', '|', ','])
        .map(|part| part.trim_matches([' ', '"', '\'']))
        .filter(|part| !part.is_empty())
}

/// A road with all but its nodes, or `None` where the tags describe no road.
pub(crate) fn road(id: i64, tags: Tags<'_>, remarks: &mut Vec<Remark>) -> Option<RoadWay> {
    let (class, unbuilt, ferry) = class(tags, remarks)?;
    let both = speed_of(tags, "maxspeed", remarks);
    let forward = speed_of(tags, "maxspeed:forward", remarks);
    let backward = speed_of(tags, "maxspeed:backward", remarks);
    Some(RoadWay {
        id,
        nodes: Vec::new(),
        class,
        oneway: oneway(tags, remarks),
        junction: match tags.get("junction") {
            Some("roundabout") => Junction::Roundabout,
            Some("circular") => Junction::Circular,
            _ => Junction::None,
        },
        access: access(tags, remarks),
        maxspeed_forward: forward.or(both).unwrap_or_default(),
        maxspeed_backward: backward.or(both).unwrap_or_default(),
        limits: VehicleLimits {
            width: smaller(quantity(tags, "maxwidth", length, remarks), quantity(tags, "width", length, remarks))
                .map(Metres),
            height: quantity(tags, "maxheight", length, remarks).map(Metres),
            weight_t: quantity(tags, "maxweight", weight, remarks),
        },
        lanes: lanes(tags, remarks),
        bridge: stated(tags, "bridge"),
        tunnel: stated(tags, "tunnel"),
        area: tags.get("area").is_some_and(yes),
        unbuilt,
        ferry,
        name: tags.get("name").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
    })
}

fn yes(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "yes" | "true" | "1" | "1.0")
}

fn no(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "no" | "false" | "0" | "0.0" | "")
}

/// A key with any value but `no`.
fn stated(tags: Tags<'_>, key: &str) -> bool {
    tags.get(key).is_some_and(|value| !no(value.trim()))
}

fn oneway(tags: Tags<'_>, remarks: &mut Vec<Remark>) -> Oneway {
    let Some(value) = tags.get("oneway") else { return Oneway::Unstated };
    let word = value.trim().to_ascii_lowercase();
    match word.as_str() {
        "" => Oneway::Unstated,
        "-1" | "-1.0" | "reverse" => Oneway::Backward,
        "reversible" => Oneway::Reversible,
        "alternating" => Oneway::Alternating,
        word if yes(word) => Oneway::Forward,
        word if no(word) => Oneway::No,
        _ => {
            remarks.push((codes::TAG_UNKNOWN, "oneway", format!("{value:?} is no known value; read as unstated")));
            Oneway::Unstated
        }
    }
}

/// The access keys of a way or a barrier.
pub(crate) fn access(tags: Tags<'_>, remarks: &mut Vec<Remark>) -> AccessTags {
    let mut read = |key: &'static str, strict: bool| {
        let value = tags.get(key)?;
        let found = access_value(value);
        if found.is_none() && strict && !value.trim().is_empty() {
            remarks.push((codes::TAG_UNKNOWN, key, format!("{value:?} is no known value; read as unstated")));
        }
        found
    };
    AccessTags {
        access: read("access", true),
        vehicle: read("vehicle", true),
        motor_vehicle: read("motor_vehicle", true),
        // Also the key of hydrants and telephones, which are no access.
        emergency: read("emergency", false),
    }
}

/// One value, or of a list the most generous.
fn access_value(text: &str) -> Option<AccessValue> {
    let one = |word: &str| match word.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "permissive" | "designated" | "official" | "public" | "emergency" | "discouraged"
        | "motor_vehicle" | "vehicle" | "motorcar" | "allowed" => Some(AccessValue::Yes),
        "no" | "false" | "0" | "none" | "agricultural" | "forestry" | "agriculture" | "use_sidepath" | "dismount"
        | "military" | "bus" | "psv" | "hgv" | "taxi" | "foot" | "bicycle" | "restricted" => Some(AccessValue::No),
        "private" | "resident" | "residents" | "employees" | "staff" => Some(AccessValue::Private),
        "destination" | "delivery" | "customers" | "customer" | "permit" | "visitors" | "students" | "school" => {
            Some(AccessValue::Destination)
        }
        _ => None,
    };
    let openness = |value: &AccessValue| match value {
        AccessValue::Yes => 3,
        AccessValue::Destination => 2,
        AccessValue::Private => 1,
        AccessValue::No => 0,
    };
    list(text).filter_map(one).max_by_key(openness)
}

/// `None` where the tag is absent or empty; an unreadable one is unstated, with a remark.
fn speed_of(tags: Tags<'_>, key: &'static str, remarks: &mut Vec<Remark>) -> Option<SpeedLimit> {
    let text = tags.get(key)?.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("null") {
        return None;
    }
    let parts: Vec<&str> = list(text).collect();
    let limits: Option<Vec<SpeedLimit>> = parts.iter().map(|part| speed(part)).collect();
    let Some(limits) = limits.filter(|limits| !limits.is_empty()) else {
        remarks.push((codes::SPEED_UNREADABLE, key, format!("{text:?} is no speed; read as untagged")));
        return Some(SpeedLimit::Unstated);
    };
    let kmh = |limit: &SpeedLimit| match limit {
        SpeedLimit::Limit(speed) => speed.0,
        _ => f64::INFINITY,
    };
    let slowest = limits.iter().copied().min_by(|a, b| kmh(a).total_cmp(&kmh(b)))?;
    if limits.len() > 1 {
        remarks.push((codes::VALUE_LIST, key, format!("of the speeds {text} the slowest was taken")));
    }
    Some(slowest)
}

/// One speed: km/h unless another unit is named, `none`, `walk`, or a zone of a country whose law is known here.
fn speed(text: &str) -> Option<SpeedLimit> {
    let word = text.trim().to_lowercase();
    match word.as_str() {
        "none" | "unlimited" => return Some(SpeedLimit::Unlimited),
        "walk" | "walking" | "walking_pace" | "walking pace" => return limit(WALK_KMH),
        _ => {}
    }
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return zone(&word);
    }
    let (number, unit) = number_and_unit(&word)?;
    match unit {
        "" | "km/h" | "kmh" | "kph" | "kmph" | "公里/小时" => limit(number),
        "mph" | "mi/h" => limit(number * KMH_PER_MPH),
        "knots" | "knot" | "kn" | "kt" => limit(number * KMH_PER_KNOT),
        _ => None,
    }
}

fn limit(kmh: f64) -> Option<SpeedLimit> {
    (kmh > 0.0 && kmh <= 500.0).then_some(SpeedLimit::Limit(KilometresPerHour(kmh)))
}

/// Limits by law in km/h: country, in towns, outside, on motorways (`None`: no limit).
/// OSM wiki, Default speed limits; for cars, the general case of each law.
const ZONES: [(&str, f64, f64, Option<f64>); 22] = [
    ("at", 50.0, 100.0, Some(130.0)),
    ("be", 50.0, 70.0, Some(120.0)),
    ("bg", 50.0, 90.0, Some(140.0)),
    ("by", 60.0, 90.0, Some(110.0)),
    ("ch", 50.0, 80.0, Some(120.0)),
    ("cz", 50.0, 90.0, Some(130.0)),
    ("de", 50.0, 100.0, None),
    ("dk", 50.0, 80.0, Some(130.0)),
    ("es", 50.0, 90.0, Some(120.0)),
    ("fr", 50.0, 80.0, Some(130.0)),
    ("gr", 50.0, 90.0, Some(130.0)),
    ("hr", 50.0, 90.0, Some(130.0)),
    ("hu", 50.0, 90.0, Some(130.0)),
    ("it", 50.0, 90.0, Some(130.0)),
    ("li", 50.0, 80.0, Some(120.0)),
    ("nl", 50.0, 80.0, Some(130.0)),
    ("pl", 50.0, 90.0, Some(140.0)),
    ("pt", 50.0, 90.0, Some(120.0)),
    ("ro", 50.0, 90.0, Some(130.0)),
    ("ru", 60.0, 90.0, Some(110.0)),
    ("sk", 50.0, 90.0, Some(130.0)),
    ("ua", 50.0, 90.0, Some(130.0)),
];

/// `DE:urban`, `FR:rural`, `RU:living_street`, `DE:zone:30`, `zone30`.
fn zone(word: &str) -> Option<SpeedLimit> {
    let (country, rest) = word.split_once(':').unwrap_or(("", word));
    if let Some(number) = rest.strip_prefix("zone") {
        return limit(number.trim_start_matches([':', ' ']).parse().ok()?);
    }
    if let Ok(number) = rest.parse::<f64>() {
        return limit(number);
    }
    let (_, urban, rural, motorway) = ZONES.iter().find(|(code, ..)| *code == country)?;
    match rest {
        "urban" => limit(*urban),
        "rural" => limit(*rural),
        "motorway" => motorway.map_or(Some(SpeedLimit::Unlimited), limit),
        "living_street" => match country {
            "ru" | "by" | "ua" | "pl" | "cz" | "sk" | "hu" | "ro" | "bg" | "ch" | "li" | "fr" | "be" | "es" | "pt" => {
                limit(20.0)
            }
            _ => limit(WALK_KMH),
        },
        "walk" | "pedestrian" | "pedestrian_zone" => limit(WALK_KMH),
        "bicycle_road" => limit(30.0),
        _ => None,
    }
}

/// `"20 mph"` → (20.0, `"mph"`). A decimal comma is allowed where it can be nothing else.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-'))).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number: f64 = digits.replacen(',', ".", 1).parse().ok()?;
    number.is_finite().then_some((number, unit.trim()))
}

/// Words that say that there is no sign, or nothing in figures.
const NO_FIGURE: [&str; 9] =
    ["none", "no", "default", "below_default", "no_sign", "no_indications", "unsigned", "unknown", "narrow"];

/// A length, width or weight; of a list the smallest.
fn quantity(
    tags: Tags<'_>,
    key: &'static str,
    read: fn(&str) -> Option<f64>,
    remarks: &mut Vec<Remark>,
) -> Option<f64> {
    let text = tags.get(key)?.trim().to_lowercase();
    if text.is_empty() || NO_FIGURE.contains(&text.as_str()) {
        return None;
    }
    let whole = text.trim_matches([' ', '[', ']']);
    let parts: Vec<&str> =
        whole.split([';', '|']).map(|part| part.trim_matches(' ')).filter(|part| !part.is_empty()).collect();
    let found: Option<Vec<f64>> = parts.iter().map(|part| read(part).filter(|v| *v > 0.0 && v.is_finite())).collect();
    let smallest = found.and_then(|values| values.into_iter().min_by(f64::total_cmp));
    if smallest.is_none() {
        remarks.push((codes::LIMIT_UNREADABLE, key, format!("{text:?} is no measure; read as untagged")));
    }
    smallest
}

/// Metres: `3.5`, `3.5 m`, `350 cm`, `12 ft`, `11'6"`, `11 ft 6 in`.
fn length(text: &str) -> Option<f64> {
    if let Some((feet, rest)) = text.split_once('\'') {
        let inches = rest.trim().trim_end_matches(['"', '\'', ' ']);
        let inches: f64 = if inches.is_empty() { 0.0 } else { inches.parse().ok()? };
        return Some((feet.trim().parse::<f64>().ok()? + inches / 12.0) * METRES_PER_FOOT);
    }
    let (number, unit) = number_and_unit(text)?;
    match unit {
        "" | "m" | "meter" | "meters" | "metre" | "metres" | "米" => Some(number),
        "cm" => Some(number / 100.0),
        "mm" => Some(number / 1000.0),
        "km" => Some(number * 1000.0),
        "in" | "\"" | "inch" | "inches" => Some(number / 12.0 * METRES_PER_FOOT),
        "ft" | "feet" | "foot" => Some(number * METRES_PER_FOOT),
        _ => {
            let rest = unit.strip_prefix("feet").or_else(|| unit.strip_prefix("ft"))?;
            let (inches, unit) = number_and_unit(rest.trim())?;
            matches!(unit, "in" | "\"" | "inch" | "inches").then_some((number + inches / 12.0) * METRES_PER_FOOT)
        }
    }
}

/// Tonnes: `7.5`, `7.5 t`, `7500 kg`, `5 st` (short tons), `10000 lbs`.
fn weight(text: &str) -> Option<f64> {
    let (number, unit) = number_and_unit(text)?;
    match unit {
        "" | "t" | "ton" | "tons" | "tonne" | "tonnes" | "吨" => Some(number),
        "kg" => Some(number / 1000.0),
        "st" => Some(number * TONNES_PER_SHORT_TON),
        "lt" => Some(number * 1.016_046_908_8),
        "lb" | "lbs" | "pounds" => Some(number * TONNES_PER_POUND),
        "cwt" => Some(number * 0.045_359_237),
        _ => None,
    }
}

fn smaller(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Of a list the fewest; `1.5` is one lane wide enough for a car beside another, counted as one.
fn lanes(tags: Tags<'_>, remarks: &mut Vec<Remark>) -> Option<u8> {
    let text = tags.get("lanes")?.trim();
    if text.is_empty() {
        return None;
    }
    let one = |part: &str| part.parse::<f64>().ok().filter(|n| *n >= 1.0 && *n <= 99.0).map(|n| n.floor() as u8);
    let found: Option<Vec<u8>> = list(text).map(one).collect();
    let fewest = found.and_then(|lanes| lanes.into_iter().min());
    if fewest.is_none() {
        remarks.push((codes::LIMIT_UNREADABLE, "lanes", format!("{text:?} is no number of lanes; read as untagged")));
    }
    fewest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kmh(text: &str) -> Option<f64> {
        match speed_of(Tags(&[("maxspeed", text)]), "maxspeed", &mut Vec::new())? {
            SpeedLimit::Limit(speed) => Some(speed.0),
            SpeedLimit::Unlimited => Some(f64::INFINITY),
            SpeedLimit::Unstated => None,
        }
    }

    #[test]
    fn speeds_in_their_units() {
        for (text, wanted) in [
            ("50", 50.0),
            ("30 km/h", 30.0),
            ("30.0", 30.0),
            ("20 mph", 32.18688),
            ("20mph", 32.18688),
            ("10 knots", 18.52),
            ("30;50", 30.0),
            ("[50, 30]", 30.0),
            ("['50', '30']", 30.0),
            ("50|none", 50.0),
            ("walk", 7.0),
            ("none", f64::INFINITY),
            ("DE:urban", 50.0),
            ("DE:motorway", f64::INFINITY),
            ("RU:urban", 60.0),
            ("DE:zone:30", 30.0),
            ("DE:zone30", 30.0),
        ] {
            let found = kmh(text).unwrap_or_else(|| panic!("{text} was not read"));
            assert!(found == wanted || (found - wanted).abs() < 1e-9, "{text}: {found}");
        }
        for text in ["", "fast", "0", "-30", "1e999", "signals", "XX:urban", "30 furlongs", "50;fast"] {
            assert_eq!(kmh(text), None, "{text}");
        }
    }

    #[test]
    fn one_direction_outranks_both() {
        let tags = [("highway", "primary"), ("maxspeed", "50"), ("maxspeed:backward", "30")];
        let road = road(1, Tags(&tags), &mut Vec::new()).unwrap();
        assert_eq!(road.maxspeed_forward, SpeedLimit::Limit(KilometresPerHour(50.0)));
        assert_eq!(road.maxspeed_backward, SpeedLimit::Limit(KilometresPerHour(30.0)));
    }

    #[test]
    fn measures_in_their_units() {
        let close = |found: Option<f64>, wanted: f64| found.is_some_and(|f| (f - wanted).abs() < 1e-9);
        assert!(close(length("3.5"), 3.5) && close(length("3,5 m"), 3.5) && close(length("350 cm"), 3.5));
        assert!(close(length("12 ft"), 3.6576) && close(length("11'6\""), 3.5052) && close(length("11'"), 3.3528));
        assert!(close(length("11 ft 6 in"), 3.5052));
        assert!(close(weight("7.5 t"), 7.5) && close(weight("7500 kg"), 7.5) && close(weight("5 st"), 4.535_923_7));
        assert_eq!((length("tall"), weight("heavy"), length("")), (None, None, None));
    }

    #[test]
    fn what_is_there_and_what_is_not() {
        let unbuilt = |tags: &[(&str, &str)]| road(1, Tags(tags), &mut Vec::new()).map(|road| road.unbuilt);
        assert_eq!(unbuilt(&[("highway", "construction"), ("construction", "residential")]), Some(true));
        assert_eq!(unbuilt(&[("highway", "razed")]), Some(true));
        assert_eq!(unbuilt(&[("abandoned:highway", "residential")]), Some(true));
        assert_eq!(unbuilt(&[("highway", "residential"), ("proposed", "secondary")]), Some(false));
        assert_eq!(unbuilt(&[("highway", "residential"), ("abandoned", "yes")]), Some(true));
        assert_eq!(unbuilt(&[("route", "ferry")]), Some(false));
        assert_eq!(unbuilt(&[("waterway", "river")]), None);
    }

    #[test]
    fn oneway_and_access_words() {
        let way = |value: &str| road(1, Tags(&[("highway", "x"), ("oneway", value)]), &mut Vec::new()).unwrap().oneway;
        assert_eq!(["yes", "true", "1"].map(way), [Oneway::Forward; 3]);
        assert_eq!(["-1", "reverse"].map(way), [Oneway::Backward; 2]);
        assert_eq!(["no", "0", "false"].map(way), [Oneway::No; 3]);
        assert_eq!(["reversible", "alternating"].map(way), [Oneway::Reversible, Oneway::Alternating]);
        let mut remarks = Vec::new();
        let tags = [
            ("access", "agricultural;forestry"),
            ("motor_vehicle", "private;destination"),
            ("emergency", "fire_hydrant"),
        ];
        let found = access(Tags(&tags), &mut remarks);
        assert_eq!(found.access, Some(AccessValue::No));
        assert_eq!(found.motor_vehicle, Some(AccessValue::Destination));
        assert_eq!((found.emergency, remarks.len()), (None, 0));
        access(Tags(&[("access", "perhaps")]), &mut remarks);
        assert_eq!(remarks.len(), 1);
    }
}
