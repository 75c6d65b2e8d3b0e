//! Stations in service for longer than so many years on the reference date: to be renovated (老旧队站升级改造).

use firesite_model::Date;
use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{Choice, Facts, Rule};

/// Parameters of `age`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// Longest time in service, whole years.
    pub most_years: u16,
}

/// Whole years and days of the current year from one date to another, as years with a fraction.
pub(crate) fn years(from: Date, to: Date) -> f64 {
    let mut whole = i32::from(to.year()) - i32::from(from.year());
    let anniversary = |years: i32| {
        let year = from.year() + years as i16;
        Date::new(year, from.month(), from.day()).or_else(|_| Date::new(year, 3, 1)).unwrap_or(to)
    };
    if anniversary(whole) > to {
        whole -= 1;
    }
    let days = |a: Date, b: Date| f64::from(a.until(b).map_or(0, |span| span.get_days()));
    let (last, next) = (anniversary(whole), anniversary(whole + 1));
    f64::from(whole) + days(last, to) / days(last, next).max(1.0)
}

impl Behaviour for Age {
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, _after: &Choice) -> Vec<Judgement> {
        let most = f64::from(self.most_years);
        let stations = before.open.iter().filter(|open| rule.applies.takes_class(&open.class));
        stations
            .filter_map(|open| {
                let site = &facts.sites[open.site];
                let since = site.standing.as_ref()?.in_service;
                let age = since.zip(facts.reference_date).map(|(from, to)| years(from, to));
                let met = match age {
                    None if since.is_none() => Met::Unknown("no date of entering service".to_owned()),
                    None => Met::Unknown("the study has no reference_date".to_owned()),
                    Some(age) if age <= most => Met::Yes,
                    Some(_) => Met::No,
                };
                let told = age.map_or("-".to_owned(), |a| format!("{a:.1}"));
                Some(Judgement {
                    rule: rule.id.clone(),
                    subject: site.name.clone(),
                    district: site.district,
                    required: Some(most),
                    standing: age,
                    proposed: age,
                    unit: "years",
                    met,
                    sentence: format!("{}: {told} years in service on the reference date, renovation due after {most}.", site.name),
                    sentence_zh: format!("{}：至基准日使用{told}年，超过{most}年应升级改造。", site.name),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::years;
    use firesite_model::Date;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// DOMAIN I.5 f: of the five stations of Annex 2 all pass 15 years on 2021-01-01, four on 2020-11-30.
    #[test]
    fn five_old_stations() {
        let since = ["1958-05-01", "1998-07-01", "2005-12-01", "2004-01-01", "1995-10-01"].map(date);
        let old = |on: &str| since.iter().filter(|s| years(**s, date(on)) > 15.0).count();
        assert_eq!((old("2021-01-01"), old("2020-11-30")), (5, 4));
        assert!((years(since[0], date("2021-01-01")) - 62.7).abs() < 0.05);
    }
}
