//! A test language: towns drawn in text, built through the real importer.
