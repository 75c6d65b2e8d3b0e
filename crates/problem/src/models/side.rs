//! Side constraints by name, for any model: each adds itself to an instance.
//!
//! Fixed sites ([`Site::fixed`](crate::Site)), at most one class per place ([`Site::exclusive`](crate::Site)), least covered weight of a
//! group of rows ([`Group::floor`](crate::Group)) are fields of the instance; everything else is a linear [`Constraint`].
//!
//! ```
//! use firesite_problem::models::{Parameters, model, side};
//! use firesite_problem::{Row, Site, oracle};
//!
//! let sites = ["old", "north", "south"].map(Site::new).to_vec();
//! let row = |weight, site| Row { weight, reach: vec![(site, 1)], ..Row::default() };
//! let rows = vec![row(5, 0), row(9, 1), row(7, 2)];
//! let build = model("max-cover").unwrap().build;
//! let mut instance = build(sites, rows, &Parameters { p: Some(2), limit: Some(1), ..Parameters::default() })?.instance;
//! assert_eq!(oracle::brute_force(&instance), Some((vec![16], vec![1, 2])));
//!
//! // "South" only beside "old".
//! side::implies(&mut instance, "support", 2, &[0]);
//! assert_eq!(oracle::brute_force(&instance), Some((vec![14], vec![0, 1])));
//! # Ok::<(), firesite_problem::models::Unbuildable>(())
//! ```
use crate::instance::{Constraint, Instance, Sense};

fn add(instance: &mut Instance, name: &str, terms: Vec<(u32, i64)>, sense: Sense, rhs: i64) {
    instance.constraints.push(Constraint { name: name.to_owned(), terms, sense, rhs });
}

fn sum(sites: &[u32]) -> Vec<(u32, i64)> {
    let mut sites = sites.to_vec();
    sites.sort_unstable();
    sites.dedup();
    sites.into_iter().map(|j| (j, 1)).collect()
}

/// `least <= number of open sites <= most` of these sites (a district's, a class's, or all).
pub fn count(instance: &mut Instance, name: &str, sites: &[u32], least: Option<u32>, most: Option<u32>) {
    match (least, most) {
        (Some(least), Some(most)) if least == most => {
            add(instance, name, sum(sites), Sense::Exactly, i64::from(most));
        }
        _ => {
            if let Some(least) = least {
                add(instance, name, sum(sites), Sense::AtLeast, i64::from(least));
            }
            if let Some(most) = most {
                add(instance, name, sum(sites), Sense::AtMost, i64::from(most));
            }
        }
    }
}

/// `sum of costs <= most`, with the costs of the sites as they are now. Costs beyond 63 bits are refused by
/// [`Instance::validate`].
pub fn budget(instance: &mut Instance, name: &str, most: u64) {
    let sites = instance.sites.iter().enumerate();
    let terms = sites.map(|(j, s)| (j as u32, i64::try_from(s.cost).unwrap_or(i64::MAX))).collect();
    add(instance, name, terms, Sense::AtMost, i64::try_from(most).unwrap_or(i64::MAX));
}

/// The site is not open.
pub fn forbid(instance: &mut Instance, name: &str, site: u32) {
    add(instance, name, vec![(site, 1)], Sense::AtMost, 0);
}

/// Of the two sites at most one is open.
pub fn conflict(instance: &mut Instance, name: &str, one: u32, other: u32) {
    add(instance, name, sum(&[one, other]), Sense::AtMost, 1);
}

/// The site is open only if one of the others is (`x_site <= sum x_others`): a small station beside a full one.
pub fn implies(instance: &mut Instance, name: &str, site: u32, others: &[u32]) {
    let mut terms = sum(others);
    if terms.iter().any(|t| t.0 == site) {
        // A site that may lean on itself is free.
        return;
    }
    terms.push((site, -1));
    terms.sort_unstable();
    add(instance, name, terms, Sense::AtLeast, 0);
}
