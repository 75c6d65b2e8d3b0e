//! Single roads on drawn towns.

use firesite_town::{Town, metres};

/// B-D is the only way to D and E; the block A-B-C is round, so it holds no single road.
#[test]
fn a_town_at_the_end_of_one_road() {
    let town = Town::draw(
        metres(100),
        "
        A---B---D---E
         \\ /
          C
        ",
        &["AB", "BC", "CA", "BDE"],
    );
    let places = ['A', 'E', 'D'].map(|name| Some(town.place(name)));
    let roads = town.network().single_roads(&places);
    assert_eq!(roads.len(), 1, "one road, told once: {roads:?}");
    assert_eq!(roads[0].places, [1, 2]);
    assert!(town.network().single_roads(&places[..1]).is_empty(), "nothing hangs on it that was asked about");
}

/// Two roads side by side between the same crossings are no single road, whichever way each was drawn.
#[test]
fn roads_side_by_side() {
    let town = Town::draw(
        metres(100),
        "
        A---B       D---E
        |   |       |   |
        F---G-------H---I
            |       |
            J-------K
        ",
        &["AB", "BG", "GF", "FA", "GH", "HKJG", "DE", "EI", "IH", "HD"],
    );
    let places = ['A', 'E'].map(|name| Some(town.place(name)));
    assert!(town.network().single_roads(&places).is_empty());
}
