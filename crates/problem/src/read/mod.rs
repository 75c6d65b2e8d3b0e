//! Files of location problems: one file per format. [`read_location`] tells the formats apart by extension and content.
//!
//! | format | recognised by | sites and rows |
//! |---|---|---|
//! | JSON instance | `{` or `[`, `.json` | as listed |
//! | CSV `site,demand,time[,weight]` | `.csv`, or a heading with `site` | by first appearance |
//! | TSPLIB | `.tsp`, or `NODE_COORD_SECTION` | every point is both |
//! | GRID (`F` and `C` lines) | first word of line 2 | facilities, customers |
//! | OR-Library pmed, scp, SJC points | numbers only; three, two, one on the first line | nodes; columns and rows; every point is both |
mod csv;
mod decimal;
mod error;
mod grid;
mod json;
mod levelled;
mod options;
mod plane;
mod pmed;
mod points;
mod scp;
mod tsplib;

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::instance::{Instance, Objective, Row, Site};
use crate::models::{self, Model, Parameters, Unbuildable};
pub(crate) use decimal::Decimal;
use decimal::{MAX_DECIMALS, Whole};
pub use error::Error;
use error::Text;
pub use levelled::{instance_json, instance_json_gz, parse_instance, read_instance};

/// How distances of points become whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Down.
    Floor,
    /// To the nearest, halves up (`nint` of TSPLIB).
    Nearest,
}

/// What the command says besides the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Word of the model, such as `p-median`; [`models`] lists them.
    pub problem: String,
    /// Largest number of open sites; `None`: as in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p: Option<u32>,
    /// Covered means time <= radius; `None`: as in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<f64>,
    /// Covered means time < radius.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// Of distances between points; `None`: nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Weights of the points, one number per line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<PathBuf>,
    /// Share of the total weight that is to be covered, as a decimal or a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// Busy fraction of a unit, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<String>,
    /// Weight of the first cover, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Bands of time with their worths: `240=1,480=0.6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<String>,
}

/// A location problem as read, ready for the search.
#[derive(Debug, Clone)]
pub struct LocationProblem {
    /// The model.
    pub model: &'static Model,
    /// The problem in whole units.
    pub instance: Instance,
    /// Ids of the sites as in the file: numbers as numbers, text as text.
    pub site_ids: Vec<Value>,
    /// The objective of the instance is in units of `1 / unit` of the file's.
    pub unit: u64,
    /// Times of the instance are in units of `1 / time_unit` of the file's.
    pub time_unit: u64,
    /// Weights of the instance are in units of `1 / weight_unit` of the file's.
    pub weight_unit: u64,
    /// Ids of the demands, in the order of the rows; positions from 0 where the format has none, from 1 in OR-Library files.
    pub demand_ids: Vec<Value>,
    /// `(demand position, least time of any site)` of each demand that must be covered and that no site covers.
    pub uncoverable: Vec<(usize, Option<u32>)>,
}

impl LocationProblem {
    /// An objective or bound in the units of the file: whole where it is, else a decimal.
    #[must_use]
    pub fn number(&self, value: i64) -> Number {
        in_units(value, self.unit)
    }

    /// A time in the units of the file.
    #[must_use]
    pub fn time(&self, time: u32) -> Number {
        in_units(i64::from(time), self.time_unit)
    }

    /// A weight in the units of the file.
    #[must_use]
    pub fn weight(&self, weight: u64) -> Number {
        in_units(i64::try_from(weight).unwrap_or(i64::MAX), self.weight_unit)
    }

    /// Ids of open sites, as in the file.
    #[must_use]
    pub fn ids(&self, open: &[u32]) -> Vec<Value> {
        open.iter().filter_map(|&j| self.site_ids.get(j as usize).cloned()).collect()
    }

    /// The value whose [`number`](Self::number) is the given one.
    pub(crate) fn value(&self, number: &Number) -> Option<i64> {
        value_of(number, self.unit)
    }
}

pub(crate) fn in_units(value: i64, unit: u64) -> Number {
    let unit = i128::from(unit.max(1));
    if i128::from(value) % unit == 0 {
        return Number::from((i128::from(value) / unit) as i64);
    }
    // A quotient of finite numbers is finite.
    Number::from_f64(value as f64 / unit as f64).unwrap_or_else(|| Number::from(0))
}

/// The whole number of units that is shown as `number`; `None` when there is none.
pub(crate) fn value_of(number: &Number, unit: u64) -> Option<i64> {
    let unit = unit.max(1);
    // The number times the unit, rounded down, whatever the unit is.
    let places = 17;
    let number_exact = Decimal::of(number)?;
    let (whole, _) = number_exact.times(0)?;
    let (units, _) = number_exact.times(places)?;
    let fraction = units - whole.checked_mul(10_i128.pow(places))?;
    let wide = i128::from(unit);
    let exact = whole.checked_mul(wide)?.checked_add(fraction.checked_mul(wide)?.div_euclid(10_i128.pow(places)))?;
    // A decimal shown with 17 digits may be one unit off.
    (-1..=2).filter_map(|d| i64::try_from(exact.checked_add(d)?).ok()).find(|&v| {
        let shown = in_units(v, unit);
        shown == *number || shown.as_f64() == number.as_f64() && (shown.is_f64() || number.is_f64())
    })
}

/// What a format hands over.
pub(crate) struct Parsed {
    /// Id of each site, and what the file says of it.
    sites: Vec<Site>,
    site_ids: Vec<Value>,
    demand_ids: Vec<Value>,
    weights: Vec<Decimal>,
    costs: Vec<Decimal>,
    /// `(site, demand, time)`.
    arcs: Vec<(u32, u32, Decimal)>,
    p: Option<u32>,
    radius: Option<Decimal>,
    /// Whether the file's times already leave out everything beyond the radius.
    covered_only: bool,
}

/// Largest size of a file, uncompressed.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a location problem. Complexity: linear in the file, plus all shortest paths of a `pmed` graph and all pairs of points.
pub fn read_location(path: &Path, command: &Command) -> Result<LocationProblem, Error> {
    let file = path.display().to_string();
    let bytes = read_bytes(path)?;
    parse_location(&file, &bytes, command)
}

/// The bytes of a file, unpacked if it is gzip.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let file = path.display().to_string();
    let fail = |message: String| Error::File { file: file.clone(), message };
    let opened = std::fs::File::open(path).map_err(|e| fail(format!("cannot be read: {e}")))?;
    let mut bytes = Vec::new();
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| fail(format!("cannot be read: {e}")))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let packed = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        packed
            .take(MAX_BYTES + 1)
            .read_to_end(&mut unpacked)
            .map_err(|e| fail(format!("is no sound gzip file: {e}")))?;
        bytes = unpacked;
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fail(format!("is larger than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The same from bytes; `file` is for messages (and its extension for recognition).
pub fn parse_location(file: &str, bytes: &[u8], command: &Command) -> Result<LocationProblem, Error> {
    let fail = |message: String| Error::File { file: file.to_owned(), message };
    let Some(model) = models::model(&command.problem) else {
        let known: Vec<&str> = models::MODELS.iter().map(|m| m.word).collect();
        return Err(fail(format!("problem {:?} is not one of {}", command.problem, known.join(", "))));
    };
    let content = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].split(|&b| b == b'\n').count();
        Error::Line { file: file.to_owned(), line, message: "is not UTF-8 text".to_owned() }
    })?;
    let text = Text { file, text: content.trim_start_matches('\u{feff}') };
    if text.text.trim().is_empty() {
        return Err(text.whole("the file is empty"));
    }
    let radius = command.radius.map(|r| shortest(r, &text)).transpose()?;
    let parsed = dispatch(&text, command, model, radius)?;
    finish(&text, parsed, command, model, radius)
}

fn shortest(radius: f64, text: &Text<'_>) -> Result<Decimal, Error> {
    let decimal = Decimal::parse(&format!("{radius}")).filter(|d| !d.is_negative());
    decimal.ok_or_else(|| text.usage(format!("--radius {radius} is not a number of at least 0")))
}

fn dispatch(text: &Text<'_>, command: &Command, model: &Model, radius: Option<Decimal>) -> Result<Parsed, Error> {
    let lower = text.file.to_ascii_lowercase();
    let lower = lower.strip_suffix(".gz").unwrap_or(&lower);
    let has = |extension: &str| lower.ends_with(extension);
    let start = text.text.trim_start();
    let first = start.lines().next().unwrap_or("");
    let points = if start.starts_with(['{', '[']) || has(".json") {
        return json::parse(text).and_then(|p| no_weights(text, command, p));
    } else if has(".tsp") || text.text.contains("NODE_COORD_SECTION") {
        tsplib::parse(text)?
    } else if has(".csv") || first.to_ascii_lowercase().contains("site") {
        return csv::parse(text).and_then(|p| no_weights(text, command, p));
    } else if start.lines().nth(1).is_some_and(|l| l.trim_start().starts_with(['F', 'C'])) {
        grid::parse(text)?
    } else {
        match first.split_whitespace().count() {
            3 => return pmed::parse(text).and_then(|p| no_weights(text, command, p)),
            2 => return scp::parse(text).and_then(|p| no_weights(text, command, p)),
            1 => points::parse(text)?,
            count => {
                return Err(text.at(
                    1,
                    format!(
                        "{count} words: this is none of the known formats (OR-Library pmed and scp, TSPLIB, SJC or GRID points, CSV with site,demand,time, JSON)"
                    ),
                ));
            }
        }
    };
    plane::parsed(text, points, command, model, radius)
}

fn no_weights(text: &Text<'_>, command: &Command, parsed: Parsed) -> Result<Parsed, Error> {
    match &command.weights {
        Some(_) => Err(text.usage("--weights belongs to files of points only; this file has its own weights")),
        None if command.rounding.is_some() => {
            Err(text.usage("--rounding belongs to files of points only; this file has its own times"))
        }
        None => Ok(parsed),
    }
}

fn finish(
    text: &Text<'_>,
    parsed: Parsed,
    command: &Command,
    model: &'static Model,
    radius: Option<Decimal>,
) -> Result<LocationProblem, Error> {
    let Parsed { mut sites, site_ids, demand_ids, weights, costs, arcs, p, radius: own_radius, covered_only } = parsed;
    let p = command.p.or(p);
    if model.needs_p && p.is_none() {
        return Err(text.usage(format!("{} needs --p N, the largest number of open sites", model.word)));
    }
    if !model.covering && (command.radius.is_some() || command.strict) {
        return Err(text.usage(format!("{} has no radius; leave out --radius and --strict", model.word)));
    }
    let radius = radius.or(own_radius).filter(|_| model.covering);
    if command.strict && radius.is_none() {
        return Err(text.usage("--strict needs a radius"));
    }
    if model.needs_limit && radius.is_none() {
        return Err(text.usage(format!("{} needs --radius R, the time within which demand is covered", model.word)));
    }
    let weights = Whole::new(&weights, crate::validate::MAX_TOTAL)
        .map_err(|(at, message)| text.whole(format!("weight of demand {}: {message}", shown(&demand_ids, at))))?;
    let costs = Whole::new(&costs, crate::validate::MAX_TOTAL)
        .map_err(|(at, message)| text.whole(format!("cost of site {}: {message}", shown(&site_ids, at))))?;
    let times: Vec<Decimal> = arcs.iter().map(|a| a.2).collect();
    let times = Whole::new(&times, u64::from(u32::MAX)).map_err(|(at, message)| {
        let (site, demand, _) = arcs[at];
        let (site, demand) = (shown(&site_ids, site as usize), shown(&demand_ids, demand as usize));
        text.whole(format!("time from site {site} to demand {demand}: {message}"))
    })?;
    for (site, &cost) in sites.iter_mut().zip(&costs.values) {
        site.cost = cost;
    }
    let mut rows: Vec<Row> = weights.values.iter().map(|&weight| Row { weight, ..Row::default() }).collect();
    for (&(site, demand, _), &time) in arcs.iter().zip(&times.values) {
        // Every format checks its positions; times fit 32 bits by the limit above.
        rows[demand as usize].reach.push((site, time as u32));
    }
    for (position, row) in rows.iter_mut().enumerate() {
        row.reach.sort_unstable_by_key(|&(site, time)| (time, site));
        let mut seen: Vec<u32> = row.reach.iter().map(|e| e.0).collect();
        seen.sort_unstable();
        if let Some(twice) = seen.windows(2).find(|w| w[0] == w[1]) {
            let (site, demand) = (shown(&site_ids, twice[0] as usize), shown(&demand_ids, position));
            return Err(text.whole(format!("the time from site {site} to demand {demand} is there twice")));
        }
    }
    let limit = limit(text, radius, command.strict, times.decimals)?;
    if limit.is_some_and(|l| l < 0) {
        for row in &mut rows {
            row.reach.clear();
        }
    }
    let limit = limit.filter(|_| !covered_only).map(|l| u32::try_from(l.max(0)).unwrap_or(u32::MAX));
    let mut uncoverable = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let least = row.reach.first().map(|e| e.1);
        if least.is_none_or(|t| limit.is_some_and(|l| t > l)) {
            uncoverable.push((position, least));
        }
    }
    let (bands, band_unit) = options::bands(text, command, times.decimals)?;
    let parameters = Parameters { p, limit, bands, ..options::parameters(text, command)? };
    let built = (model.build)(sites, rows, &parameters).map_err(|e| match e {
        Unbuildable::Invalid(reason) => text.whole(reason.to_string()),
        other => text.usage(format!("{}: {other}", options::hint(&other))),
    })?;
    let worth = built.worth.saturating_mul(band_unit);
    let unit = match model.objective {
        Objective::Cover => weights
            .unit()
            .checked_mul(worth)
            .ok_or_else(|| text.whole("weights and fractions have too many decimals to be kept exactly"))?,
        Objective::Cost | Objective::Count => costs.unit(),
        Objective::Time => weights.unit() * times.unit(),
        Objective::Center => times.unit(),
    };
    let mut instance = built.instance;
    uncoverable.retain(|u| instance.rows.get(u.0).is_some_and(|r| r.must));
    text.file.rsplit(['/', '\\']).next().unwrap_or(text.file).clone_into(&mut instance.name);
    Ok(LocationProblem {
        model,
        instance,
        site_ids,
        unit,
        time_unit: times.unit(),
        weight_unit: weights.unit(),
        demand_ids,
        uncoverable,
    })
}

/// The largest time that counts as covered, in units of `10^-decimals`: `None` without a radius, negative when nothing is covered.
fn limit(text: &Text<'_>, radius: Option<Decimal>, strict: bool, decimals: u32) -> Result<Option<i128>, Error> {
    let Some(radius) = radius else { return Ok(None) };
    if radius.is_negative() {
        return Err(text.whole("the radius is negative"));
    }
    let Some((floor, exact)) = radius.times(decimals) else { return Err(text.whole("the radius is too large")) };
    Ok(Some(if strict && exact { floor - 1 } else { floor }))
}

/// An id for a message.
fn shown(ids: &[Value], position: usize) -> String {
    ids.get(position).map_or_else(|| position.to_string(), ToString::to_string)
}

/// Ids 1, 2, … as OR-Library counts.
fn from_one(count: usize) -> Vec<Value> {
    (1..=count).map(Value::from).collect()
}

/// Sites with these ids.
fn sites_of(ids: &[Value]) -> Vec<Site> {
    ids.iter().map(|id| Site::new(id.as_str().map_or_else(|| id.to_string(), str::to_owned))).collect()
}

/// `count` ones.
fn ones(count: usize) -> Vec<Decimal> {
    vec![Decimal::whole(1); count]
}

/// Reads the file of `--weights`: at least `count` numbers, white space between them.
fn read_weights(path: &Path, count: usize) -> Result<Vec<Decimal>, Error> {
    let file = path.display().to_string();
    let bytes = read_bytes(path)?;
    let content = String::from_utf8_lossy(&bytes);
    let text = Text { file: &file, text: &content };
    let mut words = text.words();
    let mut weights = Vec::new();
    while let Some(word) = words.next() {
        let weight = Decimal::parse(word).filter(|d| !d.is_negative() && d.decimals() <= MAX_DECIMALS);
        weights.push(weight.ok_or_else(|| words.wrong(format!("{word:?} is no weight: a number of at least 0")))?);
    }
    if weights.len() != count {
        return Err(text.whole(format!("{} weights for {count} points", weights.len())));
    }
    Ok(weights)
}
