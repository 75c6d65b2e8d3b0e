//! JSON that a person can read and that stays small: the outer structure one value a line, deep values on one line each.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// Objects and arrays nested deeper than this stand on one line: a station, a district, the proof of a level.
const OPEN: usize = 4;

#[derive(Default)]
struct Shallow {
    depth: usize,
    pretty: PrettyFormatter<'static>,
}

impl Shallow {
    fn open(&self) -> bool {
        self.depth <= OPEN
    }
}

/// Each method of the formatter goes to the pretty one near the root, to the compact one below.
macro_rules! by_depth {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, writer: &mut W, $($argument: $type),*) -> io::Result<()> {
            if self.open() { self.pretty.$name(writer, $($argument),*) } else { CompactFormatter.$name(writer, $($argument),*) }
        }
    )*};
}

/// Opening counts before it writes, closing after it wrote.
macro_rules! nested {
    ($($begin:ident, $end:ident;)*) => {$(
        fn $begin<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
            self.depth += 1;
            if self.open() { self.pretty.$begin(writer) } else { CompactFormatter.$begin(writer) }
        }
        fn $end<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
            let written = if self.open() { self.pretty.$end(writer) } else { CompactFormatter.$end(writer) };
            self.depth -= 1;
            written
        }
    )*};
}

impl Formatter for Shallow {
    nested! {
        begin_array, end_array;
        begin_object, end_object;
    }
    by_depth! {
        begin_array_value(first: bool);
        end_array_value();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

/// The document with a line end.
pub(crate) fn text(document: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    // Plain structs with text keys cannot fail to be written to memory.
    let _ = document.serialize(&mut Serializer::with_formatter(&mut bytes, Shallow::default()));
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn reads_back_and_is_open_at_the_top_only() {
        let deep = json!({"a": [1, {"b": {"c": {"d": [1, 2, {"e": []}]}}}], "f": {}, "g": []});
        let text = super::text(&deep);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), deep);
        assert!(text.contains("\n  \"a\": ["), "{text}");
        assert!(text.contains("{\"d\":[1,2,{\"e\":[]}]}"), "{text}");
    }
}
