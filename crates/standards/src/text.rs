//! Figures in sentences.

/// A number without needless decimals.
pub(crate) fn plain(x: f64) -> String {
    let text = format!("{x:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share as per cent with one decimal; `-` where there is none. Never rounded up to what was asked: 89.96 % is not 90.0 %.
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |s| format!("{:.1} %", ((s * 1000.0 + 1e-6).floor()) / 10.0))
}

/// 1 station, 2 stations.
pub(crate) fn stations(count: usize) -> String {
    if count == 1 { "1 station".to_owned() } else { format!("{count} stations") }
}
