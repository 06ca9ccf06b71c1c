use super::Refusal;

/// Bytes of a stored state.
pub(crate) const TEXT_STATE: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// The first two bytes have not come yet.
    Unknown,
    Utf8,
    Utf16Little,
    Utf16Big,
}

/// Whether bytes that stream by are text: UTF-8, or UTF-16 with a byte order mark, without a NUL. Its state can be stored
/// between two chunks of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextCheck {
    encoding: Encoding,
    /// The beginning of a character whose end has not come yet: at most three bytes.
    pending: Vec<u8>,
    /// A high surrogate came, the low one must follow.
    surrogate: bool,
}

fn not_text() -> Refusal {
    Refusal::new("The name says that this is text, but the content is not: text is UTF-8, or UTF-16 with a byte order mark.")
}

impl TextCheck {
    /// Before the first byte.
    pub(crate) fn new() -> Self {
        Self { encoding: Encoding::Unknown, pending: Vec::new(), surrogate: false }
    }

    /// Looks at the next bytes.
    pub(crate) fn update(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        if self.encoding == Encoding::Unknown {
            while self.pending.len() < 2 {
                let Some((first, rest)) = bytes.split_first() else { return Ok(()) };
                self.pending.push(*first);
                bytes = rest;
            }
            self.encoding = match self.pending.as_slice() {
                [0xFF, 0xFE] => Encoding::Utf16Little,
                [0xFE, 0xFF] => Encoding::Utf16Big,
                _ => Encoding::Utf8,
            };
            let head = std::mem::take(&mut self.pending);
            if self.encoding == Encoding::Utf8 {
                self.utf8(&head)?;
            }
        }
        match self.encoding {
            Encoding::Utf16Little => self.utf16(bytes, u16::from_le_bytes),
            Encoding::Utf16Big => self.utf16(bytes, u16::from_be_bytes),
            Encoding::Utf8 | Encoding::Unknown => self.utf8(bytes),
        }
    }

    /// After the last byte.
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        let lone_ascii = self.encoding == Encoding::Unknown && self.pending.iter().all(|b| b.is_ascii() && *b != 0);
        if (self.pending.is_empty() || lone_ascii) && !self.surrogate { Ok(()) } else { Err(not_text()) }
    }

    fn utf8(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        while !self.pending.is_empty() {
            let Some((first, rest)) = bytes.split_first() else { return Ok(()) };
            self.pending.push(*first);
            bytes = rest;
            match std::str::from_utf8(&self.pending) {
                Ok(_) => self.pending.clear(),
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(not_text()),
            }
        }
        if bytes.contains(&0) {
            return Err(not_text());
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(error) if error.error_len().is_none() => {
                self.pending = bytes.get(error.valid_up_to()..).unwrap_or_default().to_vec();
                Ok(())
            }
            Err(_) => Err(not_text()),
        }
    }

    fn utf16(&mut self, mut bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(), Refusal> {
        if let (Some(first), Some((second, rest))) = (self.pending.first().copied(), bytes.split_first()) {
            self.pending.clear();
            self.unit(unit([first, *second]))?;
            bytes = rest;
        }
        let mut pairs = bytes.chunks_exact(2);
        for pair in pairs.by_ref() {
            if let [first, second] = pair {
                self.unit(unit([*first, *second]))?;
            }
        }
        self.pending.extend_from_slice(pairs.remainder());
        Ok(())
    }

    fn unit(&mut self, unit: u16) -> Result<(), Refusal> {
        let (high, low) = ((0xD800..0xDC00).contains(&unit), (0xDC00..0xE000).contains(&unit));
        if unit == 0 || low != self.surrogate {
            return Err(not_text());
        }
        self.surrogate = high;
        Ok(())
    }

    /// The state for storing.
    pub(crate) fn to_bytes(&self) -> [u8; TEXT_STATE] {
        let encoding = match self.encoding {
            Encoding::Unknown => 0,
            Encoding::Utf8 => 1,
            Encoding::Utf16Little => 2,
            Encoding::Utf16Big => 3,
        };
        let mut pending = self.pending.iter().copied();
        let mut next = || pending.next().unwrap_or(0);
        let length = u8::try_from(self.pending.len()).unwrap_or(0);
        [encoding, u8::from(self.surrogate), length, next(), next(), next()]
    }

    /// The state that was stored.
    pub(crate) fn from_bytes(state: [u8; TEXT_STATE]) -> Self {
        let [encoding, surrogate, length, pending @ ..] = state;
        let encoding = match encoding {
            1 => Encoding::Utf8,
            2 => Encoding::Utf16Little,
            3 => Encoding::Utf16Big,
            _ => Encoding::Unknown,
        };
        Self { encoding, surrogate: surrogate == 1, pending: pending.into_iter().take(usize::from(length)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the bytes are cut, and though the state is stored at each cut, the verdict is the same.
    fn is_text(bytes: &[u8]) -> bool {
        let verdict = |size: usize| {
            let mut check = TextCheck::new();
            let fed = bytes.chunks(size).try_for_each(|chunk| {
                check.update(chunk)?;
                check = TextCheck::from_bytes(check.to_bytes());
                Ok::<_, Refusal>(())
            });
            fed.and_then(|()| check.finish()).is_ok()
        };
        let verdicts: Vec<bool> = (1..=7).chain([bytes.len().max(1)]).map(verdict).collect();
        assert!(verdicts.iter().all(|v| *v == verdicts[0]), "{bytes:?}: {verdicts:?}");
        verdicts[0]
    }

    #[test]
    fn text_is_told_from_other_bytes() {
        let utf16 = |text: &str, big: bool| -> Vec<u8> {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        for good in [
            b"a".to_vec(),
            b"plain".to_vec(),
            "héllo € 😀 end".into(),
            "\u{FEFF}with mark".into(),
            utf16("héllo 😀", false),
            utf16("x😀", true),
        ] {
            assert!(is_text(&good), "{good:?}");
        }
        let mut odd = utf16("ab", false);
        odd.pop();
        let bad: [&[u8]; 10] = [
            b"a\0b",
            b"\0",
            b"\xFF",
            b"ab\xC3",
            b"\xE2\x82",
            b"caf\xE9 latin",
            &odd,
            &utf16("a\0", true),
            b"\xFF\xFE\x3D\xD8",
            b"\xFF\xFE\x00\xDE",
        ];
        for bad in bad {
            assert!(!is_text(bad), "{bad:?}");
        }
    }
}
