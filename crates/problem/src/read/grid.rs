//! Covering instances of Cordeau, Furini and Ljubić: `facilities customers`, then lines `F number x y value` and
//! `C number x y demand`.
//!
//! J.-F. Cordeau, F. Furini, I. Ljubić, Benders decomposition for very large scale partial set covering and maximal covering location
//! problems, European J. Oper. Res. 275 (2019) 882-896. Their radius is strict: give `--strict`. The value of a facility is not used by
//! the maximal covering problem.
use super::error::Text;
use super::plane::{Demands, Points, coordinate};
use super::{Decimal, Error};
use serde_json::Value;

pub(super) fn parse(text: &Text<'_>) -> Result<Points, Error> {
    let mut words = text.words();
    let sites = words.number("the number of facilities")?;
    let customers = words.number("the number of customers")?;
    let mut points = Points { ids: Vec::new(), sites: Vec::new(), demands: None };
    let mut demands = Demands { ids: Vec::new(), places: Vec::new(), weights: Vec::new() };
    while let Some(kind) = words.next() {
        let id = Value::from(words.number("the number of a point")?);
        let mut xy = [0; 2];
        for value in &mut xy {
            let word = words.word("a coordinate")?;
            *value = coordinate(word)
                .ok_or_else(|| words.wrong(format!("{word:?} is no coordinate (at most six decimals)")))?;
        }
        let word = words.word("a demand")?;
        let weight = Decimal::parse(word).filter(|d| !d.is_negative());
        let weight = weight.ok_or_else(|| words.wrong(format!("{word:?} is no number of at least 0")))?;
        match kind {
            "F" => {
                points.ids.push(id);
                points.sites.push((xy[0], xy[1]));
            }
            "C" => {
                demands.ids.push(id);
                demands.places.push((xy[0], xy[1]));
                demands.weights.push(weight);
            }
            _ => return Err(words.wrong(format!("{kind:?} where F (facility) or C (customer) should be"))),
        }
    }
    for (found, wanted, what) in [(points.ids.len(), sites, "facilities"), (demands.ids.len(), customers, "customers")]
    {
        if found as u64 != wanted {
            return Err(words.wrong(format!("{found} {what}, but the first line says {wanted}")));
        }
    }
    points.demands = Some(demands);
    Ok(points)
}
