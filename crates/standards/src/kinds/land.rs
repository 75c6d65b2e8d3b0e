//! The least parcel of a class (用地面积), judged on the new and upgraded stations whose parcel is known.

use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{Choice, Facts, Rule};

/// Parameters of `land`: none; the least parcel belongs to the class.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Land {}

impl Behaviour for Land {
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let new = after.open.iter().filter(|open| !before.open.contains(open) && rule.applies.takes_class(&open.class));
        new.filter_map(|open| {
            let least = facts.classes.get(&open.class)?.land_min_m2?;
            let site = &facts.sites[open.site];
            let parcel = site.land.map(|l| l.0);
            let met = match parcel {
                None => Met::Unknown("the parcel of the site is not known (land_m2)".to_owned()),
                Some(m2) if m2 >= least => Met::Yes,
                Some(_) => Met::No,
            };
            let told = parcel.map_or("-".to_owned(), |m2| format!("{m2:.0}"));
            Some(Judgement {
                rule: rule.id.clone(),
                subject: site.name.clone(),
                district: site.district,
                required: Some(least),
                standing: None,
                proposed: parcel,
                unit: "m2",
                met,
                sentence: format!("{}: a parcel of {told} m², at least {least:.0} m² wanted.", site.name),
                sentence_zh: format!("{}：用地{told}平方米，不应小于{least:.0}平方米。", site.name),
            })
        })
        .collect()
    }
}
