//! The finding codes of rules and packs.

use firesite_model::Code;

/// A pack or rule file that cannot be read.
pub const PACK_UNREADABLE: Code = Code("F0701");
/// No pack of this name is packaged.
pub const PACK_UNKNOWN: Code = Code("F0702");
/// A key that no rule or class has.
pub const KEY_UNKNOWN: Code = Code("F0703");
/// A rule kind that does not exist.
pub const KIND_UNKNOWN: Code = Code("F0704");
/// A parameter of the wrong type, unit or range.
pub const PARAMETER: Code = Code("F0705");
/// A rule without a source.
pub const SOURCE_MISSING: Code = Code("F0706");
/// An override of a rule that no pack has.
pub const OVERRIDE_UNKNOWN: Code = Code("F0707");
/// A rule or class id twice.
pub const ID_TWICE: Code = Code("F0708");
/// Two rules that contradict each other whatever is built.
pub const CONTRADICTION: Code = Code("F0709");
