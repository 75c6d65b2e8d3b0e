//! What the rules see of a study: places already found, times and road distances already computed. Positions in one list
//! refer to another (`district: usize` is a position in [`Facts::districts`], and so on).

use std::collections::BTreeMap;

use firesite_model::{
    BuiltUpRole, Coord, Date, Hydrant, Metres, Nature, SquareMetres, TownTier, TravelTime, Weight, Zone,
};

use crate::{ClassTable, Clock};

/// Before the plan, or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The stations as they stand.
    Before,
    /// With the plan carried out.
    After,
}

/// Everything rules are judged on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Classes of the study's packs.
    pub classes: ClassTable,
    /// The study's clock.
    pub clock: Clock,
    /// Call answering and dispatch, where the study or a pack states it: a rule that counts from the call needs it.
    pub call_handling: Option<TravelTime>,
    /// The date ages are counted to.
    pub reference_date: Option<Date>,
    /// Standing stations and candidate sites.
    pub sites: Vec<SiteFacts>,
    /// Built-up areas.
    pub built_up: Vec<BuiltUpFacts>,
    /// Towns.
    pub towns: Vec<TownFacts>,
    /// Districts.
    pub districts: Vec<DistrictFacts>,
    /// Demand with its due stations before and after the plan.
    pub demand: Vec<DemandFacts>,
    /// Distance by road to the nearest station, for each set of class ids that a rule asks about (empty: any class), before
    /// the plan and after it, by demand; `None`: no station of these classes reaches it. A set that is absent was not
    /// computed: the road network has no lengths.
    pub road: BTreeMap<Vec<String>, [Vec<Option<Metres>>; 2]>,
    /// Water points; `None` when the study has no such layer.
    pub water: Option<Vec<Hydrant>>,
}

/// A station that stands in the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Class id.
    pub class: String,
    /// How real it is.
    pub nature: Nature,
    /// In service since.
    pub in_service: Option<Date>,
    /// Whether the ledger counts it.
    pub counted: bool,
}

/// A place where a station stands or may stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteFacts {
    /// Id of the station or candidate.
    pub id: String,
    /// Name, or the id.
    pub name: String,
    /// Its district.
    pub district: Option<usize>,
    /// The station that stands there; `None` for a candidate.
    pub standing: Option<Standing>,
    /// Class ids it may have: for a standing station its own and those it may be upgraded to.
    pub classes: Vec<String>,
    /// Time from the order to wheels rolling.
    pub turnout: TravelTime,
    /// The built-up area it belongs to: the one it lies in, else one within the tolerance by road.
    pub home: Option<usize>,
    /// Sites that reach it by road, with travel time, ascending by site, within the largest adjacency limit of the rules.
    pub near: Vec<(usize, TravelTime)>,
    /// Parcel, where known.
    pub land: Option<SquareMetres>,
    /// First year it can be had.
    pub earliest_year: Option<i16>,
    /// Distance to the nearest evacuation exit; `None` when the study has no such layer.
    pub nearest_exit: Option<Metres>,
    /// Distance to the nearest hazardous site and its bearing in degrees from north; `None` when the study has no such layer.
    pub nearest_hazard: Option<(Metres, f64)>,
}

/// A station on its way to a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Position in [`Facts::sites`].
    pub site: usize,
    /// Travel time, access legs included.
    pub travel: TravelTime,
    /// Its turnout time.
    pub turnout: TravelTime,
}

/// Weighted demand with its first, second and third due stations on the study's clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DemandFacts {
    /// How much it counts.
    pub weight: Weight,
    /// Its district.
    pub district: Option<usize>,
    /// The built-up area it lies in.
    pub built_up: Option<usize>,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// First, second and third due before the plan and after it; `None`: nobody comes.
    pub due: [[Option<Arrival>; 3]; 2],
}

/// A built-up area.
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltUpFacts {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: BuiltUpRole,
    /// Its district.
    pub district: Option<usize>,
    /// Its town.
    pub town: Option<usize>,
    /// Size of the outline.
    pub area: SquareMetres,
    /// Zones.
    pub zones: Vec<Zone>,
    /// No parcel of second-class size can be had.
    pub land_scarce: bool,
}

/// A town.
#[derive(Clone, Debug, PartialEq)]
pub struct TownFacts {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its district.
    pub district: Option<usize>,
    /// Tier.
    pub tier: TownTier,
    /// Residents, where known.
    pub population: Option<f64>,
    /// Built-up area: as stated, else the outline's.
    pub built_up: Option<SquareMetres>,
    /// Its built-up area in [`Facts::built_up`].
    pub outline: Option<usize>,
}

/// A district.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictFacts {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A service area of one phase.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceAreaFacts {
    /// Site of the station.
    pub site: usize,
    /// Whole area.
    pub area: SquareMetres,
    /// Built-up part: caps are judged on it.
    pub built_up: SquareMetres,
    /// Whether it crosses a barrier within its built-up part; `None` when the study has no barriers.
    pub crosses_barrier: Option<bool>,
    /// Whether it lies in the near suburb.
    pub suburban: bool,
}

/// A station open in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Position in [`Facts::sites`].
    pub site: usize,
    /// Class id in this phase.
    pub class: String,
}

/// The stations of one phase and their service areas.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Open stations.
    pub open: Vec<Open>,
    /// Their service areas, where computed.
    pub areas: Vec<ServiceAreaFacts>,
}

impl Choice {
    /// The class of the station that is open at a site.
    pub fn class_at(&self, site: usize) -> Option<&str> {
        self.open.iter().find(|o| o.site == site).map(|o| o.class.as_str())
    }
}

impl Facts {
    /// Whether a station counts as assumed in a phase: it stands in the input and its nature is not real.
    pub fn assumed(&self, open: &Open) -> bool {
        self.sites.get(open.site).and_then(|s| s.standing.as_ref()).is_some_and(|s| s.nature != Nature::Real)
    }

    /// The name of a district, or an empty text.
    pub fn district_name(&self, district: Option<usize>) -> &str {
        district.and_then(|d| self.districts.get(d)).map_or("", |d| &d.name)
    }

    /// The code of a district.
    pub fn district_code(&self, district: Option<usize>) -> Option<&str> {
        district.and_then(|d| self.districts.get(d)).map(|d| d.code.as_str())
    }
}
