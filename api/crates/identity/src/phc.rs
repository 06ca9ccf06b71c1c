//! Stored password hashes: PHC strings of argon2id.

use argon2::Params;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::{AppError, Result};

/// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
pub(crate) const MEMORY_KIB: u32 = 19_456;
pub(crate) const PASSES: u32 = 2;
/// Length of a hash.
pub(crate) const HASH_BYTES: usize = 32;
/// No stored hash may ask for more: a row that somebody has tampered with must not take the machine's memory.
const MOST_MEMORY_KIB: u32 = 65_536;
const MOST_PASSES: u32 = 10;

/// A stored hash, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phc {
    pub memory_kib: u32,
    pub passes: u32,
    pub salt: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Phc {
    /// Today's parameters, with a hash that no password has.
    pub(crate) fn today() -> Self {
        Self { memory_kib: MEMORY_KIB, passes: PASSES, salt: vec![0; 16], hash: vec![0; HASH_BYTES] }
    }

    /// Takes a stored hash apart, if it is one of argon2id with one lane and bearable parameters.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$m=")?;
        let (memory, rest) = rest.split_once(",t=")?;
        let (passes, rest) = rest.split_once(",p=1$")?;
        let (salt, hash) = rest.split_once('$')?;
        let (memory_kib, passes) = (memory.parse().ok()?, passes.parse().ok()?);
        let (salt, hash) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?);
        let bearable = memory_kib <= MOST_MEMORY_KIB && passes <= MOST_PASSES && hash.len() == HASH_BYTES;
        bearable.then_some(Self { memory_kib, passes, salt, hash })
    }

    /// Its parameters for the library.
    pub(crate) fn params(&self) -> Result<Params> {
        Params::new(self.memory_kib, self.passes, 1, Some(HASH_BYTES)).map_err(|error| AppError::internal(error.to_string()))
    }
}

impl std::fmt::Display for Phc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (salt, hash) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.hash));
        write!(f, "$argon2id$v=19$m={},t={},p=1${salt}${hash}", self.memory_kib, self.passes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_and_refuses_what_is_none() {
        let phc = Phc { salt: vec![1; 16], ..Phc::today() };
        assert_eq!(Phc::parse(&phc.to_string()), Some(phc.clone()));
        let huge = phc.to_string().replace("m=19456", "m=4194304");
        let other = phc.to_string().replace("argon2id", "argon2i");
        for text in ["", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abc", huge.as_str(), other.as_str()] {
            assert_eq!(Phc::parse(text), None, "{text}");
        }
    }
}
