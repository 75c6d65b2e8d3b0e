//! OR-Library set cover: `rows columns`, the costs of the columns, then for each row the number of its columns and the columns.
//!
//! J. E. Beasley, OR-Library, J. Oper. Res. Soc. 41 (1990) 1069-1072. A column that covers a row does so in no time.
use super::error::Text;
use super::{Decimal, Error, Parsed, from_one, ones, sites_of};

pub(super) fn parse(text: &Text<'_>) -> Result<Parsed, Error> {
    let mut words = text.words();
    let rows = words.number("the number of rows")?;
    let columns = words.number("the number of columns")?;
    // Every column needs a cost and every row a count: a word and a space each.
    let most = text.text.len() as u64;
    if rows == 0 || columns == 0 || rows.saturating_add(columns) > most {
        return Err(words.wrong(format!("{rows} rows and {columns} columns, but the file has only {most} characters")));
    }
    let mut costs = Vec::new();
    for column in 1..=columns {
        costs.push(Decimal::whole(words.number(&format!("the cost of column {column} of {columns}"))?));
    }
    let mut arcs = Vec::new();
    for row in 0..rows {
        let what = format!("of row {} of {rows}", row + 1);
        let count = words.number(&format!("the number of columns {what}"))?;
        for _ in 0..count {
            arcs.push((words.position(&format!("column {what}:"), columns)?, row as u32, Decimal::whole(0)));
        }
    }
    words.end("the last row")?;
    let ids = from_one(columns as usize);
    Ok(Parsed {
        sites: sites_of(&ids),
        site_ids: ids,
        demand_ids: from_one(rows as usize),
        weights: ones(rows as usize),
        costs,
        arcs,
        p: None,
        radius: None,
        covered_only: false,
    })
}
