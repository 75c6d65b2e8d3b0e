//! New York, whole: 264,346 nodes, 219 firehouses, 13,008 alarm boxes with observed response times.
//!
//! ```sh
//! cargo run --release --example new_york -- ../shared/data/newyork out/new_york
//! ```
//! The road graph is the one of the 9th DIMACS challenge (public domain), whose times need one scale factor; houses and
//! boxes are NYC Open Data. The factor is fitted on 2018 and judged on 2019. Then: what is covered within 240 s of travel,
//! where the next five firehouses would go, and which five could close at least loss, each with bound and gap.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use firesite::formats::geojson_out::{Feature, FeatureCollection};
use firesite::formats::write::Folder;
use firesite::geo_types::Point;
use firesite::prelude::*;
use firesite::problem::{Constraint, Instance, Objective, Row, Sense, Site, verify};
use firesite::siting::{self, Options};

/// Turnout of the career crews, NFPA 1710 for fires.
const TURNOUT_S: f64 = 80.0;
/// First engine's travel time, NFPA 1710.
const LIMIT_S: f64 = 240.0;
/// Boxes with fewer incidents say little about their own mean.
const LEAST_INCIDENTS: f64 = 10.0;

struct Place {
    name: String,
    at: Coord,
}

/// One year of one box.
struct Observed {
    incidents: f64,
    mean_s: f64,
}

type Year = BTreeMap<String, Observed>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().unwrap_or_else(|| "../shared/data/newyork".to_owned()));
    let out = PathBuf::from(arguments.next().unwrap_or_else(|| "out/new_york".to_owned()));
    if !data.join("USA-road-t.NY.gr.gz").is_file() {
        println!(
            "SKIPPED: no New York data in {} (USA-road-t.NY.gr.gz, USA-road-d.NY.co.gz and the NYC Open Data tables)",
            data.display()
        );
        return Ok(());
    }
    let start = Instant::now();

    // One unit of the graph is called one millisecond for now; the factor comes from the observed times.
    let mut files = RoadFiles::new(data.join("USA-road-t.NY.gr.gz"));
    files.coordinates = Some(data.join("USA-road-d.NY.co.gz"));
    let raw = files.open()?.value;
    let houses = houses(&data.join("FDNY_Firehouse_Listing.csv"))?;
    let (boxes, doubles) = boxes(&data.join("In-Service_Alarm_Box_Locations.csv"))?;
    let (fit, zero_fit) = observed(&data.join("avg_response_2018.csv"))?;
    let (judged, zero_judged) = observed(&data.join("avg_response_2019.csv"))?;
    println!("{} nodes, {} firehouses, {} alarm boxes", raw.network().summary().nodes, houses.len(), boxes.len());
    println!(
        "findings: {doubles} box codes listed twice (first kept); boxes without incidents dropped: {zero_fit} in 2018, {zero_judged} in 2019"
    );
    for (year, table) in [(2018, &fit), (2019, &judged)] {
        let known: BTreeSet<&str> = boxes.iter().map(|b| b.name.as_str()).collect();
        let strange = table.keys().filter(|code| !known.contains(code.as_str())).count();
        println!("findings: {strange} boxes of {year} have no location in the list of boxes and are left out");
    }

    let model = Model::new(&raw, &houses, &boxes);
    let factor = fitted(&model.nearest(), &boxes, &fit);
    println!("scale factor fitted on 2018: {factor:.4} ms a unit (turnout {TURNOUT_S} s)");

    // The same network in real milliseconds.
    files.unit_ms = Some(factor);
    let times = files.open()?.value;
    let model = Model::new(&times, &houses, &boxes);
    let nearest = model.nearest();
    judge(&nearest, &boxes, &judged);
    for change in [0.8, 1.0, 1.2] {
        let within = LIMIT_S * change;
        let (covered, all) = covered(&nearest, &boxes, &judged, within);
        println!(
            "incidents of 2019 within {LIMIT_S} s of travel at {:3.0} % speed: {:.1} % of {all:.0}",
            change * 100.0,
            100.0 * covered / all
        );
    }

    let folder = Folder::new(&out)?;
    let opened = model.five_more(&judged)?;
    let closed = model.five_fewer(&judged)?;
    let mut layer = FeatureCollection::new().with("name", "firehouses");
    for (place, status) in houses
        .iter()
        .map(|h| (h, if closed.contains(&h.name) { "least missed" } else { "existing" }))
        .chain(opened.iter().map(|p| (p, "new")))
    {
        layer.push(Feature::new(Point(place.at)).with("name", place.name.as_str()).with("status", status));
    }
    folder.write("firehouses.geojson", &layer.to_bytes())?;
    let mut layer = FeatureCollection::new().with("name", "alarm boxes");
    for (place, time) in boxes.iter().zip(&nearest) {
        let seen = judged.get(&place.name);
        layer.push(
            Feature::new(Point(place.at))
                .with("box", place.name.as_str())
                .with("modelled_s", time.map(|t| t + TURNOUT_S))
                .with("observed_s", seen.map(|o| o.mean_s))
                .with("incidents", seen.map(|o| o.incidents)),
        );
    }
    folder.write("boxes.geojson", &layer.to_bytes())?;
    // A mark by which a later run knows that it may replace this folder.
    folder.write("coverage.json", b"{}\n")?;
    folder.commit()?;
    println!("{}: firehouses.geojson, boxes.geojson; {:.1} s in all", out.display(), start.elapsed().as_secs_f64());
    Ok(())
}

/// Roads, houses and boxes tied together.
struct Model<'a> {
    times: &'a TravelTimes,
    boxes: &'a [Place],
    houses: Vec<(String, Snapped)>,
    places: Vec<Option<Snapped>>,
}

impl<'a> Model<'a> {
    fn new(times: &'a TravelTimes, houses: &'a [Place], boxes: &'a [Place]) -> Self {
        let snapper = Snapper::new(times, SnapOptions::default());
        let houses = houses.iter().filter_map(|h| Some((h.name.clone(), snapper.snap(h.at).ok()?))).collect();
        let places = boxes.iter().map(|b| snapper.snap(b.at).ok()).collect();
        Self { times, boxes, houses, places }
    }

    /// Seconds of travel from the nearest house to each box.
    fn nearest(&self) -> Vec<Option<f64>> {
        let origins: Vec<Origin> =
            self.houses.iter().map(|(_, place)| Origin { place, offset: TravelTime::ZERO }).collect();
        let due = self.times.due_order(&origins, 1, &self.places, None);
        due.iter().map(|d| d.first().map(|(_, time)| time.as_seconds())).collect()
    }

    /// Where five more houses cover most incidents: every box is a candidate site.
    fn five_more(&self, year: &Year) -> Result<Vec<Place>, Box<dyn Error>> {
        let candidates: Vec<(usize, Snapped)> =
            self.places.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))).collect();
        let sites: Vec<Snapped> =
            self.houses.iter().map(|(_, p)| *p).chain(candidates.iter().map(|(_, p)| *p)).collect();
        let names = self
            .houses
            .iter()
            .map(|(n, _)| n.clone())
            .chain(candidates.iter().map(|(i, _)| self.boxes[*i].name.clone()));
        let sites_of = names.enumerate().map(|(i, n)| Site { fixed: i < self.houses.len(), ..Site::new(n) }).collect();
        let answer =
            self.cover("where the next five would go", sites_of, &sites, self.houses.len() as i64 + 5, year)?;
        let new = answer.into_iter().filter(|s| *s >= self.houses.len());
        Ok(new
            .map(|s| &self.boxes[candidates[s - self.houses.len()].0])
            .map(|b| Place { name: format!("at box {}", b.name), at: b.at })
            .collect())
    }

    /// Which five houses would be missed least.
    fn five_fewer(&self, year: &Year) -> Result<BTreeSet<String>, Box<dyn Error>> {
        let sites: Vec<Snapped> = self.houses.iter().map(|(_, p)| *p).collect();
        let named = self.houses.iter().map(|(n, _)| Site::new(n.clone())).collect();
        let open: BTreeSet<usize> =
            self.cover("which five could close", named, &sites, sites.len() as i64 - 5, year)?.into_iter().collect();
        Ok(self
            .houses
            .iter()
            .enumerate()
            .filter(|(i, _)| !open.contains(i))
            .map(|(_, (name, _))| name.clone())
            .collect())
    }

    /// Maximal covering: most incidents within the limit from at most `p` of the sites. Returns the open positions.
    fn cover(
        &self,
        question: &str,
        sites: Vec<Site>,
        places: &[Snapped],
        p: i64,
        year: &Year,
    ) -> Result<Vec<usize>, Box<dyn Error>> {
        let limit = TravelTime::from_seconds_f64(LIMIT_S).ok_or("no limit")?;
        let weight = |b: &Place| year.get(&b.name).map_or(0, |o| o.incidents as u64);
        let wanted: Vec<usize> = (0..self.boxes.len()).filter(|&i| weight(&self.boxes[i]) > 0).collect();
        let demand: Vec<Option<Snapped>> = wanted.iter().map(|&i| self.places[i]).collect();
        let reach = self.times.reach(places, &demand, limit);
        let mut rows: Vec<Row> =
            wanted.iter().map(|&i| Row { weight: weight(&self.boxes[i]), ..Row::default() }).collect();
        for site in 0..places.len() {
            for &(row, time) in reach.row(site) {
                rows[row as usize].reach.push((site as u32, time.as_millis()));
            }
        }
        for row in &mut rows {
            row.reach.sort_unstable_by_key(|&(site, time)| (time, site));
        }
        let all: u64 = rows.iter().map(|r| r.weight).sum();
        let terms = (0..sites.len() as u32).map(|s| (s, 1)).collect();
        let constraints = vec![Constraint { name: format!("at most {p} houses"), terms, sense: Sense::AtMost, rhs: p }];
        let instance = Instance {
            name: question.to_owned(),
            sites,
            rows,
            limit: Some(limit.as_millis()),
            constraints,
            levels: vec![Objective::Cover],
            ..Instance::default()
        };
        let started = Instant::now();
        let report = siting::solve(&instance, &Options::default().with_work_limit(20_000))?;
        let level = &report.claim.levels[0];
        let (value, bound) = (level.objective.ok_or("no solution")?, level.bound.ok_or("no bound")?);
        let valid = verify(&instance, &report.claim).is_ok();
        println!(
            "{question}: {:.2} % of incidents within {LIMIT_S} s, bound {:.2} %, gap {:.3} %, {}, certificate {}, {:.1} s",
            100.0 * value as f64 / all as f64,
            100.0 * bound as f64 / all as f64,
            100.0 * (bound - value) as f64 / value as f64,
            report.claim.status.word(),
            if valid { "holds" } else { "DOES NOT HOLD" },
            started.elapsed().as_secs_f64(),
        );
        Ok(report.claim.open.ok_or("no solution")?.into_iter().map(|s| s as usize).collect())
    }
}

/// The factor that makes the incident-weighted mean of turnout + travel equal the observed one.
fn fitted(nearest: &[Option<f64>], boxes: &[Place], year: &Year) -> f64 {
    let (mut seen, mut modelled) = (0.0, 0.0);
    for (place, time) in boxes.iter().zip(nearest) {
        if let (Some(o), Some(time)) = (year.get(&place.name), time) {
            seen += o.incidents * (o.mean_s - TURNOUT_S);
            modelled += o.incidents * time;
        }
    }
    seen / modelled
}

/// Mean and rank correlation of modelled against observed response time.
fn judge(nearest: &[Option<f64>], boxes: &[Place], year: &Year) {
    let mut pairs = Vec::new();
    let (mut weight, mut model, mut seen) = (0.0, 0.0, 0.0);
    for (place, time) in boxes.iter().zip(nearest) {
        if let (Some(o), Some(time)) = (year.get(&place.name), time) {
            weight += o.incidents;
            model += o.incidents * (time + TURNOUT_S);
            seen += o.incidents * o.mean_s;
            if o.incidents >= LEAST_INCIDENTS {
                pairs.push((*time, o.mean_s));
            }
        }
    }
    println!("2019, incident-weighted mean: modelled {:.1} s, observed {:.1} s", model / weight, seen / weight);
    println!(
        "2019, Spearman's rank correlation by box: {:.3} over {} boxes with at least {LEAST_INCIDENTS} incidents",
        spearman(&pairs),
        pairs.len()
    );
}

/// Pearson's correlation of the ranks, ties sharing their mean rank (Spearman 1904).
fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; values.len()];
        let mut from = 0;
        while from < order.len() {
            let mut to = from;
            while to + 1 < order.len() && values[order[to + 1]] == values[order[from]] {
                to += 1;
            }
            for &at in &order[from..=to] {
                ranks[at] = (from + to) as f64 / 2.0;
            }
            from = to + 1;
        }
        ranks
    };
    let (x, y) = (ranks(pairs.iter().map(|p| p.0).collect()), ranks(pairs.iter().map(|p| p.1).collect()));
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
}

fn covered(nearest: &[Option<f64>], boxes: &[Place], year: &Year, limit_s: f64) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for (place, time) in boxes.iter().zip(nearest) {
        let Some(o) = year.get(&place.name) else { continue };
        sums.1 += o.incidents;
        if time.is_some_and(|t| t <= limit_s) {
            sums.0 += o.incidents;
        }
    }
    sums
}

/// Rows of a table as maps from column to field.
fn table(file: &Path) -> Result<Vec<BTreeMap<String, String>>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

fn coordinate(row: &BTreeMap<String, String>, lon: &str, lat: &str) -> Option<Coord> {
    Some(Coord { x: row.get(lon)?.parse().ok()?, y: row.get(lat)?.parse().ok()? })
}

/// Houses share names and places, so each gets its number.
fn houses(file: &Path) -> Result<Vec<Place>, Box<dyn Error>> {
    let rows = table(file)?;
    let places = rows.iter().enumerate().filter_map(|(i, row)| {
        Some(Place { name: format!("{i} {}", row.get("FacilityName")?), at: coordinate(row, "Longitude", "Latitude")? })
    });
    Ok(places.collect())
}

/// Boxes by code, and how many codes came twice.
fn boxes(file: &Path) -> Result<(Vec<Place>, usize), Box<dyn Error>> {
    let mut found: BTreeMap<String, Coord> = BTreeMap::new();
    let mut doubles = 0;
    for row in table(file)? {
        if let (Some(code), Some(at)) = (row.get("BOROBOX"), coordinate(&row, "LONGITUDE", "LATITUDE")) {
            if found.contains_key(code) {
                doubles += 1;
            } else {
                found.insert(code.clone(), at);
            }
        }
    }
    Ok((found.into_iter().map(|(name, at)| Place { name, at }).collect(), doubles))
}

/// One year by box code, and how many boxes had no incident (their mean is written as 0 and means nothing).
fn observed(file: &Path) -> Result<(Year, usize), Box<dyn Error>> {
    let mut year = Year::new();
    let mut without = 0;
    for row in table(file)? {
        let number = |column: &str| row.get(column).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        let (incidents, mean_s) = (number("incident_count"), number("average_response_time"));
        if incidents > 0.0 && mean_s > 0.0 {
            year.insert(row.get("alarm_box_code").cloned().unwrap_or_default(), Observed { incidents, mean_s });
        } else {
            without += 1;
        }
    }
    Ok((year, without))
}
