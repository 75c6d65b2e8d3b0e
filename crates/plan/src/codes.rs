//! The finding codes of the study file (F01xx), of unknown classes (F0312) and of layers against each other (F06xx).

use firesite_model::Code;

/// The study file cannot be read: missing, a folder, not UTF-8, empty, or no TOML.
pub const STUDY_UNREADABLE: Code = Code("F0101");
/// A key or section that no study file has.
pub const KEY_UNKNOWN: Code = Code("F0102");
/// A value of the wrong type, or out of range.
pub const VALUE: Code = Code("F0103");
/// A required section or key is absent.
pub const REQUIRED: Code = Code("F0104");
/// A word that is none of the allowed ones: clock, method, nature, language.
pub const WORD_UNKNOWN: Code = Code("F0105");
/// A date that is in no calendar.
pub const DATE: Code = Code("F0106");
/// A reference inside the study file to something it does not define: main scenario, rule, scenario twice.
pub const REFERENCE: Code = Code("F0107");
/// A layer outside the folder of the study, without `[study] outside = true`.
pub const OUTSIDE: Code = Code("F0108");
/// A layer file that does not exist, or is a folder.
pub const LAYER_MISSING: Code = Code("F0109");
/// A vehicle profile that does not exist or cannot be read.
pub const PROFILE: Code = Code("F0110");
/// A key that has no effect here.
pub const KEY_IDLE: Code = Code("F0111");
/// A scenario asks for counts in a district or town that does not exist.
pub const COUNT_PLACE: Code = Code("F0112");

/// A class that no pack of the study defines.
pub const CLASS_UNKNOWN: Code = Code("F0312");

/// A feature names a district that the district layer does not have.
pub const DISTRICT_UNKNOWN: Code = Code("F0601");
/// A feature's own district and its position disagree; its own outranks.
pub const DISTRICT_DISAGREES: Code = Code("F0602");
/// A town that lies outside every district and names none.
pub const TOWN_OUTSIDE: Code = Code("F0603");
/// A station that cannot be tied to the network.
pub const STATION_UNSNAPPED: Code = Code("F0604");
/// No station at all can be tied to the network.
pub const STATIONS_ALL_UNSNAPPED: Code = Code("F0605");
/// A demand that cannot be tied to the network: unreachable.
pub const DEMAND_UNSNAPPED: Code = Code("F0606");
/// A built-up area or candidate names a town that the town layer does not have.
pub const TOWN_UNKNOWN: Code = Code("F0607");
/// An id is used by a station and by a candidate.
pub const ID_SHARED: Code = Code("F0608");
/// A candidate that cannot be tied to the network: left out.
pub const CANDIDATE_UNSNAPPED: Code = Code("F0609");
/// A demand or station outside every district.
pub const OUTSIDE_DISTRICTS: Code = Code("F0610");
/// A candidate that may host no class where it stands: left out.
pub const CANDIDATE_NO_CLASS: Code = Code("F0611");
/// A class of a candidate that is not allowed where it stands: left out.
pub const CLASS_NOT_ALLOWED: Code = Code("F0612");
/// A built-up area of role `town` without a town, or a key town without a built-up area.
pub const TOWN_NO_BUILT_UP: Code = Code("F0613");
/// A station without a class (OSM): it fills no slot.
pub const STATION_NO_CLASS: Code = Code("F0614");
/// A whole layer is of no use: no demand weighs anything.
pub const NO_WEIGHT: Code = Code("F0615");
/// A statement of the sources that cannot be read.
pub const STATEMENT: Code = Code("F0616");
/// A scenario that cannot be met, with the rule and the place.
pub const CANNOT_BE_MET: Code = Code("F0617");
/// The road distance to a built-up area cannot be had on this network; the straight line was taken.
pub const STRAIGHT_LINE: Code = Code("F0618");
/// No candidate is left.
pub const NO_CANDIDATE: Code = Code("F0619");
/// The nearest road is a scrap of network that leads nowhere; the large network was taken.
pub const MOVED_FROM_SCRAP: Code = Code("F0620");
/// A plan.json or instance file that cannot be read.
pub const PLAN_UNREADABLE: Code = Code("F0621");
/// A question about a place that the plan does not know, or about a plan of another study.
pub const PLACE_UNKNOWN: Code = Code("F0623");
/// Candidates without number: the distance between them is too small for these roads.
pub const TOO_MANY_CANDIDATES: Code = Code("F0624");
/// Generated candidates that a rule about the place itself removed.
pub const SITE_RULE: Code = Code("F0625");
/// A station or town that a single road cuts off.
pub const SINGLE_ROAD: Code = Code("F0622");
