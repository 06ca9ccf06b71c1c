//! Dashboard and exports.
