//! Many origins, each on its own: one search after another on every thread.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::{Origin, Snapped, TimeField, TravelTimes};

impl TravelTimes {
    /// Asks each origin on its own and reads its field at once; what was read, in the order of the origins.
    ///
    /// Spread over the threads of rayon, each with one [`Search`](crate::Search) that is kept for the next call. Origins
    /// are taken in the order of the network's space-filling curve, so that one search finds in the cache what the one
    /// before it read; no result depends on it.
    ///
    /// ```
    /// # use firesite_network::*;
    /// # fn f(times: &TravelTimes, crossings: &[Snapped], limit: firesite_model::TravelTime) {
    /// let origins: Vec<Origin<'_>> = crossings.iter().map(Origin::at).collect();
    /// let streets: Vec<usize> = times.fields(&origins, Some(limit), |_, field| field.reached_edges().len());
    /// # }
    /// ```
    pub fn fields<T: Send>(
        &self,
        origins: &[Origin<'_>],
        limit: Option<TravelTime>,
        read: impl Fn(usize, TimeField<'_>) -> T + Sync,
    ) -> Vec<T> {
        self.fields_with(|| (), origins, limit, |(), i, field| read(i, field))
    }

    /// The same with something that each thread keeps.
    pub(crate) fn fields_with<S, T: Send>(
        &self,
        keep: impl Fn() -> S + Sync,
        origins: &[Origin<'_>],
        limit: Option<TravelTime>,
        read: impl Fn(&mut S, usize, TimeField<'_>) -> T + Sync,
    ) -> Vec<T> {
        let mut order: Vec<(u32, u32)> =
            origins.iter().enumerate().map(|(i, origin)| (self.along_curve(origin.place), i as u32)).collect();
        order.sort_unstable();
        let found: Vec<T> = (order.par_iter())
            .map_init(
                || (self.search(), keep()),
                |(search, kept), &(_, i)| read(kept, i as usize, search.run(&origins[i as usize..=i as usize], limit)),
            )
            .collect();
        let mut read: Vec<Option<T>> = (0..origins.len()).map(|_| None).collect();
        for (&(_, i), found) in order.iter().zip(found) {
            read[i as usize] = Some(found);
        }
        read.into_iter().flatten().collect()
    }

    /// Where a place lies along the curve: nodes are numbered along it.
    pub(crate) fn along_curve(&self, place: &Snapped) -> u32 {
        let edge = || self.network().0.edges.get(place.edge.index()).map_or(0, |edge| edge.ends[0]);
        place.node.map_or_else(edge, |node| node.0)
    }
}
