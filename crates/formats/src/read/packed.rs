//! Plain, gzip and bzip2 files as one stream of bytes.
//!
//! Multi-stream decoders: parallel compressors write several streams one after the other, and a decoder that stops after
//! the first would lose the rest in silence. A file that unpacks to an absurd multiple of its size is refused.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use crate::{Error, Source, source};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Bzip2,
}

/// Unpacked bytes allowed for each packed byte (OSM XML reaches about 20), beyond [`FREE`].
const RATIO: u64 = 400;
const FREE: u64 = 64 << 20;
const BUFFER: usize = 1 << 18;

pub(crate) fn open(source: &Source, packing: Packing) -> Result<Box<dyn BufRead>, Error> {
    if source.path.is_dir() {
        return Err(source.unreadable("it is a folder"));
    }
    let unreadable = |error: io::Error| source.unreadable(&source::reason(&error));
    let file = File::open(&source.path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size == 0 {
        return Err(source.damaged("the file is empty", "copy or download it again"));
    }
    Ok(unpack(BufReader::with_capacity(BUFFER, file), packing, size))
}

/// The unpacked stream of a packed one of this size.
pub(crate) fn unpack(packed: impl BufRead + 'static, packing: Packing, size: u64) -> Box<dyn BufRead> {
    let allowed = FREE.saturating_add(size.saturating_mul(RATIO));
    match packing {
        Packing::Plain => Box::new(packed),
        Packing::Gzip => {
            Box::new(BufReader::with_capacity(BUFFER, Limited { inner: MultiGzDecoder::new(packed), allowed }))
        }
        Packing::Bzip2 => {
            Box::new(BufReader::with_capacity(BUFFER, Limited { inner: MultiBzDecoder::new(packed), allowed }))
        }
    }
}

struct Limited<R> {
    inner: R,
    allowed: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.allowed = self
            .allowed
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("it unpacks to more than any real file would"))?;
        Ok(read)
    }
}
