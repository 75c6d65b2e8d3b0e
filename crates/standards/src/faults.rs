//! What is wrong with a key of a rule, in the planner's words: which key, what was written, what would be right.

use toml::Value;

/// What a unit measures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Time,
    Length,
    Area,
    Pressure,
    Speed,
    Share,
}

impl Dimension {
    fn word(self) -> &'static str {
        match self {
            Dimension::Time => "a time",
            Dimension::Length => "a length",
            Dimension::Area => "an area",
            Dimension::Pressure => "a pressure",
            Dimension::Speed => "a speed",
            Dimension::Share => "a share",
        }
    }
}

/// A unit that a key may end in.
struct Unit {
    suffix: &'static str,
    name: &'static str,
    dimension: Dimension,
    /// How many of the dimension's base unit.
    size: f64,
}

const fn unit(suffix: &'static str, name: &'static str, dimension: Dimension, size: f64) -> Unit {
    Unit { suffix, name, dimension, size }
}

const UNITS: &[Unit] = &[
    unit("ms", "milliseconds", Dimension::Time, 0.001),
    unit("s", "seconds", Dimension::Time, 1.0),
    unit("sec", "seconds", Dimension::Time, 1.0),
    unit("seconds", "seconds", Dimension::Time, 1.0),
    unit("min", "minutes", Dimension::Time, 60.0),
    unit("minutes", "minutes", Dimension::Time, 60.0),
    unit("h", "hours", Dimension::Time, 3600.0),
    unit("years", "years", Dimension::Time, 31_556_952.0),
    unit("months", "months", Dimension::Time, 2_629_746.0),
    unit("m", "metres", Dimension::Length, 1.0),
    unit("km", "kilometres", Dimension::Length, 1000.0),
    unit("mi", "miles", Dimension::Length, crate::METRES_PER_MILE),
    unit("miles", "miles", Dimension::Length, crate::METRES_PER_MILE),
    unit("ft", "feet", Dimension::Length, 0.3048),
    unit("m2", "square metres", Dimension::Area, 1.0),
    unit("ha", "hectares", Dimension::Area, 10_000.0),
    unit("km2", "square kilometres", Dimension::Area, 1_000_000.0),
    unit("mpa", "megapascals", Dimension::Pressure, 1_000_000.0),
    unit("kpa", "kilopascals", Dimension::Pressure, 1000.0),
    unit("bar", "bar", Dimension::Pressure, 100_000.0),
    unit("kmh", "kilometres an hour", Dimension::Speed, 1.0),
    unit("mph", "miles an hour", Dimension::Speed, 1.609_344),
    unit("percent", "per cent", Dimension::Share, 1.0),
];

/// A key without its unit, and the unit.
fn split(key: &str) -> (&str, Option<&'static Unit>) {
    match key.rsplit_once('_') {
        Some((base, suffix)) => match UNITS.iter().find(|u| u.suffix == suffix) {
            Some(unit) => (base, Some(unit)),
            None => (key, None),
        },
        None => (key, None),
    }
}

/// A fault: which key, what is wrong, what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) key: Option<String>,
    pub(crate) message: String,
    pub(crate) remedy: String,
    /// The key itself is unknown.
    pub(crate) unknown: bool,
}

impl Fault {
    pub(crate) fn new(key: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: Some(key.into()), message: message.into(), remedy: remedy.into(), unknown: false }
    }
}

/// A fault that the TOML reader found while it read `table` as something with `what` keys (`rule`, `class`, …).
pub(crate) fn of_reader(error: &toml::de::Error, table: Option<&toml::Table>, what: &str) -> Fault {
    let message = error.message().trim();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let written = |key: &str| table.and_then(|t| find(t, key));
    if message.starts_with("unknown field")
        && let Some((unknown, known)) = quoted.split_first()
    {
        return unknown_key(unknown, known, written(unknown), what);
    }
    if message.starts_with("missing field") {
        let key = quoted.first().copied().unwrap_or("?");
        let (_, unit) = split(key);
        let of = unit.map_or(String::new(), |u| format!(", in {}", u.name));
        return Fault::new(key, format!("{key} is missing"), format!("add {key} = …{of}"));
    }
    if message.starts_with("unknown variant")
        && let Some((word, known)) = quoted.split_first()
    {
        let key = key_of(error);
        let shown = key.clone().unwrap_or_else(|| "the value".to_owned());
        return Fault {
            message: format!("{shown} is \"{word}\""),
            remedy: format!("write one of {}{}", known.join(", "), nearest(word, known)),
            key,
            unknown: false,
        };
    }
    // `invalid type: string "five", expected f64`
    let key = key_of(error);
    let expected = message.rsplit_once("expected ").map_or("", |(_, after)| after);
    let expected = match expected {
        "f64" | "f32" => "a number",
        "u8" | "u16" | "u32" | "u64" | "i64" => "a whole number of 0 or more",
        "a boolean" => "true or false",
        other => other,
    };
    let found = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let found = found.and_then(|rest| rest.rsplit_once(", expected ").map(|(found, _)| found)).unwrap_or(message);
    let told = key.as_deref().and_then(written).map_or_else(|| found.to_owned(), ToString::to_string);
    let unit = key.as_deref().and_then(|k| split(k).1).map_or(String::new(), |u| format!(" of {}", u.name));
    Fault {
        message: match &key {
            Some(key) => format!("{key} is {told}"),
            None => found.to_owned(),
        },
        remedy: format!("write {expected}{unit}"),
        key,
        unknown: false,
    }
}

/// The last key of the path at which a value of a table was refused.
fn key_of(error: &toml::de::Error) -> Option<String> {
    let shown = error.to_string();
    let path = shown.lines().find_map(|line| line.trim().strip_prefix("in `")?.strip_suffix('`').map(str::to_owned))?;
    path.rsplit('.').next().map(str::to_owned)
}

/// The value of a key, wherever it stands in a table.
fn find<'a>(table: &'a toml::Table, key: &str) -> Option<&'a Value> {
    table.get(key).or_else(|| table.values().find_map(|value| find_in(value, key)))
}

fn find_in<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Table(inner) => find(inner, key),
        Value::Array(items) => items.iter().find_map(|item| find_in(item, key)),
        _ => None,
    }
}

/// An unknown key: a known one with another unit, or a misspelt one.
fn unknown_key(unknown: &str, known: &[&str], written: Option<&Value>, what: &str) -> Fault {
    let fault = |message, remedy| Fault { key: Some(unknown.to_owned()), message, remedy, unknown: true };
    let told = written.map_or_else(|| unknown.to_owned(), |value| format!("{unknown} = {value}"));
    let (base, given) = split(unknown);
    let same: Vec<(&str, &Unit)> =
        known.iter().filter_map(|k| split(k).1.filter(|_| split(k).0 == base).map(|unit| (*k, unit))).collect();
    let listed = |of: &dyn Fn(&(&str, &Unit)) -> String| same.iter().map(of).collect::<Vec<_>>().join(" or ");
    if let Some((_, first)) = same.first() {
        let fits = listed(&|(_, u)| format!("{} ({})", u.name, u.suffix));
        let write = listed(&|(k, _)| (*k).to_owned());
        return match given {
            None => fault(format!("{told} has no unit: {base} is given in {fits}"), format!("write {write}")),
            Some(unit) if unit.dimension == first.dimension => {
                let number = written.and_then(|v| v.as_float().or_else(|| v.as_integer().map(|n| n as f64)));
                let converted =
                    number.map_or(String::new(), |x| format!(" = {}", crate::text::plain(x * unit.size / first.size)));
                let first_key = same.first().map_or("", |(k, _)| *k);
                let mut write = vec![format!("{first_key}{converted}")];
                write.extend(same.iter().skip(1).map(|(k, _)| (*k).to_owned()));
                fault(
                    format!("{told} is in {} ({}): {base} is given in {fits}", unit.name, unit.suffix),
                    format!("write {}", write.join(" or ")),
                )
            }
            Some(unit) => fault(
                format!(
                    "{told} is {} in {} ({}): {base} is {}, given in {fits}",
                    unit.dimension.word(),
                    unit.name,
                    unit.suffix,
                    first.dimension.word()
                ),
                format!("write {write}"),
            ),
        };
    }
    if known.is_empty() {
        return fault(format!("there is no key \"{unknown}\": this {what} has none"), format!("leave {unknown} out"));
    }
    fault(
        format!("there is no key \"{unknown}\" in this {what}"),
        format!("known here: {}{}", known.join(", "), nearest(unknown, known)),
    )
}

/// ` (nearest: x)`, or nothing when no word is near.
pub(crate) fn nearest(written: &str, known: &[&str]) -> String {
    let close = known.iter().map(|k| (strsim::jaro_winkler(k, written), *k)).max_by(|a, b| a.0.total_cmp(&b.0));
    close.filter(|(score, _)| *score > 0.6).map_or_else(String::new, |(_, k)| format!(" (nearest: {k})"))
}
