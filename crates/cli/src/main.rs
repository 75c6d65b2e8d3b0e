//! The `firesite` command.
fn main() {}
