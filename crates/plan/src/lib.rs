//! Study in, plan out: the only place where all parts meet.
