//! The layers of a study, one struct each. `feature` is the 0-based number of the feature in its file, for messages.

use geo_types::{Coord, Geometry, MultiPolygon};
use jiff::civil::Date;

use crate::{SquareMetres, TravelTime, Weight};

/// How real an input is. A study is as its least real input (`schematic` < `assumed` < `real`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// Made up to have something to compute with.
    Schematic,
    /// Derived from real facts by a stated rule.
    Assumed,
    /// Surveyed or published.
    #[default]
    Real,
}

impl Nature {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Nature::Schematic => "schematic",
            Nature::Assumed => "assumed",
            Nature::Real => "real",
        }
    }
}

/// A station class as written in the file (an id such as `first`, or an alias such as 一级普通消防站); the packs of
/// `firesite-standards` say which exist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub String);

/// Whether a station of the input stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StationStatus {
    /// In service.
    #[default]
    Existing,
    /// Decided and certain; counts as standing after the plan, not before.
    Planned,
    /// Out of service.
    Closed,
}

/// A fire station of the input (消防站).
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Class as written; `None` where the file has none (OSM).
    pub class: Option<ClassId>,
    /// Code or name of its district, if stated.
    pub district: Option<String>,
    /// In service since.
    pub in_service: Option<Date>,
    /// Existing, planned or closed.
    pub status: StationStatus,
    /// Its own turnout time, where it differs from the study's.
    pub turnout: Option<TravelTime>,
    /// Whether it is one of the counted stations of the ledger.
    pub counted: bool,
    /// How real it is; `None`: as its layer.
    pub nature: Option<Nature>,
    /// WGS84 degrees.
    pub position: Coord<f64>,
}

/// A weighted demand point, or the representative point of a demand cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Unique id.
    pub id: String,
    /// How much it counts.
    pub weight: Weight,
    /// Code or name of its district, if stated.
    pub district: Option<String>,
    /// population, incidents, key_unit, hazard, …
    pub kind: String,
    /// WGS84 degrees.
    pub position: Coord<f64>,
}

/// A county-level unit (县级单元).
#[derive(Clone, Debug, PartialEq)]
pub struct District {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Unique code, text.
    pub code: String,
    /// Name.
    pub name: String,
    /// Residents, where known.
    pub population: Option<f64>,
    /// Outline.
    pub outline: MultiPolygon<f64>,
}

/// What kind of town it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TownTier {
    /// National key town (全国重点镇).
    NationalKey,
    /// Economically developed town (经济发达镇).
    Developed,
    /// Any other.
    Other,
}

/// A township (乡镇).
#[derive(Clone, Debug, PartialEq)]
pub struct Town {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Unique code, text.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code or name of its district, if stated.
    pub district: Option<String>,
    /// Tier.
    pub tier: TownTier,
    /// Residents, where known.
    pub population: Option<f64>,
    /// Built-up area, where known.
    pub built_up: Option<SquareMetres>,
    /// How real it is; `None`: as its layer.
    pub nature: Option<Nature>,
    /// Point, or polygon.
    pub geometry: Geometry<f64>,
}

/// The role of a built-up area: it decides whose slots a station fills and which coverage share is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltUpRole {
    /// County seat (县级城市建成区): has the 1+1+N slots.
    Seat,
    /// City core.
    Core,
    /// Town.
    Town,
    /// Industrial cluster (产业集聚区).
    Cluster,
}

/// Zones in which a small station is allowed, or which matter otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// Dense commercial area (商业密集区).
    CommercialDense,
    /// Dense buildings of low fire resistance (耐火等级低的建筑密集区).
    LowFireResistance,
    /// Old town (老城区).
    OldTown,
    /// Historic area (历史地段).
    Historic,
    /// Shown necessary by a fire-risk assessment.
    RiskAssessed,
    /// Near suburb (近郊区).
    Suburban,
}

/// A built-up area (建成区).
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltUp {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Unique id.
    pub id: String,
    /// Code or name of its district, if stated.
    pub district: Option<String>,
    /// Code of its town, for role `town`.
    pub town: Option<String>,
    /// Role.
    pub role: BuiltUpRole,
    /// Name.
    pub name: String,
    /// Zones it lies in.
    pub zones: Vec<Zone>,
    /// No parcel of the size of a second-class station can be had.
    pub land_scarce: bool,
    /// Outline.
    pub outline: MultiPolygon<f64>,
}

/// How a candidate would be built (新建、改建、配建、租赁…).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BuildMode {
    /// New building.
    #[default]
    New,
    /// Upgrade of a standing team in place (提档升格).
    Upgrade,
    /// Rebuilding on the same parcel (改建).
    Rebuild,
    /// Rented (租赁).
    Lease,
    /// Modular or mobile (模块化).
    Modular,
}

impl BuildMode {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            BuildMode::New => "new",
            BuildMode::Upgrade => "upgrade",
            BuildMode::Rebuild => "rebuild",
            BuildMode::Lease => "lease",
            BuildMode::Modular => "modular",
        }
    }
}

/// A site where a station may be built.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Number of the feature in its file, or in the generated list.
    pub feature: usize,
    /// Unique id.
    pub id: String,
    /// Code or name of its district, if stated.
    pub district: Option<String>,
    /// Code of its town, if stated.
    pub town: Option<String>,
    /// Classes it may host, as written; empty: all that its area allows.
    pub classes: Vec<ClassId>,
    /// How it would be built.
    pub build_mode: BuildMode,
    /// Parcel size, where known.
    pub land: Option<SquareMetres>,
    /// Cost in the study's unit, where known; else the class cost of the pack.
    pub cost: Option<f64>,
    /// First year it can be had.
    pub earliest_year: Option<i16>,
    /// WGS84 degrees.
    pub position: Coord<f64>,
}

/// Something a service area should not cross: expressway, trunk railway, large river.
#[derive(Clone, Debug, PartialEq)]
pub struct Barrier {
    /// Number of the feature in its file.
    pub feature: usize,
    /// expressway, railway, river, …
    pub kind: String,
    /// Name.
    pub name: Option<String>,
    /// Line or polygon.
    pub geometry: Geometry<f64>,
}

/// A hazardous site (危险品场所).
#[derive(Clone, Debug, PartialEq)]
pub struct Hazard {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: Option<String>,
    /// Point or polygon.
    pub geometry: Geometry<f64>,
}

/// The main evacuation exit of a hospital, school, theatre, … (主要疏散出口).
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// Number of the feature in its file.
    pub feature: usize,
    /// hospital, school, …
    pub kind: String,
    /// Name.
    pub name: Option<String>,
    /// Point or polygon.
    pub geometry: Geometry<f64>,
}

/// A zone with its own target.
#[derive(Clone, Debug, PartialEq)]
pub struct MustServe {
    /// Number of the feature in its file.
    pub feature: usize,
    /// Share of its demand that must be covered, 0 to 1.
    pub target: f64,
    /// Name.
    pub name: Option<String>,
    /// Outline.
    pub outline: MultiPolygon<f64>,
}

/// A fire hydrant or other water point (消火栓、消防水鹤).
#[derive(Clone, Debug, PartialEq)]
pub struct Hydrant {
    /// Number of the feature in its file.
    pub feature: usize,
    /// hydrant, crane (水鹤), pond, intake, …
    pub kind: String,
    /// In working order.
    pub working: bool,
    /// MPa, where known.
    pub pressure_mpa: Option<f64>,
    /// WGS84 degrees.
    pub position: Coord<f64>,
}
