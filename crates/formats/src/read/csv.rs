//! Tables of points: CSV with comma, semicolon or tab, UTF-8 (with or without byte-order mark), UTF-16 with one, or GBK.
//!
//! Spreadsheets of half of Europe write `112,501;33,0`: where the separator is not the comma, a comma between digits is
//! a decimal comma. A table that mixes commas and points is refused, because `1.500` could then mean two things.
//! Everything in a table is text: an id `01001` stays what it is.

use encoding_rs::{Encoding, GBK, UTF_16BE, UTF_16LE};
use firesite_model::{Finding, Read, Severity};
use geo_types::{Coord, Geometry, Point};

use super::positions::{Locator, crs_of, feature_place};
use crate::{Error, RawFeature, RawLayer, Source, Value, codes};

/// Names of the column of longitudes or eastings, lower case, in order of preference.
const X: &[&str] = &["lon", "longitude", "lng", "long", "x", "经度", "point_x", "easting"];
/// Names of the column of latitudes or northings.
const Y: &[&str] = &["lat", "latitude", "y", "纬度", "point_y", "northing"];

pub(crate) fn read(source: &Source) -> Result<Read<RawLayer>, Error> {
    let bytes = source.bytes()?;
    read_bytes(source, &bytes)
}

pub(crate) fn read_bytes(source: &Source, bytes: &[u8]) -> Result<Read<RawLayer>, Error> {
    let mut findings = Vec::new();
    let text = decode(source, bytes, &mut findings)?;
    if text.trim().is_empty() {
        return Err(source.damaged("the file is empty", "write a header line such as id,lon,lat and a row per point"));
    }
    let separator = separator(&text);
    let mut table =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut rows = table.records();
    let header: Vec<String> = match rows.next() {
        Some(row) => row.map_err(|e| not_a_table(source, &e))?.iter().map(|name| name.trim().to_owned()).collect(),
        None => return Err(source.damaged("the file is empty", "write a header line such as id,lon,lat")),
    };
    let columns = (column(source, &header, &["lon", "x"], X), column(source, &header, &["lat", "y"], Y));
    let (Some(x), Some(y)) = columns else {
        return Err(no_columns(source, &header, separator, columns.0.is_none()));
    };
    let mut cells = Vec::new();
    for row in rows {
        let row = row.map_err(|e| not_a_table(source, &e))?;
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() == 1 && row.get(0).is_none_or(|cell| cell.trim().is_empty()) {
            continue; // a blank line, as editors leave at the end
        }
        if row.len() != header.len() {
            findings.push(Finding::fatal(
                codes::TABLE_SHAPE,
                source.place().feature(format!("line {line}")),
                format!("{} fields where the header has {} (separator {})", row.len(), header.len(), shown(separator)),
                "give every row all fields; put text with separators between double quotes",
            ));
            continue;
        }
        cells.push((line, row));
    }
    let decimal_comma = separator != b',' && decimals(source, &cells, &mut findings);
    let crs = crs_of(source, None, &mut findings)?;
    let locator = Locator::new(&crs);
    let mut features = Vec::with_capacity(cells.len());
    for (number, (line, row)) in cells.iter().enumerate() {
        let mut feature = RawFeature { number, label: format!("line {line}"), ..RawFeature::default() };
        feature.properties =
            header.iter().zip(row).map(|(name, cell)| (name.clone(), Value::Text(cell.to_owned()))).collect();
        let (east, north) = (row.get(x).unwrap_or_default(), row.get(y).unwrap_or_default());
        if !(east.trim().is_empty() && north.trim().is_empty()) {
            let numbers = (number_of(east, decimal_comma), number_of(north, decimal_comma));
            match numbers {
                (Some(x), Some(y)) => feature.geometry = Some(Geometry::Point(Point(Coord { x, y }))),
                _ => {
                    feature.broken = true;
                    let wrong = if numbers.0.is_none() { (x, east) } else { (y, north) };
                    findings.push(bad_number(source, &feature, &header[wrong.0], wrong.1, separator));
                }
            }
        }
        locator.place(source, &mut feature, &mut findings);
        features.push(feature);
    }
    let file = source.shown.clone();
    let value = RawLayer { file, crs, features, decimal_comma, text_numbers: true };
    Ok(Read { value, findings })
}

/// A finite number as tables write it, with a decimal point or, where the table does so, a comma.
pub(crate) fn number_of(text: &str, decimal_comma: bool) -> Option<f64> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | 'e' | 'E'));
    if !plain {
        return None;
    }
    let number = if decimal_comma && !text.contains('.') { text.replacen(',', ".", 1) } else { text.to_owned() };
    number.parse().ok().filter(|number: &f64| number.is_finite())
}

fn decode(source: &Source, bytes: &[u8], findings: &mut Vec<Finding>) -> Result<String, Error> {
    let wrong = |message: &str| {
        Error::fatal(Finding::fatal(codes::ENCODING, source.place(), message, "save it as CSV UTF-8 (or GBK)"))
    };
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if bytes.starts_with(mark) {
            let (text, damaged) = encoding.decode_with_bom_removal(bytes);
            if damaged {
                return Err(wrong("the file begins as UTF-16 and is damaged"));
            }
            return Ok(text.into_owned());
        }
    }
    if bytes.contains(&0) {
        return Err(wrong("the file is binary, or UTF-16 without byte-order mark"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    if !looks_like_gbk(bytes) {
        return Err(wrong("the file is neither UTF-8 nor GBK"));
    }
    let Some(text) = GBK.decode_without_bom_handling_and_without_replacement(bytes) else {
        return Err(wrong("the file is neither UTF-8 nor GBK (it is GBK in part)"));
    };
    findings.push(Finding::new(
        codes::ENCODING,
        Severity::Repaired,
        source.place(),
        "the file is not UTF-8; it was read as GBK",
        "save it as CSV UTF-8 to be sure of every name",
    ));
    Ok(text.into_owned())
}

/// Chinese text in GBK is made of pairs, nearly all of them in the region of GB 2312 (both bytes from 0xA1, the first up
/// to 0xF7), where a Latin text has single letters between ASCII ones. What is left to doubt, detection decides.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let (mut pairs, mut others, mut at) = (0, 0, 0);
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            Some(second) if (0xA1..=0xF7).contains(&bytes[at]) && *second >= 0xA1 => pairs += 1,
            _ => others += 1,
        }
        at += 2;
    }
    if others * 20 <= pairs {
        return true;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess: &Encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    guess == GBK
}

/// The separator of the header line: tab, semicolon or comma, the one that stands there most often outside quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(c, _)| *c == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // The first of equals, so the comma where there is none at all.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(c, _)| *c)
}

fn shown(separator: u8) -> &'static str {
    match separator {
        b';' => "semicolon",
        b'\t' => "tab",
        _ => "comma",
    }
}

/// The position of a column: as the study maps it, else by its usual names.
fn column(source: &Source, header: &[String], properties: &[&str], names: &[&str]) -> Option<usize> {
    let find = |name: &str| {
        header
            .iter()
            .position(|h| h == name)
            .or_else(|| header.iter().position(|h| h.to_lowercase() == name.to_lowercase()))
    };
    if let Some(mapped) = properties.iter().find_map(|property| source.columns.get(*property)) {
        return find(mapped);
    }
    names.iter().find_map(|name| find(name))
}

fn no_columns(source: &Source, header: &[String], separator: u8, longitude: bool) -> Error {
    let missing = if longitude { "longitudes (lon, longitude or x)" } else { "latitudes (lat, latitude or y)" };
    Error::fatal(Finding::fatal(
        codes::TABLE_SHAPE,
        source.place(),
        format!("no column of {missing}; the columns are {} (separator {})", header.join(", "), shown(separator)),
        "name them lon and lat, or map them: columns = { lon = \"…\", lat = \"…\" }",
    ))
}

fn not_a_table(source: &Source, error: &csv::Error) -> Error {
    source.damaged(format!("the table cannot be read: {error}"), "export it again as CSV UTF-8")
}

fn bad_number(source: &Source, feature: &RawFeature, column: &str, cell: &str, separator: u8) -> Finding {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let comma = cell.trim().trim_start_matches(['-', '+']).split_once(',').is_some_and(|(a, b)| digits(a) && digits(b));
    let (code, hint) = if comma && separator == b',' {
        (codes::DECIMAL_COMMA, "a decimal comma needs the semicolon as separator; or write a decimal point")
    } else {
        (codes::POSITION, "write a number such as 112.5314")
    };
    let place = feature_place(source, feature).property(column);
    Finding::fatal(code, place, format!("{cell:?} is no coordinate"), hint)
}

/// Whether the table writes decimal commas. One that writes both commas and points is refused.
fn decimals(source: &Source, rows: &[(u64, csv::StringRecord)], findings: &mut Vec<Finding>) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let split = |cell: &str, mark: char| {
        let cell = cell.trim();
        let cell = cell.strip_prefix(['-', '+']).unwrap_or(cell);
        cell.split_once(mark).is_some_and(|(a, b)| digits(a) && digits(b))
    };
    let first = |mark: char| {
        rows.iter()
            .find_map(|(line, row)| row.iter().find(|cell| split(cell, mark)).map(|cell| (*line, cell.to_owned())))
    };
    let Some((line, comma)) = first(',') else { return false };
    if let Some((other, point)) = first('.') {
        findings.push(Finding::fatal(
            codes::DECIMAL_COMMA,
            source.place().feature(format!("line {other}")),
            format!("{point} has a decimal point and {comma} (line {line}) a decimal comma"),
            "write all numbers of the table in one way, without marks between thousands",
        ));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(bytes: &[u8]) -> Vec<(f64, f64)> {
        let read = read_bytes(&Source::new("p.csv"), bytes).unwrap();
        let found = read.value.features.iter().map(|f| match f.geometry {
            Some(Geometry::Point(p)) => (p.x(), p.y()),
            _ => (f64::NAN, f64::NAN),
        });
        found.collect()
    }

    #[test]
    fn one_table_in_many_spellings() {
        let wanted = vec![(112.501, 33.0), (112.525, 33.01)];
        for text in [
            "id,lon,lat\na,112.501,33.0\nb,112.525,33.01\n",
            "\u{feff}id;lon;lat\na;112,501;33,0\nb;112,525;33,01\n",
            "id\tLongitude\tLatitude\r\na\t112.501\t33.0\r\nb\t112.525\t33.01\r\n\r\n",
            "y,x,id\n33.0,112.501,\"a, b\"\n33.01,112.525,b\n",
            "id;lon;lat\na;112.501;33\nb;112.525;33.01",
        ] {
            assert_eq!(positions(text.as_bytes()), wanted, "{text}");
        }
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend("id\tlon\tlat\na\t112.501\t33.0\nb\t112.525\t33.01\n".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(positions(&utf16), wanted);
    }

    #[test]
    fn gbk_is_read_and_latin_is_refused() {
        let (bytes, _, _) = GBK.encode("编号,站名,lon,lat\n1,城西消防站,112.5,33.0\n");
        let read = read_bytes(&Source::new("s.csv"), &bytes).unwrap();
        assert_eq!(read.value.features[0].get("站名"), Some(&Value::Text("城西消防站".into())));
        assert_eq!(read.findings[0].severity, Severity::Repaired);
        let latin = b"id;name;lon;lat\n1;Hauptstra\xdfe K\xf6ln;6,9;50,9\n";
        assert!(read_bytes(&Source::new("s.csv"), latin).is_err());
    }

    #[test]
    fn commas_and_points_together_are_refused() {
        let text = "id;lon;lat;weight\na;112,5;33,0;1.500\n";
        let read = read_bytes(&Source::new("p.csv"), text.as_bytes()).unwrap();
        assert!(read.findings.iter().any(|f| f.code == codes::DECIMAL_COMMA && f.severity == Severity::Fatal));
    }
}
