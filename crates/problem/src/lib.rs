//! A location problem as mathematics: instance, solution, bound, certificate, verification. No search, no geography.
