//! A mail as a MIME message.

use super::{Mail, one_line};
use crate::JobError;
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use std::error::Error;

/// Tells other programs not to answer (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Where a mail program asks for no more of it (RFC 2369).
#[derive(Debug, Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let value = format!("<{}>", self.0);
        // As it is: an address that was encoded like words would be none.
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
    }
}

/// Says that one request there is enough (RFC 8058).
#[derive(Debug, Clone)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// An address that may stand in a header as it is: printable, on one line, short enough for one.
fn fits_a_header(url: &str) -> bool {
    url.len() <= 900 && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
}

/// Builds the message. What can't be written down will never be: an address that mail does not know.
pub(super) fn mime(from: &Mailbox, mail: &Mail, now: DateTime<Utc>) -> Result<Message, JobError> {
    let address: Address =
        mail.to.address.parse().map_err(|error| JobError::Fail(format!("the recipient's address: {error}")))?;
    let name = Some(one_line(&mail.to.name)).filter(|name| !name.is_empty());
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id.simple(), from.email.domain())))
        .date(now.into())
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(one_line(&mail.subject))
        .header(AutoSubmitted);
    if let Some(url) = mail.one_click.as_ref().filter(|url| fits_a_header(url)) {
        builder = builder.header(ListUnsubscribe(url.clone())).header(ListUnsubscribePost);
    }
    builder
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|error| JobError::Fail(format!("a mail can't be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailer::Recipient;

    fn mail(name: &str, subject: &str) -> Mail {
        let to = Recipient { name: name.to_owned(), address: "ana@example.com".to_owned() };
        let (id, text, html) =
            ("01936e5a-0000-7000-8000-000000000001".parse().unwrap(), "Hello".to_owned(), "<p>Hello</p>".to_owned());
        Mail { id, to, subject: subject.to_owned(), text, html, one_click: None }
    }

    fn written(mail: &Mail) -> String {
        let from = "CMMC Tracker <cmmc@example.org>".parse().unwrap();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        String::from_utf8(mime(&from, mail, now).unwrap().formatted()).unwrap()
    }

    fn headers(text: &str) -> Vec<&str> {
        let head = text.split("\r\n\r\n").next().unwrap();
        head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split(':').next()).collect()
    }

    #[test]
    fn it_has_both_forms_and_says_that_a_program_wrote_it() {
        let text = written(&mail("Ana Ortega", "Your link"));
        for part in [
            "Message-ID: <01936e5a000070008000000000000001@example.org>",
            "Auto-Submitted: auto-generated",
            "Subject: Your link",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn no_name_and_no_subject_adds_a_header_or_a_recipient() {
        let plain = written(&mail("Ana", "Subject"));
        for bad in [
            "Ana\r\nBcc: eve@example.com",
            "Ana\nTo: eve@example.com",
            "Ana\" <eve@example.com>, \"",
            "Ana <eve@example.com>",
            "Ana, eve@example.com",
            "Ána\u{2028}Bcc: eve@example.com",
            "=?utf-8?Q?Ana=0D=0ABcc:_eve@example.com?=",
            "<script>alert(1)</script>",
            "\u{202E}evil",
        ] {
            let text = written(&mail(bad, bad));
            assert_eq!(headers(&text), headers(&plain), "{bad:?}: {text}");
            let message = mime(&"cmmc@example.org".parse().unwrap(), &mail(bad, bad), DateTime::UNIX_EPOCH).unwrap();
            let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
            assert_eq!(to, ["ana@example.com"], "{bad:?}");
        }
    }

    #[test]
    fn one_click_stands_in_the_headers_as_it_is() {
        let url = format!("https://cmmc.example.com/api/v1/unsubscribe/{}", "a-B_9".repeat(20));
        let text = written(&Mail { one_click: Some(url.clone()), ..mail("Ana", "Subject") });
        assert!(text.contains(&format!("\r\nList-Unsubscribe: <{url}>\r\n")), "{text}");
        assert!(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        for bad in ["https://x/\r\nBcc: eve@example.com", "https://x/>, <mailto:eve@example.com", "https://x/é"] {
            let text = written(&Mail { one_click: Some(bad.to_owned()), ..mail("Ana", "Subject") });
            assert_eq!(headers(&text), headers(&written(&mail("Ana", "Subject"))), "{bad}");
        }
    }

    #[test]
    fn an_address_that_mail_does_not_know_is_given_up() {
        let mut bad = mail("Ana", "Subject");
        bad.to.address = "ana@example.com>\r\nRCPT TO:<eve@example.com".to_owned();
        let result = mime(&"cmmc@example.org".parse().unwrap(), &bad, DateTime::UNIX_EPOCH);
        assert!(matches!(result, Err(JobError::Fail(_))));
    }
}
