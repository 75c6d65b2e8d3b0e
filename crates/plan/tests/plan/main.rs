//! Whole studies: by hand, by rule, badly written, shuffled, forged. One binary, so that it links once.

mod all_rules;
mod bad_input;
mod by_hand;
mod explained;
mod files;
mod generated;
mod one_line;
mod priced;
mod rule_kinds;
mod rules;
mod same_bytes;
mod schema;
mod support;
mod verified;
mod years;
