//! A study of a few hundred candidates under all rule kinds together, against every possible plan.
//!
//! Forty streets lie so far apart that no station of one reaches another within the worst time that counts, and each has few
//! enough candidates to try every choice. What joins them, the number of new stations in all, is a sum: for each number, the
//! best choices of the streets are put together one street after the other. The rules are written out here anew; only travel
//! times are taken from the study's network.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use firesite_model::TravelTime;
use firesite_plan::{Study, verify_plan};
use serde_json::{Value, json};

use crate::files::write;
use crate::verified::written;

const STREETS: usize = 40;
const CANDIDATES: usize = 6;
const LIMIT_S: u32 = 180;
const WORST_S: u32 = 600;
const TURNOUT_S: u32 = 60;
/// Adjacency of small stations, travel.
const BESIDE_S: u32 = 100;
/// Caps of first, second, small: hectares.
const CAPS: [u64; 3] = [80, 50, 30];
/// Cost of first, second, small: thousandths of class units.
const COSTS: [u64; 3] = [10_000, 6_000, 3_000];
/// Least parcels, m².
const LAND: [f64; 3] = [3_900.0, 2_300.0, 600.0];
const HAZARD_PENALTY: u64 = 1_700;
const CLASSES: [&str; 3] = ["first", "second", "small"];

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A candidate as drawn.
#[derive(Clone)]
struct Candidate {
    id: String,
    x: f64,
    /// Which of the three classes it lists.
    listed: [bool; 3],
    land: Option<f64>,
    near_exit: bool,
    near_hazard: bool,
}

/// A street: a county seat, or a key town with a team.
struct Street {
    seat: bool,
    /// What stands: place and class (0 first, 1 second, 3 a team of a town).
    standing: Vec<(String, f64, usize)>,
    candidates: Vec<Candidate>,
    demand: Vec<(String, f64, u64)>,
}

fn streets() -> Vec<Street> {
    let mut dice = Dice(42);
    (0..STREETS)
        .map(|s| {
            let seat = s % 2 == 0;
            let x = |dice: &mut Dice| 60.0 + dice.below(1_880) as f64;
            let mut standing = Vec::new();
            if seat && s % 3 != 0 {
                standing.push((format!("S{s:02}"), x(&mut dice), s / 2 % 2));
            }
            if !seat {
                standing.push((format!("T{s:02}"), x(&mut dice), 3));
            }
            let candidates = (0..CANDIDATES)
                .map(|c| Candidate {
                    id: format!("C{s:02}-{c}"),
                    x: 100.0 + 350.0 * c as f64,
                    listed: [true, c % 5 != 4, seat],
                    land: match dice.below(5) {
                        0 => Some(3_000.0),
                        1 => Some(1_000.0 + 1_500.0 * f64::from(u8::from(!seat))),
                        2 => Some(5_000.0),
                        _ => None,
                    },
                    near_exit: dice.below(8) == 0 && c != 0 && c != 3,
                    near_hazard: dice.below(5) == 0,
                })
                .collect();
            let demand = (0..12).map(|d| (format!("P{s:02}-{d:02}"), x(&mut dice), 1 + dice.below(99))).collect();
            Street { seat, standing, candidates, demand }
        })
        .collect()
}

/// Degrees of a point so many metres along a street and beside it.
fn place(street: usize, x: f64, y: f64) -> Value {
    let round = |x: f64| (x * 1e7).round() / 1e7;
    json!([round(112.0 + x / 93_400.0), round(31.0 + (8_000.0 * street as f64 + y) / 110_920.0)])
}

fn feature(geometry: Value, properties: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn point(street: usize, x: f64, y: f64, properties: Value) -> Value {
    feature(json!({"type": "Point", "coordinates": place(street, x, y)}), properties)
}

fn box_of(street: usize, west: f64, east: f64, half: f64, properties: Value) -> Value {
    let ring = [(west, -half), (east, -half), (east, half), (west, half), (west, -half)];
    let ring: Vec<Value> = ring.iter().map(|(x, y)| place(street, *x, *y)).collect();
    feature(json!({"type": "Polygon", "coordinates": [ring]}), properties)
}

fn write_study(folder: &Path, streets: &[Street], new: Option<usize>) {
    let collection = |features: Vec<Value>| json!({"type": "FeatureCollection", "features": features}).to_string();
    let mut layers: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut add = |layer: &'static str, feature: Value| layers.entry(layer).or_default().push(feature);
    let spine: Vec<Value> = (0..streets.len()).map(|s| place(s, -2_000.0, 0.0)).collect();
    let road = |line: Vec<Value>| {
        feature(json!({"type": "LineString", "coordinates": line}), json!({"highway": "residential"}))
    };
    add("roads", road(spine));
    for (s, street) in streets.iter().enumerate() {
        add("roads", road(vec![place(s, -2_000.0, 0.0), place(s, 0.0, 0.0), place(s, 2_000.0, 0.0)]));
        let code = format!("D{s:02}");
        add("districts", box_of(s, -200.0, 2_200.0, 1_000.0, json!({"code": code, "name": code})));
        let (role, zones) = if street.seat { ("seat", "old_town") } else { ("town", "") };
        let town = format!("K{s:02}");
        add(
            "built_up",
            box_of(
                s,
                0.0,
                2_000.0,
                290.0,
                json!({"id": format!("B{s:02}"), "role": role, "name": format!("B{s:02}"), "land_scarce": street.seat,
                    "zones": if zones.is_empty() { json!([]) } else { json!([zones]) },
                    "town": if street.seat { Value::Null } else { json!(town) }}),
            ),
        );
        if !street.seat {
            add("towns", point(s, 1_000.0, 0.0, json!({"code": town, "name": town, "tier": "national_key"})));
        }
        for (id, x, class) in &street.standing {
            let class = ["first", "second", "small", "town_second"][*class];
            add("stations", point(s, *x, 0.0, json!({"id": id, "name": id, "class": class, "nature": "real"})));
        }
        for c in &street.candidates {
            let classes: Vec<&str> = (0..3).filter(|k| c.listed[*k]).map(|k| CLASSES[k]).collect();
            let mut properties = json!({"id": c.id, "classes": classes, "build_mode": "new"});
            if let Some(land) = c.land {
                properties["land_m2"] = json!(land);
            }
            add("candidates", point(s, c.x, 0.0, properties));
            if c.near_exit {
                add("exits", point(s, c.x + 20.0, 25.0, json!({"kind": "school"})));
            }
            if c.near_hazard {
                add("hazards", point(s, c.x, 140.0, json!({"kind": "storage"})));
            }
        }
        for (id, x, weight) in &street.demand {
            add("demand", point(s, *x, 0.0, json!({"id": id, "weight": weight, "kind": "population"})));
        }
    }
    let mut study = String::from("[study]\nname = \"all-rules\"\nnature = \"real\"\nreference_date = \"2021-01-01\"\n");
    for (layer, features) in &layers {
        write(folder, &format!("{layer}.geojson"), collection(features.clone()).as_bytes());
        study.push_str(&format!("[{layer}]\nfile = \"{layer}.geojson\"\nnature = \"real\"\n"));
    }
    study.push_str(&format!(
        "[response]\nturnout_s = {TURNOUT_S}\nlimit_s = {LIMIT_S}\nworst_s = {WORST_S}\n\
         [rules]\npacks = [\"cn-jb152-2017\", \"cn-nanyang-145\"]\n\
         [[rules.override]]\nid = \"jb152_adjacency\"\nlimit_s = {BESIDE_S}\n"
    ));
    for (class, cap) in CLASSES.iter().zip(CAPS) {
        study.push_str(&format!(
            "[[rules.override]]\nid = \"jb152_area_{class}\"\nseverity = \"hard\"\ncap_km2 = {}\n",
            cap as f64 / 100.0
        ));
    }
    study.push_str("[[scenarios]]\nname = \"all\"\n");
    if let Some(new) = new {
        study.push_str(&format!("counts = {{ new = {new} }}\n"));
    }
    study.push_str("[solve]\nwork_limit = 4000\nsoft_rules = { jb152_hazard = 1.7 }\n[output]\nresolution_m = 200\n");
    write(folder, "study.toml", study.as_bytes());
}

/// Value of a choice on one street, or of several: covered (more is better), cost, weighted time in ms (less is better).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    covered: u64,
    cost: u64,
    time: u64,
}

impl Score {
    fn better(&self, other: &Score) -> bool {
        let order = other.covered.cmp(&self.covered).then(self.cost.cmp(&other.cost)).then(self.time.cmp(&other.time));
        order == Ordering::Less
    }
}

/// Times in ms, from the network.
struct Times {
    /// Response time of a place to a demand, by ids.
    response: BTreeMap<(String, String), u32>,
    /// Pairs of places within the adjacency limit.
    beside: BTreeMap<(String, String), bool>,
}

fn times(study: &Study) -> Times {
    let network_times = study.times().unwrap();
    let layers = study.layers().unwrap();
    let candidates = study.candidates().unwrap();
    let mut ids: Vec<String> = candidates.items.iter().map(|c| c.id.clone()).collect();
    let mut places: Vec<_> = candidates.places().to_vec();
    for (station, at) in layers.stations.iter().zip(study.station_places().unwrap()) {
        ids.push(station.id.clone());
        places.push(at.unwrap());
    }
    let demand = study.demand_places().unwrap();
    let mut response = BTreeMap::new();
    let reach = network_times.reach(&places, &demand, TravelTime::seconds(WORST_S));
    for (row, id) in ids.iter().enumerate() {
        for (d, time) in reach.row(row) {
            let counted = time.as_millis() + TURNOUT_S * 1000;
            if counted <= WORST_S * 1000 {
                response.insert((id.clone(), layers.demand[*d as usize].id.clone()), counted);
            }
        }
    }
    let all: Vec<_> = places.iter().copied().map(Some).collect();
    let near = network_times.reach(&places, &all, TravelTime::seconds(BESIDE_S));
    let mut beside = BTreeMap::new();
    for (row, id) in ids.iter().enumerate() {
        for (other, _) in near.row(row) {
            beside.insert((id.clone(), ids[*other as usize].clone()), true);
        }
    }
    Times { response, beside }
}

/// For each number of new stations, the best choice of a street that keeps every rule.
fn enumerate(street: &Street, times: &Times) -> BTreeMap<usize, Score> {
    let alpha = if street.seat { 900 } else { 950 };
    let total: u64 = street.demand.iter().map(|d| d.2 * 1000).sum();
    let cap = (total * alpha).div_ceil(1000);
    let mut best: BTreeMap<usize, Score> = BTreeMap::new();
    // 0 nothing, 1 + class; the team of a town: 0 as it is, 1 first, 2 second.
    let upgrades = if street.seat { 1 } else { 3 };
    for code in 0..4usize.pow(CANDIDATES as u32) * upgrades {
        let upgrade = code / 4usize.pow(CANDIDATES as u32);
        let choice: Vec<usize> = (0..CANDIDATES).map(|c| code / 4usize.pow(c as u32) % 4).collect();
        let allowed = street.candidates.iter().zip(&choice).all(|(c, pick)| match pick {
            0 => true,
            pick => c.listed[pick - 1] && !c.near_exit && c.land.is_none_or(|l| l >= LAND[pick - 1]),
        });
        if !allowed {
            continue;
        }
        // (place, class): 0 first, 1 second, 2 small, 3 team.
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut cost = 0;
        let mut new = 0;
        for (id, _, class) in &street.standing {
            let class = if *class == 3 && upgrade > 0 { upgrade - 1 } else { *class };
            if upgrade > 0 {
                cost += COSTS[class];
            }
            open.push((id, class));
        }
        for (c, pick) in street.candidates.iter().zip(&choice).filter(|(_, p)| **p > 0) {
            new += 1;
            cost += COSTS[pick - 1] + if c.near_hazard { HAZARD_PENALTY } else { 0 };
            open.push((&c.id, pick - 1));
        }
        let at_least = |rank: usize| open.iter().filter(|(_, class)| *class <= rank).count();
        let rules = if street.seat { at_least(0) >= 1 && at_least(1) >= 2 } else { at_least(1) >= 1 };
        let adjacent = open.iter().filter(|(id, class)| *class == 2 && id.starts_with('C')).all(|(small, _)| {
            open.iter().any(|(full, class)| {
                *class <= 1 && full != small && times.beside.contains_key(&((*full).to_string(), (*small).to_string()))
            })
        });
        // 2,000 m by 580 m: 116 hectares, and two or three of the drawing's curvature.
        let caps: u64 = open.iter().filter(|(_, class)| *class < 3).map(|(_, class)| CAPS[*class]).sum();
        if !rules || !adjacent || caps < 117 {
            continue;
        }
        let mut score = Score { cost, ..Score::default() };
        for (demand, _, weight) in &street.demand {
            let first = open
                .iter()
                .filter_map(|(id, _)| times.response.get(&((*id).to_string(), demand.clone())))
                .min()
                .copied()
                .unwrap_or(WORST_S * 1000);
            if first <= LIMIT_S * 1000 {
                score.covered += weight * 1000;
            }
            score.time += weight * 1000 * u64::from(first);
        }
        score.covered = score.covered.min(cap);
        let known = best.entry(new).or_insert(score);
        if score.better(known) {
            *known = score;
        }
    }
    best
}

/// The best sums of all streets, by the number of new stations in all.
fn together(parts: &[BTreeMap<usize, Score>]) -> BTreeMap<usize, Score> {
    let mut sums = BTreeMap::from([(0usize, Score::default())]);
    for part in parts {
        let mut next: BTreeMap<usize, Score> = BTreeMap::new();
        for (n, a) in &sums {
            for (m, b) in part {
                let sum = Score { covered: a.covered + b.covered, cost: a.cost + b.cost, time: a.time + b.time };
                let known = next.entry(n + m).or_insert(sum);
                if sum.better(known) {
                    *known = sum;
                }
            }
        }
        sums = next;
    }
    sums
}

#[test]
fn the_optimum_under_all_rules_together_is_that_of_brute_force() {
    let streets = streets();
    let folder = tempfile::tempdir().unwrap();
    write_study(folder.path(), &streets, None);
    let study = Study::open(folder.path().join("study.toml")).unwrap();
    let times = times(&study);
    let parts: Vec<BTreeMap<usize, Score>> = streets.iter().map(|s| enumerate(s, &times)).collect();
    assert!(parts.iter().all(|p| !p.is_empty()), "every street can be served");
    let sums = together(&parts);
    let candidates: usize = streets.iter().map(|s| s.candidates.len()).sum();
    assert!(candidates >= 200);

    // Free, and with one station more than that in all, which joins the streets.
    let free = sums.values().copied().reduce(|a, b| if b.better(&a) { b } else { a }).unwrap();
    // Of equal cost, fewer stations go before less time.
    let (fewest, wanted) = sums.iter().find(|(_, s)| s.covered == free.covered && s.cost == free.cost).unwrap();
    for (new, count, wanted) in [(None, *fewest, *wanted), (Some(fewest + 1), fewest + 1, sums[&(fewest + 1)])] {
        write_study(folder.path(), &streets, new);
        let plan = Study::open(folder.path().join("study.toml")).unwrap().plan().unwrap();
        let optimum = &plan.main().unwrap().optimum;
        let level = |name: &str| optimum.levels.iter().find(|l| l.name == name).unwrap();
        let exact = |name: &str| level(name).exact.unwrap() as u64;
        let bound = |name: &str| level(name).exact_bound.unwrap() as u64;
        let proven = |names: &[&str]| names.iter().all(|n| level(n).status == "optimal");
        println!("{new:?}: {:?}\nby brute force {count} {wanted:?}", optimum.levels);
        // Whatever is proven is what brute force finds; what is not lies between value and bound.
        assert!(exact("cover") <= wanted.covered && wanted.covered <= bound("cover"), "{:?}", optimum.levels);
        if new.is_none() {
            assert!(proven(&["cover", "cost", "count"]), "{:?}", optimum.levels);
        }
        if proven(&["cover"]) {
            assert_eq!(exact("cover"), wanted.covered);
            assert!(bound("cost") <= wanted.cost && wanted.cost <= exact("cost"), "{:?}", optimum.levels);
        }
        if proven(&["cover", "cost", "count"]) {
            assert_eq!((exact("cost"), exact("count")), (wanted.cost, count as u64));
            let time = exact("time");
            assert!(bound("time") <= wanted.time && wanted.time <= time, "{:?}", optimum.levels);
            assert!((time - wanted.time) * 200 <= wanted.time, "{time}, by brute force {}", wanted.time);
        }
        // Every kind of rule was there: its conditions, or its penalties.
        let prices = &plan.main().unwrap().prices;
        for rule in ["one_one_n", "key_town", "jb152_adjacency", "jb152_land", "jb152_exit"] {
            assert!(prices.iter().any(|p| p.rule == rule && p.conditions > 0), "{rule}");
        }
        assert!(prices.iter().any(|p| p.rule.contains("jb152_area_first+")));
        let out = written(&plan);
        assert!(verify_plan(&out.path().join("plan.json"), None).unwrap().valid);
    }
}
