//! What the sources say, and where they contradict each other, themselves or the computed plans.
//!
//! `[statements] file = "statements.csv"` is a table with one statement a row; nothing of it is known to the code.
//!
//! | column | what it holds |
//! |---|---|
//! | `source` | short name of the document or part that speaks: `text`, `annex`, `census` … (required) |
//! | `article` | where in it: `四章二节`, `附件1 第6行` … |
//! | `quantity` | what is counted: `existing`, `new`, `upgraded`, `closed`, `total`, or any other word (required) |
//! | `kind` | a part of the quantity: a class id (`second`), a town tier (`national_key`, `developed`, `other`), or any word; empty: all kinds |
//! | `district` | code or name of the district; empty: all of them |
//! | `value` | a number, or a text where the source gives no number (required) |
//! | `quote` | the wording |
//! | `note` | what a reader should know about it |
//!
//! A cell of a wide table of the source is one row; its row totals have an empty `kind`, its column totals an empty
//! `district`; an empty cell of the source is no row. From the rows follow, for every quantity, kind and district:
//!
//! 1. *inside one source*: a stated whole against the sum of its parts (by kind, or by district);
//! 2. *between statements*: two statements, or a statement and a sum of parts of another source, that differ. A text is
//!    compared with texts, a number with numbers;
//! 3. *the identity* total = existing + new − closed: for each source that gives `new`, the total that follows from it
//!    (`existing` and `closed` are taken from the same source, else from the only value that any source states) against
//!    every stated total;
//! 4. beside each contradiction about `existing`, `new`, `upgraded`, `closed` or `total`: what each scenario has. New
//!    stations of a class or in towns of a tier are counted by the class of the station and the tier of its town.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use read::read;

/// One row of the statements.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Who says it.
    pub source: String,
    /// Where.
    pub article: String,
    /// Of what.
    pub quantity: String,
    /// Of which kind; empty: all.
    pub kind: String,
    /// In which district; empty: all.
    pub district: String,
    /// What.
    pub value: Value,
    /// Wording.
    pub quote: String,
    /// Remark.
    pub note: String,
}

/// A number, or a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A figure.
    Number(f64),
    /// Words.
    Text(String),
}

impl Value {
    fn show(&self) -> String {
        match self {
            Value::Number(x) => plain(*x),
            Value::Text(text) => text.clone(),
        }
    }
}

/// How a contradiction was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A whole is not the sum of its parts, inside one source.
    Parts,
    /// Two statements differ.
    Statements,
    /// total = existing + new − closed does not hold.
    Identity,
}

/// One contradiction, with everything that was compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contradiction {
    /// How it was found.
    pub found: Found,
    /// Of what.
    pub quantity: String,
    /// Of which kind; empty: all.
    pub kind: String,
    /// In which district; empty: all.
    pub district: String,
    /// What is said, each with who says it and where.
    pub says: Vec<Saying>,
    /// Largest minus smallest, for numbers.
    pub difference: Option<f64>,
    /// What each scenario has.
    pub scenarios: BTreeMap<String, f64>,
    /// In one sentence.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
}

/// One side of a contradiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saying {
    /// Who says it.
    pub source: String,
    /// Where; for sums, how many rows.
    pub article: String,
    /// `stated`, `summed` (from its parts) or `implied` (by the identity).
    pub how: String,
    /// What.
    pub value: String,
    /// Wording and remark.
    pub quote: String,
}

/// A number without needless decimals.
pub(crate) fn plain(x: f64) -> String {
    let text = format!("{x:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// What a scenario has of (quantity, kind, district); `None` where it does not know the words.
pub type Computed<'a> = dyn Fn(&str, &str, &str) -> Option<f64> + 'a;

/// One figure of one source, stated or summed.
#[derive(Clone)]
struct Figure {
    source: String,
    article: String,
    how: &'static str,
    value: Value,
    quote: String,
}

impl Figure {
    fn saying(&self) -> Saying {
        Saying {
            source: self.source.clone(),
            article: self.article.clone(),
            how: self.how.to_string(),
            value: self.value.show(),
            quote: self.quote.clone(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(x) => Some(x),
            Value::Text(_) => None,
        }
    }
}

/// All contradictions among the statements; `scenarios` are named functions that count in a computed plan.
pub fn contradictions(statements: &[Statement], scenarios: &[(&str, &Computed<'_>)]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let keys: BTreeSet<(&str, &str, &str)> =
        statements.iter().map(|s| (s.quantity.as_str(), s.kind.as_str(), s.district.as_str())).collect();
    // Sums can be asked where nothing is stated: the whole of a quantity, of a kind, of a district.
    let mut asked: BTreeSet<(&str, &str, &str)> = keys.clone();
    for (q, k, d) in &keys {
        asked.extend([(*q, "", ""), (*q, *k, ""), (*q, "", *d)]);
    }
    let sources: BTreeSet<&str> = statements.iter().map(|s| s.source.as_str()).collect();
    for (quantity, kind, district) in asked {
        let mut figures: Vec<Figure> = Vec::new();
        for source in &sources {
            let stated = stated(statements, source, quantity, kind, district);
            let sums = sums(statements, source, quantity, kind, district);
            // 1. a stated whole against its parts.
            for whole in &stated {
                for sum in &sums {
                    if let (Some(a), Some(b)) = (whole.number(), sum.number())
                        && differ(a, b)
                    {
                        found.push(contradiction(
                            Found::Parts,
                            (quantity, kind, district),
                            &[whole.clone(), sum.clone()],
                            scenarios,
                        ));
                    }
                }
            }
            if stated.is_empty() {
                figures.extend(sums.into_iter().take(1));
            } else {
                figures.extend(stated);
            }
        }
        // 2. statements against each other.
        let disagree = |pick: &dyn Fn(&&Figure) -> bool| {
            let side: Vec<Figure> = figures.iter().filter(pick).cloned().collect();
            let distinct: BTreeSet<String> = side.iter().map(|f| f.value.show()).collect();
            // Two sums of two sources without any stated figure are compared too: that is how tables contradict each other.
            (distinct.len() > 1).then_some(side)
        };
        for side in [disagree(&|f| f.number().is_some()), disagree(&|f| f.number().is_none())].into_iter().flatten() {
            found.push(contradiction(Found::Statements, (quantity, kind, district), &side, scenarios));
        }
    }
    found.extend(identity(statements, &sources, scenarios));
    found.sort_by(|a, b| {
        let order = |c: &Contradiction| {
            (c.kind.len() + c.district.len() > 0, c.quantity.clone(), c.kind.clone(), c.district.clone(), c.found)
        };
        order(a).cmp(&order(b))
    });
    found
}

fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn stated(statements: &[Statement], source: &str, quantity: &str, kind: &str, district: &str) -> Vec<Figure> {
    statements
        .iter()
        .filter(|s| s.source == source && s.quantity == quantity && s.kind == kind && s.district == district)
        .map(|s| Figure {
            source: s.source.clone(),
            article: s.article.clone(),
            how: "stated",
            value: s.value.clone(),
            quote: [s.quote.as_str(), s.note.as_str()]
                .iter()
                .filter(|t| !t.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("; "),
        })
        .collect()
}

/// The sums of parts that give this whole inside one source: over districts (same kind), over kinds (same district), and
/// for the whole of everything over single cells where there are only cells.
fn sums(statements: &[Statement], source: &str, quantity: &str, kind: &str, district: &str) -> Vec<Figure> {
    let own = || statements.iter().filter(|s| s.source == source && s.quantity == quantity);
    let total = |parts: Vec<&Statement>, by: &str| {
        let numbers: Vec<f64> =
            parts.iter().filter_map(|s| if let Value::Number(x) = s.value { Some(x) } else { None }).collect();
        (!numbers.is_empty()).then(|| Figure {
            source: source.to_string(),
            article: format!("{} rows, by {by}", numbers.len()),
            how: "summed",
            value: Value::Number(numbers.iter().sum()),
            quote: String::new(),
        })
    };
    let mut sums = Vec::new();
    if district.is_empty() {
        sums.extend(total(own().filter(|s| s.kind == kind && !s.district.is_empty()).collect(), "district"));
    }
    if kind.is_empty() {
        sums.extend(total(own().filter(|s| s.district == district && !s.kind.is_empty()).collect(), "kind"));
    }
    if district.is_empty() && kind.is_empty() && sums.is_empty() {
        sums.extend(total(
            own().filter(|s| !s.kind.is_empty() && !s.district.is_empty()).collect(),
            "district and kind",
        ));
    }
    sums
}

/// total = existing + new − closed.
fn identity(
    statements: &[Statement],
    sources: &BTreeSet<&str>,
    scenarios: &[(&str, &Computed<'_>)],
) -> Vec<Contradiction> {
    let whole = |source: &str, quantity: &str| {
        let mut figures = stated(statements, source, quantity, "", "");
        if figures.is_empty() {
            figures.extend(sums(statements, source, quantity, "", "").into_iter().take(1));
        }
        figures.into_iter().find_map(|f| f.number())
    };
    let only = |quantity: &str| {
        let all: Vec<f64> = sources.iter().filter_map(|s| whole(s, quantity)).collect();
        match all.as_slice() {
            [first, rest @ ..] if rest.iter().all(|x| !differ(*x, *first)) => Some(*first),
            _ => None,
        }
    };
    let totals: Vec<Figure> =
        sources.iter().flat_map(|s| stated(statements, s, "total", "", "")).filter(|f| f.number().is_some()).collect();
    let mut found = Vec::new();
    for source in sources {
        let Some(new) = whole(source, "new") else { continue };
        let Some(existing) = whole(source, "existing").or_else(|| only("existing")) else { continue };
        let closed = whole(source, "closed").or_else(|| only("closed")).unwrap_or(0.0);
        let implied = existing + new - closed;
        let against: Vec<Figure> =
            totals.iter().filter(|t| t.number().is_some_and(|x| differ(x, implied))).cloned().collect();
        if against.is_empty() {
            continue;
        }
        let mut figures = vec![Figure {
            source: (*source).to_string(),
            article: format!("{} + {} - {}", plain(existing), plain(new), plain(closed)),
            how: "implied",
            value: Value::Number(implied),
            quote: String::new(),
        }];
        figures.extend(against);
        found.push(contradiction(Found::Identity, ("total", "", ""), &figures, scenarios));
    }
    found
}

fn contradiction(
    found: Found,
    (quantity, kind, district): (&str, &str, &str),
    figures: &[Figure],
    scenarios: &[(&str, &Computed<'_>)],
) -> Contradiction {
    let numbers: Vec<f64> = figures.iter().filter_map(Figure::number).collect();
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let subject = [quantity, kind, district].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(", ");
    let side = |f: &Figure| {
        let at = if f.article.is_empty() { String::new() } else { format!(" ({})", f.article) };
        format!("{}{at} {} {}", f.source, f.how, f.value.show())
    };
    let side_zh = |f: &Figure| {
        let how = match f.how {
            "stated" => "载明",
            "summed" => "合计",
            _ => "推得",
        };
        format!(
            "{}{}{how}{}",
            f.source,
            if f.article.is_empty() { String::new() } else { format!("({})", f.article) },
            f.value.show()
        )
    };
    Contradiction {
        found,
        quantity: quantity.to_string(),
        kind: kind.to_string(),
        district: district.to_string(),
        says: figures.iter().map(Figure::saying).collect(),
        difference: (numbers.len() > 1).then_some(most - least),
        scenarios: scenarios
            .iter()
            .filter_map(|(name, count)| count(quantity, kind, district).map(|x| ((*name).to_string(), x)))
            .collect(),
        message: format!("{subject}: {}", figures.iter().map(side).collect::<Vec<_>>().join("; ")),
        message_zh: format!("{subject}:{}", figures.iter().map(side_zh).collect::<Vec<_>>().join(";")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
source,article,quantity,kind,district,value
text,box 3,new,second,,2
text,box 3,new,national_key,,3
text,chapter 4,new,,,5
text,chapter 1,existing,,,10
text,chapter 4,total,,,15
annex,row 1,new,national_key,D1,1
annex,row 1,new,,D1,1
annex,row 2,new,second,D2,2
annex,row 2,new,national_key,D2,1
annex,row 2,new,,D2,3
text,chapter 7,duty,,,every town
text,chapter 5,duty,,,towns out of reach
";

    fn found(table: &str) -> Vec<(Found, String, String, Vec<String>)> {
        let rows = read(table, "t.csv", &BTreeMap::new()).unwrap().value;
        contradictions(&rows, &[])
            .into_iter()
            .map(|c| {
                (
                    c.found,
                    c.quantity,
                    format!("{}/{}", c.kind, c.district),
                    c.says.into_iter().map(|s| s.value).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn the_text_and_the_sums_of_the_annex_are_compared() {
        let found = found(TABLE);
        let says = |f: Found, q: &str, part: &str| {
            found.iter().find(|x| (x.0, x.1.as_str(), x.2.as_str()) == (f, q, part)).map(|x| x.3.clone())
        };
        assert_eq!(says(Found::Statements, "new", "/"), Some(vec!["4".into(), "5".into()]), "{found:#?}");
        assert_eq!(says(Found::Statements, "new", "national_key/"), Some(vec!["2".into(), "3".into()]));
        assert_eq!(says(Found::Statements, "new", "second/"), None, "2 and 2");
        assert_eq!(says(Found::Identity, "total", "/"), Some(vec!["14".into(), "15".into()]), "10 + 4 against 15");
        assert_eq!(says(Found::Statements, "duty", "/"), Some(vec!["towns out of reach".into(), "every town".into()]));
        assert!(found.iter().all(|f| f.0 != Found::Parts));
        assert_eq!(found.len(), 4, "{found:#?}");
    }

    #[test]
    fn one_moved_cell_moves_the_sum_and_breaks_its_row() {
        let found = found(&TABLE.replace("annex,row 1,new,national_key,D1,1", "annex,row 1,new,national_key,D1,2"));
        // The row total still says 1: a contradiction inside the annex; by kind the annex now has 3 key towns, as the text.
        assert!(found.iter().any(|f| f.0 == Found::Parts && f.2 == "/D1" && f.3 == ["1", "2"]), "{found:#?}");
        assert!(!found.iter().any(|f| f.2 == "national_key/"), "{found:#?}");
    }

    #[test]
    fn rows_that_say_nothing_are_named() {
        let bad = read("source,quantity,value\ntext,new,\ntext,new,1,2\ntext,new,inf\n", "t.csv", &BTreeMap::new())
            .unwrap_err();
        assert_eq!(bad.len(), 3, "{bad:#?}");
        assert!(
            read("source,value\na,1\n", "t.csv", &BTreeMap::new()).unwrap_err()[0].to_string().contains("quantity")
        );
    }
}
