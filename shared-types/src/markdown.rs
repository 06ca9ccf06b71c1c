//! A small part of Markdown, read into a tree: headings, paragraphs, lists, quotes, code, bold, emphasis, links. What people write in
//! narratives and comments.
//!
//! What is not understood stays as it was typed, and a link leads only to `https:`, `http:`, `mailto:` or a page of the client. A person
//! is mentioned as `@[id]`; the names come with the text.

use crate::UserId;
use crate::tasks::mention_id;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, from 1.
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; its items.
    List(bool, Vec<Vec<Inline>>),
    /// A quotation.
    Quote(Vec<Inline>),
    /// Lines as they are.
    Code(String),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Bold.
    Bold(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link: its words and its address.
    Link(Vec<Inline>, String),
    /// A person.
    Mention(UserId),
}

/// More marks inside each other than anybody writes.
const DEPTH: u8 = 6;

/// Reads a text.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect();
            blocks.push(Block::Code(body.join("\n")));
        } else if let Some((level, words)) = heading(trimmed) {
            blocks.push(Block::Heading(level, inline(words, DEPTH)));
        } else if let Some((ordered, first)) = item(trimmed) {
            let mut items = vec![first.to_owned()];
            while let Some(next) = lines.peek().map(|line| line.trim()) {
                match item(next) {
                    Some((same, words)) if same == ordered => items.push(words.to_owned()),
                    None if !next.is_empty() && begins_nothing(next) => {
                        if let Some(last) = items.last_mut() {
                            last.push(' ');
                            last.push_str(next);
                        }
                    }
                    _ => break,
                }
                lines.next();
            }
            blocks.push(Block::List(ordered, items.iter().map(|words| inline(words, DEPTH)).collect()));
        } else {
            let quoted = trimmed.starts_with('>');
            let own = |line: &str| if quoted { line.trim_start_matches('>').trim().to_owned() } else { line.to_owned() };
            let mut words = own(trimmed);
            while let Some(next) = lines.peek().map(|line| line.trim()) {
                let goes_on = !next.is_empty() && if quoted { next.starts_with('>') } else { begins_nothing(next) };
                if !goes_on {
                    break;
                }
                words.push('\n');
                words.push_str(&own(next));
                lines.next();
            }
            let words = inline(&words, DEPTH);
            blocks.push(if quoted { Block::Quote(words) } else { Block::Paragraph(words) });
        }
    }
    blocks
}

fn begins_nothing(line: &str) -> bool {
    heading(line).is_none() && item(line).is_none() && !line.starts_with('>') && !line.starts_with("```")
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let words = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - words.len()).ok()?;
    (matches!(level, 1..=4) && words.starts_with(' ')).then(|| (level, words.trim()))
}

/// An item of a list: whether it is numbered, and its words.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(words) = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)) {
        return Some((false, words.trim()));
    }
    let digits = line.find(|c: char| !c.is_ascii_digit())?;
    let rest = line.get(digits..)?;
    let words = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    (digits > 0).then(|| (true, words.trim()))
}

/// Reads the marks of a line.
fn inline(text: &str, depth: u8) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((found, after)) = marked(rest, depth) {
            if !plain.is_empty() {
                out.push(Inline::Text(std::mem::take(&mut plain)));
            }
            out.push(found);
            rest = after;
        } else {
            plain.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        out.push(Inline::Text(plain));
    }
    out
}

/// What is marked at the beginning of a text, and what comes after it.
fn marked(text: &str, depth: u8) -> Option<(Inline, &str)> {
    let depth = depth.checked_sub(1)?;
    if let Some((user, after)) = text.strip_prefix("@[").and_then(|rest| rest.split_once(']')) {
        return Some((Inline::Mention(mention_id(user)?), after));
    }
    if let Some(rest) = text.strip_prefix('`') {
        let (code, after) = rest.split_once('`').filter(|(code, _)| !code.is_empty())?;
        return Some((Inline::Code(code.to_owned()), after));
    }
    for mark in ["**", "__"] {
        if let Some((inner, after)) =
            text.strip_prefix(mark).and_then(|rest| rest.split_once(mark)).filter(|(inner, _)| is_tight(inner))
        {
            return Some((Inline::Bold(inline(inner, depth)), after));
        }
    }
    if let Some((inner, after)) =
        text.strip_prefix('*').and_then(|rest| rest.split_once('*')).filter(|(inner, _)| is_tight(inner))
    {
        return Some((Inline::Emphasis(inline(inner, depth)), after));
    }
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (href, after) = rest.split_once(')')?;
    let whole = !words.is_empty() && !words.contains(['[', ']', '\n']) && is_harmless(href.trim());
    whole.then(|| (Inline::Link(inline(words, depth), href.trim().to_owned()), after))
}

/// Marks stand directly at the words that they mark: `2 * 3 * 4` is arithmetic.
fn is_tight(inner: &str) -> bool {
    !inner.is_empty() && !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace)
}

/// Whether an address may be followed.
fn is_harmless(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    let scheme = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let own = href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/\\");
    (scheme || own) && !href.contains(char::is_whitespace) && !href.contains(char::is_control)
}

/// The text without its marks, each block of it a paragraph: what is said where nothing can be bold or be a link. Items of a list begin
/// with a bullet or their number, a line each; a link keeps its address behind its words, a person is called by `name`.
pub fn plain(text: &str, name: impl Fn(UserId) -> Option<String>) -> Vec<String> {
    let words = |parts: &[Inline]| {
        let mut out = String::new();
        unmarked(parts, &name, &mut out);
        out
    };
    let block = |block| match block {
        Block::Heading(_, parts) | Block::Paragraph(parts) | Block::Quote(parts) => words(&parts),
        Block::Code(code) => code,
        Block::List(ordered, items) => {
            let line = |(number, parts): (usize, &Vec<Inline>)| {
                if ordered { format!("{number}. {}", words(parts)) } else { format!("\u{2022} {}", words(parts)) }
            };
            (1..).zip(&items).map(line).collect::<Vec<_>>().join("\n")
        }
    };
    parse(text).into_iter().map(block).collect()
}

fn unmarked(parts: &[Inline], name: &impl Fn(UserId) -> Option<String>, out: &mut String) {
    for part in parts {
        match part {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Bold(inner) | Inline::Emphasis(inner) => unmarked(inner, name, out),
            Inline::Link(inner, href) => {
                let before = out.len();
                unmarked(inner, name, out);
                // A page of the client leads nowhere from a file, and an address that is its own words is said once.
                if !href.starts_with('/') && out.get(before..) != Some(href.as_str()) {
                    out.extend([" (", href, ")"]);
                }
            }
            Inline::Mention(user) => {
                out.push('@');
                out.push_str(name(*user).as_deref().unwrap_or("somebody"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    #[test]
    fn blocks() {
        let blocks = parse(
            "# Access\n\nOne line\nand the next.\n\n- first\n  goes on\n- second\n\n1. one\n2) two\n\n> said\n> twice\n\n```\n<b>x</b>\n```",
        );
        assert_eq!(
            blocks,
            [
                Block::Heading(1, vec![text("Access")]),
                Block::Paragraph(vec![text("One line\nand the next.")]),
                Block::List(false, vec![vec![text("first goes on")], vec![text("second")]]),
                Block::List(true, vec![vec![text("one")], vec![text("two")]]),
                Block::Quote(vec![text("said\ntwice")]),
                Block::Code("<b>x</b>".to_owned()),
            ]
        );
    }

    #[test]
    fn marks() {
        assert_eq!(inline("a **b *c*** `d*` [e](https://example.com/x) f", DEPTH).first(), Some(&text("a ")));
        assert_eq!(inline("**b**", DEPTH), [Inline::Bold(vec![text("b")])]);
        assert_eq!(inline("`a*b*`", DEPTH), [Inline::Code("a*b*".to_owned())]);
        assert_eq!(inline("2 * 3 * 4 and snake_case_name", DEPTH), [text("2 * 3 * 4 and snake_case_name")]);
        assert_eq!(inline("[e](/s/x)", DEPTH), [Inline::Link(vec![text("e")], "/s/x".to_owned())]);
    }

    #[test]
    fn dangerous_links_stay_text() {
        for href in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "vbscript:x",
            "java\nscript:x",
        ] {
            let typed = format!("[x]({href})");
            assert!(!inline(&typed, DEPTH).iter().any(|part| matches!(part, Inline::Link(..))), "{href}");
        }
        assert_eq!(parse("<script>alert(1)</script>"), [Block::Paragraph(vec![text("<script>alert(1)</script>")])]);
    }

    #[test]
    fn people_are_mentioned_by_their_ids() {
        let id = "01890000-0000-7000-8000-000000000001";
        let person = Inline::Mention(id.parse().unwrap());
        assert_eq!(inline(&format!("Ask @[{id}]."), DEPTH), [text("Ask "), person.clone(), text(".")]);
        assert_eq!(inline(&format!("**@[{id}]**"), DEPTH), [Inline::Bold(vec![person])]);
        for plain in ["@[x]", "@[", "@Ana", "@[01890000-0000-7000-8000-00000000000]"] {
            assert_eq!(inline(plain, DEPTH), [text(plain)]);
        }
    }

    #[test]
    fn marks_are_left_out_where_nothing_shows_them() {
        let id = "01890000-0000-7000-8000-000000000001";
        let typed = format!(
            "## Access\n\n**Who** asks @[{id}] *first*.\nSee [the policy](https://example.com/p), [here](/s/x), [https://example.com](https://example.com).\n\n\
             - one\n- `two`\n\n1. a\n2. b\n\n> said\n\n```\nx = *y*\n```"
        );
        let name = |user: UserId| (user.to_string() == id).then(|| "Ana".to_owned());
        assert_eq!(
            plain(&typed, name),
            [
                "Access",
                "Who asks @Ana first.\nSee the policy (https://example.com/p), here, https://example.com.",
                "\u{2022} one\n\u{2022} two",
                "1. a\n2. b",
                "said",
                "x = *y*",
            ]
        );
        assert_eq!(plain("@[01890000-0000-7000-8000-000000000002] 2 * 3", |_| None), ["@somebody 2 * 3"]);
        assert_eq!(plain("  \n", |_| None), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_closed_stays_as_typed_and_depth_ends() {
        assert_eq!(inline("**open", DEPTH), [text("**open")]);
        let deep = "[".repeat(2_000);
        assert_eq!(inline(&deep, DEPTH), [text(&deep)]);
    }
}
