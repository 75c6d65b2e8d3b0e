//! Roads from small OSM files: borders, restrictions, barriers, areas.

mod common;

use common::Files;
use firesite_formats::{RoadLayer, read_barriers, read_roads, read_stations};
use firesite_model::{AccessValue, Read, Severity, TurnBan};

const NODES: &str = "<node id='1' lat='33.0' lon='112.50'/><node id='2' lat='33.0' lon='112.51'><tag k='barrier' v='gate'/>\
    <tag k='access' v='no'/><tag k='emergency' v='yes'/></node><node id='3' lat='33.0' lon='112.52'>\
    <tag k='highway' v='traffic_signals'/></node><node id='5' lat='33.0' lon='112.54'/><node id='6' lat='33.1' lon='112.54'/>";

fn read(body: &str) -> Read<RoadLayer> {
    let files = Files::new();
    read_roads(&files.write("r.osm", format!("<osm version='0.6'>{NODES}{body}</osm>"))).unwrap()
}

fn way(id: u32, refs: &[u32], tags: &[(&str, &str)]) -> String {
    let refs: String = refs.iter().map(|r| format!("<nd ref='{r}'/>")).collect::<Vec<_>>().concat();
    let tags: String = tags.iter().map(|(k, v)| format!("<tag k='{k}' v='{v}'/>")).collect::<Vec<_>>().concat();
    format!("<way id='{id}'>{refs}{tags}</way>")
}

const HOME: &[(&str, &str)] = &[("highway", "residential")];

#[test]
fn a_way_is_cut_at_the_border_and_never_joined_across() {
    let found = read(&way(7, &[1, 2, 4, 3, 5], HOME));
    let parts: Vec<usize> = found.value.roads.ways.iter().map(|way| way.nodes.len()).collect();
    assert_eq!(parts, [2, 2]);
    assert_eq!((found.value.read, found.value.kept, found.value.repaired), (1, 1, 1));
    let finding = &found.findings[0];
    assert!(finding.severity == Severity::Repaired && finding.message.contains("missing"), "{finding}");
    let found = read(&(way(7, &[1, 4], HOME) + &way(8, &[1, 2], HOME)));
    assert_eq!((found.value.kept, found.value.dropped, found.value.roads.ways.len()), (1, 1, 1));
}

#[test]
fn nodes_carry_barriers_and_signals() {
    let roads = read(&way(7, &[1, 2, 3], HOME)).value.roads;
    assert_eq!(roads.nodes[1].barrier.as_deref(), Some("gate"));
    assert_eq!(roads.nodes[1].access.access, Some(AccessValue::No));
    assert_eq!(roads.nodes[1].access.emergency, Some(AccessValue::Yes));
    assert!(roads.nodes[2].signals && !roads.nodes[2].level_crossing);
}

#[test]
fn restrictions_are_tied_to_ways_and_node_or_told() {
    let ways = way(7, &[1, 2], HOME) + &way(8, &[2, 3], HOME) + &way(9, &[3, 5], HOME);
    let relation = |id: u32, from: u32, via: &str, to: u32, tags: &str| {
        format!(
            "<relation id='{id}'><member type='way' ref='{from}' role='from'/>{via}\
             <member type='way' ref='{to}' role='to'/><tag k='type' v='restriction'/>{tags}</relation>"
        )
    };
    let node = |n: u32| format!("<member type='node' ref='{n}' role='via'/>");
    let no = "<tag k='restriction' v='no_left_turn'/>";
    let body = ways
        + &relation(3, 7, &node(2), 8, no)
        + &relation(
            1,
            8,
            &node(3),
            9,
            "<tag k='restriction' v='only_straight_on'/><tag k='except' v='psv;emergency'/>",
        )
        + &relation(4, 7, "<member type='way' ref='8' role='via'/>", 9, no)
        + &relation(5, 7, &node(3), 8, no)
        + &relation(6, 7, &node(2), 99, no)
        + &relation(8, 7, &node(2), 8, "<tag k='restriction:hgv' v='no_left_turn'/>");
    let found = read(&body);
    let restrictions = &found.value.roads.restrictions;
    assert_eq!(restrictions.iter().map(|r| r.id).collect::<Vec<_>>(), [1, 3]);
    assert_eq!((restrictions[0].ban, restrictions[0].except_emergency), (TurnBan::Only, true));
    assert_eq!((restrictions[1].from_way, restrictions[1].via_node, restrictions[1].to_way), (0, 1, 1));
    assert_eq!(found.findings.len(), 4, "{:?}", found.findings);
}

#[test]
fn ferries_and_unbuilt_roads_are_flagged() {
    let body = way(7, &[1, 2], &[("route", "ferry")])
        + &way(8, &[2, 3], &[("highway", "construction")])
        + &way(9, &[3, 5, 6, 3], &[("highway", "pedestrian"), ("area", "yes")])
        + &way(10, &[3, 5], &[("waterway", "river")]);
    let roads = read(&body).value.roads;
    assert_eq!(roads.ways.len(), 3);
    assert!(roads.ways[0].ferry && roads.ways[1].unbuilt && roads.ways[2].area);
}

#[test]
fn an_unreadable_speed_is_untagged_and_told() {
    let found = read(&way(7, &[1, 2], &[("highway", "primary"), ("maxspeed", "brisk")]));
    assert_eq!(found.findings.len(), 1);
    assert!(found.findings[0].message.contains("brisk"));
}

#[test]
fn stations_of_every_kind_and_barriers() {
    let body = format!(
        "<osm>{NODES}<node id='9' lat='33.0' lon='112.5'><tag k='amenity' v='fire_station'/><tag k='name' v='N'/></node>{}{}\
         <relation id='3'><member type='way' ref='8' role='outer'/><tag k='type' v='multipolygon'/>\
         <tag k='amenity' v='fire_station'/></relation>\
         <relation id='4'><member type='way' ref='88' role='outer'/><tag k='amenity' v='fire_station'/></relation></osm>",
        way(7, &[3, 5, 6, 3], &[("amenity", "fire_station"), ("start_date", "1998-07-01")]),
        way(8, &[1, 2, 6, 1], &[("railway", "rail")]),
    );
    let files = Files::new();
    let source = files.write("s.osm", body);
    let found = read_stations(&source).unwrap();
    let ids: Vec<&str> = found.value.items.iter().map(|station| station.id.as_str()).collect();
    assert_eq!(ids, ["n9", "r3", "w7"]);
    assert_eq!((found.value.read, found.value.dropped, found.findings.len()), (4, 1, 1));
    assert!(found.value.items[2].in_service.is_some());
    assert!((found.value.items[2].position.x - (112.52 + 112.54 + 112.54) / 3.0).abs() < 1e-9);
    let barriers = read_barriers(&source).unwrap().value;
    assert_eq!((barriers.items.len(), barriers.items[0].kind.as_str()), (1, "railway"));
}
