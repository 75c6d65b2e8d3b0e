//! The facts, as they stand in `facts/`.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use super::plane::{Micro, Point, point};

/// One row of a table, by column.
pub type Row = BTreeMap<String, String>;

/// A seat and the district round it.
pub struct Seat {
    pub district: String,
    pub name: String,
    pub at: Point,
    pub area_km2: f64,
    pub core: bool,
    pub own_town: String,
}

/// A township-level unit.
pub struct Township {
    pub code: String,
    pub name: String,
    pub prefix: String,
    pub kind: String,
    pub village_units: u64,
}

/// One straight piece of the highway skeleton.
pub struct Highway {
    pub ends: (Micro, Micro),
    pub km: f64,
}

/// All of them.
pub struct Facts {
    pub seats: Vec<Seat>,
    pub townships: Vec<Township>,
    pub census: Vec<Row>,
    pub census_townships: BTreeMap<String, u64>,
    pub units: Vec<Row>,
    pub zone_townships: BTreeMap<String, String>,
    pub key_towns: Vec<Row>,
    pub named_stations: Vec<Row>,
    pub annex1: Vec<Row>,
    pub annex2: Vec<Row>,
    pub targets: Vec<Row>,
    pub city: BTreeMap<String, f64>,
    /// Township code to position, nature and source.
    pub points: BTreeMap<String, (Point, &'static str, String)>,
    /// All GeoNames places: county, name, position.
    pub places: Vec<(String, String, Point)>,
    pub highways: Vec<Highway>,
}

/// Reads a table.
pub fn table(folder: &Path, name: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let path = folder.join(name);
    let mut reader = csv::Reader::from_path(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let head: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    reader.records().map(|r| Ok(head.iter().cloned().zip(r?.iter().map(str::to_owned)).collect())).collect()
}

fn number(row: &Row, key: &str) -> Result<f64, Box<dyn Error>> {
    row[key].parse().map_err(|e| format!("{key} = {:?}: {e}", row[key]).into())
}

fn position(row: &Row) -> Result<Point, Box<dyn Error>> {
    Ok(point(number(row, "lon")?, number(row, "lat")?))
}

impl Facts {
    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let seat_rows = table(folder, "seats.csv")?;
        let seats = seat_rows.iter().map(|r| {
            Ok(Seat {
                district: r["district"].clone(),
                name: r["name"].clone(),
                at: position(r)?,
                area_km2: number(r, "area_km2")?,
                core: r["role"] == "core",
                own_town: r["seat_town"].clone(),
            })
        });
        let township_rows = table(folder, "townships.csv")?;
        let townships = township_rows.iter().map(|r| {
            Ok(Township {
                code: r["code"].clone(),
                name: r["name"].clone(),
                prefix: r["county_code"].clone(),
                kind: r["kind"].clone(),
                village_units: r["village_units"].parse()?,
            })
        });
        let mut points = BTreeMap::new();
        for (file, nature) in [("geonames_townships.csv", "real"), ("other_points.csv", "assumed")] {
            for r in table(folder, file)? {
                points.insert(r["code"].clone(), (position(&r)?, nature, r["source"].clone()));
            }
        }
        Ok(Self {
            seats: seats.collect::<Result<_, Box<dyn Error>>>()?,
            townships: townships.collect::<Result<_, Box<dyn Error>>>()?,
            census: table(folder, "census2020.csv")?,
            census_townships: table(folder, "census2020_townships.csv")?
                .iter()
                .map(|r| Ok((r["code"].clone(), r["population"].parse()?)))
                .collect::<Result<_, Box<dyn Error>>>()?,
            units: table(folder, "units.csv")?,
            zone_townships: table(folder, "zone_townships.csv")?
                .iter()
                .map(|r| (r["code"].clone(), r["plan_unit"].clone()))
                .collect(),
            key_towns: table(folder, "key_towns.csv")?,
            named_stations: table(folder, "named_stations.csv")?,
            annex1: table(folder, "annex1.csv")?,
            annex2: table(folder, "annex2.csv")?,
            targets: table(folder, "plan_targets.csv")?,
            city: table(folder, "city.csv")?
                .iter()
                .map(|r| Ok((r["key"].clone(), number(r, "value")?)))
                .collect::<Result<_, Box<dyn Error>>>()?,
            points,
            places: table(folder, "geonames_cities500.csv")?
                .iter()
                .map(|r| Ok((r["county"].clone(), r["name"].clone(), position(r)?)))
                .collect::<Result<_, Box<dyn Error>>>()?,
            highways: highways(&folder.join("highways.geojson"))?,
        })
    }
}

fn highways(path: &Path) -> Result<Vec<Highway>, Box<dyn Error>> {
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    let corner = |v: &serde_json::Value| -> Option<Micro> {
        Some(((v[0].as_f64()? * 1e6).round() as i32, (v[1].as_f64()? * 1e6).round() as i32))
    };
    let features = document["features"].as_array().ok_or("highways.geojson has no features")?;
    features
        .iter()
        .map(|f| {
            let line = &f["geometry"]["coordinates"];
            let ends = corner(&line[0]).zip(corner(&line[1])).ok_or("a highway is no straight line")?;
            Ok(Highway { ends, km: f["properties"]["km"].as_f64().ok_or("a highway has no km")? })
        })
        .collect()
}
