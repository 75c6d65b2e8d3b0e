//! Which streets fire engines reach in time, and where the next stations belong.
