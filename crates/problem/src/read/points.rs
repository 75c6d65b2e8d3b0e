//! Points as in Lorena's SJC files: their number, then `x y` of each. Every point is a site and a demand; weights come from
//! `--weights`.
use super::error::Text;
use super::plane::{Points, coordinate};
use super::{Error, from_one};

pub(super) fn parse(text: &Text<'_>) -> Result<Points, Error> {
    let mut words = text.words();
    let count = words.number("the number of points")?;
    if count == 0 || count > text.text.len() as u64 {
        return Err(words.wrong(format!("{count} points, but the file has only {} characters", text.text.len())));
    }
    let mut places = Vec::new();
    for point in 1..=count {
        let mut xy = [0; 2];
        for value in &mut xy {
            let word = words.word(&format!("a coordinate of point {point} of {count}"))?;
            *value = coordinate(word)
                .ok_or_else(|| words.wrong(format!("{word:?} is no coordinate (at most six decimals)")))?;
        }
        places.push((xy[0], xy[1]));
    }
    words.end("the last point")?;
    Ok(Points { ids: from_one(places.len()), sites: places, demands: None })
}
