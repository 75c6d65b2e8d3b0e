//! TSPLIB `.tsp` files with `NODE_COORD_SECTION` and `EDGE_WEIGHT_TYPE : EUC_2D`: every point is a site and a demand.
//!
//! G. Reinelt, TSPLIB, ORSA Journal on Computing 3 (1991) 376-384. The standard's rounding is to the nearest; the p-median literature
//! mostly rounds down.
use super::Error;
use super::error::Text;
use super::plane::{Points, coordinate};
use serde_json::Value;

pub(super) fn parse(text: &Text<'_>) -> Result<Points, Error> {
    let mut dimension: Option<(usize, usize)> = None;
    let mut section = false;
    let (mut ids, mut places) = (Vec::new(), Vec::new());
    for (number, line) in text.text.lines().enumerate().map(|(n, l)| (n + 1, l.trim())) {
        if line.is_empty() {
            continue;
        }
        if line == "EOF" {
            break;
        }
        if !section {
            if line == "NODE_COORD_SECTION" {
                section = true;
                continue;
            }
            let (key, value) = line.split_once(':').map_or((line, ""), |(k, v)| (k.trim(), v.trim()));
            match key {
                "DIMENSION" => {
                    let count =
                        value.parse().map_err(|_| text.at(number, format!("DIMENSION {value:?} is no number")))?;
                    dimension = Some((count, number));
                }
                "EDGE_WEIGHT_TYPE" if value != "EUC_2D" => {
                    return Err(text.at(number, format!("EDGE_WEIGHT_TYPE {value} is not supported, only EUC_2D")));
                }
                _ => {}
            }
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[id, x, y] = words.as_slice() else {
            return Err(text.at(number, format!("{line:?} is not \"number x y\"")));
        };
        let wrong = |word: &str| text.at(number, format!("{word:?} is no coordinate (at most six decimals)"));
        places.push((coordinate(x).ok_or_else(|| wrong(x))?, coordinate(y).ok_or_else(|| wrong(y))?));
        let id: u64 = id.parse().map_err(|_| text.at(number, format!("{id:?} is no number of a point")))?;
        ids.push(Value::from(id));
    }
    if !section {
        return Err(text.whole("there is no NODE_COORD_SECTION"));
    }
    if let Some((count, line)) = dimension.filter(|d| d.0 != ids.len()) {
        return Err(text.at(line, format!("DIMENSION is {count}, but there are {} points", ids.len())));
    }
    Ok(Points { ids, sites: places, demands: None })
}
