//! A plan written for people: GeoJSON, QGIS project, tables. Computes nothing new.
