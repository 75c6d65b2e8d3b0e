//! The `firesite` command from outside: exit codes, the two streams, JSON, and what is left on disk.

mod bad_input;
mod folder;
mod options;
mod results;
mod solve;
