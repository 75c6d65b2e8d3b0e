//! The least parcel of a class (用地面积), judged on the new and upgraded stations whose parcel is known.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, Requirement, Sense, Term, stations_of};
use crate::text::plain;
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, SubjectKind};

/// Parameters of `land`: none; the least parcel belongs to the class.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Land {}

impl Land {
    /// A site with a class; `None` where the class has no least parcel.
    fn judge_site(rule: &Rule, facts: &Facts, at: usize, class: &str, kind: SubjectKind) -> Option<Judgement> {
        let class = facts.classes.get(class)?;
        let least = class.land_min_m2?;
        let site = &facts.sites[at];
        let parcel = site.land.map(|l| l.0);
        let met = match parcel {
            None => Met::unknown("the parcel of the site is not known (land_m2)", "未注明地块面积（land_m2）"),
            Some(m2) => Met::of(m2 >= least),
        };
        let told = parcel.map_or("-".to_owned(), |m2| format!("{m2:.0}"));
        let subject = match kind {
            SubjectKind::Candidate => format!("{} {}", site.name, class.zh),
            _ => site.name.clone(),
        };
        Some(Judgement {
            required: Some(least),
            proposed: parcel,
            unit: "m2",
            met,
            sentence: format!(
                "{}: a parcel of {told} m², at least {least:.0} m² wanted for the class {}.",
                site.name, class.en
            ),
            sentence_zh: format!(
                "{}：{}用地{told}平方米，{}小于{least:.0}平方米。",
                site.name,
                class.zh,
                rule.severity.should_not()
            ),
            figures: vec![(format!("land_min_m2 of {} = {}", class.id, plain(least)), class.mark("land_min_m2"))],
            proof: Proof::Site(at),
            ..Judgement::new(rule, kind, subject, site.district)
        })
    }
}

impl Behaviour for Land {
    fn subjects(&self, rule: &Rule) -> (String, String) {
        stations_of(rule, "new or upgraded station with a least parcel", "有最小用地要求的新建或升级消防站")
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let new = after.open.iter().filter(|open| !before.open.contains(open) && rule.applies.takes_class(&open.class));
        new.filter_map(|open| Self::judge_site(rule, facts, open.site, &open.class, SubjectKind::Station)).collect()
    }

    fn judge_candidates(&self, rule: &Rule, facts: &Facts) -> Vec<Judgement> {
        let sites = facts.sites.iter().enumerate().filter(|(_, site)| site.standing.is_none());
        sites
            .flat_map(|(at, site)| site.classes.iter().map(move |class| (at, class)))
            .filter(|(_, class)| rule.applies.takes_class(class))
            .filter_map(|(at, class)| Self::judge_site(rule, facts, at, class, SubjectKind::Candidate))
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        let mut found = Vec::new();
        for (at, site) in facts.sites.iter().enumerate().filter(|(_, site)| site.standing.is_none()) {
            let Some(land) = site.land else { continue };
            for class in site.classes.iter().filter(|c| rule.applies.takes_class(c)) {
                let least = facts.classes.get(class).and_then(|c| c.land_min_m2);
                if least.is_some_and(|least| land.0 < least) {
                    found.push(Requirement {
                        name: format!("{}: {} too small for {class}", rule.id, site.id),
                        rule: rule.id.clone(),
                        subject: site.name.clone(),
                        district: site.district,
                        terms: vec![Term { site: at, class: class.clone(), factor: 1 }],
                        sense: Sense::AtMost,
                        rhs: 0,
                    });
                }
            }
        }
        found
    }
}
