//! `tables/choices.csv`: keep, upgrade, relocate or build new, for each town with a rule and each station too old.

use firesite_plan::plan_json::ChoiceLine;

use super::Drawn;
use crate::table::{Table, figure, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "about",
        "id",
        "name",
        "district",
        "rule",
        "option",
        "class",
        "class_zh",
        "site",
        "cost",
        "meets",
        "demand_covered",
        "covers_more",
        "time_change_weight_s",
        "chosen",
    ]);
    for scenario in &plan.scenarios {
        let mut rows = |about: &str, head: [String; 4], options: &[ChoiceLine]| {
            for o in options {
                let mut fields = vec![scenario.name.clone(), about.to_owned()];
                fields.extend(head.iter().cloned());
                fields.extend([
                    o.option.clone(),
                    o.class.clone(),
                    text(o.class_zh.as_ref()),
                    o.site.clone(),
                    maybe(o.cost),
                    yes_no(Some(o.meets)),
                    figure(o.demand_covered),
                    figure(o.covers_more),
                    figure(o.time_change),
                    yes_no(Some(o.chosen)),
                ]);
                table.row(fields);
            }
        };
        for t in &scenario.towns {
            let head = [t.code.clone(), t.name.clone(), text(t.district.as_ref()), text(t.rule.as_ref())];
            rows("town", head, &t.options);
        }
        for r in &scenario.renewals {
            let head = [r.id.clone(), r.name.clone(), text(r.district.as_ref()), r.rule.clone()];
            rows("old station", head, &r.options);
        }
    }
    table.finish()
}
