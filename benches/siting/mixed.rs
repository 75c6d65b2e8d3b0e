//! Location problems whose root leaves a gap: models and side constraints on generated streets and published files.

use std::path::Path;

use firesite::problem::models::{Parameters, Ratio, model, side};
use firesite::problem::{Command, Group, Instance, Objective, read_location};

use crate::street::{Random, street};

/// Instances by name; `quick`: a few small ones.
pub fn instances(data: &Path, quick: bool) -> Vec<(String, Instance)> {
    let mut list = Vec::new();
    let sizes: &[(usize, usize, i64)] = if quick { &[(12, 20, 5)] } else { &[(30, 100, 10), (50, 200, 15)] };
    for &(side, sites, p) in sizes {
        let mut base = street(1, side, sites, 0, p);
        // Within four minutes a station reaches all of so small a town.
        base.limit = Some(90_000);
        let town = Town { base, side, p };
        list.extend(town.covering());
        list.extend(town.others());
    }
    if quick {
        return list;
    }
    let large = street(1, 100, 400, 0, 20);
    list.push(("max cover, street 100 × 100".into(), large));
    for (file, problem) in [
        ("pmed8", "p-median"),
        ("pmed20", "p-median"),
        ("scp41", "set-cover"),
        ("scp61", "set-cover"),
        ("scpb1", "set-cover"),
        ("scpd1", "set-cover"),
    ] {
        let command = Command { problem: problem.into(), ..Command::default() };
        match read_location(&data.join(format!("orlib/{file}.txt")), &command) {
            Ok(read) if problem == "p-median" => {
                list.push((format!("p-median {file}"), read.instance.clone()));
                list.push((format!("p-median {file}, budget"), within_budget(read.instance.clone())));
                list.push((format!("p-median {file}, quotas and conflicts"), quotas(read.instance)));
            }
            Ok(read) => {
                list.push((format!("set cover {file}"), read.instance.clone()));
                list.push((format!("set cover {file}, quotas and conflicts"), conflicts(read.instance)));
            }
            Err(_) => println!("SKIPPED: {file} is not in {}", data.display()),
        }
    }
    list
}

/// A generated town of which many problems are made.
struct Town {
    base: Instance,
    side: usize,
    p: i64,
}

impl Town {
    fn name(&self, what: &str) -> String {
        format!("{what}, street {0} × {0}", self.side)
    }

    /// The sites with costs from 1 to 9.
    fn priced(&self) -> Instance {
        let mut instance = self.base.clone();
        let mut random = Random::new(77);
        for site in &mut instance.sites {
            site.cost = random.between(1.0, 10.0) as u64;
        }
        instance
    }

    fn covering(&self) -> Vec<(String, Instance)> {
        let mut budget = self.priced();
        budget.constraints.clear();
        side::budget(&mut budget, "budget", 4 * self.p as u64);
        let mut floors = self.base.clone();
        groups(&mut floors, 4, 60);
        vec![
            (self.name("max cover"), self.base.clone()),
            (self.name("max cover, budget"), budget),
            (self.name("max cover, quotas and conflicts"), quotas(self.base.clone())),
            (self.name("max cover, floors of districts"), floors),
            (self.name("max cover, classes"), self.classes()),
            (self.name("max cover, caps of districts, budget"), {
                let mut instance = self.priced();
                instance.constraints.clear();
                groups(&mut instance, 4, 0);
                for g in 0..instance.groups.len() {
                    let all: u64 = instance.rows.iter().filter(|r| r.group == Some(g as u32)).map(|r| r.weight).sum();
                    instance.groups[g].cap = Some(all * 7 / 10);
                }
                side::budget(&mut instance, "budget", 4 * self.p as u64);
                instance
            }),
        ]
    }

    /// Each site in two classes, one of which reaches only three quarters as far; a budget.
    fn classes(&self) -> Instance {
        let mut instance = self.base.clone();
        let n = instance.sites.len() as u32;
        for j in 0..n {
            let mut small = instance.sites[j as usize].clone();
            small.id = format!("{} small", small.id);
            (small.cost, small.exclusive) = (3, Some(j));
            (instance.sites[j as usize].cost, instance.sites[j as usize].exclusive) = (5, Some(j));
            instance.sites.push(small);
        }
        for row in &mut instance.rows {
            let small: Vec<(u32, u32)> = row.reach.iter().filter(|e| e.1 <= 67_500).map(|&(j, t)| (j + n, t)).collect();
            row.reach.extend(small);
            row.reach.sort_unstable_by_key(|&(j, t)| (t, j));
        }
        instance.constraints.clear();
        side::budget(&mut instance, "budget", 4 * self.p as u64);
        instance
    }

    fn others(&self) -> Vec<(String, Instance)> {
        let mut list = Vec::new();
        let parameters = Parameters {
            p: Some(self.p as u32),
            limit: self.base.limit,
            share: Ratio::new(9, 10),
            busy: Ratio::new(1, 5),
            first: Ratio::new(3, 5),
            worst: Some(600_000),
            ..Parameters::default()
        };
        let free = Parameters { p: None, ..parameters.clone() };
        let built = |word: &str, from: &Instance, parameters: &Parameters| {
            let model = model(word).expect("a model");
            (model.build)(from.sites.clone(), from.rows.clone(), parameters).expect("fits").instance
        };
        list.push((self.name("partial cover 90 %"), built("partial-cover", &self.base, &free)));
        list.push((self.name("partial cover 90 %, priced"), built("partial-cover", &self.priced(), &free)));
        list.push((self.name("backup cover"), {
            let mut instance = built("backup-cover", &self.base, &parameters);
            instance.rows.iter_mut().for_each(|r| r.must = false);
            instance
        }));
        list.push((self.name("weighted backup cover"), built("weighted-backup-cover", &self.base, &parameters)));
        list.push((self.name("expected cover, budget"), {
            let mut instance = built("expected-cover", &self.priced(), &parameters);
            instance.constraints.clear();
            side::budget(&mut instance, "budget", 4 * self.p as u64);
            instance
        }));
        list.push((self.name("cover 90 %, fewest, fastest"), built("cover-fewest-fastest", &self.base, &free)));
        let mut median = self.base.clone();
        (median.levels, median.worst) = (vec![Objective::Time], Some(600_000));
        list.push((self.name("p-median, partial reach"), median.clone()));
        list.push((self.name("p-median, partial reach, quotas and conflicts"), quotas(median)));
        list
    }
}

/// Districts of equal numbers of rows in the order of their nearest sites; in each a share of the weight is to be covered.
fn groups(instance: &mut Instance, count: u32, percent: u64) {
    let sites = instance.sites.len() as u32;
    let of = |row: &firesite::problem::Row| row.reach.iter().map(|e| e.0).min().unwrap_or(0) * count / sites;
    let mut total = vec![0; count as usize];
    for row in &mut instance.rows {
        let g = of(row);
        row.group = Some(g);
        total[g as usize] += row.weight;
    }
    instance.groups = (0..count)
        .map(|g| Group { name: format!("district {g}"), cap: None, floor: total[g as usize] * percent / 100 })
        .collect();
}

/// Costs of 1 to 9 and a budget in place of the number of sites: on average as many as before.
fn within_budget(mut instance: Instance) -> Instance {
    let p = instance.constraints[0].rhs as u64;
    let mut random = Random::new(77);
    for site in &mut instance.sites {
        site.cost = random.between(1.0, 10.0) as u64;
    }
    instance.constraints.clear();
    side::budget(&mut instance, "budget", 4 * p);
    instance
}

/// At most a third of the sites in each fifth of the list, and neighbours in the list exclude each other.
fn quotas(mut instance: Instance) -> Instance {
    let p = instance.constraints[0].rhs as u32;
    let n = instance.sites.len() as u32;
    for k in 0..5 {
        let sites: Vec<u32> = (k * n / 5..(k + 1) * n / 5).collect();
        side::count(&mut instance, &format!("fifth {k}"), &sites, Some(p / 8), Some(p.div_ceil(3)));
    }
    conflicts(instance)
}

fn conflicts(mut instance: Instance) -> Instance {
    let n = instance.sites.len() as u32;
    for j in (0..n - 1).step_by(2) {
        side::conflict(&mut instance, &format!("conflict {j}"), j, j + 1);
    }
    instance
}
