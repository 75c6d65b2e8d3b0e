//! The price of every rule: the main scenario solved again without it, everything else as it is.
//!
//! A rule's conditions are taken out of the same location problem, so nothing else can differ. The time level is left out:
//! the levels of coverage, cost and number of new stations are what rules are argued about. Limits are counted work.

use firesite_problem::{Instance, Objective, Status};
use firesite_siting::{Engine, Method, Options};
use rayon::prelude::*;

use crate::Error;
use crate::difference::{Difference, Relation, differences};
use crate::explain::words::{interval, level_words};
use crate::plan_json::RulePrice;
use crate::scenario::Decided;
use crate::study::Base;
use crate::study_file::SolveSection;

/// Work of one search without a rule where the study does not limit it, in the solver's unit.
const DEFAULT_WORK: u64 = 400;
/// Levels that are priced.
const PRICED: [Objective; 3] = [Objective::Cover, Objective::Cost, Objective::Count];

/// Of each rule that binds the scenario, and of its counts, in their order.
pub(crate) fn of_rules(base: &Base, decided: &Decided, solve: &SolveSection) -> Result<Vec<RulePrice>, Error> {
    let book = &base.checked.loaded.layers.rules;
    let mut prices: Vec<RulePrice> = decided
        .rules
        .iter()
        .filter_map(|id| book.get(id))
        .map(|rule| RulePrice {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            title_zh: rule.title_zh.clone(),
            severity: rule.severity.word().into(),
            ..RulePrice::default()
        })
        .collect();
    // Rules that make one condition together have one price.
    let joint = |id: &str| decided.formulated.causes.iter().find(|c| c.rule.split('+').any(|r| r == id));
    let mut together: Vec<RulePrice> = Vec::new();
    prices.retain(|p| match joint(&p.rule).filter(|c| c.rule.contains('+')) {
        None => true,
        Some(cause) => {
            if !together.iter().any(|t| t.rule == cause.rule) {
                together.push(RulePrice {
                    rule: cause.rule.clone(),
                    title: "These caps on service areas together".into(),
                    title_zh: "各类辖区面积上限（合计）".into(),
                    severity: p.severity.clone(),
                    ..RulePrice::default()
                });
            }
            false
        }
    });
    prices.extend(together);
    if decided.formulated.causes.iter().any(|c| c.rule == "counts") {
        prices.push(RulePrice {
            rule: "counts".into(),
            title: "The counts of the scenario".into(),
            title_zh: "本方案规定的数量".into(),
            severity: "hard".into(),
            ..RulePrice::default()
        });
    }
    prices.into_par_iter().map(|price| priced(price, decided, solve)).collect()
}

fn priced(mut price: RulePrice, decided: &Decided, solve: &SolveSection) -> Result<RulePrice, Error> {
    let causes = &decided.formulated.causes;
    price.conditions = causes.iter().filter(|c| c.rule == price.rule).count();
    if price.conditions == 0 {
        price.status = "none".into();
        price.message = "It puts no condition on the choice of sites in this study, so it costs nothing here.".into();
        price.message_zh = "本算例中该规则对选址没有约束，无代价。".into();
        return Ok(price);
    }
    let instance = without(&decided.formulated.instance, |at| causes[at].rule == price.rule);
    let options = Options::method(Method::Exact)
        .with_work_limit(solve.work_limit.unwrap_or(DEFAULT_WORK).min(DEFAULT_WORK))
        // One trial per rule: bounds at once, not proofs at length.
        .with_engine(Engine::Lagrangian)
        .with_seed(solve.seed.unwrap_or(1));
    let report = firesite_siting::solve(&instance, &options)
        .map_err(|e| Error::Internal(format!("without the rule {}: {e}", price.rule)))?;
    let claim = report.claim;
    price.status = claim.status.word().into();
    let had_plan = decided.claim.open.is_some();
    let has_plan = claim.open.is_some();
    if had_plan {
        price.gains = differences(&instance.levels, &decided.claim.levels, &claim.levels, Relation::Relaxed);
    }
    (price.message, price.message_zh) = match (had_plan, has_plan, claim.status) {
        (true, _, _) => told(&price.gains),
        (false, true, _) => {
            ("Without it the scenario can be met.".to_string(), "取消该规则后，本方案可行。".to_string())
        }
        (false, false, Status::Infeasible) => {
            ("Without it the scenario still cannot be met.".into(), "取消该规则后，本方案仍不可行。".into())
        }
        (false, false, _) => (
            "Whether the scenario can be met without it was not settled within the work limit.".into(),
            "在计算量限制内未能判定取消该规则后方案是否可行。".into(),
        ),
    };
    Ok(price)
}

/// The instance without some of its constraints, and without the levels that are not priced.
fn without(instance: &Instance, gone: impl Fn(usize) -> bool) -> Instance {
    let mut instance = instance.clone();
    let mut at = 0;
    instance.constraints.retain(|_| {
        at += 1;
        !gone(at - 1)
    });
    instance.levels.retain(|l| PRICED.contains(l));
    instance
}

/// The first level that differs, and what follows it.
fn told(gains: &[Difference]) -> (String, String) {
    let Some(first) = gains.iter().position(|d| !d.none()) else {
        return (
            "Without it nothing is gained: coverage, cost and number of new stations stay as they are.".into(),
            "取消该规则没有收益：覆盖量、造价与新建站数均不变。".into(),
        );
    };
    let parts: Vec<(String, String)> = gains[first..]
        .iter()
        .filter(|d| !d.none())
        .map(|d| {
            let (words, words_zh) = level_words(&d.level);
            let (gained, gained_zh) = interval(d);
            let (verb, verb_zh) = if d.sense == "max" { ("more", "增加") } else { ("fewer", "减少") };
            (format!("{gained} {verb} {words}"), format!("{words_zh}{verb_zh}{gained_zh}"))
        })
        .collect();
    let open = gains.iter().any(|d| !d.none() && !d.earlier_proven);
    let (tail, tail_zh) = if open {
        (" (at the earlier values found, where those are not proven)", "（前面各层未证明最优时，取已得值）")
    } else {
        ("", "")
    };
    let join = |zh: bool| parts.iter().map(|p| if zh { p.1.as_str() } else { p.0.as_str() }).collect::<Vec<_>>();
    (
        format!("Without it: {}{tail}.", join(false).join("; ")),
        format!("取消该规则：{}{tail_zh}。", join(true).join("；")),
    )
}
