//! Options of the command that belong to single models: shares, busy fractions, bands.
use super::error::Text;
use super::{Command, Decimal, Error};
use crate::models::{Band, Parameters, Ratio, Unbuildable};

/// Which model each option belongs to.
const OWNERS: [(&str, &[&str]); 4] = [
    ("--share", &["partial-cover", "cover-fewest-fastest"]),
    ("--busy", &["expected-cover"]),
    ("--first", &["weighted-backup-cover"]),
    ("--bands", &["gradual-cover"]),
];

/// The fractions of the command.
pub(super) fn parameters(text: &Text<'_>, command: &Command) -> Result<Parameters, Error> {
    let given = [&command.share, &command.busy, &command.first, &command.bands];
    for ((option, models), given) in OWNERS.iter().zip(given) {
        if given.is_some() && !models.contains(&command.problem.as_str()) {
            return Err(text.usage(format!(
                "{option} belongs to {}, not to {}",
                models.join(" and "),
                command.problem
            )));
        }
    }
    let ratio = |given: &Option<String>, option: &str| {
        let Some(word) = given else { return Ok(None) };
        match Ratio::parse(word) {
            Some(ratio) => Ok(Some(ratio)),
            None => {
                Err(text.usage(format!("{option} {word} is neither a decimal such as 0.35 nor a fraction such as 1/3")))
            }
        }
    };
    Ok(Parameters {
        share: ratio(&command.share, "--share")?,
        busy: ratio(&command.busy, "--busy")?,
        first: ratio(&command.first, "--first")?,
        ..Parameters::default()
    })
}

/// The bands, their times in units of `10^-decimals`, and how many units of worth make 1.
pub(super) fn bands(text: &Text<'_>, command: &Command, decimals: u32) -> Result<(Vec<Band>, u64), Error> {
    let Some(words) = &command.bands else { return Ok((Vec::new(), 1)) };
    let number = |word: &str| {
        let read = Decimal::parse(word.trim()).filter(|d| !d.is_negative() && d.decimals() <= 6);
        read.ok_or_else(|| {
            text.usage(format!("--bands: {word:?} is no number of at least 0 with at most six decimals"))
        })
    };
    let mut read = Vec::new();
    for word in words.split(',') {
        let Some((time, worth)) = word.split_once('=') else {
            return Err(text.usage(format!("--bands: {word:?} is not TIME=WORTH, such as 240=1,480=0.6")));
        };
        read.push((number(time)?, number(worth)?));
    }
    let places = read.iter().map(|b| b.1.decimals()).max().unwrap_or(0);
    let mut bands = Vec::new();
    for (time, worth) in read {
        let within = time.times(decimals).and_then(|(t, _)| u32::try_from(t).ok());
        let worth = worth.times(places).and_then(|(w, _)| u64::try_from(w).ok());
        let (Some(within), Some(worth)) = (within, worth) else {
            return Err(text.usage("--bands: a time or worth is too large"));
        };
        bands.push(Band { within, worth });
    }
    Ok((bands, 10_u64.pow(places)))
}

/// The option that a model lacks or does not like.
pub(super) fn hint(error: &Unbuildable) -> &'static str {
    let model = match error {
        Unbuildable::Missing { model, .. }
        | Unbuildable::Parameter { model, .. }
        | Unbuildable::TooLarge { model, .. } => *model,
        Unbuildable::Invalid(_) => return "instance",
    };
    OWNERS.iter().find(|o| o.1.contains(&model)).map_or("options", |o| o.0)
}
