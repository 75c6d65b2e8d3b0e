//! A folder with small sound files, and the one door through which the command is run in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A street of 930 m along the parallel of 33° N, at 22 km/h.
const ROADS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"highway":"residential"},
"geometry":{"type":"LineString","coordinates":[[112.495,33.0],[112.505,33.0]]}}]}"#;

const POINTS: &str = "id,lon,lat\na,112.497,33.0\nb,112.503,33.0\n";

const STATIONS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
"properties":{"id":"S1","name":"West","class":"first","status":"existing"},"geometry":{"type":"Point","coordinates":[112.496,33.0]}}]}"#;

const DEMAND: &str = "id,weight,lon,lat\nd1,5,112.498,33.0\nd2,7,112.504,33.0\n";

const STUDY: &str = r#"[study]
name = "street"

[roads]
file = "roads.geojson"

[stations]
file = "stations.geojson"

[demand]
file = "demand.csv"
"#;

/// Two sites, two demands: the optimum of the 1-median is site b with 2 × 3 + 1 × 1 = 7.
const INSTANCE: &str = r#"{"problem":"p-median","weights":[2,1],"sites":[{"id":"a","cost":1},{"id":"b","cost":1}],
"arcs":[[0,0,5],[0,1,2],[1,0,3],[1,1,1]],"p":1}"#;

/// The folder of one test.
pub struct Folder(TempDir);

/// How a run ended.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// With `roads.geojson`, `points.csv`, `study.toml` and its layers, `instance.json`.
    pub fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let files = [
            ("roads.geojson", ROADS),
            ("points.csv", POINTS),
            ("stations.geojson", STATIONS),
            ("demand.csv", DEMAND),
            ("study.toml", STUDY),
            ("instance.json", INSTANCE),
        ];
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command, to be run in this folder.
    pub fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firesite"));
        command.args(words.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// Runs the command in this folder. It never panics.
    pub fn run(&self, words: &str) -> Run {
        let output = self.command(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the streams are UTF-8");
        let run = Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!run.stderr.contains("panicked"), "{words}: {}", run.stderr);
        run
    }

    /// Runs the command, which must end with this code.
    pub fn expect(&self, code: i32, words: &str) -> Run {
        let run = self.run(words);
        assert_eq!(run.code, Some(code), "{words}: {}{}", run.stdout, run.stderr);
        run
    }

    /// Bad input: exit 2, a message that names it, nothing on standard output and no `out`.
    pub fn refused(&self, words: &str, named: &str) {
        let run = self.expect(2, words);
        assert!(run.stderr.contains(named), "{words}: {named} is not in {}", run.stderr);
        assert_eq!(run.stdout, "", "{words}");
        assert!(!self.path("out").exists(), "{words}: something was written");
    }

    /// The one JSON document of a run with `--format json`.
    pub fn json(&self, code: i32, words: &str) -> Value {
        let run = self.expect(code, &format!("{words} --format json"));
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{words}: {error}: {}", run.stdout))
    }
}
