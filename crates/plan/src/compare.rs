//! Two plans side by side: what the second has that the first has not, and what it costs or gains.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::plan_json::{Coverage, Ledger, PlanFile, Scenario, StationLine};

/// The difference of two plans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Name of the first study and scenario.
    pub a: String,
    /// Of the second.
    pub b: String,
    /// Figures that can be told apart, in reading order.
    pub figures: Vec<FigureLine>,
    /// Stations that are not the same in both.
    pub stations: Vec<StationChange>,
    /// Rules that are met in one and not in the other.
    pub compliance: Vec<ComplianceChange>,
    /// Covered share of each district.
    pub districts: Vec<DistrictChange>,
    /// Inputs that differ.
    pub inputs: Vec<String>,
    /// Scenarios that only one of them has.
    pub scenarios: Vec<String>,
}

/// One figure of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureLine {
    /// What.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Of the first.
    pub a: Option<f64>,
    /// Of the second.
    pub b: Option<f64>,
}

/// A station that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationChange {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// District.
    pub district: Option<String>,
    /// Status and class in the first; null: not there.
    pub a: Option<String>,
    /// In the second.
    pub b: Option<String>,
}

/// A rule whose verdict differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplianceChange {
    /// Rule.
    pub rule: String,
    /// Subject.
    pub subject: String,
    /// Met in the first; null: cannot be said, or not judged.
    pub a: Option<bool>,
    /// In the second.
    pub b: Option<bool>,
}

/// The covered share of a district after both plans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistrictChange {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// After the first.
    pub a: Option<f64>,
    /// After the second.
    pub b: Option<f64>,
}

/// The main scenario of a plan.
fn main_of(plan: &PlanFile) -> Option<&Scenario> {
    plan.scenarios.iter().find(|s| Some(&s.name) == plan.study.main.as_ref()).or(plan.scenarios.first())
}

/// Compares the main scenarios of two plans.
pub fn compare(a: &PlanFile, b: &PlanFile) -> Comparison {
    let (x, y) = (main_of(a), main_of(b));
    let named =
        |plan: &PlanFile, s: Option<&Scenario>| format!("{} / {}", plan.study.name, s.map_or("-", |s| s.name.as_str()));
    let mut figures = Vec::new();
    let mut figure = |name: &str, unit: &str, of: &dyn Fn(&Scenario) -> Option<f64>| {
        figures.push(FigureLine { name: name.into(), unit: unit.into(), a: x.and_then(of), b: y.and_then(of) });
    };
    let ledgers: [(&str, fn(&Ledger) -> usize); 5] = [
        ("existing", |l| l.existing),
        ("new", |l| l.new),
        ("upgraded", |l| l.upgraded),
        ("closed", |l| l.closed),
        ("total", |l| l.total),
    ];
    for (name, of) in ledgers {
        figure(name, "stations", &|s| Some(of(&s.ledger) as f64));
    }
    let coverages: [(&str, &str, fn(&Coverage) -> Option<f64>); 8] = [
        ("demand_total", "weight", |c| Some(c.demand_total)),
        ("demand_covered", "weight", |c| Some(c.demand_covered)),
        ("share", "share", |c| c.share),
        ("mean_s", "s", |c| c.mean_s),
        ("median_s", "s", |c| c.median_s),
        ("p90_s", "s", |c| c.p90_s),
        ("road_km_covered", "km", |c| Some(c.road_km_covered)),
        ("area_km2", "km2", |c| c.area_km2),
    ];
    for (name, unit, of) in coverages {
        figure(&format!("before {name}"), unit, &|s| of(&s.coverage.before));
        figure(&format!("after {name}"), unit, &|s| of(&s.coverage.after));
    }
    let unmet = |s: &Scenario, severity: &str| {
        s.compliance.iter().filter(|c| c.severity == severity && c.met == Some(false)).count() as f64
    };
    figure("hard rules not met", "subjects", &|s| Some(unmet(s, "hard")));
    figure("soft rules not met", "subjects", &|s| Some(unmet(s, "soft")));
    figure("built-up areas at their target", "areas", &|s| {
        Some(s.built_up.iter().filter(|b| b.alpha_met == Some(true)).count() as f64)
    });
    figure("towns outside every station's reach", "towns", &|s| {
        Some(s.towns.iter().filter(|t| t.outside_after).count() as f64)
    });
    figure("works of the schedule not done", "stations", &|s| s.phasing.as_ref().map(|p| p.unbuilt.len() as f64));
    let levels: BTreeSet<usize> = [x, y].iter().flatten().flat_map(|s| 0..s.optimum.levels.len()).collect();
    for at in levels {
        let Some(level) = [x, y].iter().flatten().find_map(|s| s.optimum.levels.get(at)) else { continue };
        figure(&format!("level {} {}", at + 1, level.name), &level.unit, &|s| {
            s.optimum.levels.get(at).and_then(|l| l.objective)
        });
    }
    let names = |plan: &PlanFile| plan.scenarios.iter().map(|s| s.name.clone()).collect::<BTreeSet<_>>();
    Comparison {
        a: named(a, x),
        b: named(b, y),
        figures,
        stations: stations(x, y),
        compliance: compliance(x, y),
        districts: districts(x, y),
        inputs: inputs(a, b),
        scenarios: names(a).symmetric_difference(&names(b)).cloned().collect(),
    }
}

fn stations(a: Option<&Scenario>, b: Option<&Scenario>) -> Vec<StationChange> {
    let by_id = |s: Option<&Scenario>| {
        s.into_iter().flat_map(|s| &s.stations).map(|l| (l.id.clone(), l.clone())).collect::<BTreeMap<_, _>>()
    };
    let (x, y) = (by_id(a), by_id(b));
    let ids: BTreeSet<&String> = x.keys().chain(y.keys()).collect();
    let told = |line: Option<&StationLine>| line.map(|l| format!("{} {}", l.status, l.class.as_deref().unwrap_or("-")));
    ids.into_iter()
        .filter_map(|id| {
            let (p, q) = (x.get(id), y.get(id));
            let moved = matches!((p, q), (Some(p), Some(q)) if p.lon != q.lon || p.lat != q.lat);
            let any = p.or(q)?;
            (moved || told(p) != told(q)).then(|| StationChange {
                id: id.clone(),
                name: any.name.clone(),
                district: any.district.clone(),
                a: told(p),
                b: told(q).map(|t| if moved { format!("{t}, moved") } else { t }),
            })
        })
        .collect()
}

fn compliance(a: Option<&Scenario>, b: Option<&Scenario>) -> Vec<ComplianceChange> {
    let by_subject = |s: Option<&Scenario>| {
        s.into_iter()
            .flat_map(|s| &s.compliance)
            .map(|c| ((c.rule.clone(), c.subject.clone()), c.met))
            .collect::<BTreeMap<_, _>>()
    };
    let (x, y) = (by_subject(a), by_subject(b));
    let keys: BTreeSet<&(String, String)> = x.keys().chain(y.keys()).collect();
    keys.into_iter()
        .filter(|k| x.get(*k) != y.get(*k))
        .map(|k| ComplianceChange {
            rule: k.0.clone(),
            subject: k.1.clone(),
            a: x.get(k).copied().flatten(),
            b: y.get(k).copied().flatten(),
        })
        .collect()
}

fn districts(a: Option<&Scenario>, b: Option<&Scenario>) -> Vec<DistrictChange> {
    let shares = |s: Option<&Scenario>| {
        s.into_iter()
            .flat_map(|s| &s.districts)
            .map(|d| (d.code.clone(), (d.name.clone(), d.coverage.after.share)))
            .collect::<BTreeMap<_, _>>()
    };
    let (x, y) = (shares(a), shares(b));
    let codes: BTreeSet<&String> = x.keys().chain(y.keys()).collect();
    codes
        .into_iter()
        .map(|code| DistrictChange {
            code: code.clone(),
            name: x.get(code).or(y.get(code)).map_or(String::new(), |d| d.0.clone()),
            a: x.get(code).and_then(|d| d.1),
            b: y.get(code).and_then(|d| d.1),
        })
        .collect()
}

fn inputs(a: &PlanFile, b: &PlanFile) -> Vec<String> {
    let hashes = |p: &PlanFile| {
        p.inputs.iter().map(|i| (format!("{} ({})", i.file, i.layer), i.blake3.clone())).collect::<BTreeMap<_, _>>()
    };
    let (x, y) = (hashes(a), hashes(b));
    let files: BTreeSet<&String> = x.keys().chain(y.keys()).collect();
    files.into_iter().filter(|f| x.get(*f) != y.get(*f)).cloned().collect()
}
