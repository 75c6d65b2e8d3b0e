//! Rule packs that are wrong: one clear error each, word for word.

use firesite_standards::{Override, Pack, RuleBook};

/// A pack of these rules, each but its id, titles and severity; faults as they are told.
fn faults(rules: &[&str]) -> String {
    let mut text = "[pack]\nid = \"x\"\ntitle = \"x\"\ntitle_original = \"x\"\n".to_owned();
    for (at, rule) in rules.iter().enumerate() {
        text.push_str(&format!(
            "[[rule]]\nid = \"r{}\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"hard\"\n{rule}\n",
            at + 1
        ));
    }
    match Pack::parse(&text, "x.toml") {
        Ok(_) => "no fault".to_owned(),
        Err(error) => error.to_string(),
    }
}

const SOURCE: &str = "source = { document = \"d\", article = \"a\", confidence = \"P\" }\n";

/// One faulty rule, and what is said of it.
fn check(rule: &str, expected: &str) {
    let told = faults(&[&format!("{SOURCE}{rule}")]);
    assert_eq!(told, expected, "\n{told}\n");
}

#[test]
fn a_wrong_unit_names_the_units_that_fit() {
    check(
        "kind = \"area_cap\"\nparameters = { cap_m2 = 7000000.0 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property cap_m2
      cap_m2 = 7000000.0 is in square metres (m2): cap is given in square kilometres (km2)
      write cap_km2 = 7",
    );
    check(
        "kind = \"time\"\nparameters = { limit_min = 5 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property limit_min
      limit_min = 5 is in minutes (min): limit is given in seconds (s)
      write limit_s = 300",
    );
    check(
        "kind = \"time\"\nparameters = { limit_m = 300 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property limit_m
      limit_m = 300 is a length in metres (m): limit is a time, given in seconds (s)
      write limit_s",
    );
    check(
        "kind = \"distance\"\nparameters = { limit_km = 2.5 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property limit_km
      limit_km = 2.5 is in kilometres (km): limit is given in metres (m) or miles (mi)
      write limit_m = 2500 or limit_mi",
    );
    check(
        "kind = \"water\"\nparameters = { radius = 150 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property radius
      radius = 150 has no unit: radius is given in metres (m)
      write radius_m",
    );
    check(
        "kind = \"time\"\nparameters = { limit_s = \"5 min\" }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property limit_s
      limit_s is \"5 min\"
      write a number of seconds",
    );
}

#[test]
fn an_unknown_key_names_the_nearest() {
    check(
        "kind = \"slots\"\nparameters = { slots = [{ class = \"first\", at_leest = 1 }] }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property at_leest
      there is no key \"at_leest\" in this rule of kind slots
      known here: class, at_least (nearest: at_least)",
    );
    check(
        "kind = \"land\"\nparameters = { land_min_m2 = 1000 }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property land_min_m2
      there is no key \"land_min_m2\": this rule of kind land has none
      leave land_min_m2 out",
    );
    check(
        "kind = \"land\"\nseverety = \"hard\"",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property severety
      there is no key \"severety\" in this rule
      known here: id, title, title_zh, severity, kind, applies, parameters, marks, source, since, until (nearest: severity)",
    );
    check(
        "kind = \"land\"\napplies = { role = [\"seet\"] }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property applies
      \"seet\" is no role; there are seat, core, town, cluster (nearest: seat)
      write one of these",
    );
    check(
        "kind = \"time\"\nparameters = { limit_s = 300 }\nmarks = { limit = \"M\" }",
        "F0703 fatal    x.toml, feature rule r1 (line 5), property marks
      \"limit\" is no parameter of this rule
      it has limit_s (nearest: limit_s)",
    );
}

#[test]
fn an_unknown_kind_names_the_nearest() {
    check(
        "kind = \"areacap\"",
        "F0704 fatal    x.toml, feature rule r1 (line 5), property kind
      \"areacap\" is no rule kind
      write one of slots, town_station, adjacency, time, distance, count, area_cap, age, land, staffing, barrier, site_buffer, water (nearest: area_cap)",
    );
}

#[test]
fn a_rule_needs_a_source() {
    let told = faults(&["kind = \"land\""]);
    assert_eq!(
        told,
        "F0706 fatal    x.toml, feature rule r1 (line 5), property source
      the rule has no source: without one it is an opinion
      write source = { document = \"…\", article = \"…\", confidence = \"S|V|V2|D|M|P\" }"
    );
    let told = faults(&["kind = \"land\"\nsource = { document = \" \", article = \"a\", confidence = \"P\" }"]);
    assert_eq!(
        told,
        "F0706 fatal    x.toml, feature rule r1 (line 5), property source
      the document of the source is empty
      say where the rule is written"
    );
}

#[test]
fn a_percentile_is_above_zero_and_at_most_a_hundred() {
    for (percentile, told) in [("101", "101"), ("0", "0"), ("-5.5", "-5.5"), ("nan", "NaN")] {
        for (kind, limit) in [("time", "limit_s = 240"), ("distance", "limit_m = 240"), ("water", "radius_m = 150")] {
            check(
                &format!("kind = \"{kind}\"\nparameters = {{ {limit}, percentile = {percentile} }}"),
                &format!(
                    "F0705 fatal    x.toml, feature rule r1 (line 5), property percentile
      percentile is {told}
      write a number above 0 and at most 100, or leave it out for all of the demand"
                ),
            );
        }
    }
    assert_eq!(
        faults(&[&format!("{SOURCE}kind = \"time\"\nparameters = {{ limit_s = 240, percentile = 100 }}")]),
        "no fault"
    );
}

#[test]
fn counts_do_not_contradict_each_other() {
    check(
        "kind = \"slots\"\nparameters = { slots = [{ class = \"first\", at_least = 2 }, { class = \"second\", at_least = 1 }] }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property slots
      contradictory counts: at least 2 of first or above, but at least 1 of second or above
      slots are nested: a lower class asks for as many as a higher one, or more",
    );
    check(
        "kind = \"count\"\nparameters = { per = \"district\", at_least = 3, at_most = 2 }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property at_least
      contradictory counts: at least 3 and at most 2
      write at_least no higher than at_most",
    );
    let count = |applies: &str, counts: &str| {
        format!("{SOURCE}kind = \"count\"\napplies = {{ {applies} }}\nparameters = {{ per = \"district\", {counts} }}")
    };
    let least = count("district = [\"a\", \"b\"], class = [\"first\"]", "at_least = 3");
    let most = count("district = [\"b\", \"a\"]", "at_most = 2");
    let contradiction = "F0709 fatal    x.toml, feature rule r1, property at_least
      contradictory counts on the same selector: r1 wants at least 3, r2 at most 2
      change at_least of r1 or at_most of r2, or leave one of the rules out";
    assert_eq!(faults(&[&least, &most]), contradiction);
    // Other places, another class, another year, or enough room: no contradiction.
    for other in [
        count("district = [\"a\"]", "at_most = 2"),
        count("district = [\"a\", \"b\"], class = [\"second\"]", "at_most = 2"),
        count("district = [\"a\", \"b\"]", "at_most = 3"),
        format!("until = 2020-12-31\n{most}"),
    ] {
        assert_eq!(faults(&[&format!("since = \"2021-01-01\"\n{least}"), &other]), "no fault", "{other}");
    }
    // Across a pack and the study's own rules, too.
    let added: toml::Table = format!(
        "id = \"few\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"hard\"\nkind = \"count\"\n{SOURCE}parameters = {{ per = \"plan\", at_most = 61 }}"
    )
    .parse()
    .unwrap();
    let told = RuleBook::new(&["cn-nanyang-145".to_owned()], &[], std::slice::from_ref(&added), "study.toml");
    // The plan's rule leaves out what the ledger does not count, which the other counts: 61 is too few all the same.
    assert_eq!(
        told.unwrap_err().to_string(),
        "F0709 fatal    study.toml, feature rule stations_total, property at_least
      contradictory counts on the same selector: stations_total wants at least 62, few at most 61
      change at_least of stations_total or at_most of few, or leave one of the rules out"
    );
    let fewer =
        Override { id: "stations_total".to_owned(), parameters: "at_least = 61".parse().unwrap(), severity: None };
    assert!(RuleBook::new(&["cn-nanyang-145".to_owned()], &[fewer], &[added], "study.toml").is_ok());
}

#[test]
fn dates_are_dates_and_in_order() {
    check(
        "kind = \"land\"\nsince = \"2017-02-30\"",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property since
      \"2017-02-30\" is no date
      write year-month-day, as 2017-06-01",
    );
    check(
        "kind = \"land\"\nsince = 2017-06-01\nuntil = \"2016-06-01\"",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property until
      until is 2016-06-01, before since, 2017-06-01
      write the later date as until",
    );
}

#[test]
fn what_a_clock_does_not_count_is_not_given() {
    check(
        "kind = \"time\"\nparameters = { limit_s = 240, clock = \"wheels\", turnout_s = 60 }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property turnout_s
      turnout_s is given, and the clock wheels does not count it
      leave it out, or write clock = \"order\"",
    );
    check(
        "kind = \"time\"\nparameters = { limit_s = 240, clock = \"siren\" }",
        "F0705 fatal    x.toml, feature rule r1 (line 5), property clock
      clock is \"siren\"
      write one of call, order, wheels",
    );
}

#[test]
fn all_faults_of_a_pack_are_told_at_once() {
    let told = faults(&[
        &format!("{SOURCE}kind = \"areacap\""),
        "kind = \"land\"",
        &format!("{SOURCE}kind = \"time\"\nparameters = {{ limit_s = -1 }}"),
    ]);
    let codes: Vec<&str> = told.lines().filter(|l| l.starts_with('F')).map(|l| &l[..5]).collect();
    assert_eq!(codes, ["F0704", "F0706", "F0705"], "{told}");
    assert!(told.ends_with("limit_s is -1\n      write seconds above 0"), "{told}");
}

#[test]
fn no_text_makes_a_pack_panic() {
    // Every prefix of a packaged pack, and every pack with one line left out or one character changed.
    let text = Pack::packaged_text("cn-nanyang-145").unwrap();
    for (at, _) in text.char_indices().step_by(7) {
        let _ = Pack::parse(&text[..at], "x.toml");
        let mut changed = text.to_owned();
        changed.insert(at, '}');
        let _ = Pack::parse(&changed, "x.toml");
    }
    for line in text.lines().filter(|l| !l.is_empty()) {
        let _ = Pack::parse(&text.replacen(line, "", 1), "x.toml");
    }
}
