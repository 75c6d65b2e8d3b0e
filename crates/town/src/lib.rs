//! A test language: towns drawn in text, built through the real importer.
//!
//! ```
//! use firesite_town::{Town, metres};
//! let town = Town::draw(metres(100), "
//!     A---B---C
//!     |       |
//!     D-------E
//! ", &["ABC oneway=yes maxspeed=36", "CEDA maxspeed=36"]);   // 10 m/s, turns free
//! assert_eq!(town.drive('A', 'C'), "1:20");   // 800 m
//! assert_eq!(town.drive('C', 'A'), "2:00");   // 200 + 800 + 200 m
//! ```
//!
//! Every character is one step of the given length, east or south. Letters and digits are places; everything else is
//! decoration. Each entry after the drawing is one of
//!
//! - a road, `ABC key=value …`: OSM tags, with `highway=residential` and `maxspeed=36` where not given;
//! - a point of a road, `B barrier=bollard` or `B highway=traffic_signals`;
//! - a turn restriction from one road to another, `AB>BC restriction=no_left_turn` (the roads as written above, the via
//!   node where they meet).
//!
//! A place on no road is a point beside the roads, and is snapped. The drawing becomes OSM XML, is read by
//! `firesite-formats` and checked by `RoadNetwork::check`. A town whose test fails leaves `target/towns/<test>.geojson`.

mod drawing;
mod osm;
mod picture;

use std::collections::BTreeMap;

use firesite_formats::{Source, read_roads};
use firesite_model::{Coord, Metres, Roads, TravelTime};
use firesite_network::{Origin, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes, Unsnapped, VehicleProfile};

/// A length, for [`Town::draw`].
pub fn metres(metres: u32) -> Metres {
    Metres(f64::from(metres))
}

/// The vehicle of drawn towns: every class at 120 km/h, signed limits respected, turns free.
pub const PROFILE: &str = "name = \"town\"
[speed_kmh]
motorway = 120
trunk = 120
primary = 120
secondary = 120
tertiary = 120
unclassified = 120
residential = 120
living_street = 120
service = 120
[maxspeed]
respect = true
";

/// A small town: roads, network, times, and its places by letter.
pub struct Town {
    roads: Roads,
    network: RoadNetwork,
    times: TravelTimes,
    snapper: Snapper,
    places: BTreeMap<char, Coord<f64>>,
}

impl Town {
    /// The town of a drawing, at so many metres a character, driven under [`PROFILE`].
    ///
    /// # Panics
    /// With the reason, when the drawing is no town: this is a language for tests.
    pub fn draw(step: Metres, drawing: &str, entries: &[&str]) -> Self {
        Self::draw_for(PROFILE, step, drawing, entries)
    }

    /// The same under another profile (TOML text).
    pub fn draw_for(profile: &str, step: Metres, drawing: &str, entries: &[&str]) -> Self {
        let places = drawing::places(drawing, step);
        let xml = osm::xml(&places, entries);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("town.osm");
        std::fs::write(&path, xml).expect("a temporary file");
        let read = read_roads(&Source::new(&path)).unwrap_or_else(|e| panic!("the importer refuses the town: {e}"));
        let profile = VehicleProfile::parse(profile, "town profile").unwrap_or_else(|e| panic!("{e}"));
        let network = RoadNetwork::from_ways(&read.value.roads, &profile).unwrap_or_else(|e| panic!("{e}")).value;
        network.check().unwrap_or_else(|fault| panic!("the network of the town is broken: {fault}"));
        let times = network.times(&profile).unwrap_or_else(|e| panic!("{e}")).value;
        let snapper = Snapper::new(&times, SnapOptions::default());
        Self { roads: read.value.roads, network, times, snapper, places }
    }

    /// The roads as they were read.
    pub fn roads(&self) -> &Roads {
        &self.roads
    }

    /// The network.
    pub fn network(&self) -> &RoadNetwork {
        &self.network
    }

    /// The times.
    pub fn times(&self) -> &TravelTimes {
        &self.times
    }

    /// Ties points to the town's roads (500 m, 15 km/h).
    pub fn snapper(&self) -> &Snapper {
        &self.snapper
    }

    /// Where a letter stands.
    pub fn at(&self, place: char) -> Coord<f64> {
        *self.places.get(&place).unwrap_or_else(|| panic!("there is no {place} in the drawing"))
    }

    /// A letter tied to the roads.
    pub fn snap(&self, place: char) -> Result<Snapped, Unsnapped> {
        self.snapper.snap(self.at(place))
    }

    /// A letter tied to the roads, which it must be.
    pub fn place(&self, place: char) -> Snapped {
        self.snap(place).unwrap_or_else(|reason| panic!("{place}: {reason}"))
    }

    /// Driving time between two places, access legs included; `None` where there is no way.
    pub fn time(&self, from: char, to: char) -> Option<TravelTime> {
        let (from, to) = (self.snap(from).ok()?, self.snap(to).ok()?);
        self.times.search().run(&[Origin::at(&from)], None).at(&to)
    }

    /// The same in words, `1:20` or `no way`, to the hundredth of a second: coordinates of OSM are 1 cm apart, so that a
    /// town's lengths are not round to the millimetre.
    pub fn drive(&self, from: char, to: char) -> String {
        match self.time(from, to) {
            Some(time) => TravelTime::millis((time.as_millis() + 5) / 10 * 10).to_string(),
            None => "no way".to_string(),
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            picture::leave(&self.network, &self.places);
        }
    }
}
