//! Who lives where: the census by district, township populations, and how many live in built-up areas.

use std::{collections::BTreeMap, error::Error};

use super::{dice::split, facts::Facts};

/// Populations, all whole numbers that add up to the census.
pub struct People {
    /// By district of the study (13).
    pub districts: BTreeMap<String, u64>,
    /// By township code (256).
    pub townships: BTreeMap<String, u64>,
    /// Whether the township's figure is from the census.
    pub counted: BTreeMap<String, bool>,
    /// The whole prefecture.
    pub total: u64,
}

impl People {
    /// The zones' figures are published rounded to 100 persons. The total, less all exact figures, leaves what the zones
    /// hold together; the difference to the rounded sum is spread over them by largest remainder.
    pub fn of(facts: &Facts) -> Result<Self, Box<dyn Error>> {
        let total_row =
            facts.census.iter().find(|r| r["unit"] == "南阳市").ok_or("census2020.csv has no row 南阳市")?;
        let total: u64 = total_row["population"].parse()?;
        let (mut areas, mut rounded) = (BTreeMap::new(), Vec::new());
        for row in facts.census.iter().filter(|r| r["unit"] != "南阳市") {
            let people: u64 = row["population"].parse()?;
            areas.insert(row["unit"].clone(), people);
            if row["precision"] != "exact" {
                rounded.push((row["unit"].clone(), people as f64));
            }
        }
        let exact: u64 = areas.iter().filter(|(u, _)| !rounded.iter().any(|(r, _)| r == *u)).map(|(_, p)| p).sum();
        let shares: Vec<f64> = rounded.iter().map(|r| r.1).collect();
        for ((unit, _), people) in
            rounded.iter().zip(split(total.checked_sub(exact).ok_or("the census areas exceed the total")?, &shares))
        {
            areas.insert(unit.clone(), people);
        }
        let (mut units, mut districts) = (BTreeMap::new(), BTreeMap::new());
        for row in &facts.units {
            let own = row["census_area"] == row["plan_unit"]
                || !facts.units.iter().any(|r| r["plan_unit"] == row["census_area"]);
            let people = if own {
                *areas.get(&row["census_area"]).ok_or_else(|| format!("no census area {}", row["census_area"]))?
            } else {
                0
            };
            units.insert(row["plan_unit"].clone(), people);
            *districts.entry(row["district"].clone()).or_insert(0) += people;
        }
        // Townships: the unit's people by village units, after those the census names.
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for i in 0..facts.townships.len() {
            members.entry(counting_unit(facts, i)).or_default().push(i);
        }
        let (mut townships, mut counted) = (BTreeMap::new(), BTreeMap::new());
        for (unit, list) in members {
            let (known, free): (Vec<usize>, Vec<usize>) =
                list.iter().partition(|&&i| facts.census_townships.contains_key(&facts.townships[i].code));
            let mut left = units[&unit];
            for i in known {
                let code = &facts.townships[i].code;
                left -= facts.census_townships[code];
                townships.insert(code.clone(), facts.census_townships[code]);
                counted.insert(code.clone(), true);
            }
            let shares: Vec<f64> = free.iter().map(|&i| facts.townships[i].village_units as f64).collect();
            for (&i, people) in free.iter().zip(split(left, &shares)) {
                townships.insert(facts.townships[i].code.clone(), people);
                counted.insert(facts.townships[i].code.clone(), false);
            }
        }
        Ok(Self { districts, townships, counted, total })
    }
}

/// The plan unit whose census figure holds a township's people.
fn counting_unit(facts: &Facts, township: usize) -> String {
    let t = &facts.townships[township];
    let unit = facts
        .zone_townships
        .get(&t.code)
        .cloned()
        .or_else(|| facts.units.iter().find(|r| r["code_prefix"] == t.prefix).map(|r| r["plan_unit"].clone()))
        .unwrap_or_default();
    // A zone without a census row of its own is counted in another unit.
    let area =
        facts.units.iter().find(|r| r["plan_unit"] == unit).map(|r| r["census_area"].clone()).unwrap_or_default();
    if area != unit && facts.units.iter().any(|r| r["plan_unit"] == area) { area } else { unit }
}

/// The district of the study in which a township lies.
pub fn district_of(facts: &Facts, township: usize) -> String {
    let prefix = &facts.townships[township].prefix;
    facts.units.iter().find(|r| &r["code_prefix"] == prefix).map(|r| r["district"].clone()).unwrap_or_default()
}
