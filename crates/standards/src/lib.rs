//! Rules as data: station classes, clocks, rule packs, compliance.
