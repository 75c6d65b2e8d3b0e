//! The finding codes of this crate: F02xx files and encodings, F03xx layers and properties, F04xx OSM and roads.

use firesite_model::Code;

/// The file cannot be opened or read.
pub const FILE_UNREADABLE: Code = Code("F0201");
/// No reader knows this kind of file.
pub const FILE_KIND: Code = Code("F0202");
/// The bytes are in no accepted encoding.
pub const ENCODING: Code = Code("F0203");
/// The file is cut, damaged or not what its name says.
pub const FILE_DAMAGED: Code = Code("F0204");
/// The coordinate system is unknown or contradicts the file.
pub const CRS_UNKNOWN: Code = Code("F0205");
/// A coordinate cannot be a longitude or latitude, or a projected value lies outside its system.
pub const COORDINATE_RANGE: Code = Code("F0206");
/// Longitude and latitude are interchanged.
pub const COORDINATES_SWAPPED: Code = Code("F0207");
/// A position that is no pair of finite numbers.
pub const POSITION: Code = Code("F0208");
/// A table without the needed columns, or a row of another length.
pub const TABLE_SHAPE: Code = Code("F0209");
/// Decimal commas, or a mixture of commas and points.
pub const DECIMAL_COMMA: Code = Code("F0210");
/// A DIMACS graph contradicts its header or its format.
pub const DIMACS: Code = Code("F0211");
/// A driving time beyond what 32-bit milliseconds can hold.
pub const TIME_OVERFLOW: Code = Code("F0212");
/// The declared coordinate system overrides the one that the file states.
pub const CRS_OVERRIDDEN: Code = Code("F0213");

/// The layer has no feature.
pub const LAYER_EMPTY: Code = Code("F0301");
/// A geometry of the wrong kind for this layer.
pub const GEOMETRY_KIND: Code = Code("F0302");
/// A feature without geometry.
pub const GEOMETRY_MISSING: Code = Code("F0303");
/// A multi-part geometry was split or reduced.
pub const GEOMETRY_SPLIT: Code = Code("F0304");
/// A ring was closed.
pub const RING_UNCLOSED: Code = Code("F0305");
/// A polygon crossed itself and was repaired.
pub const RING_CROSSED: Code = Code("F0306");
/// A ring or line too short to be one.
pub const RING_TOO_SHORT: Code = Code("F0307");
/// A required property is missing.
pub const PROPERTY_MISSING: Code = Code("F0308");
/// A property holds something else than expected.
pub const PROPERTY_VALUE: Code = Code("F0309");
/// An id stands twice.
pub const ID_TWICE: Code = Code("F0310");
/// A weight that is negative, not finite or a no-data mark.
pub const WEIGHT: Code = Code("F0311");
/// `columns` names a property that the layer does not have, or a column that the file does not have.
pub const COLUMNS: Code = Code("F0313");
/// All weights together are beyond what can be summed exactly.
pub const WEIGHT_SUM: Code = Code("F0314");
/// A number written as text was read as a number.
pub const NUMBER_AS_TEXT: Code = Code("F0315");
/// A layer read from OSM, with what OSM does not say.
pub const OSM_LAYER: Code = Code("F0316");

/// A way refers to nodes that the extract does not hold.
pub const WAY_CUT: Code = Code("F0401");
/// A way with fewer than two known nodes.
pub const WAY_TOO_SHORT: Code = Code("F0402");
/// The road layer holds no road.
pub const NO_ROADS: Code = Code("F0403");
/// A speed limit that cannot be read.
pub const SPEED_UNREADABLE: Code = Code("F0404");
/// A width, height, weight or lane count that cannot be read.
pub const LIMIT_UNREADABLE: Code = Code("F0405");
/// A value of `oneway` or of an access key that is not known.
pub const TAG_UNKNOWN: Code = Code("F0406");
/// A turn restriction that is not applied.
pub const RESTRICTION_IGNORED: Code = Code("F0407");
/// A list of values of which one was taken.
pub const VALUE_LIST: Code = Code("F0408");
/// Two elements of the same id.
pub const ELEMENT_TWICE: Code = Code("F0409");
/// Elements marked as deleted were left out.
pub const ELEMENT_DELETED: Code = Code("F0410");
/// A node stands twice in a row in a way.
pub const NODE_REPEATED: Code = Code("F0411");
/// An OSM feature whose place is not known.
pub const FEATURE_WITHOUT_PLACE: Code = Code("F0412");
