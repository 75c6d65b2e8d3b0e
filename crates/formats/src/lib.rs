//! External files to and from the layers of a study: readers, writers, coordinate systems.
