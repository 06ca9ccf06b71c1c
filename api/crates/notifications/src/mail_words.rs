//! What a mail about notifications says. Pure; plain text only: the letter's templates escape it.

use platform::mailer::{Action, Letter, OneClick};

/// Characters of a subject.
const SUBJECT: usize = 120;

/// A notification in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// In words.
    pub text: String,
    /// The path of its page.
    pub link: Option<String>,
    /// The name of its system.
    pub system: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
}

impl Line {
    /// On one line among others.
    fn label(&self) -> String {
        let system = self.system.as_ref().map(|system| format!("{system}: ")).unwrap_or_default();
        let actor = self.actor.as_ref().map(|actor| format!(" (by {actor})")).unwrap_or_default();
        format!("{system}{}{actor}", self.text)
    }
}

/// The mail of some notifications.
pub(crate) fn letter(lines: &[Line], digest: bool, origin: &str, one_click: Option<OneClick>) -> Letter {
    let url = |link: &str| format!("{origin}{link}");
    let footer = vec![Action { label: "Choose what you are told".to_owned(), url: url("/notifications/preferences") }];
    if let ([only], false) = (lines, digest) {
        return Letter {
            subject: shortened(&only.text),
            paragraphs: vec![only.text.clone()],
            facts: [("System", &only.system), ("By", &only.actor)]
                .into_iter()
                .filter_map(|(label, fact)| Some((label.to_owned(), fact.clone()?)))
                .collect(),
            action: only.link.as_deref().map(|link| Action { label: "Open".to_owned(), url: url(link) }),
            footer,
            one_click,
            ..Letter::default()
        };
    }
    let count = lines.len();
    let noun = if count == 1 { "notification" } else { "notifications" };
    // In a full mailbox a number alone says nothing: whose it is, and of which system where it is one.
    let mut systems: Vec<Option<&str>> = lines.iter().map(|line| line.system.as_deref()).collect();
    systems.dedup();
    let of = match systems.as_slice() {
        [Some(system)] => format!(", {system}"),
        _ => String::new(),
    };
    let what = if digest { "daily digest, " } else { "" };
    let subject = shortened(&format!("CMMC Tracker{of}: {what}{count} {noun}"));
    let items =
        lines.iter().map(|line| Action { label: line.label(), url: url(line.link.as_deref().unwrap_or("/notifications")) });
    Letter {
        subject,
        items: items.collect(),
        action: Some(Action { label: "Open all notifications".to_owned(), url: url("/notifications?unread=true") }),
        footer,
        one_click,
        ..Letter::default()
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SUBJECT {
        return text.to_owned();
    }
    let cut: String = text.chars().take(SUBJECT - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line {
            text: text.to_owned(),
            link: Some("/s/1/tasks/TASK-1".to_owned()),
            system: Some("Enclave".to_owned()),
            actor: Some("Ana".to_owned()),
        }
    }

    #[test]
    fn one_is_told_by_its_subject_and_many_are_listed() {
        let one = letter(&[line("TASK-1 was assigned to you: Turn on MFA")], false, "https://x", None);
        assert_eq!(one.subject, "TASK-1 was assigned to you: Turn on MFA");
        assert_eq!(one.action.as_ref().map(|action| action.url.as_str()), Some("https://x/s/1/tasks/TASK-1"));
        let facts: Vec<_> = one.facts.iter().map(|(label, fact)| (label.as_str(), fact.as_str())).collect();
        assert_eq!(facts, [("System", "Enclave"), ("By", "Ana")]);
        let many: Vec<Line> = (0..60).map(|n| line(&format!("Number {n}"))).collect();
        let many = letter(&many, false, "https://x", None);
        assert_eq!(
            (many.subject.as_str(), many.items.len()),
            ("CMMC Tracker, Enclave: 60 notifications", 60),
            "each stands there"
        );
        assert_eq!(many.items[0].label, "Enclave: Number 0 (by Ana)");
        let digest = letter(&[line("A")], true, "https://x", None);
        assert_eq!(digest.subject, "CMMC Tracker, Enclave: daily digest, 1 notification");
        let other = Line { system: Some("Lab".to_owned()), ..line("B") };
        for others in [other, Line { system: None, ..line("B") }] {
            let mixed = letter(&[line("A"), others, line("C")], false, "https://x", None);
            assert_eq!(mixed.subject, "CMMC Tracker: 3 notifications");
        }
    }

    #[test]
    fn a_subject_has_its_length() {
        let long = letter(&[line(&"é".repeat(500))], false, "https://x", None);
        assert_eq!(long.subject.chars().count(), SUBJECT);
    }
}
