//! The JSON instance: `{"problem", "weights": [...], "sites": [{"id", "cost", "fixed", "group"}], "arcs": [[site, demand, time], …],
//! "p", "radius"}`.
//!
//! Positions are from 0. `cost` is 1 where absent, `fixed` false; of the sites of one `group` (text or number) at most one may be
//! open. Weights, costs, times and the radius may be decimals with at most nine places; they are kept exactly.
use std::collections::HashMap;

use super::error::Text;
use super::{Decimal, Error, Parsed};
use crate::instance::Site;
use serde::Deserialize;
use serde_json::{Number, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    problem: Option<String>,
    #[serde(default)]
    #[allow(dead_code)]
    name: Option<String>,
    weights: Vec<Number>,
    sites: Vec<SiteEntry>,
    arcs: Vec<(u32, u32, Number)>,
    #[serde(default)]
    p: Option<u32>,
    #[serde(default)]
    radius: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteEntry {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    cost: Option<Number>,
    #[serde(default)]
    fixed: Option<bool>,
    #[serde(default)]
    group: Option<Value>,
}

pub(super) fn parse(text: &Text<'_>) -> Result<Parsed, Error> {
    let document: Document =
        serde_json::from_str(text.text).map_err(|e| text.at(e.line(), format!("is no JSON instance: {e}")))?;
    if let Some(problem) = document.problem.filter(|p| crate::models::model(p).is_none()) {
        return Err(text.whole(format!("problem {problem:?} is none that is known")));
    }
    let number = |n: &Number, what: String| {
        let decimal = Decimal::of(n).ok_or_else(|| text.whole(format!("{what} {n} cannot be kept exactly")))?;
        if decimal.is_negative() { Err(text.whole(format!("{what} {n} is negative"))) } else { Ok(decimal) }
    };
    let weights: Vec<Decimal> = document
        .weights
        .iter()
        .enumerate()
        .map(|(i, w)| number(w, format!("weight {i} (counted from 0)")))
        .collect::<Result<_, _>>()?;
    let (mut sites, mut site_ids, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups: HashMap<String, u32> = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (j, entry) in document.sites.into_iter().enumerate() {
        let id = entry.id.unwrap_or_else(|| Value::from(j));
        let name = match &id {
            Value::String(name) => name.clone(),
            Value::Number(name) => name.to_string(),
            _ => return Err(text.whole(format!("the id of site {j} (counted from 0) is neither text nor a number"))),
        };
        if let Some(earlier) = seen.insert(name.clone(), j) {
            return Err(text.whole(format!("sites {earlier} and {j} (counted from 0) have the same id {id}")));
        }
        costs.push(match &entry.cost {
            Some(cost) => number(cost, format!("cost of site {id}"))?,
            None => Decimal::whole(1),
        });
        let mut site = Site::new(name);
        site.fixed = entry.fixed.unwrap_or(false);
        if let Some(group) = entry.group {
            let fresh = groups.len() as u32;
            site.exclusive = Some(*groups.entry(group.to_string()).or_insert(fresh));
        }
        sites.push(site);
        site_ids.push(id);
    }
    let mut arcs = Vec::with_capacity(document.arcs.len());
    for (k, (site, demand, time)) in document.arcs.iter().enumerate() {
        let what = format!("arc {k} (counted from 0)");
        if *site as usize >= sites.len() {
            return Err(text.whole(format!("{what}: site {site} does not exist, there are {} (from 0)", sites.len())));
        }
        if *demand as usize >= weights.len() {
            return Err(
                text.whole(format!("{what}: demand {demand} does not exist, there are {} (from 0)", weights.len()))
            );
        }
        arcs.push((*site, *demand, number(time, format!("{what}: time"))?));
    }
    let radius = document.radius.as_ref().map(|r| number(r, "the radius".to_owned())).transpose()?;
    let demand_ids = (0..weights.len()).map(Value::from).collect();
    Ok(Parsed { sites, site_ids, demand_ids, weights, costs, arcs, p: document.p, radius, covered_only: false })
}
