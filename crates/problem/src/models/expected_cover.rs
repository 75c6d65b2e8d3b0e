//! Maximum expected covering (MEXCLP): `max sum_i w_i (1 − q^{k_i})` with at most `p` units, `k_i` of which can reach row `i` in time; each
//! is busy, independently, a fraction `q` of the time.
//!
//! M. S. Daskin, A maximum expected covering location model: formulation, properties and heuristic solution, Transportation Science 17
//! (1983) 48-70.
//!
//! The k-th cover gains `q^{k-1} (1 − q)`. With q = a/b and at most L covers of any row (L: the smaller of p and the longest reach), a
//! unit of weight counts `b^L` units, and the gains are the whole numbers `a^{k-1} (b − a) b^{L-k}`: nothing is rounded. A site here
//! holds one unit; several units in one place are several sites.
use super::{Formulation, Model, Parameters, Unbuildable};
use crate::instance::{Objective, Row, Site};
use crate::validate::MAX_TOTAL;

pub(super) const MODEL: Model = Model {
    word: "expected-cover",
    objective: Objective::Cover,
    needs_p: true,
    covering: true,
    needs_limit: true,
    build,
};

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let model = MODEL.word;
    let what = "the busy fraction of a unit, from 0 to 1";
    let busy = parameters.busy.ok_or(Unbuildable::Missing { model, what })?;
    if !busy.at_most_one() {
        let what = format!("a busy fraction of {busy} is more than always; write at most 1");
        return Err(Unbuildable::Parameter { model, what });
    }
    let covers = |row: &Row| row.reach.iter().take_while(|e| parameters.limit.is_none_or(|l| e.1 <= l)).count();
    let most = rows.iter().map(covers).max().unwrap_or(0);
    let most = parameters.p.map_or(most, |p| most.min(p as usize)) as u32;
    let too_large = Unbuildable::TooLarge {
        model,
        what: "the exact gains pass 62 bits; write the busy fraction with a smaller denominator, or a smaller p",
    };
    let (a, b) = (u128::from(busy.numerator()), u128::from(busy.denominator()));
    let worth = b.checked_pow(most).filter(|w| *w <= u128::from(MAX_TOTAL)).ok_or(too_large.clone())?;
    let total: u128 = rows.iter().map(|r| u128::from(r.weight)).sum();
    total.checked_mul(worth).filter(|t| *t <= u128::from(MAX_TOTAL)).ok_or(too_large)?;
    // a <= b, so every product is at most worth.
    let gains: Vec<u64> = (1..=most).map(|k| (a.pow(k - 1) * (b - a) * b.pow(most - k)) as u64).collect();
    for row in &mut rows {
        // A row that fewer sites cover has no use for more gains; one empty list would mean a plain row.
        let able = covers(row).max(1);
        row.gains = if gains.is_empty() { vec![0] } else { gains[..able.min(gains.len())].to_vec() };
    }
    Formulation::largest_cover(model, sites, rows, parameters, worth as u64)
}
