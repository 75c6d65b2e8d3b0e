//! Every kind of rule where a drawn study just meets it and just misses it, by hand.

use crate::support::*;
use firesite_model::{Barrier, BuiltUpRole, Coord, Exit, Hazard, Hydrant, SquareMetres, TownTier, Zone};
use firesite_plan::StudyBuilder;
use firesite_plan::plan_json::ComplianceLine;
use firesite_plan::study_file::DateWord;
use firesite_town::Town;
use geo_types::{Geometry, LineString, Point};

/// The street with one first-class station at A and one demand of 10 at each of these places.
fn street_with(demand_at: &[char]) -> (Town, StudyBuilder) {
    let town = street([36; 4]);
    let demand = demand_at.iter().map(|at| demand(&town, *at, 10.0)).collect();
    let builder = packs(study(&town)).stations(vec![station(&town, "S1", 'A', "first")]).demand(demand);
    (town, builder)
}

/// Adds an advisory rule of this kind and gives its lines; `counts` new stations are built.
fn lines(builder: &StudyBuilder, new: u32, rule: &str) -> Vec<ComplianceLine> {
    let text = format!(
        "id = \"r\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"advisory\"\n{rule}\nsource = {{ document = \"d\", article = \"a\", confidence = \"S\" }}"
    );
    let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    let mut section = scenario("s", Some(new), Some(0));
    section.rules = Some(vec![]);
    let builder = builder.clone().scenario(section).settings(|file| file.rules.add.push(table));
    let plan = plan(builder);
    assert_eq!(main(&plan).optimum.status, "optimal");
    main(&plan).compliance.iter().filter(|c| c.rule == "r").cloned().collect()
}

fn line(builder: &StudyBuilder, new: u32, rule: &str) -> ComplianceLine {
    let mut found = lines(builder, new, rule);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Met under the first rule, not met under the second; the sentences say so in both languages.
fn meets_and_misses(builder: &StudyBuilder, new: u32, meets: &str, misses: &str) -> [ComplianceLine; 2] {
    let both = [line(builder, new, meets), line(builder, new, misses)];
    assert_eq!(both.each_ref().map(|l| l.met), [Some(true), Some(false)], "{both:#?}");
    assert_eq!(both.each_ref().map(|l| l.status.as_str()), ["met", "not met"]);
    assert!(both[0].breach.is_none() && both[1].breach.is_some_and(|b| b > 0.0), "{both:#?}");
    for line in &both {
        assert!(!line.reason.is_empty() && !line.reason_zh.is_empty() && !line.unit.is_empty());
    }
    both
}

fn metres_east(place: Coord<f64>, metres: f64) -> Coord<f64> {
    Coord { x: place.x + metres / (111_320.0 * place.y.to_radians().cos()), y: place.y }
}

#[test]
fn time_on_each_clock() {
    // C lies 800 m from A: 80 s of travel, 140 s from the order, 290 s from the call with 150 s of handling.
    let (_, builder) = street_with(&['C']);
    for (clock, meets, misses) in [
        ("clock = \"wheels\"", 80.05, 79.95),
        ("clock = \"order\"", 140.05, 139.95),
        ("clock = \"call\", call_handling_s = 150", 290.05, 289.95),
        ("clock = \"order\", turnout_s = 80", 160.05, 159.95),
        ("clock = \"wheels\", setup_s = 120", 200.05, 199.95),
    ] {
        let rule = |limit: f64| format!("kind = \"time\"\nparameters = {{ limit_s = {limit}, {clock} }}");
        let [met, missed] = meets_and_misses(&builder, 0, &rule(meets), &rule(misses));
        assert_eq!((met.required, met.proposed, met.unit.as_str()), (Some(1.0), Some(1.0), "share"));
        assert_eq!((missed.proposed, missed.breach, missed.subject_kind.as_str()), (Some(0.0), Some(1.0), "plan"));
    }
    // Without clock: the study's, the order. The pack's time budget says what the call counts.
    meets_and_misses(
        &builder,
        0,
        "kind = \"time\"\nparameters = { limit_s = 140.05 }",
        "kind = \"time\"\nparameters = { limit_s = 139.95 }",
    );
    let call = |limit: f64| format!("kind = \"time\"\nparameters = {{ limit_s = {limit}, clock = \"call\" }}");
    meets_and_misses(&builder, 0, &call(290.05), &call(289.95));
    let nobody_says = builder.settings(|file| file.rules.packs = vec!["us-nfpa1710".into()]);
    let open = line(&nobody_says, 0, &call(290.05));
    assert_eq!((open.met, open.status.as_str()), (None, "not assessable"));
    assert!(open.reason.contains("call_handling_s") && open.reason_zh.contains("call_handling_s"), "{open:?}");
}

#[test]
fn time_for_a_share() {
    let town = street([36; 4]);
    let builder = packs(study(&town))
        .stations(vec![station(&town, "S1", 'A', "first")])
        .demand(vec![demand(&town, 'B', 90.0), demand(&town, 'E', 10.0)]);
    let rule = |percentile: f64| {
        format!("kind = \"time\"\nparameters = {{ limit_s = 60, clock = \"wheels\", percentile = {percentile} }}")
    };
    let [met, missed] = meets_and_misses(&builder, 0, &rule(90.0), &rule(90.1));
    assert_eq!((met.standing, met.proposed, missed.required), (Some(0.9), Some(0.9), Some(0.901)));
    // E lies 160 s from A: that is when the wanted share is reached.
    assert!(
        missed.reason.contains("is reached within 2:4") || missed.reason.contains("is reached within 2:39"),
        "{}",
        missed.reason
    );
}

#[test]
fn a_clock_that_orders_the_stations_otherwise_is_converted_or_left_open() {
    // Three quick volunteer-less stations far away and a slow one next door: on the study's clock (order) the slow one is
    // due fourth, on the rule's clock (wheels) it comes first.
    let town = street([36; 4]);
    let at = |id: &str, place: char, turnout: u32| {
        let mut s = station(&town, id, place, "first");
        s.turnout = Some(firesite_model::TravelTime::seconds(turnout));
        s
    };
    let far = vec![at("S1", 'B', 10), at("S2", 'C', 10), at("S3", 'D', 10), at("S4", 'A', 500)];
    let near = packs(study(&town)).stations(far).demand(vec![demand(&town, 'A', 10.0)]);
    let rule = |limit: f64| format!("kind = \"time\"\nparameters = {{ limit_s = {limit}, clock = \"wheels\" }}");
    // 40 s from B for certain; within 39 s nobody listed comes, but S4 might.
    assert_eq!(line(&near, 0, &rule(40.05)).met, Some(true));
    let open = line(&near, 0, &rule(39.0));
    assert_eq!((open.met, open.status.as_str()), (None, "not assessable"), "{open:?}");
    assert!(open.reason.contains("another one may come first"), "{}", open.reason);
    // The same turnout everywhere: both clocks order alike, and the answer is exact.
    let alike = vec![at("S1", 'B', 10), at("S2", 'C', 10), at("S3", 'D', 10), at("S4", 'E', 10)];
    let exact = packs(study(&town)).stations(alike).demand(vec![demand(&town, 'A', 10.0)]);
    meets_and_misses(&exact, 0, &rule(40.05), &rule(39.95));
    let second =
        |limit: f64| format!("kind = \"time\"\nparameters = {{ limit_s = {limit}, clock = \"wheels\", due = 2 }}");
    meets_and_misses(&exact, 0, &second(80.05), &second(79.95));
}

#[test]
fn distance_by_road() {
    let (_, builder) = street_with(&['C']);
    let [met, _] = meets_and_misses(
        &builder,
        0,
        "kind = \"distance\"\nparameters = { limit_m = 800.5, curve = \"iso\" }",
        "kind = \"distance\"\nparameters = { limit_m = 799.5 }",
    );
    // 39 + 63.38 × 0.8005 s.
    assert!(met.reason.contains("1:29.7"), "{}", met.reason);
    meets_and_misses(
        &builder,
        0,
        "kind = \"distance\"\nparameters = { limit_mi = 0.4974 }",
        "kind = \"distance\"\nparameters = { limit_mi = 0.4967 }",
    );
    // A slow street is as long as a quick one, and only stations of the classes asked for count.
    let town = street([5; 4]);
    let slow = packs(study(&town))
        .stations(vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'B', "small")])
        .demand(vec![demand(&town, 'C', 10.0)]);
    meets_and_misses(
        &slow,
        0,
        "kind = \"distance\"\nparameters = { limit_m = 400.5 }",
        "kind = \"distance\"\nparameters = { limit_m = 400.5, served_by = [\"first\"] }",
    );
}

#[test]
fn counts_in_the_plan_in_districts_and_in_towns() {
    let (town, builder) = street_with(&['A']);
    let mut team = station(&town, "T1", 'E', "乡镇专职");
    team.counted = false;
    let mut area = built_up(&town, "T", BuiltUpRole::Town, 'E', 'E');
    area.town = Some("T1".into());
    // The other pack wants 62 stations, which would contradict these counts.
    let builder = builder
        .settings(|file| file.rules.packs = vec!["cn-jb152-2017".into()])
        .districts(vec![district(&town, "D1", 'A', 'B'), district(&town, "D2", 'D', 'E')])
        .built_up(vec![area])
        .towns(vec![township(&town, "T1", 'E', TownTier::Other)])
        .stations(vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'B', "small"), team]);
    let rule = |per: &str, counts: &str, applies: &str| {
        format!("kind = \"count\"\napplies = {{ {applies} }}\nparameters = {{ per = \"{per}\", {counts} }}")
    };
    let [met, missed] =
        meets_and_misses(&builder, 0, &rule("plan", "at_least = 3", ""), &rule("plan", "at_least = 4", ""));
    assert_eq!((met.proposed, missed.breach), (Some(3.0), Some(0.25)));
    meets_and_misses(&builder, 0, &rule("plan", "at_most = 3", ""), &rule("plan", "at_most = 2", ""));
    // The ledger does not count the team.
    let counted = |n: u32| rule("plan", &format!("counted_only = true, at_least = {n}"), "");
    meets_and_misses(&builder, 0, &counted(2), &counted(3));
    let first =
        |district: &str| rule("district", "at_least = 1", &format!("class = [\"first\"], district = [\"{district}\"]"));
    meets_and_misses(&builder, 0, &first("D1"), &first("D2"));
    // Second class or above: the first-class station counts.
    let or_above = |or_above: bool| {
        rule("district", &format!("at_least = 1, or_above = {or_above}"), "class = [\"second\"], district = [\"D1\"]")
    };
    meets_and_misses(&builder, 0, &or_above(true), &or_above(false));
    meets_and_misses(&builder, 0, &rule("town", "at_least = 1", ""), &rule("town", "at_least = 2", ""));
    meets_and_misses(&builder, 0, &rule("built_up", "at_most = 1", ""), &rule("built_up", "at_most = 0", ""));
    // Nobody of the kind: said, not left out.
    let nobody = line(&builder, 0, &rule("town", "at_least = 1", "tier = [\"national_key\"]"));
    assert_eq!((nobody.met, nobody.reason.as_str()), (None, "the study has no town of tier national_key"));
}

#[test]
fn a_hard_count_is_a_constraint() {
    // One station more in the second district, and no more than two in all: X at D, not Y at C.
    let (town, builder) = street_with(&['B', 'C']);
    let builder = builder
        .districts(vec![district(&town, "D1", 'A', 'C'), district(&town, "D2", 'D', 'E')])
        .candidates(vec![candidate(&town, "X", 'D', &["second"]), candidate(&town, "Y", 'C', &["second"])]);
    let rule = |id: &str, per: &str, counts: &str, applies: &str| -> toml::Table {
        format!(
            "id = \"{id}\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"hard\"\nkind = \"count\"\napplies = {{ {applies} }}\nparameters = {{ per = \"{per}\", {counts} }}\nsource = {{ document = \"d\", article = \"a\", confidence = \"S\" }}"
        )
        .parse()
        .unwrap()
    };
    let with = |rules: Vec<toml::Table>| {
        plan(builder.clone().settings(|f| {
            f.rules.packs = vec![];
            f.rules.add = rules;
        }))
    };
    let second = rule("d2", "district", "at_least = 1", "district = [\"D2\"]");
    let few = rule("few", "plan", "at_most = 2", "");
    assert_eq!(new_stations(main(&with(vec![few.clone()]))), ["Y second"]);
    assert_eq!(new_stations(main(&with(vec![few.clone(), second.clone()]))), ["X second"]);
    let fewer = rule("few", "plan", "at_most = 1", "");
    let clash = with(vec![fewer, second]);
    assert_eq!(main(&clash).optimum.status, "infeasible");
    assert_eq!(main(&clash).conflicts[0].rules, ["d2", "few"]);
}

#[test]
fn water_within_the_radius() {
    let (town, builder) = street_with(&['C']);
    let hydrant = |metres: f64, working: bool, pressure: Option<f64>| {
        let position = metres_east(town.at('C'), metres);
        vec![Hydrant { feature: 0, kind: "hydrant".into(), working, pressure_mpa: pressure, position }]
    };
    let rule = "kind = \"water\"\nparameters = { radius_m = 150 }";
    let pressed = "kind = \"water\"\nparameters = { radius_m = 150, pressure_min_mpa = 0.14 }";
    let judged = |points: Vec<Hydrant>, rule: &str| line(&builder.clone().hydrants(points), 0, rule).met;
    assert_eq!(judged(hydrant(149.5, true, None), rule), Some(true));
    assert_eq!(judged(hydrant(150.5, true, None), rule), Some(false));
    assert_eq!(judged(hydrant(-149.5, true, None), rule), Some(true));
    assert_eq!(judged(hydrant(10.0, false, None), rule), Some(false));
    assert_eq!(judged(hydrant(10.0, true, Some(0.14)), pressed), Some(true));
    assert_eq!(judged(hydrant(10.0, true, Some(0.13)), pressed), Some(false));
    assert_eq!(judged(hydrant(10.0, true, None), pressed), Some(false));
    let none = line(&builder, 0, rule);
    assert_eq!((none.met, none.reason.as_str()), (None, "the study has no layer [hydrants]"));
}

#[test]
fn slots_of_a_seat() {
    let (town, builder) = street_with(&['A']);
    let builder = builder.built_up(vec![built_up(&town, "S", BuiltUpRole::Seat, 'A', 'B')]);
    let slot = |n: u32| {
        format!(
            "kind = \"slots\"\napplies = {{ role = [\"seat\"] }}\nparameters = {{ slots = [{{ class = \"second\", at_least = {n} }}] }}"
        )
    };
    let [met, missed] = meets_and_misses(&builder, 0, &slot(1), &slot(2));
    assert_eq!((met.proposed, missed.required, missed.breach), (Some(1.0), Some(2.0), Some(0.5)));
    // A station whose class nobody states may be the missing one.
    let mut plain = station(&town, "S2", 'B', "second");
    plain.class = None;
    let open = line(&builder.stations(vec![station(&town, "S1", 'A', "first"), plain]), 0, &slot(2));
    assert_eq!((open.met, open.reason.as_str()), (None, "1 station there has no class in the study"));
}

#[test]
fn a_class_by_the_size_of_the_town() {
    let (town, builder) = street_with(&['E']);
    let mut area = built_up(&town, "T", BuiltUpRole::Town, 'E', 'E');
    area.town = Some("T1".into());
    let with = |km2: f64| {
        let mut place = township(&town, "T1", 'E', TownTier::NationalKey);
        place.built_up = Some(SquareMetres(km2 * 1e6));
        builder
            .clone()
            .built_up(vec![area.clone()])
            .towns(vec![place])
            .stations(vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'E', "second")])
    };
    let rule = "kind = \"town_station\"\napplies = { tier = [\"national_key\"] }\nparameters = { class_by_area = [{ up_to_km2 = 4, class = \"second\" }, { class = \"first\" }] }";
    assert_eq!(line(&with(4.0), 0, rule).met, Some(true));
    assert_eq!(line(&with(4.01), 0, rule).met, Some(false));
}

#[test]
fn a_small_station_adjoins_a_full_one() {
    // C lies 80 s of travel from A.
    let (town, builder) = street_with(&['A']);
    let builder = builder.stations(vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'C', "small")]);
    let rule = |limit: f64| format!("kind = \"adjacency\"\nparameters = {{ limit_s = {limit} }}");
    // The pack's own adjacency rule looks farther, so both are within what is computed.
    let [met, missed] = meets_and_misses(&builder, 0, &rule(80.05), &rule(79.95));
    assert_eq!((met.subject.as_str(), missed.proposed), ("Station S2", Some(0.0)));
}

#[test]
fn an_area_within_its_cap() {
    // One station, and a built-up area of 300 m by 300 m around it.
    let (town, builder) = street_with(&['A']);
    let builder = builder.built_up(vec![built_up(&town, "S", BuiltUpRole::Core, 'A', 'A')]);
    let rule = |cap: f64| {
        format!("kind = \"area_cap\"\napplies = {{ class = [\"first\"] }}\nparameters = {{ cap_km2 = {cap} }}")
    };
    let size = line(&builder, 0, &rule(7.0)).proposed.unwrap();
    assert!((size - 0.09).abs() < 0.005, "{size}");
    meets_and_misses(&builder, 0, &rule(size + 2e-6), &rule(size - 2e-6));
    // Wind or dryness take a fifth off the cap.
    let windy = |cap: f64| format!("kind = \"area_cap\"\nparameters = {{ cap_km2 = {cap}, reduction = 0.8 }}");
    meets_and_misses(&builder, 0, &windy((size + 2e-6) / 0.8), &windy((size - 2e-6) / 0.8));
    // The near suburb has a cap of its own.
    let suburb = "kind = \"area_cap\"\nparameters = { cap_km2 = 15, suburban = true }";
    let nobody = line(&builder, 0, suburb);
    assert_eq!(
        (nobody.met, nobody.reason.as_str()),
        (None, "the study has no station with a service area in a zone suburban")
    );
    let mut area = built_up(&town, "S", BuiltUpRole::Core, 'A', 'A');
    area.zones = vec![Zone::Suburban];
    assert_eq!(line(&builder.built_up(vec![area]), 0, suburb).met, Some(true));
}

#[test]
fn fifteen_years_in_service() {
    let (town, builder) = street_with(&['A']);
    let rule = "kind = \"age\"\nparameters = { most_years = 15 }";
    let judged = |since: &str, on: Option<&str>| {
        let mut old = station(&town, "S1", 'A', "first");
        old.in_service = since.parse().ok();
        let reference = on.map(|d| DateWord(d.parse().unwrap()));
        line(&builder.clone().stations(vec![old]).settings(|f| f.study.reference_date = reference), 0, rule)
    };
    assert_eq!(judged("2006-01-01", Some("2021-01-01")).met, Some(true));
    assert_eq!(judged("2005-12-31", Some("2021-01-01")).met, Some(false));
    assert_eq!(judged("2005-12-31", None).reason, "the study has no reference_date");
    assert_eq!(judged("", Some("2021-01-01")).reason, "no date of entering service (in_service)");
}

#[test]
fn a_parcel_large_enough() {
    let (town, builder) = street_with(&['E']);
    let judged = |m2: Option<f64>| {
        let mut site = candidate(&town, "X", 'E', &["second"]);
        site.land = m2.map(SquareMetres);
        line(&builder.clone().candidates(vec![site]), 1, "kind = \"land\"\napplies = { class = [\"second\"] }")
    };
    let met = judged(Some(2300.0));
    assert_eq!((met.met, met.verified), (Some(true), false));
    assert_eq!(met.unverified, ["land_min_m2 of second = 2300 [M]"]);
    assert!(met.reason.ends_with("Unverified: land_min_m2 of second = 2300 [M]."), "{}", met.reason);
    assert!(met.reason_zh.contains("未经核实"), "{}", met.reason_zh);
    assert_eq!(judged(Some(2299.0)).met, Some(false));
    assert_eq!(judged(None).reason, "the parcel of the site is not known (land_m2)");
}

#[test]
fn candidates_are_judged_too() {
    let (town, builder) = street_with(&['E']);
    let site = |id: &str, at: char, m2: Option<f64>| {
        let mut site = candidate(&town, id, at, &["second"]);
        site.land = m2.map(SquareMetres);
        site
    };
    let rule: toml::Table = "id = \"r\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"hard\"\nkind = \"land\"\nsource = { document = \"d\", article = \"a\", confidence = \"V\" }".parse().unwrap();
    // E serves its demand best, but its parcel is too small.
    let sites =
        vec![site("W", 'B', None), site("X", 'C', None), site("Y", 'D', Some(2300.0)), site("Z", 'E', Some(2299.0))];
    let builder = builder.candidates(sites).scenario(scenario("s", Some(1), Some(0))).settings(|f| {
        f.rules.packs = vec![];
        f.rules.add = vec![rule];
    });
    let plan = plan(builder);
    assert_eq!(new_stations(main(&plan)), ["Y second"]);
    let lines: Vec<_> = plan.document.candidate_compliance.iter().collect();
    let told: Vec<_> =
        lines.iter().map(|l| (l.subject.as_str(), l.status.as_str(), l.proposed, l.unit.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Z 二级普通消防站", "not met", Some(2299.0), "m2"),
            ("1 candidate", "met", Some(1.0), "candidates"),
            ("2 candidates", "not assessable", Some(2.0), "candidates"),
        ]
    );
    assert!(lines.iter().all(|l| l.subject_kind == "candidate"));
    assert!(plan.map.compliance.iter().any(|f| f.line.subject.starts_with('Z')));
}

#[test]
fn enough_persons_for_the_new_stations() {
    // A second-class station wants 15 persons on a shift.
    let (town, builder) = street_with(&['E']);
    let builder = builder.candidates(vec![candidate(&town, "X", 'E', &["second"])]);
    let rule = |persons: u32, shifts: u32| {
        format!("kind = \"staffing\"\nparameters = {{ persons_new = {persons}, shifts = {shifts} }}")
    };
    meets_and_misses(&builder, 1, &rule(15, 1), &rule(14, 1));
    meets_and_misses(&builder, 1, &rule(30, 2), &rule(29, 2));
}

#[test]
fn a_service_area_beside_a_barrier() {
    // A railway along the street, this far into the built-up area: crossing is 200 m and more.
    let (town, builder) = street_with(&['A']);
    let builder = builder.built_up(vec![built_up(&town, "S", BuiltUpRole::Core, 'A', 'A')]);
    let judged = |inside: f64| {
        let edge = metres_east(town.at('A'), -150.0);
        let line_of = LineString(vec![metres_east(edge, -100.0), metres_east(edge, inside)]);
        let barrier =
            Barrier { feature: 0, kind: "railway".into(), name: None, geometry: Geometry::LineString(line_of) };
        line(&builder.clone().barriers(vec![barrier]), 0, "kind = \"barrier\"").met
    };
    assert_eq!([190.0, 210.0].map(judged), [Some(true), Some(false)]);
    assert!(line(&builder, 0, "kind = \"barrier\"").reason.contains("[barriers]"));
}

#[test]
fn a_site_far_enough_from_exits_and_hazards() {
    let (town, builder) = street_with(&['E']);
    let builder = builder.candidates(vec![candidate(&town, "X", 'E', &["second"])]);
    let near = |metres: f64| Geometry::Point(Point(metres_east(town.at('E'), metres)));
    let exits = "kind = \"site_buffer\"\nparameters = { from = \"exits\", distance_m = 50 }";
    let exit = |metres: f64| {
        let exits_at = vec![Exit { feature: 0, kind: "school".into(), name: None, geometry: near(metres) }];
        line(&builder.clone().exits(exits_at).settings(|f| f.rules.packs = vec![]), 1, exits)
    };
    assert_eq!([50.1, 49.9].map(|m| exit(m).met), [Some(true), Some(false)]);
    assert!((exit(49.9).breach.unwrap() - 0.002).abs() < 1e-4);
    let hazards = "kind = \"site_buffer\"\nparameters = { from = \"hazards\", distance_m = 300 }";
    let hazard = |metres: f64| {
        let hazards_at = vec![Hazard { feature: 0, kind: "fuel".into(), name: None, geometry: near(metres) }];
        line(&builder.clone().hazards(hazards_at).settings(|f| f.rules.packs = vec![]), 1, hazards).met
    };
    assert_eq!([300.1, 299.9].map(hazard), [Some(true), Some(false)]);
    assert_eq!(line(&builder, 1, exits).reason, "the study has no layer [exits]");
}

#[test]
fn a_rule_out_of_force_is_listed_as_such() {
    let (_, builder) = street_with(&['A']);
    let rule = "kind = \"time\"\nsince = 2022-06-01\nparameters = { limit_s = 1 }";
    let on = |date: Option<&str>| {
        let reference = date.map(|d| DateWord(d.parse().unwrap()));
        line(&builder.clone().settings(|f| f.study.reference_date = reference), 0, rule)
    };
    let early = on(Some("2021-01-01"));
    assert_eq!((early.met, early.status.as_str(), early.binding), (None, "not in force", false));
    assert_eq!(early.reason, "not in force on the reference date 2021-01-01: in force since 2022-06-01");
    assert_eq!([Some("2022-06-01"), None].map(|d| on(d).met), [Some(false), Some(false)]);
}

#[test]
fn soft_breaches_are_ranked_by_size() {
    // The whole street is built up: one first-class station, and caps of a third, a half and the whole of it.
    let (town, builder) = street_with(&['A', 'E']);
    let builder = builder.built_up(vec![built_up(&town, "S", BuiltUpRole::Core, 'A', 'A')]);
    let rule = |id: &str, severity: &str, cap: f64| -> toml::Table {
        format!(
            "id = \"{id}\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"{severity}\"\nkind = \"area_cap\"\nparameters = {{ cap_km2 = {cap} }}\nsource = {{ document = \"d\", article = \"a\", confidence = \"V\" }}"
        )
        .parse()
        .unwrap()
    };
    let plan = plan(builder.settings(|f| {
        f.rules.packs = vec![];
        f.rules.add = vec![
            rule("half", "soft", 0.045),
            rule("third", "soft", 0.03),
            rule("whole", "soft", 1.0),
            rule("must", "advisory", 0.01),
        ];
    }));
    let ranks: Vec<(&str, Option<u32>)> = main(&plan).compliance.iter().map(|c| (c.rule.as_str(), c.rank)).collect();
    assert_eq!(ranks, [("half", Some(2)), ("third", Some(1)), ("whole", None), ("must", None)]);
    // Each of them lies on the map, with its service area.
    assert_eq!(plan.map.compliance.len(), 4);
    assert!(plan.map.compliance.iter().all(|f| matches!(f.geometry, Geometry::MultiPolygon(_))));
}
