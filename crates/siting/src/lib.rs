//! The search for the best sites: presolve, greedy, local search, exact. Sees a problem, returns a claim.
