//! The plan of Nanyang by a program: what the main scenario builds, county by county.
//!
//! ```sh
//! cargo run --release --example nanyang_plan -- data/nanyang/study.toml out/nanyang_plan
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use firesite::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let study = arguments.next().unwrap_or_else(|| "data/nanyang/study.toml".into());
    let out = arguments.next().unwrap_or_else(|| "out/nanyang_plan".into());

    let plan = Study::open(study)?.plan()?;
    let main = plan.main().ok_or("the study has no scenario")?;
    println!("{} [{}]", plan.document.study.title, plan.document.study.nature);

    let mut built: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for station in main.stations.iter().filter(|s| s.status == "new" || s.status == "upgraded") {
        let district = station.district.as_deref().unwrap_or("-");
        let class = station.class_zh.as_deref().unwrap_or("-");
        built.entry(district).or_default().push(format!("{} ({class}, {})", station.name, station.status));
    }
    for district in &main.districts {
        let share = |c: Option<f64>| c.map_or("-".to_owned(), |s| format!("{:.1} %", s * 100.0));
        let (before, after) = (&district.coverage.before, &district.coverage.after);
        println!("{}: covered {} -> {}", district.name, share(before.share), share(after.share));
        for station in built.get(district.code.as_str()).into_iter().flatten() {
            println!("    {station}");
        }
    }
    for (name, ledger) in plan.document.scenarios.iter().map(|s| (&s.name, &s.ledger)) {
        println!(
            "{name}: {} existing + {} new - {} closed = {}",
            ledger.existing, ledger.new, ledger.closed, ledger.total
        );
    }
    plan.write(&out)?;
    println!("written to {}", out.display());
    Ok(())
}
