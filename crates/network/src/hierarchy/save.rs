//! Keeping the order of a hierarchy in a file: finding it is the dear part, the rest follows from it in little time.
//!
//! Layout: magic, hash of the network, the node of each rank as a little-endian u32, hash of all before. The hash of the network covers positions and edges, so that an order never meets another network.

use std::sync::Arc as Shared;

use firesite_model::{Finding, Place};

use super::{Skeleton, links};
use crate::network::Inner;
use crate::{Cancelled, Error, Progress, RoadNetwork, codes};

const MAGIC: &[u8; 16] = b"firesite order1\n";

impl RoadNetwork {
    /// Hash of positions and edges.
    pub fn content_hash(&self) -> String {
        hash(&self.0).to_hex().to_string()
    }

    /// The order of the hierarchy as bytes to keep beside the network; worked out now if it is not there.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn save_order(&self, progress: Progress<'_>) -> Result<Vec<u8>, Cancelled> {
        let skeleton = self.skeleton(progress)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(hash(&self.0).as_bytes());
        for node in &skeleton.order {
            bytes.extend_from_slice(&node.to_le_bytes());
        }
        let sum = blake3::hash(&bytes);
        bytes.extend_from_slice(sum.as_bytes());
        Ok(bytes)
    }

    /// Takes in an order that was kept. Refused, with the reason, when the bytes are damaged or belong to another
    /// network; then nothing changes. `shown` names the file in messages.
    pub fn load_order(&self, bytes: &[u8], shown: &str) -> Result<(), Error> {
        let refuse = |message: &str| {
            let remedy = "delete the file; it is made again";
            Error::one(Finding::fatal(codes::KEPT_ORDER, Place::file(shown), message, remedy))
        };
        let Some((body, sum)) = bytes.split_last_chunk::<32>() else {
            return Err(refuse("the file is too short to hold an order"));
        };
        let Some(rest) = body.strip_prefix(MAGIC.as_slice()) else {
            return Err(refuse("the file holds no order of this version"));
        };
        if blake3::hash(body).as_bytes() != sum {
            return Err(refuse("the file is damaged: its checksum differs"));
        }
        let Some((network, numbers)) = rest.split_first_chunk::<32>() else {
            return Err(refuse("the file is too short to hold an order"));
        };
        if network != hash(&self.0).as_bytes() {
            return Err(refuse("the order belongs to another network"));
        }
        let (nodes, rest) = numbers.as_chunks::<4>();
        let n = self.node_count();
        if nodes.len() != n || !rest.is_empty() {
            return Err(refuse("the file does not hold every node once"));
        }
        let order: Vec<u32> = nodes.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let mut seen = vec![false; n];
        for &v in &order {
            match seen.get_mut(v as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err(refuse("the file does not hold every node once")),
            }
        }
        let skeleton = Shared::new(Skeleton::new(&links(&self.0), order));
        // An order that is already there is as good.
        let _ = self.0.skeleton.set(skeleton);
        Ok(())
    }
}

fn hash(inner: &Inner) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for p in &inner.positions {
        hasher.update(&p.x.to_le_bytes());
        hasher.update(&p.y.to_le_bytes());
    }
    for edge in &inner.edges {
        hasher.update(&edge.ends[0].to_le_bytes());
        hasher.update(&edge.ends[1].to_le_bytes());
    }
    hasher.finalize()
}
