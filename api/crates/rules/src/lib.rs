//! CMMC rules as pure functions over rule-pack data.
