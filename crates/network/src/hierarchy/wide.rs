//! Run-time dispatch: portable loops, compiled once more for each set of wide instructions that a processor may have.
//!
//! No result depends on the set. In tests each of them can be forced.

/// A function that uses the widest instructions that the processor has. What it calls must be `#[inline(always)]`, or it
/// stays portable.
macro_rules! wide {
    ($(#[$about:meta])* $vis:vis fn $name:ident($($arg:ident: $of:ty),* $(,)?) $(-> $result:ty)? { $($body:tt)* }) => {
        #[cfg(not(test))]
        $(#[$about])*
        #[multiversion::multiversion(targets = "simd")]
        $vis fn $name($($arg: $of),*) $(-> $result)? { $($body)* }

        #[cfg(test)]
        $vis fn $name($($arg: $of),*) $(-> $result)? {
            use $crate::hierarchy::wide::forced::{Set, set};

            #[multiversion::multiversion(targets = "simd")]
            fn widest($($arg: $of),*) $(-> $result)? { $($body)* }

            fn portable($($arg: $of),*) $(-> $result)? { $($body)* }

            #[multiversion::multiversion(targets("x86_64+sse3+ssse3+sse4.1+sse4.2"))]
            fn sse($($arg: $of),*) $(-> $result)? { $($body)* }

            #[multiversion::multiversion(targets("x86_64+avx+avx2"))]
            fn avx2($($arg: $of),*) $(-> $result)? { $($body)* }

            #[multiversion::multiversion(targets("x86_64+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl"))]
            fn avx512($($arg: $of),*) $(-> $result)? { $($body)* }

            match set() {
                Set::Widest => widest($($arg),*),
                Set::Portable => portable($($arg),*),
                Set::Sse => sse($($arg),*),
                Set::Avx2 => avx2($($arg),*),
                Set::Avx512 => avx512($($arg),*),
            }
        }
    };
}

pub(crate) use wide;

#[cfg(test)]
pub(crate) mod forced {
    use std::cell::Cell;

    /// Which instructions this thread uses; where the processor lacks them, the portable ones stand in.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) enum Set {
        Widest,
        Portable,
        Sse,
        Avx2,
        Avx512,
    }

    pub(crate) const SETS: [Set; 5] = [Set::Portable, Set::Sse, Set::Avx2, Set::Avx512, Set::Widest];

    thread_local! {
        static SET: Cell<Set> = const { Cell::new(Set::Widest) };
    }

    pub(crate) fn set() -> Set {
        SET.get()
    }

    /// The work with this set, on one thread of its own.
    pub(crate) fn with<R: Send>(set: Set, work: impl FnOnce() -> R + Send) -> R {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        pool.install(|| {
            SET.set(set);
            work()
        })
    }
}

#[cfg(test)]
mod tests {
    use firesite_model::{Arc, ArcGraph, TravelTime};
    use geo::Coord;

    use super::forced::{SETS, Set, with};
    use crate::generate::{self, SplitMix};
    use crate::{CoverageMatrix, Engine, Matrix, Origin, Progress, Reach, RoadNetwork, SnapOptions, Snapped, Snapper};

    /// Everything that a hierarchy answers.
    #[derive(Debug, PartialEq)]
    struct Answers {
        counts: Option<crate::HierarchyCounts>,
        times: Matrix,
        bits: CoverageMatrix,
        reach: Reach,
        due: Vec<Vec<(usize, TravelTime)>>,
    }

    /// Made anew, so that customising is part of it.
    fn answers(graph: &ArcGraph, limit: TravelTime) -> Answers {
        let network = RoadNetwork::from_arcs(graph).unwrap().value;
        let times = network.arc_times();
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = network.nodes().map(|n| snapper.snap(network.position(n)).ok()).collect();
        let sites: Vec<Snapped> = places.iter().flatten().copied().collect();
        times.prepare(Progress::default()).unwrap();
        let origins: Vec<Origin<'_>> = sites.iter().step_by(7).map(Origin::at).collect();
        let due = times.due(&origins, 3, None);
        Answers {
            counts: times.hierarchy_counts(),
            times: times.matrix_by(Engine::Hierarchy, &places, &places, None),
            bits: times.coverage_matrix_by(Engine::Hierarchy, &places, &places, limit),
            reach: times.reach_by(Engine::Hierarchy, &sites, &places, limit),
            due: network.nodes().map(|n| due.at_node(n)).collect(),
        }
    }

    fn graph(random: &mut SplitMix) -> ArcGraph {
        let nodes = 2 + random.below(70) as u32;
        let mut degrees = || random.below(900) as f64 / 1e4;
        let positions = (0..nodes).map(|_| Coord { x: degrees(), y: degrees() }).collect();
        let arcs = (0..=random.below(u64::from(nodes) * 4)).map(|_| {
            let mut node = || random.below(u64::from(nodes)) as u32;
            let (from, to) = (node(), node());
            // Some at the top of the range: their sums would overflow.
            let time =
                if random.below(12) == 0 { u32::MAX - 1 - random.below(3) as u32 } else { random.below(90_000) as u32 };
            Arc { from, to, time: TravelTime::millis(time) }
        });
        let arcs = arcs.collect();
        ArcGraph { positions, arcs }
    }

    #[test]
    fn every_set_of_instructions_gives_the_same() {
        let mut random = SplitMix(5);
        let mut graphs: Vec<ArcGraph> = (0..300).map(|_| graph(&mut random)).collect();
        graphs.push(generate::city(3_000, 9).unwrap());
        for (i, graph) in graphs.iter().enumerate() {
            let limit = TravelTime::millis(random.below(200_000) as u32);
            let wanted = with(Set::Portable, || answers(graph, limit));
            for set in SETS {
                assert!(with(set, || answers(graph, limit)) == wanted, "graph {i} by {set:?}: {graph:?}");
            }
        }
    }
}
