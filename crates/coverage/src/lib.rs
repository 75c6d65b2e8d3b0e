//! Isochrones, service areas and coverage measures.
