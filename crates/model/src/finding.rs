//! What was odd in the input: code, place, reason, remedy. Nothing is dropped or repaired without one.

use std::collections::BTreeMap;
use std::fmt;

/// The stable code of a kind of finding, for example `F0312`. The finding index in the docs lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Put right without loss; the figure is what the author meant.
    Repaired,
    /// Left out of the computation, counted.
    Dropped,
    /// Kept as it is; worth a look.
    Warning,
    /// No result can be computed: exit code 2.
    Fatal,
}

impl Severity {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Repaired => "repaired",
            Severity::Dropped => "dropped",
            Severity::Warning => "warning",
            Severity::Fatal => "fatal",
        }
    }
}

/// Where: any part may be unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// File as the user wrote it (relative to the study).
    pub file: Option<String>,
    /// Layer of the study: `roads`, `stations`, …
    pub layer: Option<String>,
    /// Id of the feature, or `feature 12` / `line 12` where it has none.
    pub feature: Option<String>,
    /// Property, column or key.
    pub property: Option<String>,
    /// Longitude and latitude, degrees.
    pub position: Option<(f64, f64)>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    /// The same place, in this layer.
    pub fn layer(mut self, layer: impl Into<String>) -> Self {
        self.layer = Some(layer.into());
        self
    }

    /// The same place, at this feature.
    pub fn feature(mut self, feature: impl Into<String>) -> Self {
        self.feature = Some(feature.into());
        self
    }

    /// The same place, at this property.
    pub fn property(mut self, property: impl Into<String>) -> Self {
        self.property = Some(property.into());
        self
    }

    /// The same place, at this position.
    pub fn at(mut self, lon: f64, lat: f64) -> Self {
        self.position = Some((lon, lat));
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (&self.file, &self.layer) {
            (Some(file), _) => parts.push(file.clone()),
            (None, Some(layer)) => parts.push(format!("[{layer}]")),
            (None, None) => {}
        }
        if let Some(feature) = &self.feature {
            parts.push(if feature.starts_with("feature ") || feature.starts_with("line ") {
                feature.clone()
            } else {
                format!("feature {feature}")
            });
        }
        if let Some(property) = &self.property {
            parts.push(format!("property {property}"));
        }
        if let Some((lon, lat)) = self.position {
            parts.push(format!("at {lon:.6}, {lat:.6}"));
        }
        f.write_str(&parts.join(", "))
    }
}

/// One thing that was odd.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Kind.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is there and what was expected.
    pub message: String,
    /// What to write instead, in the file's own words.
    pub remedy: String,
}

impl Finding {
    /// A finding; the arguments in reading order.
    pub fn new(
        code: Code,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { code, severity, place, message: message.into(), remedy: remedy.into() }
    }

    /// The same finding, with the file of the layer it speaks of where it names none: who works on layers (a network, a
    /// check across layers) does not know their files.
    pub fn of_layer_in(mut self, layer: &str, file: &str) -> Self {
        if self.place.file.is_none() && self.place.layer.as_deref() == Some(layer) {
            self.place.file = Some(file.to_owned());
        }
        self
    }

    /// A finding that stops the run.
    pub fn fatal(code: Code, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(code, Severity::Fatal, place, message, remedy)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {:8} {}", self.code.0, self.severity.word(), self.place)?;
        write!(f, "      {}", self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "\n      {}", self.remedy)?;
        }
        Ok(())
    }
}

/// A value that could be read, and what was odd on the way. An `Err` beside it means: could not be read at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// What was odd.
    pub findings: Vec<Finding>,
}

impl<T> Read<T> {
    /// A value without findings.
    pub fn clean(value: T) -> Self {
        Self { value, findings: Vec::new() }
    }

    /// The value, with the findings moved to a common list.
    pub fn take(self, findings: &mut Vec<Finding>) -> T {
        findings.extend(self.findings);
        self.value
    }
}

/// Findings of one code and severity, counted, with the first few as examples.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingCount {
    /// Kind.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// How many.
    pub count: usize,
    /// The first few in input order.
    pub examples: Vec<Finding>,
}

/// Counts findings by code and severity, in the order of the codes; keeps the first `examples` of each.
pub fn tally(findings: &[Finding], examples: usize) -> Vec<FindingCount> {
    let mut groups: BTreeMap<(Code, Severity), FindingCount> = BTreeMap::new();
    for finding in findings {
        let group = groups.entry((finding.code, finding.severity)).or_insert_with(|| FindingCount {
            code: finding.code,
            severity: finding.severity,
            count: 0,
            examples: Vec::new(),
        });
        group.count += 1;
        if group.examples.len() < examples {
            group.examples.push(finding.clone());
        }
    }
    groups.into_values().collect()
}
