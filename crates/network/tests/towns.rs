//! Drawn towns whose times follow by hand.

use firesite_model::TravelTime;
use firesite_network::{Origin, Piece, Unsnapped};
use firesite_town::{PROFILE, Town, metres};

#[test]
fn a_one_way_street_sends_the_engine_round() {
    let town = Town::draw(
        metres(100),
        "
        A---B---C
        |       |
        D-------E
        ",
        &["ABC oneway=yes maxspeed=36", "CEDA maxspeed=36"],
    );
    assert_eq!(town.drive('A', 'C'), "1:20");
    assert_eq!(town.drive('C', 'A'), "2:00");
}

#[test]
fn shape_points_are_no_nodes() {
    let town = Town::draw(metres(100), "A-B-C-D\n  |\n  E", &["ABCD", "BE"]);
    let summary = town.network().summary();
    // A, B, D, E; AB, BD, BE.
    assert_eq!((summary.nodes, summary.edges, summary.arcs, summary.components), (4, 3, 6, 1));
    assert_eq!(town.drive('A', 'E'), "0:40");
}

#[test]
fn two_ways_of_one_speed_are_one_edge_and_a_change_ends_it() {
    let town = Town::draw(metres(100), "A-B-C-D", &["AB", "CB", "CD maxspeed=18"]);
    let summary = town.network().summary();
    assert_eq!((summary.nodes, summary.edges), (3, 2));
    assert_eq!(town.drive('A', 'D'), "1:20");
    assert_eq!(town.drive('D', 'A'), "1:20");
}

#[test]
fn limits_of_either_direction() {
    let town = Town::draw(metres(100), "A-B", &["AB maxspeed:forward=36 maxspeed:backward=18"]);
    assert_eq!((town.drive('A', 'B'), town.drive('B', 'A')), ("0:20".into(), "0:40".into()));
}

#[test]
fn a_bollard_cuts_a_road_and_a_gate_does_not() {
    let drawing = "
        A---B---C
        |       |
        D-------E";
    let round = ["ABC", "CEDA"];
    let with = |point: &str| Town::draw(metres(100), drawing, &[round[0], round[1], point]).drive('A', 'C');
    assert_eq!(with("B barrier=gate"), "1:20");
    assert_eq!(with("B barrier=bollard"), "2:00");
    assert_eq!(with("B barrier=bollard emergency=yes"), "1:20");
    // Both sides of the bollard are ends of roads.
    let town = Town::draw(metres(100), drawing, &[round[0], round[1], "B barrier=bollard"]);
    assert_eq!(town.network().summary().edges, 1);
}

#[test]
fn a_ring_without_any_junction_is_driven_round() {
    let town = Town::draw(
        metres(100),
        "
        A-B
        | |
        D-C",
        &["ABCDA oneway=yes"],
    );
    assert_eq!(town.network().summary().nodes, 1);
    assert_eq!(town.drive('B', 'C'), "0:20");
    assert_eq!(town.drive('C', 'B'), "1:00");
    assert_eq!(town.drive('A', 'A'), "0:00");
    assert_eq!(town.drive('D', 'B'), "0:40");
}

#[test]
fn two_places_on_one_edge_reach_each_other_along_it() {
    let town = Town::draw(metres(100), "A-1-2-B", &["A12B"]);
    assert_eq!(town.network().summary().edges, 1);
    assert_eq!((town.drive('1', '2'), town.drive('2', '1')), ("0:20".into(), "0:20".into()));
}

#[test]
fn parallel_roads_keep_their_own_places() {
    let town = Town::draw(
        metres(100),
        "
        A-B---C-D
          |   |
          1   2
          |   |
          E---F",
        &["AB", "BC maxspeed=9", "B1EF2C", "CD"],
    );
    assert_eq!(town.network().summary().edges, 4);
    // The long way round is quicker: 1,200 m at 10 m/s against 400 m at 2.5 m/s, with 200 m at either end.
    assert_eq!(town.drive('A', 'D'), "2:40");
    assert_eq!(town.drive('A', '1'), "0:40");
}

#[test]
fn a_banned_turn_sends_the_engine_round() {
    let drawing = "
        A---B---C
        |   |   |
        D---E---F";
    let roads = ["AB", "BC", "BE", "AD", "DE", "EF", "CF"];
    let with = |entry: &str| {
        let mut entries = roads.to_vec();
        entries.extend((!entry.is_empty()).then_some(entry));
        Town::draw(metres(100), drawing, &entries)
    };
    assert_eq!(with("").drive('A', 'E'), "1:00");
    // Right at B is the only way of 600 m that passes B; AD, DE is as long.
    assert_eq!(with("AB>BE restriction=no_right_turn").drive('A', 'E'), "1:00");
    let both = |a: &str, b: &str| {
        let mut entries = roads.to_vec();
        entries.extend([a, b]);
        Town::draw(metres(100), drawing, &entries).drive('A', 'E')
    };
    // The other way has no ban. With both banned: A-B-C-F-E, or turning round at C: 1,400 m.
    assert_eq!(both("AB>BE restriction=no_right_turn", "DE>BE restriction=no_left_turn"), "1:00");
    assert_eq!(both("AB>BE restriction=no_right_turn", "AD>DE restriction=no_left_turn"), "2:20");
    assert_eq!(with("AB>BC restriction=only_straight_on").drive('A', 'E'), "1:00");
    assert_eq!(both("AB>BC restriction=only_straight_on", "AD>DE restriction=no_left_turn"), "2:20");
}

#[test]
fn turns_cost_what_the_profile_says() {
    let profile =
        format!("{PROFILE}[turns]\nright_s = 2\nleft_s = 5\nuturn_s = 25\nsignal_s = 6\nlevel_crossing_s = 15\n");
    let drawing = "
          N
          |
        W-X-E-S-T
          |
          Y";
    let roads = ["NX", "WX", "XE", "XY", "EST"];
    let town = Town::draw_for(&profile, metres(100), drawing, &roads);
    assert_eq!(town.drive('W', 'E'), "0:40");
    assert_eq!(town.drive('W', 'Y'), "0:42");
    assert_eq!(town.drive('W', 'N'), "0:45");
    // Leaving is free, both ways.
    assert_eq!(town.drive('X', 'N'), "0:20");
    let signals = |points: &[&str], to: char| {
        let entries: Vec<&str> = roads.iter().chain(points).copied().collect();
        Town::draw_for(&profile, metres(100), drawing, &entries).drive('W', to)
    };
    assert_eq!(signals(&["X highway=traffic_signals"], 'E'), "0:46");
    assert_eq!(signals(&["X highway=traffic_signals"], 'Y'), "0:48");
    // On the way, not at its end.
    assert_eq!(signals(&["S highway=traffic_signals"], 'T'), "1:26");
    assert_eq!(signals(&["S railway=level_crossing"], 'T'), "1:35");
    assert_eq!(signals(&["S railway=level_crossing"], 'S'), "1:00");
}

#[test]
fn signals_at_the_stop_line_are_the_junctions() {
    let profile = format!("{PROFILE}[turns]\nsignal_s = 6\n");
    // 20 m a step: signals 20 m before and after the junction count once.
    let town = Town::draw_for(
        &profile,
        metres(20),
        "
             N
             |
        W---SXT---E
             |
             Y",
        &["WSX", "XTE", "NX", "XY", "S highway=traffic_signals", "T highway=traffic_signals"],
    );
    assert_eq!(town.drive('W', 'E'), "0:26");
    assert_eq!(town.network().summary().nodes, 5);
}

#[test]
fn turning_round_costs_at_dead_ends_and_crossings_and_is_free_when_leaving() {
    let profile = format!("{PROFILE}[turns]\nuturn_s = 25\n");
    // A to B must turn round: the ban leaves only the way through the dead end D.
    let town = Town::draw_for(
        &profile,
        metres(100),
        "
        A-X-D
          |
          B",
        &["AX", "XD", "XB", "AX>XB restriction=no_right_turn"],
    );
    // 200 + 200, round, 200 + 200.
    assert_eq!(town.drive('A', 'B'), "1:45");
    assert_eq!(town.drive('D', 'B'), "0:40");
}

#[test]
fn roundabouts_are_one_way_and_straight_on() {
    let profile = format!("{PROFILE}[turns]\nright_s = 2\nleft_s = 5\n");
    let drawing = "
            N
            |
            1
           / \\
        W-4   2-E
           \\ /
            3
            |
            S";
    let town = Town::draw_for(&profile, metres(100), drawing, &["14321 junction=roundabout", "N1", "E2", "S3", "W4"]);
    // Anticlockwise: W enters at 4, leaves at 3 for S; from S three quarters round to W.
    let quarter = |from, to| town.time(from, to).unwrap().as_seconds();
    assert!(quarter('W', 'S') < quarter('W', 'E') && quarter('W', 'E') < quarter('W', 'N'));
    let ring = 8.0 * 100.0 * 2f64.sqrt() / 10.0;
    // Two arms of 200 m, a quarter, and the turns at either end at most.
    assert!((quarter('W', 'S') - (40.0 + ring / 4.0)).abs() <= 10.1, "{}", quarter('W', 'S'));
}

#[test]
fn the_time_along_an_edge_is_the_envelope_from_both_ends() {
    let town = Town::draw(
        metres(100),
        "
        A---B---C
        |       |
        D---1---E",
        &["ABC", "AD1EC"],
    );
    // One ring of 2,000 m; from A (a corner) the far point is 1,000 m away.
    let (a, far) = (town.place('A'), town.place('1'));
    let times = town.times();
    let mut search = times.search();
    let field = search.run(&[Origin::at(&a)], None);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut slowest = TravelTime::ZERO;
    for edge in field.reached_edges() {
        field.pieces(edge, &mut pieces);
        assert_eq!((pieces[0].from, pieces[pieces.len() - 1].to), (0.0, 1.0));
        for pair in pieces.windows(2) {
            assert_eq!((pair[0].to, pair[0].time_to), (pair[1].from, pair[1].time_from));
        }
        slowest = pieces.iter().flat_map(|p| [p.time_from, p.time_to]).fold(slowest, TravelTime::max);
    }
    assert!((slowest.as_seconds() - 100.0).abs() < 0.05, "{slowest}");
    assert!((field.at(&far).unwrap().as_seconds() - 60.0).abs() < 0.05);
    let limit = TravelTime::seconds(30);
    let field = search.run(&[Origin::at(&a)], Some(limit));
    let mut reached = 0.0;
    for edge in field.reached_edges() {
        field.pieces(edge, &mut pieces);
        reached += pieces.iter().map(|p| (p.to - p.from) * town.network().edge(edge).length.0).sum::<f64>();
        assert!(pieces.iter().all(|p| p.time_from <= limit && p.time_to <= limit));
    }
    assert!((reached - 600.0).abs() < 0.1, "{reached} m");
}

#[test]
fn first_due_changes_half_way() {
    let town = Town::draw(metres(100), "A----1----B", &["A1B"]);
    let (a, b) = (town.place('A'), town.place('B'));
    let mut search = town.times().search();
    let late = TravelTime::seconds(20);
    let field = search.run(&[Origin::at(&a), Origin { place: &b, offset: late }], None);
    let edge = town.network().edges().next().unwrap();
    let mut pieces = Vec::new();
    field.pieces(edge, &mut pieces);
    // 1,000 m at 10 m/s: equal at 60 s from A, 40 s from B.
    let swap = if pieces[0].origin == 0 { 0.6 } else { 0.4 };
    assert_eq!(pieces.len(), 2);
    assert!((pieces[0].to - swap).abs() < 1e-4, "{pieces:?}");
    assert_eq!(field.owner_at(&town.place('1')).map(|d| d.1), Some(0));
}

#[test]
fn a_scrap_is_not_used_when_the_town_is_near() {
    // The aisle xy is joined to nothing; q lies 20 m from it and 180 m from the street.
    let town = Town::draw(
        metres(20),
        "
        A------------------------------------------B
        |                                          |
        |                                          |
        |                                          |
        |                                          |
        |                                          |
        |                                          |
        |                                          |
        |         q                                |
        |         x--y                             |
        |                                          |
        D------------------------------------------C",
        &["ABCDA", "xy highway=service"],
    );
    let q = town.place('q');
    assert!(q.moved_from_scrap);
    assert!((q.distance.0 - 60.0).abs() < 0.1, "{q:?}");
    let summary = town.network().summary();
    assert_eq!((summary.components, summary.edges), (2, 2));
}

#[test]
fn a_lonely_scrap_leaves_a_point_unsnapped() {
    let far: String = format!("q{}A------------------------------------------B\nx-y", " ".repeat(80));
    let town = Town::draw(metres(20), &far, &["AB", "xy highway=service"]);
    assert!(matches!(town.snap('q'), Err(Unsnapped::OnlyScrap { .. })), "{:?}", town.snap('q'));
}

#[test]
fn motorways_and_tunnels_are_driven_but_not_snapped_to() {
    let town = Town::draw(
        metres(100),
        "
        A-B-C-D-E-F
            q   r",
        &["AB", "BCD highway=motorway oneway=no", "DE tunnel=yes", "EF"],
    );
    assert_eq!(town.drive('A', 'F'), "1:40");
    // 2 steps west of B, not 1 step north on the motorway; at E the tunnel ends and the street begins.
    assert_eq!(town.place('q').node, town.place('B').node);
    assert_eq!(town.place('r').node, town.place('E').node);
    // A change of tunnel ends no edge, a change of class does.
    assert_eq!(town.network().summary().nodes, 4);
}

#[test]
fn single_roads_that_cut_a_part_off() {
    let town = Town::draw(
        metres(100),
        "
        A-B   G-H
        | |   | |
        D-C-E-J-I",
        &["ABCDA", "CE", "EJ maxspeed=18", "JGHIJ"],
    );
    let cuts = town.network().cut_edges();
    assert_eq!(cuts.len(), 2);
    for cut in cuts {
        assert!(cut.nodes == 1 || cut.nodes == 2, "{cut:?}");
        assert!((cut.road_km - 0.8).abs() < 0.01 || (cut.road_km - 1.0).abs() < 0.01, "{cut:?}");
    }
}
