//! Reader.
use firesite_model::Read;

use crate::{Error, RawLayer, Source};

pub(crate) fn read(source: &Source) -> Result<Read<RawLayer>, Error> {
    Err(source.damaged("not yet", ""))
}
