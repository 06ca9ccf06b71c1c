//! What a mail says: values, which two templates turn into text and HTML. Nobody else writes markup.

use super::{Mail, OneClick, Recipient, one_line};
use crate::{AppError, Result};
use askama::Template;
use uuid::Uuid;

/// The one thing that the reader is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The button's words.
    pub label: String,
    /// Where it leads: an address of this installation.
    pub url: String,
}

/// What a mail says. Every text here is plain: it is escaped for HTML and kept on its line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// What it is about; also its heading.
    pub subject: String,
    /// What happened, a paragraph each.
    pub paragraphs: Vec<String>,
    /// When, where, by what: a name and its value.
    pub facts: Vec<(String, String)>,
    /// Several things that happened, each with its page.
    pub items: Vec<Action>,
    /// What to do.
    pub action: Option<Action>,
    /// A code to type.
    pub code: Option<String>,
    /// What else to know: how long the link works, what to do if it was not you.
    pub closing: Vec<String>,
    /// What else can be done, at the very end.
    pub footer: Vec<Action>,
    /// How mails of this kind are ended, where the reader may end them.
    pub one_click: Option<OneClick>,
}

/// What both templates are given, on its lines.
struct Lines {
    subject: String,
    name: String,
    paragraphs: Vec<String>,
    facts: Vec<(String, String)>,
    items: Vec<Action>,
    action: Option<Action>,
    code: Option<String>,
    closing: Vec<String>,
    footer: Vec<Action>,
    origin: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Lines,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Lines,
}

impl Letter {
    /// Writes it out for a person. `origin` is the installation's address, which stands at the end.
    pub fn to(self, id: Uuid, to: Recipient, origin: &str) -> Result<Mail> {
        let Self { subject, paragraphs, facts, items, action, code, closing, mut footer, one_click } = self;
        if let Some(one_click) = &one_click {
            footer.push(Action { label: "Stop e-mails like this".to_owned(), url: one_click.page.clone() });
        }
        let lines = |texts: Vec<String>| texts.iter().map(|text| one_line(text)).collect();
        let letter = Lines {
            subject: one_line(&subject),
            name: one_line(&to.name),
            paragraphs: lines(paragraphs),
            facts: facts.iter().map(|(name, value)| (one_line(name), one_line(value))).collect(),
            items: items.into_iter().map(|item| Action { label: one_line(&item.label), url: item.url }).collect(),
            action,
            code,
            closing: lines(closing),
            footer,
            origin: origin.to_owned(),
        };
        let html = Html { letter: &letter }.render().map_err(AppError::internal)?;
        let text = Text { letter: &letter }.render().map_err(AppError::internal)?;
        let one_click = one_click.map(|one_click| one_click.request);
        Ok(Mail { id, to, subject: letter.subject, text, html, one_click })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(name: &str) -> Mail {
        let letter = Letter {
            subject: "Your password was changed".to_owned(),
            paragraphs: vec![format!("{name} did it."), "Second paragraph.".to_owned()],
            facts: vec![("Device".to_owned(), name.to_owned()), ("When".to_owned(), "today".to_owned())],
            action: Some(Action { label: "Go on".to_owned(), url: "https://cmmc.example.com/reset#token=a-b_c".to_owned() }),
            code: Some("1234 5678".to_owned()),
            closing: vec!["It works once.".to_owned()],
            ..Letter::default()
        };
        let to = Recipient { name: name.to_owned(), address: "ana@example.com".to_owned() };
        letter.to(Uuid::nil(), to, "https://cmmc.example.com").unwrap()
    }

    #[test]
    fn the_text_reads_like_a_letter() {
        let expected = "Hello Ana,\n\nAna did it.\n\nSecond paragraph.\n\n- Device: Ana\n- When: today\n\nGo on:\n\
                        https://cmmc.example.com/reset#token=a-b_c\n\nCode: 1234 5678\n\nIt works once.\n\n-- \n\
                        CMMC Tracker at https://cmmc.example.com";
        assert_eq!(mail("Ana").text, expected);
    }

    #[test]
    fn what_happened_is_listed_with_its_pages_and_the_end_says_how_to_stop() {
        let link = |label: &str, url: &str| Action { label: label.to_owned(), url: url.to_owned() };
        let letter = Letter {
            subject: "2 notifications".to_owned(),
            items: vec![link("<b>TASK-1</b>\r\nwas sent back", "https://x/1"), link("EV-2 expired", "https://x/2")],
            footer: vec![link("Choose what you are told", "https://x/notifications/preferences")],
            one_click: Some(OneClick {
                request: "https://x/api/u/t".to_owned(),
                page: "https://x/unsubscribe#token=t".to_owned(),
            }),
            ..Letter::default()
        };
        let to = Recipient { name: "Ana".to_owned(), address: "ana@example.com".to_owned() };
        let mail = letter.to(Uuid::nil(), to, "https://x").unwrap();
        let expected = "Hello Ana,\n\n- <b>TASK-1</b> was sent back\n  https://x/1\n- EV-2 expired\n  https://x/2\n\n-- \n\
                        CMMC Tracker at https://x\nChoose what you are told: https://x/notifications/preferences\n\
                        Stop e-mails like this: https://x/unsubscribe#token=t";
        assert_eq!(mail.text, expected);
        assert!(mail.html.contains("<a href=\"https://x/1\"") && !mail.html.contains("<b>TASK"), "{}", mail.html);
        assert!(mail.html.contains("href=\"https://x/unsubscribe#token=t\""), "{}", mail.html);
        assert_eq!(mail.one_click.as_deref(), Some("https://x/api/u/t"));
    }

    #[test]
    fn nothing_that_a_person_is_called_becomes_markup_or_a_line_of_its_own() {
        let name = "<script>alert('x')</script> \"O'Neil\" & Söhne\r\n\r\nVisit\u{2028}us \u{202E}now";
        let mail = mail(name);
        for forbidden in ["<script", "'x'", "\"O", "\r", "\u{2028}", "\u{202E}"] {
            assert!(!mail.html.contains(forbidden), "{forbidden:?} stands in {}", mail.html);
        }
        assert!(mail.html.contains("O&#39;Neil") && mail.html.contains("Söhne"), "{}", mail.html);
        assert!(mail.text.starts_with("Hello <script>alert('x')</script> \"O'Neil\" & Söhne Visit us now,\n"), "{}", mail.text);
        assert!(mail.html.contains("href=\"https://cmmc.example.com/reset#token=a-b_c\""), "{}", mail.html);
    }

    #[test]
    fn no_request_is_made_by_looking_at_it() {
        let html = mail("Ana").html;
        for forbidden in ["src=", "url(", "<link", "@import"] {
            assert!(!html.contains(forbidden), "{forbidden} stands in {html}");
        }
    }
}
