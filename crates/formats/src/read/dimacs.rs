//! Graphs of the 9th DIMACS Implementation Challenge (shortest paths, 2006): `.gr` arcs with times, `.co` coordinates in
//! microdegrees; nodes are numbered from 1. Format: <http://www.diag.uniroma1.it/challenge9/format.shtml>.
//!
//! ```text
//! p sp 3 2        three nodes, two arcs        p aux sp co 3
//! a 1 2 70        from, to, time               v 1 -73530767 41085396
//! ```
//!
//! Nothing is allocated on the word of a header: counts are compared with what the file holds.

use std::io::BufRead;

use firesite_model::{Arc, ArcGraph, Coord, Finding, Read, TravelTime};

use super::packed::{self, Packing};
use super::positions::{Locator, crs_of};
use crate::{Error, Source, codes};

/// After so many bad lines the file is given up.
const PATIENCE: usize = 100;

/// Reads a graph (`.gr`, `.gr.gz`) with the coordinates of its nodes (`.co`, `.co.gz`). A weight is milliseconds times
/// `unit_ms`, rounded half up. One pass over each file.
///
/// # Errors
/// A line that is not of the format, counts that differ from the headers, nodes out of range, negative weights, times
/// beyond 32-bit milliseconds, a `unit_ms` that is not positive.
pub fn read_dimacs(graph: &Source, coordinates: &Source, unit_ms: f64) -> Result<Read<ArcGraph>, Error> {
    let arcs = read_arcs(graph, open(graph)?, unit_ms);
    let mut findings = Vec::new();
    let positions = crs_of(coordinates, None, &mut findings)
        .and_then(|crs| read_positions(coordinates, open(coordinates)?, &Locator::new(&crs)));
    match (arcs, positions) {
        (Ok((nodes, arcs)), Ok(positions)) => {
            if positions.len() as u64 != nodes {
                return Err(Error::fatal(Finding::fatal(
                    codes::DIMACS,
                    coordinates.place(),
                    format!("{} nodes, and {} in {}", positions.len(), nodes, graph.shown),
                    "give the coordinate file that belongs to the graph",
                )));
            }
            Ok(Read { value: ArcGraph { positions, arcs }, findings })
        }
        (Err(Error::Input(mut all)), other) => {
            if let Err(Error::Input(more)) = other {
                all.extend(more);
            }
            Err(Error::Input(all))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn open(source: &Source) -> Result<Box<dyn BufRead>, Error> {
    let packing = match source.path.extension().map(std::ffi::OsStr::to_ascii_lowercase) {
        Some(end) if end == "gz" => Packing::Gzip,
        Some(end) if end == "bz2" => Packing::Bzip2,
        _ => Packing::Plain,
    };
    packed::open(source, packing)
}

/// The lines of a file that are neither comments nor blank, with what went wrong on the way.
struct Lines<'a> {
    source: &'a Source,
    reader: Box<dyn BufRead>,
    buffer: Vec<u8>,
    number: usize,
    findings: Vec<Finding>,
}

impl<'a> Lines<'a> {
    fn new(source: &'a Source, reader: Box<dyn BufRead>) -> Self {
        Self { source, reader, buffer: Vec::new(), number: 0, findings: Vec::new() }
    }

    /// Moves on to the next line. `None` at the end, or when too much was wrong already.
    fn next(&mut self) -> Option<&str> {
        loop {
            if self.findings.len() >= PATIENCE {
                return None;
            }
            self.buffer.clear();
            match self.reader.read_until(b'\n', &mut self.buffer) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    let message = format!("the file cannot be unpacked or read: {error}");
                    self.findings.push(Finding::fatal(
                        codes::FILE_DAMAGED,
                        self.source.place(),
                        message,
                        "copy it again",
                    ));
                    return None;
                }
            }
            self.number += 1;
            match self.buffer.first() {
                Some(b'c' | b'\n' | b'\r') | None => {}
                Some(_) if std::str::from_utf8(&self.buffer).is_err() => {
                    self.wrong("the line is no text".to_owned(), "give the file as it was published");
                    return None;
                }
                Some(_) => break,
            }
        }
        std::str::from_utf8(&self.buffer).ok()
    }

    fn wrong(&mut self, message: String, remedy: &str) {
        self.note(codes::DIMACS, message, remedy);
    }

    fn note(&mut self, code: firesite_model::Code, message: String, remedy: &str) {
        let place = self.source.place().feature(format!("line {}", self.number));
        self.findings.push(Finding::fatal(code, place, message, remedy));
    }

    fn end(self) -> Result<(), Error> {
        if self.findings.is_empty() { Ok(()) } else { Err(Error::Input(self.findings)) }
    }

    fn whole(&mut self, message: String, remedy: &str) {
        self.findings.push(Finding::fatal(codes::DIMACS, self.source.place(), message, remedy));
    }
}

/// The numbers after the first word of a line; `None` where the line has another form.
fn numbers<const N: usize>(line: &str, first: &[&str]) -> Option<[i64; N]> {
    let mut words = line.split_ascii_whitespace();
    for wanted in first {
        (words.next()? == *wanted).then_some(())?;
    }
    let mut found = [0; N];
    for number in &mut found {
        *number = words.next()?.parse().ok()?;
    }
    words.next().is_none().then_some(found)
}

fn read_arcs(source: &Source, reader: Box<dyn BufRead>, unit_ms: f64) -> Result<(u64, Vec<Arc>), Error> {
    let mut lines = Lines::new(source, reader);
    if !(unit_ms.is_finite() && unit_ms > 0.0) {
        lines.whole(
            format!("unit_ms is {unit_ms}, not a positive number"),
            "give the milliseconds of one unit of weight",
        );
        return Err(Error::Input(lines.findings));
    }
    let mut header: Option<(i64, i64)> = None;
    let mut arcs: Vec<Arc> = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('p') {
            match (numbers::<2>(line, &["p", "sp"]), header) {
                (Some([nodes, count]), None) if nodes >= 0 && count >= 0 && nodes < i64::from(u32::MAX) => {
                    header = Some((nodes, count));
                }
                (Some(_), Some(_)) => lines.wrong("a second header".to_owned(), "keep one line p sp NODES ARCS"),
                _ => lines.wrong("the header is not readable".to_owned(), "write p sp NODES ARCS, numbers below 2^32"),
            }
            continue;
        }
        let Some((nodes, _)) = header else {
            lines.wrong("there is no header before the first arc".to_owned(), "begin with p sp NODES ARCS");
            break;
        };
        let Some([from, to, weight]) = numbers::<3>(line, &["a"]) else {
            lines.wrong("the line is no arc".to_owned(), "write a FROM TO WEIGHT, whole numbers");
            continue;
        };
        if !(1..=nodes).contains(&from) || !(1..=nodes).contains(&to) {
            lines.wrong(format!("arc {from} to {to}: the nodes are 1 to {nodes}"), "number the nodes from 1");
            continue;
        }
        if weight < 0 {
            lines.wrong(format!("arc {from} to {to}: weight {weight} is negative"), "a driving time is not negative");
            continue;
        }
        let milliseconds = (weight as f64 * unit_ms + 0.5).floor();
        if milliseconds >= f64::from(u32::MAX) {
            let message = format!(
                "arc {from} to {to}: {weight} x {unit_ms} ms is too large, beyond {} ms (49 days)",
                u32::MAX - 1
            );
            lines.note(codes::TIME_OVERFLOW, message, "give a smaller --unit-ms (unit_ms)");
            continue;
        }
        let time = TravelTime::millis(milliseconds as u32);
        arcs.push(Arc { from: (from - 1) as u32, to: (to - 1) as u32, time });
    }
    match header {
        None if lines.findings.is_empty() => {
            lines.whole("there is no header".to_owned(), "begin with p sp NODES ARCS");
        }
        Some((_, count)) if lines.findings.is_empty() && count as u64 != arcs.len() as u64 => {
            let message = format!("the header says {count} arcs, the file has {}: it may be cut", arcs.len());
            lines.whole(message, "copy the file again, or correct the header");
        }
        Some(_) if lines.findings.is_empty() && arcs.is_empty() => {
            lines.whole("the graph has no arc".to_owned(), "give a graph with roads");
        }
        _ => {}
    }
    lines.end()?;
    Ok((header.map_or(0, |(nodes, _)| nodes as u64), arcs))
}

fn read_positions(source: &Source, reader: Box<dyn BufRead>, locator: &Locator) -> Result<Vec<Coord>, Error> {
    let mut lines = Lines::new(source, reader);
    let mut header: Option<i64> = None;
    let mut found: Vec<(u32, Coord)> = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('p') {
            match numbers::<1>(line, &["p", "aux", "sp", "co"]) {
                Some([nodes]) if (0..i64::from(u32::MAX)).contains(&nodes) => header = Some(nodes),
                _ => lines.wrong("the header is not readable".to_owned(), "write p aux sp co NODES"),
            }
            continue;
        }
        let Some(nodes) = header else {
            lines.wrong("there is no header before the first node".to_owned(), "begin with p aux sp co NODES");
            break;
        };
        let Some([node, x, y]) = numbers::<3>(line, &["v"]) else {
            lines.wrong("the line is no node".to_owned(), "write v NODE LON LAT in millionths of a degree");
            continue;
        };
        if !(1..=nodes).contains(&node) {
            lines.wrong(format!("node {node}: the nodes are 1 to {nodes}"), "number the nodes from 1");
            continue;
        }
        match locator.locate(Coord { x: x as f64 / 1e6, y: y as f64 / 1e6 }) {
            Ok(position) => found.push((node as u32, position)),
            Err((code, message, remedy)) => lines.note(code, format!("node {node}: {message}"), &remedy),
        }
    }
    if lines.findings.is_empty() {
        found.sort_by_key(|(node, _)| *node);
        let twice = found.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0);
        let count = header.unwrap_or(-1);
        if let Some(node) = twice {
            lines.whole(format!("node {node} stands twice"), "give every node once");
        } else if header.is_none() {
            lines.whole("there is no header".to_owned(), "begin with p aux sp co NODES");
        } else if count != found.len() as i64 {
            let message = format!("the header says {count} nodes, the file has {}: it may be cut", found.len());
            lines.whole(message, "copy the file again, or correct the header");
        }
    }
    lines.end()?;
    Ok(found.into_iter().map(|(_, position)| position).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const COORDINATES: &str = "c by hand\np aux sp co 2\nv 2 112510000 33000000\nv 1 112500000 33000000\n";

    fn arcs(text: &str, unit_ms: f64) -> Result<(u64, Vec<Arc>), Error> {
        read_arcs(&Source::new("x.gr"), Box::new(Cursor::new(text.as_bytes().to_vec())), unit_ms)
    }

    fn refused(text: &str, code: firesite_model::Code) {
        match arcs(text, 1.0) {
            Err(error) => {
                assert_eq!(error.findings()[0].code, code, "{error}");
                assert!(error.to_string().contains("x.gr"), "{error}");
            }
            Ok(_) => panic!("{text:?} was accepted"),
        }
    }

    #[test]
    fn a_graph_and_its_nodes() {
        let (nodes, found) = arcs("c comment\np sp 2 2\na 1 2 70\na 2 1 71\n", 2.5).unwrap();
        assert_eq!(nodes, 2);
        assert_eq!(found[1], Arc { from: 1, to: 0, time: TravelTime::millis(178) });
        let source = Source::new("x.co");
        let locator = Locator::new(&crate::Crs::Wgs84);
        let text = Box::new(Cursor::new(COORDINATES.as_bytes()));
        let positions = read_positions(&source, text, &locator).unwrap();
        assert_eq!(positions, [Coord { x: 112.5, y: 33.0 }, Coord { x: 112.51, y: 33.0 }]);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        refused("p sp 2 1\na 1 7 5\n", codes::DIMACS);
        refused("p sp 2 1\na 1 2 -5\n", codes::DIMACS);
        refused("p sp 2 9\na 1 2 5\n", codes::DIMACS);
        refused("p sp 4000000000 4000000000\na 1 2 5\n", codes::DIMACS);
        refused("p sp 99999999999 1\na 1 2 5\n", codes::DIMACS);
        refused("a 1 2 5\n", codes::DIMACS);
        refused("p sp 2 1\na 1 2 five\n", codes::DIMACS);
        refused("p sp 2 1\na 0 1 5\n", codes::DIMACS);
        refused("p sp 2 1\na 1 2 4294967295\n", codes::TIME_OVERFLOW);
        refused("p sp 2 1\na 1 2 4294967295999\n", codes::TIME_OVERFLOW);
        refused("", codes::DIMACS);
        assert!(arcs("p sp 2 1\na 1 2 5\n", f64::NAN).is_err());
        assert!(arcs("p sp 2 1\na 1 2 5\n", 0.0).is_err());
    }
}
