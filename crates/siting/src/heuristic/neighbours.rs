//! Which sites are near each other, as far as rows tell: sites that share a row.

use fixedbitset::FixedBitSet;

use super::Columns;
use crate::dual::Core;

/// Above this many sites the sets are too large to be kept.
const MOST: usize = 8_000;

/// The sites that share a row with each site.
#[derive(Debug)]
pub(crate) struct Neighbours {
    of: Vec<FixedBitSet>,
}

impl Neighbours {
    /// `None` where the notion says nothing, since most sites share a row with most others, or where there are too many sites.
    pub(crate) fn of(core: &Core, columns: &Columns) -> Option<Self> {
        let n = core.sites();
        if n > MOST {
            return None;
        }
        let mut of = vec![FixedBitSet::with_capacity(n); n];
        for (j, near) in of.iter_mut().enumerate() {
            for &i in columns.column(j as u32).0 {
                for &k in core.row(i as usize).0 {
                    near.insert(k as usize);
                }
            }
        }
        let pairs: usize = of.iter().map(|near| near.count_ones(..)).sum();
        (2 * pairs < n * n).then_some(Neighbours { of })
    }

    /// The sites that share a row with a site, itself included, ascending.
    pub(crate) fn near(&self, j: u32) -> Vec<u32> {
        self.of[j as usize].ones().map(|k| k as u32).collect()
    }

    /// How many sites are near both.
    pub(crate) fn common(&self, j: u32, k: u32) -> usize {
        self.of[j as usize].intersection_count(&self.of[k as usize])
    }
}
