//! Whether an SVG is a picture and nothing else, looked at while it streams by, with constant memory. Only the form matters here;
//! what is not well-formed XML no browser shows.
//!
//! Active is: a script, an event handler, foreign content, anything that is fetched from elsewhere, and what could make a reader
//! see other characters than we do: declared entities, style sheets from outside, another encoding.

use super::Refusal;

/// Elements that run, embed or fetch something.
const ELEMENTS: &[&[u8]] = &[
    b"script",
    b"foreignobject",
    b"iframe",
    b"embed",
    b"object",
    b"handler",
    b"listener",
    b"audio",
    b"video",
    b"html",
    b"body",
    b"meta",
    b"link",
    b"base",
];
/// Attributes whose value names what is fetched.
const REFERENCES: &[&[u8]] = &[b"href", b"src", b"base"];
/// Nothing that is compared is longer.
const LONGEST: usize = 64;
/// What a value that fetches nothing begins with.
const HARMLESS: &[&[u8]] = &[b"#", b"data:image/png", b"data:image/jpeg", b"data:image/gif", b"data:image/webp"];

fn active(what: &str) -> Refusal {
    Refusal::new(format!("The picture contains {what}. Save it without, or as PNG."))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// After `<`.
    Open,
    Name,
    EndTag,
    /// After `<!`: which declaration it is, is not known yet.
    Declaration,
    Comment,
    CharacterData,
    DocumentType,
    /// `<?...?>`.
    Instruction,
    /// Inside of a tag, between attributes.
    Tag,
    Attribute,
    BeforeValue,
    Value(u8),
}

/// The state between two pieces of the file.
pub(super) struct SvgCheck {
    place: Place,
    /// The beginning of the name, value or declaration that is being read, lowercase.
    token: Vec<u8>,
    /// The name of the attribute whose value is being read, without its prefix.
    attribute: Vec<u8>,
    /// The last characters, lowercase: of text and values.
    recent: Vec<u8>,
    /// What follows `url(`, while it is not known yet what it is.
    url: Option<Vec<u8>>,
}

impl SvgCheck {
    /// Before the first byte.
    pub(super) fn new() -> Self {
        Self { place: Place::Text, token: Vec::new(), attribute: Vec::new(), recent: Vec::new(), url: None }
    }

    /// Looks at the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        bytes.iter().try_for_each(|byte| self.byte(*byte))
    }

    /// After the last byte.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        self.end_url()
    }

    fn byte(&mut self, byte: u8) -> Result<(), Refusal> {
        match (self.place, byte) {
            (Place::Text, b'<') => {
                self.end_text()?;
                self.go(Place::Open);
            }
            (Place::Text, 0xFE | 0xFF) => return Err(active("text in another encoding than UTF-8")),
            (Place::Text, _) => self.look(byte)?,
            (Place::Open, b'!') => self.go(Place::Declaration),
            (Place::Open, b'?') => self.go(Place::Instruction),
            (Place::Open, b'/') => self.go(Place::EndTag),
            (Place::Open, _) => {
                self.go(Place::Name);
                self.keep(byte);
            }
            (Place::Name, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>') => {
                if ELEMENTS.contains(&self.token.as_slice()) {
                    return Err(active("a script or foreign content"));
                }
                self.go(if byte == b'>' { Place::Text } else { Place::Tag });
            }
            (Place::EndTag | Place::Tag, b'>') => self.go(Place::Text),
            (Place::EndTag, _)
            | (Place::Tag, b' ' | b'\t' | b'\r' | b'\n' | b'/')
            | (Place::BeforeValue, b'=' | b' ' | b'\t' | b'\r' | b'\n') => {}
            (Place::Tag, _) => {
                self.go(Place::Attribute);
                self.keep(byte);
            }
            (Place::Attribute, b'=' | b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/') => {
                let name = self.token.clone();
                if name.starts_with(b"on") && name.len() > 2 {
                    return Err(active("an event handler"));
                }
                self.attribute = name;
                self.go(if byte == b'>' { Place::Text } else { Place::BeforeValue });
            }
            (Place::BeforeValue, b'"' | b'\'') => self.go(Place::Value(byte)),
            (Place::BeforeValue, _) => return Err(Refusal::new("The picture is damaged.")),
            (Place::Value(quote), _) if byte == quote => {
                self.value()?;
                self.end_text()?;
                self.go(Place::Tag);
            }
            (Place::Value(_), _) => {
                self.keep(byte);
                self.look(byte)?;
            }
            (Place::Name | Place::Attribute, _) => self.keep(byte),
            _ => self.declaration(byte)?,
        }
        Ok(())
    }

    /// Comments, character data, document types and instructions.
    fn declaration(&mut self, byte: u8) -> Result<(), Refusal> {
        self.keep(byte);
        match self.place {
            Place::Declaration => {
                let next = [(&b"--"[..], Place::Comment), (b"[cdata[", Place::CharacterData), (b"doctype", Place::DocumentType)];
                match next.iter().find(|(word, _)| word.starts_with(&self.token)) {
                    Some((word, place)) if word.len() == self.token.len() => self.go(*place),
                    Some(_) => {}
                    None => return Err(active("a declaration of its own")),
                }
            }
            Place::Comment => self.until(b"-->"),
            Place::CharacterData => {
                self.look(byte)?;
                self.until(b"]]>");
            }
            Place::DocumentType if byte == b'[' => return Err(active("declarations of entities")),
            Place::DocumentType => self.until(b">"),
            Place::Instruction => {
                if self.token.starts_with(b"xml-stylesheet") {
                    return Err(active("a style sheet from elsewhere"));
                }
                if self.token.ends_with(b"?>") {
                    self.encoding()?;
                }
                self.until(b"?>");
            }
            _ => {}
        }
        Ok(())
    }

    /// `<?xml version="1.0" encoding="..."?>`: the text was found to be UTF-8, and must be read as that.
    fn encoding(&self) -> Result<(), Refusal> {
        if self.token.len() == LONGEST && self.token.starts_with(b"xml") {
            return Err(active("a beginning that no program writes"));
        }
        let Some(at) = self.token.windows(8).position(|window| window == b"encoding") else { return Ok(()) };
        let rest = self.token.get(at..).unwrap_or_default();
        let plain = [&b"utf-8"[..], b"us-ascii", b"iso-8859-1"].iter().any(|name| rest.windows(name.len()).any(|w| w == *name));
        if plain { Ok(()) } else { Err(active("text in another encoding than UTF-8")) }
    }

    /// The end of what has an end of several characters.
    fn until(&mut self, end: &[u8]) {
        if self.token.ends_with(end) {
            self.go(Place::Text);
        }
    }

    fn go(&mut self, place: Place) {
        self.place = place;
        self.token.clear();
    }

    /// Keeps the beginning of names and values, and the end of what has none that matters.
    fn keep(&mut self, byte: u8) {
        let name = matches!(self.place, Place::Name | Place::Attribute);
        let begins = name || matches!(self.place, Place::Value(_));
        match byte {
            // Only what follows the prefix counts, however long that is.
            b':' if name => return self.token.clear(),
            b' ' | b'\t' | b'\r' | b'\n' if begins && self.token.is_empty() => return,
            _ => {}
        }
        if self.token.len() == LONGEST {
            if begins {
                return;
            }
            // The beginning of an instruction was looked at, and its encoding stands within the first characters.
            self.token.remove(if self.place == Place::Instruction { LONGEST - 8 } else { 0 });
        }
        self.token.push(byte.to_ascii_lowercase());
    }

    /// A whole value.
    fn value(&mut self) -> Result<(), Refusal> {
        let value = self.token.trim_ascii();
        if REFERENCES.contains(&self.attribute.as_slice()) && !value.is_empty() && !harmless(value) {
            return Err(active("a reference to something elsewhere"));
        }
        if self.attribute == b"attributename" && REFERENCES.contains(&local(value)) {
            return Err(active("a reference that changes"));
        }
        Ok(())
    }

    /// Looks for what a style or a value may fetch or run.
    fn look(&mut self, byte: u8) -> Result<(), Refusal> {
        if let Some(url) = &mut self.url {
            if byte == b')' || url.len() == LONGEST {
                self.end_url()?;
            } else if !(url.is_empty() && byte.is_ascii_whitespace()) {
                url.push(byte.to_ascii_lowercase());
            }
        }
        if self.recent.len() == 16 {
            self.recent.remove(0);
        }
        self.recent.push(byte.to_ascii_lowercase());
        if self.recent.ends_with(b"url(") {
            self.end_url()?;
            self.url = Some(Vec::new());
        }
        let words: [&[u8]; 4] = [b"@import", b"javascript:", b"expression(", b"-moz-binding"];
        if words.iter().any(|word| self.recent.ends_with(word)) {
            Err(active("a script or a style from elsewhere"))
        } else {
            Ok(())
        }
    }

    fn end_text(&mut self) -> Result<(), Refusal> {
        self.recent.clear();
        self.end_url()
    }

    fn end_url(&mut self) -> Result<(), Refusal> {
        let Some(url) = self.url.take() else { return Ok(()) };
        let mut rest = url.trim_ascii();
        for quote in [&b"&quot;"[..], b"&apos;", b"&#34;", b"&#39;", b"\"", b"'"] {
            rest = rest.strip_prefix(quote).unwrap_or(rest).trim_ascii_start();
        }
        if (rest.is_empty() && url.len() < LONGEST) || harmless(rest) {
            Ok(())
        } else {
            Err(active("a reference to something elsewhere"))
        }
    }
}

fn harmless(value: &[u8]) -> bool {
    HARMLESS.iter().any(|start| value.starts_with(start))
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], piece: usize) -> Result<(), Refusal> {
        let mut check = SvgCheck::new();
        text.chunks(piece.max(1)).try_for_each(|piece| check.update(piece))?;
        check.finish()
    }

    const PICTURES: &[&str] = &[
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10" fill="url(#a)"/><use href="#b"/></svg>"##,
        r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>"#,
        r##"<svg><!-- <script>not one</script> --><style><![CDATA[.a{fill:url("#b")}]]></style><title>on error</title></svg>"##,
        r#"<svg><image xlink:href="data:image/png;base64,AAAA"/><text style='marker:url(&quot;#m&quot;)'>a &lt; b</text></svg>"#,
        r#"<svg><g font-family="only" opacity="1"/></svg>"#,
    ];

    const ACTIVE: &[&str] = &[
        "<svg><script>alert(1)</script></svg>",
        "<svg><svg:SCRIPT href='#a'/></svg>",
        "<svg onload=\"alert(1)\"/>",
        "<svg\nONLOAD = 'x'/>",
        "<svg><a xlink:href=\"javascript:alert(1)\"/></svg>",
        "<svg><a href='&#106;avascript:alert(1)'/></svg>",
        "<svg><a href=\" java\tscript:alert(1)\"/></svg>",
        "<svg><foreignObject><p/></foreignObject></svg>",
        "<svg><image href=\"https://example.com/a.png\"/></svg>",
        "<svg><use xlink:href=\"other.svg#a\"/></svg>",
        "<svg><image href=\"data:image/svg+xml;base64,AAAA\"/></svg>",
        "<svg><use href=\"data:text/html,a\"/></svg>",
        "<svg xml:base='https://example.com/'/>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
        "<!DOCTYPE svg SYSTEM 'x' [ ]><svg/>",
        "<!ENTITY a 'b'><svg/>",
        "<?xml-stylesheet href='x.css'?><svg/>",
        "<?xml version='1.0' encoding='UTF-7'?><svg/>",
        "<svg><style>@import 'x.css';</style></svg>",
        "<svg><style>.a{fill:url(https://example.com)}</style></svg>",
        "<svg><style><![CDATA[.a{fill:URL( 'x' )}]]></style></svg>",
        "<svg><rect style=\"background:url('//example.com')\"/></svg>",
        "<svg><rect fill=\"url(x.svg#a\"/></svg>",
        "<svg><set attributeName=\"xlink:href\" to=\"x\"/></svg>",
        "<svg><animate attributeName='href' values=''/></svg>",
        "<svg><aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:script/></svg>",
        "<svg><a href='                                                                              https://example.com'/></svg>",
        "<svg><style>a{b:url('                                                                       //example.com')}</style></svg>",
        "<?xml version='1.0'                                                        encoding='UTF-7'?><svg/>",
        "<svg a onload='x'/>",
    ];

    #[test]
    fn pictures_pass_and_active_ones_do_not_however_they_come() {
        for piece in [1, 2, 3, 7, 10_000] {
            for picture in PICTURES {
                assert_eq!(check(picture.as_bytes(), piece), Ok(()), "{picture}");
            }
            for picture in ACTIVE {
                assert!(check(picture.as_bytes(), piece).is_err(), "{picture}");
            }
        }
        assert!(check(b"\xFF\xFE<\0s\0v\0g\0", 100).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic_and_pieces_make_no_difference(text in "[<>a-c/!?\\[\\]\"'=:#() &;-]{0,200}", piece in 1_usize..20) {
            assert_eq!(check(text.as_bytes(), piece), check(text.as_bytes(), 1000));
        }

        #[test]
        fn a_script_is_found_behind_anything(before in "[a-z ]{0,300}") {
            assert!(check(format!("<svg><t a=\"{before}\">{before}</t><script/></svg>").as_bytes(), 50).is_err());
        }
    }
}
