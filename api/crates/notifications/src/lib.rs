//! In-app notifications and the jobs that send them.
