//! What every feature stands on: settings, errors, HTTP, database, clock.
