//! What a message says, in each form. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use shared_types::webhooks::WebhookFormat;

/// Something that happened, as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub kind: String,
    pub system: uuid::Uuid,
    pub system_name: String,
    pub text: String,
    /// The whole address of its page.
    pub url: String,
    pub happened_at: DateTime<Utc>,
    /// Who did it: id and name.
    pub actor: Option<(uuid::Uuid, String)>,
    pub object: Option<About>,
}

impl Told {
    /// Where and by whom, under what happened.
    fn beside(&self, most: usize) -> String {
        let actor = self.actor.as_ref().map(|(_id, name)| format!(" · {}", shortened(name, most))).unwrap_or_default();
        format!("{}{actor}", shortened(&self.system_name, most))
    }
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// `task` or `evidence`.
    pub kind: String,
    pub id: uuid::Uuid,
    /// What people call it: `TASK-12`.
    pub reference: String,
}

/// The body of the message.
pub(crate) fn body(format: WebhookFormat, told: &Told) -> Value {
    match format {
        WebhookFormat::Standard => standard(told),
        WebhookFormat::Slack => slack(told),
        WebhookFormat::Teams => teams(told),
    }
}

fn standard(told: &Told) -> Value {
    let Told { kind, system, system_name, text, url, happened_at, actor, object } = told;
    let actor = actor.as_ref().map(|(id, name)| json!({ "id": id, "name": name }));
    let object = object.as_ref().map(|About { kind, id, reference }| json!({ "kind": kind, "id": id, "reference": reference }));
    json!({
        "type": kind,
        "timestamp": happened_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "data": { "system": { "id": system, "name": system_name }, "object": object, "actor": actor, "text": text, "url": url },
    })
}

/// What Slack demands of text: these three characters begin or end markup, links and mentions.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text as Slack reads it in every place, a link rather than a button: Slack reports clicks on buttons to an interactive app, which an
/// incoming webhook is not, and warns whoever clicked. `verbatim`: names with `@` and `#` are nobody's mention.
fn slack(told: &Told) -> Value {
    let (text, beside) = (escaped(&shortened(&told.text, 580)), escaped(&told.beside(200)));
    let link = format!("<{}|Open>", escaped(&told.url));
    json!({
        "text": format!("{text} ({beside}) {link}"),
        "blocks": [
            { "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": format!("{beside} · {link}"), "verbatim": true }] },
        ],
    })
}

fn teams(told: &Told) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                // Runs of text are plain; a text block would read them as Markdown.
                "body": [
                    { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": told.text, "weight": "bolder" }] },
                    { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": told.beside(200), "isSubtle": true }] },
                ],
                "actions": [{ "type": "Action.OpenUrl", "title": "Open", "url": told.url }],
            },
        }],
    })
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Told {
        Told {
            kind: "task.assigned".to_owned(),
            system: uuid::Uuid::nil(),
            system_name: "Enclave <b>".to_owned(),
            text: text.to_owned(),
            url: "https://cmmc.example.com/s/1/tasks/TASK-12".to_owned(),
            happened_at: "2026-11-22T12:00:00Z".parse().unwrap(),
            actor: Some((uuid::Uuid::max(), "Ana <!here>".to_owned())),
            object: Some(About { kind: "task".to_owned(), id: uuid::Uuid::max(), reference: "TASK-12".to_owned() }),
        }
    }

    #[test]
    fn the_standard_form_is_plain_json() {
        assert_eq!(
            body(WebhookFormat::Standard, &told("TASK-12 was assigned: Turn on MFA")),
            json!({ "type": "task.assigned", "timestamp": "2026-11-22T12:00:00Z", "data": {
                "system": { "id": uuid::Uuid::nil(), "name": "Enclave <b>" },
                "object": { "kind": "task", "id": uuid::Uuid::max(), "reference": "TASK-12" },
                "actor": { "id": uuid::Uuid::max(), "name": "Ana <!here>" },
                "text": "TASK-12 was assigned: Turn on MFA", "url": "https://cmmc.example.com/s/1/tasks/TASK-12" } })
        );
    }

    #[test]
    fn nothing_that_a_person_types_is_markup_or_a_mention() {
        let slack = body(WebhookFormat::Slack, &told("<!channel> @here & <https://evil.example|here>"));
        let text = "&lt;!channel&gt; @here &amp; &lt;https://evil.example|here&gt;";
        let link = "<https://cmmc.example.com/s/1/tasks/TASK-12|Open>";
        assert_eq!(
            slack,
            json!({ "text": format!("{text} (Enclave &lt;b&gt; · Ana &lt;!here&gt;) {link}"), "blocks": [
                { "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } },
                { "type": "context", "elements": [
                    { "type": "mrkdwn", "text": format!("Enclave &lt;b&gt; · Ana &lt;!here&gt; · {link}"), "verbatim": true }] }] })
        );
        let teams = body(WebhookFormat::Teams, &told("[here](https://evil.example) <at>All</at>"));
        let card = &teams["attachments"][0]["content"];
        assert_eq!(card["body"][0]["inlines"][0]["text"], "[here](https://evil.example) <at>All</at>");
        assert_eq!(card["body"][1]["inlines"][0]["text"], "Enclave <b> · Ana <!here>");
        assert_eq!(card["body"][0]["type"], "RichTextBlock");
        assert_eq!(teams["type"], "message");
        assert_eq!(teams["attachments"][0]["contentType"], "application/vnd.microsoft.card.adaptive");
        assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
        assert_eq!(card["actions"][0]["url"], "https://cmmc.example.com/s/1/tasks/TASK-12");
        // No entities: what looks like a mention names nobody.
        assert_eq!(card.get("msteams"), None);
        // Slack takes at most 3,000 characters, after escaping.
        let long = body(WebhookFormat::Slack, &told(&"&".repeat(5_000)));
        assert!(long["blocks"][0]["text"]["text"].as_str().unwrap().chars().count() <= 3_000);
    }
}
