//! Options: what is refused, what is silent, who may close the pipe.

use std::process::Stdio;

use crate::folder::Folder;

#[test]
fn wrong_usage_is_exit_2() {
    let folder = Folder::new();
    let matrix = "matrix --roads roads.geojson --from points.csv --to points.csv --out out";
    let isochrones = "isochrones --roads roads.geojson --out out";
    let cases = [
        (String::new(), "Usage"),
        ("plann study.toml".into(), "plann"),
        ("plan study.toml --outt out".into(), "--outt"),
        ("plan".into(), "STUDY"),
        (format!("{matrix} --threads 0"), "--threads"),
        (format!("{matrix} --threads -1"), "-1"),
        (format!("{matrix} --limit -5"), "-5"),
        (format!("{matrix} --limit nan"), "nan"),
        (format!("{matrix} --unit-ms 0"), "--unit-ms"),
        (format!("{matrix} --access-kmh 0"), "--access-kmh"),
        (format!("{matrix} --crs EPSG:999999"), "999999"),
        (format!("{matrix} --format xml"), "xml"),
        (format!("{matrix} --lang tlh"), "tlh"),
        (format!("{isochrones} --minutes 2"), "--at"),
        (format!("{isochrones} --at 33.0,112.5 --minutes 2"), "33"),
        (format!("{isochrones} --at 112.5 --minutes 2"), "LON,LAT"),
        (format!("{isochrones} --at 112.5,33.0 --minutes 0"), "--minutes"),
        (format!("{isochrones} --at 112.5,33.0 --minutes soon"), "soon"),
        (format!("{isochrones} --at 112.5,33.0 --minutes 2,,4"), "--minutes"),
        ("solve p-median instance.json --gap -1 --out out".into(), "-1"),
        ("solve p-median instance.json --p 1.5 --out out".into(), "1.5"),
        ("solve p-mode instance.json --out out".into(), "p-mode"),
    ];
    for (words, named) in cases {
        folder.refused(&words, named);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = Folder::new();
    for words in ["--help", "--version", "plan --help", "help solve"] {
        let run = folder.expect(0, words);
        assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{words}");
    }
}

#[test]
fn quiet_says_nothing() {
    let folder = Folder::new();
    for words in [
        "check study.toml --quiet",
        "coverage study.toml --out out --quiet",
        "matrix --roads roads.geojson --from points.csv --to points.csv --out m.csv --quiet",
        "solve p-median instance.json --quiet",
    ] {
        let run = folder.expect(0, words);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{words}");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::new();
    for words in [
        "isochrones --roads roads.geojson --at 112.5,33.0 --minutes 1",
        "check study.toml --format json",
        "solve p-median instance.json --format json",
    ] {
        let mut child = folder.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
    }
}

#[test]
fn findings_go_to_standard_error() {
    let folder = Folder::new();
    folder.write("points.csv", "id,lon,lat\na,112.497,33.0\nfar,113.9,33.0\n");
    let run = folder.expect(0, "matrix --roads roads.geojson --from points.csv --to points.csv --out m.csv");
    assert!(run.stderr.contains("feature far") && !run.stdout.contains("feature far"), "{}{}", run.stdout, run.stderr);
}
