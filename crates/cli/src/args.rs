//! The command line, as documented in the README.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Which streets fire engines reach in time, and where the next stations belong.
#[derive(Debug, Parser)]
#[command(name = "firesite", version, about, arg_required_else_help = false, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Threads to use; the results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Text for people, or one JSON document on standard output.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Language of text and report.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Say nothing but errors.
    #[arg(long, global = true)]
    pub quiet: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables and sentences.
    Text,
    /// One JSON document.
    Json,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// 中文.
    Zh,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// What was read, what is wrong, what was dropped.
    Check {
        /// The study file.
        study: PathBuf,
    },
    /// The stations as they stand: coverage, isochrones, service areas, blank spots.
    Coverage {
        /// The study file.
        study: PathBuf,
        /// Folder of results.
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
    },
    /// The main job: the station plan.
    Plan {
        /// The study file.
        study: PathBuf,
        /// The main scenario, in place of `[solve] main`.
        #[arg(long, value_name = "SCENARIO")]
        main: Option<String>,
        /// Folder of results.
        #[arg(long, value_name = "DIR", default_value = "out")]
        out: PathBuf,
    },
    /// Areas reached within some minutes of driving.
    Isochrones {
        /// Roads.
        #[command(flatten)]
        roads: RoadArgs,
        /// A place to start from; may be repeated.
        #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, required_unless_present = "from")]
        at: Vec<(f64, f64)>,
        /// Places to start from.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Limits, minutes.
        #[arg(long, value_name = "2,4,8", value_delimiter = ',', required = true, value_parser = minutes)]
        minutes: Vec<f64>,
        /// GeoJSON file; without it the document goes to standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Travel times between all pairs: CSV from,to,seconds.
    Matrix {
        /// Roads.
        #[command(flatten)]
        roads: RoadArgs,
        /// Places to start from.
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Places to go to.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Longest time, seconds; beyond it the field is empty.
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        limit: Option<f64>,
        /// CSV file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The three nearest stations of every place: CSV to,first,first_s,second,second_s,third,third_s.
    Nearest {
        /// Roads.
        #[command(flatten)]
        roads: RoadArgs,
        /// Stations.
        #[arg(long, value_name = "STATIONS")]
        from: PathBuf,
        /// Places to reach.
        #[arg(long, value_name = "DEMAND")]
        to: PathBuf,
        /// CSV file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// A location problem from a file, with a proof.
    Solve(SolveArgs),
    /// Checks a certificate, independently of the search.
    Verify {
        /// A plan.json, or a solution written by `solve --out`.
        file: PathBuf,
        /// Rebuild the instances of a plan from this study as well, and compare.
        #[arg(long, value_name = "STUDY.toml")]
        study: Option<PathBuf>,
    },
    /// Two plans side by side.
    Compare {
        /// A plan.json.
        a: PathBuf,
        /// Another plan.json.
        b: PathBuf,
    },
    /// Why here, why not there: a station of a plan, or any place.
    Explain(ExplainArgs),
    /// Renders the results of a folder again from its plan.json and layers.
    Report {
        /// A folder written by `plan`.
        folder: PathBuf,
    },
}

/// A plan and a place.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// A plan.json, or the folder that holds it.
    pub plan: PathBuf,
    /// A place: longitude,latitude.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, required_unless_present = "station", conflicts_with = "station")]
    pub site: Option<(f64, f64)>,
    /// A station or candidate of the plan.
    #[arg(long, value_name = "ID")]
    pub station: Option<String>,
    /// The study of the plan: the place itself is judged on the roads, wherever it lies.
    #[arg(long, value_name = "STUDY.toml", requires = "site")]
    pub study: Option<PathBuf>,
}

/// Where roads come from.
#[derive(Clone, Debug, Args)]
pub struct RoadArgs {
    /// OSM (.osm.pbf, .osm, .osm.gz, .osm.bz2), GeoJSON or DIMACS (.gr, .gr.gz).
    #[arg(long, value_name = "FILE")]
    pub roads: PathBuf,
    /// DIMACS: positions of the nodes (.co, .co.gz).
    #[arg(long, value_name = "FILE")]
    pub coordinates: Option<PathBuf>,
    /// DIMACS: milliseconds per unit of weight [default: 1].
    #[arg(long, value_name = "X", value_parser = positive)]
    pub unit_ms: Option<f64>,
    /// Vehicle profile: a packaged name or a TOML file; not for DIMACS, whose times are given.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<String>,
    /// Coordinate system of the roads, where the file does not say it.
    #[arg(long, value_name = "EPSG:CODE")]
    pub crs: Option<String>,
    /// Longest way between a point and its road, metres.
    #[arg(long, value_name = "METRES", default_value_t = 500.0, value_parser = positive)]
    pub access_max_m: f64,
    /// Speed on that way, km/h.
    #[arg(long, value_name = "KMH", default_value_t = 15.0, value_parser = positive)]
    pub access_kmh: f64,
}

/// A location problem and how to solve it.
#[derive(Debug, Args)]
pub struct SolveArgs {
    /// The model.
    #[arg(value_enum)]
    pub problem: ProblemKind,
    /// OR-Library pmed or scp, TSPLIB, point files, CSV with site, demand, time and perhaps weight, or JSON.
    pub instance: PathBuf,
    /// Sites that may be open, fixed ones included.
    #[arg(long, value_name = "N")]
    pub p: Option<u64>,
    /// Covered means time ≤ radius.
    #[arg(long, value_name = "R", value_parser = non_negative)]
    pub radius: Option<f64>,
    /// Covered means time < radius.
    #[arg(long)]
    pub strict: bool,
    /// Whole numbers from TSPLIB coordinates.
    #[arg(long, value_enum)]
    pub rounding: Option<RoundingKind>,
    /// Weights of a point file.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Share of the total weight to be covered (partial-cover): 0.9 or 9/10.
    #[arg(long, value_name = "SHARE")]
    pub share: Option<String>,
    /// Busy fraction of a unit (expected-cover): 0.3 or 3/10.
    #[arg(long, value_name = "FRACTION")]
    pub busy: Option<String>,
    /// Weight of the first cover, from 1/2 to 1; the second has the rest (weighted-backup-cover).
    #[arg(long, value_name = "SHARE")]
    pub first: Option<String>,
    /// Times and what demand reached within each is worth (gradual-cover): 240=1,480=0.6.
    #[arg(long, value_name = "TIME=WORTH,…")]
    pub bands: Option<String>,
    /// How to search.
    #[arg(long, value_enum, default_value_t = MethodKind::Exact)]
    pub method: MethodKind,
    /// Stop when the gap is at most this.
    #[arg(long, value_name = "G", value_parser = non_negative)]
    pub gap: Option<f64>,
    /// Stop after so many seconds.
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub time_limit: Option<f64>,
    /// Solution with certificate, for `verify`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A location model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProblemKind {
    /// Least weighted time with p sites.
    PMedian,
    /// Least longest time with p sites.
    PCenter,
    /// Cheapest sites that cover everything.
    SetCover,
    /// Most weight covered with p sites.
    MaxCover,
    /// Cheapest sites that cover a share of the weight.
    PartialCover,
    /// Everything covered once and the most weight covered twice, with p sites (objective: total weight + that).
    BackupCover,
    /// First and second cover weighted, with p sites.
    WeightedBackupCover,
    /// Weight that counts less the later it is reached, with p sites.
    GradualCover,
    /// Weight times the chance that a covering unit is free, with p sites of one unit each.
    ExpectedCover,
}

/// How distances of coordinates become whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoundingKind {
    /// Down.
    Floor,
    /// To the nearest (TSPLIB EUC_2D).
    Nearest,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodKind {
    /// Proven.
    Exact,
    /// Greedy, then swaps.
    LocalSearch,
    /// Greedy.
    Greedy,
}

fn number(text: &str) -> Result<f64, String> {
    text.trim().parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| format!("\"{text}\" is no number"))
}

fn positive(text: &str) -> Result<f64, String> {
    number(text).and_then(|x| if x > 0.0 { Ok(x) } else { Err(format!("{x} is not above 0")) })
}

fn non_negative(text: &str) -> Result<f64, String> {
    number(text).and_then(|x| if x >= 0.0 { Ok(x) } else { Err(format!("{x} is below 0")) })
}

fn seconds(text: &str) -> Result<f64, String> {
    non_negative(text).and_then(|x| if x < 4.0e6 { Ok(x) } else { Err(format!("{x} s is more than 46 days")) })
}

fn minutes(text: &str) -> Result<f64, String> {
    positive(text).and_then(|x| if x <= 60_000.0 { Ok(x) } else { Err(format!("{x} min is more than 41 days")) })
}

fn lon_lat(text: &str) -> Result<(f64, f64), String> {
    let (lon, lat) = text.split_once(',').ok_or_else(|| format!("\"{text}\" is no LON,LAT"))?;
    let (lon, lat) = (number(lon)?, number(lat)?);
    if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
        return Err(format!("{lon},{lat} is no longitude,latitude in degrees"));
    }
    Ok((lon, lat))
}
