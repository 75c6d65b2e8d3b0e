//! Stations in service for longer than so many years on the reference date: to be renovated (老旧队站升级改造).

use firesite_model::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, asks_class, stations_of, unclassed};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, Side, SubjectKind};

/// Parameters of `age`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
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
    fn check(&self) -> Result<(), Fault> {
        Ok(())
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        stations_of(rule, "standing station", "现有消防站")
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, _after: &Choice) -> Vec<Judgement> {
        let most = f64::from(self.most_years);
        let stations = before.open.iter().filter(|o| rule.applies.takes_class(&o.class) || asks_class(rule, &o.class));
        stations
            .filter_map(|open| {
                let site = &facts.sites[open.site];
                let since = site.standing.as_ref()?.in_service;
                if asks_class(rule, &open.class) {
                    return Some(unclassed(rule, facts, open.site));
                }
                let age = since.zip(facts.reference_date).map(|(from, to)| years(from, to));
                let met = match age {
                    None if since.is_none() => Met::unknown("no date of entering service (in_service)", "未注明投入使用日期（in_service）"),
                    None => Met::unknown("the study has no reference_date", "本研究没有基准日（reference_date）"),
                    Some(age) => Met::of(age <= most),
                };
                let told = age.map_or("-".to_owned(), |a| format!("{a:.1}"));
                Some(Judgement {
                    required: Some(most),
                    side: Side::AtMost,
                    standing: age,
                    proposed: age,
                    unit: "years",
                    met,
                    sentence: format!("{}: {told} years in service on the reference date, renovation due after {most}.", site.name),
                    sentence_zh: format!("{}：至基准日使用{told}年，超过{most}年应升级改造。", site.name),
                    proof: Proof::Site(open.site),
                    ..Judgement::new(rule, SubjectKind::Station, site.name.clone(), site.district)
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
