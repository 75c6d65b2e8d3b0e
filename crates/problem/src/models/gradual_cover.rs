//! Gradual coverage by bands of time: a row is worth `w_i · worth_b` where `b` is the first band its nearest open site falls into, with at
//! most `p` sites.
//!
//! R. L. Church, K. L. Roberts, Generalized coverage models and public facility location, Papers of the Regional Science Association 53
//! (1983) 117-135; O. Berman, D. Krass, Z. Drezner, The gradual covering decay location problem on a network, European Journal of
//! Operational Research 151 (2003) 474-480.
//!
//! Each row becomes one row per band with weight `w_i · (worth_b − worth_{b+1})`, covered by the sites within the band: the sum of those
//! covered is the worth of the band reached. All are plain rows of maximal covering. A row that must be served has one more, of weight 0.
use super::{Formulation, Model, Parameters, Unbuildable, at_most};
use crate::instance::{Instance, Objective, Row, Site};

pub(super) const MODEL: Model = Model {
    word: "gradual-cover",
    objective: Objective::Cover,
    needs_p: true,
    covering: false,
    needs_limit: false,
    build,
};

fn build(sites: Vec<Site>, rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let model = MODEL.word;
    let bands = &parameters.bands;
    if bands.is_empty() {
        return Err(Unbuildable::Missing { model, what: "bands: times, and what demand reached within each is worth" });
    }
    if let Some(w) = bands.windows(2).find(|w| w[0].within >= w[1].within || w[0].worth < w[1].worth) {
        let what = format!(
            "the band within {} (worth {}) follows the band within {} (worth {}); times must grow and worths must not",
            w[1].within, w[1].worth, w[0].within, w[0].worth
        );
        return Err(Unbuildable::Parameter { model, what });
    }
    let too_large = Unbuildable::TooLarge { model, what: "weight times worth passes 64 bits; write fewer decimals" };
    let constraints = at_most(&sites, parameters.p);
    let mut split = Vec::with_capacity(rows.len() * bands.len());
    for row in rows {
        if row.must {
            // To be served at all means within the last band.
            let last = bands.last().map_or(0, |b| b.within);
            let end = row.reach.partition_point(|e| e.1 <= last);
            split.push(Row { weight: 0, reach: row.reach[..end].to_vec(), ..row.clone() });
        }
        for (b, band) in bands.iter().enumerate() {
            let drop = band.worth - bands.get(b + 1).map_or(0, |next| next.worth);
            let end = row.reach.partition_point(|e| e.1 <= band.within);
            if drop > 0 && end > 0 {
                let weight = row.weight.checked_mul(drop).ok_or(too_large.clone())?;
                split.push(Row { weight, reach: row.reach[..end].to_vec(), must: false, ..row.clone() });
            }
        }
    }
    Formulation::new(
        Instance {
            name: model.to_owned(),
            sites,
            rows: split,
            constraints,
            levels: vec![Objective::Cover],
            ..Instance::default()
        },
        1,
    )
}
