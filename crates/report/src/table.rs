//! Tables as CSV that a spreadsheet opens: UTF-8 with a byte order mark, one header line, every row as long as it.

/// A table under construction.
pub(crate) struct Table {
    writer: csv::Writer<Vec<u8>>,
    columns: usize,
    rows: usize,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> Self {
        let header: Vec<String> = columns.into_iter().map(|c| c.as_ref().to_owned()).collect();
        let mut table =
            Self { writer: csv::WriterBuilder::new().from_writer(Vec::new()), columns: header.len(), rows: 0 };
        table.record(&header);
        table
    }

    /// Adds a row; short rows are filled with empty fields.
    pub(crate) fn row(&mut self, mut fields: Vec<String>) {
        fields.resize(self.columns, String::new());
        self.record(&fields);
        self.rows += 1;
    }

    fn record(&mut self, fields: &[String]) {
        // Writing to memory cannot fail, and all rows have one length.
        let _ = self.writer.write_record(fields);
    }

    /// The file, or nothing when the table has no row.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        if self.rows == 0 {
            return None;
        }
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend(self.writer.into_inner().ok()?);
        Some(bytes)
    }
}

/// A figure without needless zeros.
pub(crate) fn figure(x: f64) -> String {
    format!("{x}")
}

/// A figure that may be unknown.
pub(crate) fn maybe(x: Option<f64>) -> String {
    x.map(figure).unwrap_or_default()
}

/// A text that may be absent.
pub(crate) fn text(x: Option<&String>) -> String {
    x.cloned().unwrap_or_default()
}

/// yes, no or empty.
pub(crate) fn yes_no(x: Option<bool>) -> String {
    x.map(|yes| if yes { "yes" } else { "no" }.to_owned()).unwrap_or_default()
}
