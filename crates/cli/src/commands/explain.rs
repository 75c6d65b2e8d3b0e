//! `firesite explain`: why here, why not there. Exit 0: answered; 1: no station can stand there, or no plan exists as asked.
use firesite::plan::explain::{Explanation, LevelChange};
use firesite::plan::{Asked, explain};
use firesite::prelude::{Coord, Study};

use crate::args::{ExplainArgs, Lang};
use crate::commands::summary::{self, Words};
use crate::console::Console;
use crate::outcome::{Done, Outcome};

/// Runs the command.
pub fn run(console: &Console, args: &ExplainArgs) -> Outcome {
    let asked = match (&args.site, &args.station) {
        (Some((lon, lat)), _) => Asked::Site(Coord { x: *lon, y: *lat }),
        (None, station) => Asked::Station(station.clone().unwrap_or_default()),
    };
    let study = args.study.as_deref().map(Study::open).transpose()?;
    let bar = console.progress(format!("explaining {}", args.plan.display()));
    let explanation = explain(&args.plan, &asked, study.as_ref())?;
    bar.finish_and_clear();
    let words = Words(console.lang.unwrap_or(Lang::En));
    console.result(|| told(&explanation, words), &explanation)?;
    Ok(if explanation.met() { Done::Well } else { Done::NotMet })
}

fn told(e: &Explanation, words: Words) -> String {
    let mut text = String::new();
    for sentence in &e.sentences {
        text.push_str(words.pick(&sentence.en, &sentence.zh));
        text.push('\n');
    }
    let chosen = e.options.iter().any(|o| o.chosen);
    for option in
        e.options.iter().filter(|o| o.chosen || !chosen).filter(|o| o.adds.iter().any(|l| l.with != l.without))
    {
        text.push_str(&format!("\n{} {}\n", words.pick("class", "类别"), option.class));
        text.push_str(&levels(&option.adds, words));
        if !option.areas.is_empty() {
            let head = match words {
                Words(Lang::En) => ["built-up area", "covered without", "with", "target"],
                Words(Lang::Zh) => ["建成区", "无此站时覆盖", "有此站时覆盖", "目标"],
            };
            let mut table = summary::table(head);
            for a in &option.areas {
                let name = if a.id.is_empty() { words.pick("outside all", "建成区外") } else { &a.name };
                let target = a.target.map_or("-".to_owned(), |t| format!("{t:.0}"));
                table.add_row(vec![name.to_owned(), format!("{:.0}", a.without), format!("{:.0}", a.with), target]);
            }
            text.push_str(&format!("{table}\n"));
        }
    }
    text
}

fn levels(changes: &[LevelChange], words: Words) -> String {
    let head = match words {
        Words(Lang::En) => ["level", "unit", "without", "with", "change"],
        Words(Lang::Zh) => ["目标层次", "单位", "无此站", "有此站", "变化"],
    };
    let mut table = summary::table(head);
    for l in changes {
        table.add_row(vec![
            l.level.clone(),
            l.unit.clone(),
            format!("{:.1}", l.without),
            format!("{:.1}", l.with),
            format!("{:+.1}", l.with - l.without),
        ]);
    }
    format!("{table}\n")
}
