//! OSM PBF, through `osmpbf`, sequentially and without metadata.
//!
//! The library limits sizes, but panics on a few kinds of damage, and takes a file that ends between two blobs, or in the
//! first bytes of one, for a whole one. So the reading is contained, and the end is looked at.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};

use crate::osm::{Counted, Member, MemberKind, Sink, Tags};
use crate::{Error, Source, contain};

/// Features of the format that are understood.
const KNOWN: [&str; 3] = ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];

pub(crate) fn read<S: Sink>(source: &Source, mut reader: impl BufRead, sink: &mut Counted<'_, S>) -> Result<(), Error> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| source.unreadable(&crate::source::reason(&error)))?;
    drop(reader);
    let outcome = contain::contain(|| blobs(bytes, sink));
    let message = match outcome {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(message)) => message,
        Err(()) => "a block is damaged".to_owned(),
    };
    Err(source.damaged(format!("the file is no whole OSM PBF: {message}"), "download or cut the extract again"))
}

fn blobs<S: Sink>(bytes: Vec<u8>, sink: &mut Counted<'_, S>) -> Result<(), String> {
    let consumed = Arc::new(AtomicU64::new(0));
    let counting = Counting { inner: io::Cursor::new(bytes), consumed: Arc::clone(&consumed) };
    let mut reader = BlobReader::new(counting);
    let mut header = false;
    loop {
        let before = consumed.load(Ordering::Relaxed);
        let Some(blob) = reader.next() else {
            if consumed.load(Ordering::Relaxed) != before {
                return Err("it ends in the middle of a block".to_owned());
            }
            break;
        };
        let blob = blob.map_err(|error| plain(&error))?;
        match blob.decode().map_err(|error| plain(&error))? {
            BlobDecode::OsmHeader(block) => {
                header = true;
                if let Some(unknown) = block.required_features().iter().find(|name| !KNOWN.contains(&name.as_str())) {
                    return Err(format!("it needs the feature {unknown:?}, which is not known here"));
                }
            }
            BlobDecode::OsmData(_) if !header => return Err("it does not begin with a header".to_owned()),
            BlobDecode::OsmData(block) => elements(&block, sink)?,
            BlobDecode::Unknown(_) => {}
        }
    }
    if header { Ok(()) } else { Err("there is no header".to_owned()) }
}

fn plain(error: &osmpbf::Error) -> String {
    let text = error.to_string();
    if text.to_lowercase().contains("fill whole buffer") || text.to_lowercase().contains("eof") {
        format!("it is cut ({text})")
    } else {
        text
    }
}

fn elements<S: Sink>(block: &PrimitiveBlock, sink: &mut Counted<'_, S>) -> Result<(), String> {
    let table: Vec<Option<&str>> =
        block.raw_stringtable().iter().map(|bytes| std::str::from_utf8(bytes).ok()).collect();
    let text = |index: usize| table.get(index).copied().flatten();
    let mut damage: Option<String> = None;
    let (mut tags, mut refs, mut members) = (Vec::new(), Vec::new(), Vec::new());
    block.for_each_element(|element| {
        tags.clear();
        let mut take = |key: usize, value: usize| match (text(key), text(value)) {
            (Some(key), Some(value)) => tags.push((key, value)),
            _ => damage = Some("a tag is no text".to_owned()),
        };
        match element {
            Element::DenseNode(node) => {
                node.raw_tags().for_each(|(k, v)| take(k as usize, v as usize));
                sink.node(node.id(), tenth_of_micro(node.nano_lon()), tenth_of_micro(node.nano_lat()), Tags(&tags));
            }
            Element::Node(node) => {
                node.raw_tags().for_each(|(k, v)| take(k as usize, v as usize));
                sink.node(node.id(), tenth_of_micro(node.nano_lon()), tenth_of_micro(node.nano_lat()), Tags(&tags));
            }
            Element::Way(way) => {
                way.raw_tags().for_each(|(k, v)| take(k as usize, v as usize));
                refs.clear();
                refs.extend(way.refs());
                sink.way(way.id(), &refs, Tags(&tags));
            }
            Element::Relation(relation) => {
                relation.raw_tags().for_each(|(k, v)| take(k as usize, v as usize));
                members.clear();
                members.extend(relation.members().map(|member| Member {
                    kind: match member.member_type {
                        RelMemberType::Node => MemberKind::Node,
                        RelMemberType::Way => MemberKind::Way,
                        RelMemberType::Relation => MemberKind::Relation,
                    },
                    id: member.member_id,
                    role: usize::try_from(member.role_sid).ok().and_then(text).unwrap_or_default().to_owned(),
                }));
                sink.relation(relation.id(), &members, Tags(&tags));
            }
        }
    });
    damage.map_or(Ok(()), Err)
}

/// 10⁻⁷ degrees of nanodegrees, rounded.
fn tenth_of_micro(nano: i64) -> i64 {
    nano.saturating_add(50).div_euclid(100)
}

/// Tells how many bytes were taken.
struct Counting {
    inner: io::Cursor<Vec<u8>>,
    consumed: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.consumed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
