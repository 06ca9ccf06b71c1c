//! A feed as iCalendar (RFC 5545): whole days, one event for each entry, published for reading. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use icalendar::{Calendar, Component, Event as IcsEvent, EventLike, Property};
use uuid::Uuid;

/// An entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub kind: String,
    pub system: Uuid,
    pub system_name: String,
    pub id: Uuid,
    pub reference: String,
    pub title: String,
    pub day: NaiveDate,
    pub done: bool,
    pub owner: Option<String>,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

/// What a kind says before the title, its category, and its folder in the client.
fn words(kind: &str) -> (&'static str, &'static str, &'static str) {
    match kind {
        "review" => ("Review", "Control review", "controls"),
        "task" => ("Due", "Task", "tasks"),
        _ => ("Expires", "Evidence", "evidence"),
    }
}

/// Text without control characters, but for line feeds: those the library escapes, and no other may stand in a line (RFC 5545, 3.1).
fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn event(event: &Event, origin: &str) -> IcsEvent {
    let (verb, category, folder) = words(&event.kind);
    let link = format!("{origin}/s/{}/{folder}/{}", event.system, event.reference);
    let verb = if event.done { "Done" } else { verb };
    let owner = event.owner.as_deref().map(|owner| format!("\nWho: {owner}")).unwrap_or_default();
    let mut made = IcsEvent::new();
    // The same entry has the same UID for ever: a day that moves moves it in the reader's calendar.
    made.uid(&format!("{}-{}@cmmc-tracker", event.kind, event.id))
        // Of the last change and not of the telling: what has not changed reads the same, octet by octet, and so does its entity tag.
        .timestamp(event.updated_at)
        .last_modified(event.updated_at)
        .sequence(u32::try_from(event.version).unwrap_or(u32::MAX >> 1))
        .summary(&plain(&format!("{verb}: {} {}", event.reference, event.title)))
        .description(&plain(&format!("{}{owner}\n{link}", event.system_name)))
        .url(&link)
        .categories([category])
        // Whole days take no time from anybody.
        .add_property("TRANSP", "TRANSPARENT")
        // Without an end it is this one day; the day itself as the end, as `all_day` has it, is none that RFC 5545 allows.
        .starts(event.day);
    made.done()
}

/// The text of a feed. The same entries make the same text.
pub(crate) fn text(name: &str, events: &[Event], origin: &str) -> String {
    let (mut calendar, name) = (Calendar::empty(), plain(name));
    let mut refresh = Property::new("REFRESH-INTERVAL", "PT1H");
    refresh.add_parameter("VALUE", "DURATION");
    // The library escapes the properties of RFC 5545, and of others those that say what they are.
    let named = |property: &str| Property::new(property, &name).add_parameter("VALUE", "TEXT").done();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//CMMC Tracker//Calendar//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"))
        .append_property(named("NAME"))
        .append_property(named("X-WR-CALNAME"))
        .append_property(refresh.done())
        .append_property(Property::new("X-PUBLISHED-TTL", "PT1H"));
    for one in events {
        calendar.push(event(one, origin));
    }
    calendar.done().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_says_so_and_is_not_due() {
        for (kind, done, expected) in [
            ("task", false, "SUMMARY:Due: TASK-12 Rotate the keys"),
            ("task", true, "SUMMARY:Done: TASK-12 Rotate the keys"),
            ("review", false, "SUMMARY:Review: TASK-12 Rotate the keys"),
        ] {
            let one = Event {
                kind: kind.to_owned(),
                system: Uuid::nil(),
                system_name: "Enclave".to_owned(),
                id: Uuid::nil(),
                reference: "TASK-12".to_owned(),
                title: "Rotate the keys".to_owned(),
                day: "2026-11-27".parse().unwrap(),
                done,
                owner: None,
                version: 1,
                updated_at: "2026-11-27T12:00:00Z".parse().unwrap(),
            };
            let text = text("CMMC", &[one], "https://cmmc.example.com");
            assert!(text.contains(&format!("\r\n{expected}\r\n")), "{text}");
        }
    }

    #[test]
    fn lines_are_folded_and_text_is_escaped() {
        let one = Event {
            kind: "task".to_owned(),
            system: Uuid::nil(),
            system_name: "Enclave, \"A\"; B\\".to_owned(),
            id: Uuid::nil(),
            reference: "TASK-1".to_owned(),
            title: format!("Grüße\r\nBEGIN:VEVENT; {}", "ü".repeat(200)),
            day: "2026-11-27".parse().unwrap(),
            done: false,
            owner: Some("Ana".to_owned()),
            version: 3,
            updated_at: "2026-11-27T12:00:00.25Z".parse().unwrap(),
        };
        let text = text("CMMC: Harlan, Inc.; C:\\new", &[one], "https://cmmc.example.com");
        assert!(text.contains("NAME;VALUE=TEXT:CMMC: Harlan\\, Inc.\\; C:\\\\new\r\n"), "{text}");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']));
        }
        assert_eq!(text.matches("\r\nBEGIN:VEVENT\r\n").count(), 1, "a title opens no event");
        assert!(text.contains("\r\nDTSTART;VALUE=DATE:20261127\r\n") && !text.contains("DTEND"));
        for line in [
            "SEQUENCE:3",
            "DTSTAMP:20261127T120000Z",
            "METHOD:PUBLISH",
            "UID:task-00000000-0000-0000-0000-000000000000@cmmc-tracker",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}");
        }
    }
}
