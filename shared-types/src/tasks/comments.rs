//! Comments, in Markdown, with the people that they mention.

use super::TaskAction;
use crate::identity::Person;
use crate::text::Note;
use crate::{CommentId, EvidenceId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most people that one comment mentions.
pub const MAX_MENTIONS: usize = 20;

/// Most pieces of evidence that are attached to one comment.
pub const MAX_ATTACHMENTS: usize = 20;

/// A comment on a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskComment {
    /// Id.
    pub id: CommentId,
    /// Who wrote it.
    pub author: Option<Person>,
    /// What, in Markdown. A person is mentioned as `@[id]`; `mentions` has the names.
    pub body: String,
    /// The people that the body mentions and whose account is there.
    pub mentions: Vec<Person>,
    /// Evidence that came with it and is not deleted.
    pub attachments: Vec<CommentAttachment>,
    /// The step that it came with.
    pub action: Option<TaskAction>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A piece of evidence that came with a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentAttachment {
    /// Id.
    pub id: EvidenceId,
    /// Number for people: `EV-3`.
    pub number: String,
    /// Title.
    pub title: String,
}

/// Writes a comment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateComment {
    /// What, in Markdown. `@[id]` mentions a member of the system, who is told; at most 20 people.
    pub body: Note,
    /// Evidence that is linked to the task already, by id or number; at most 20.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// The people that a text mentions as `@[id]`, each once, in the order in which they are mentioned first.
pub fn mentioned(text: &str) -> Vec<UserId> {
    let mut people = Vec::new();
    for part in text.split("@[").skip(1) {
        let id = part.split_once(']').and_then(|(id, _rest)| mention_id(id));
        if let Some(user) = id.filter(|user| !people.contains(user)) {
            people.push(user);
        }
    }
    people
}

/// The id between the brackets of a mention. Only the usual form with hyphens, so that one person has one spelling.
pub fn mention_id(text: &str) -> Option<UserId> {
    (text.len() == 36).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_ids_in_brackets() {
        let (a, b) = ("01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002");
        let text = format!("@[{b}] and @[{a}], @[{b}] again; @[x] @[{a} ana@example.com @Ana @[] @[[{a}]]");
        let found: Vec<String> = mentioned(&text).iter().map(ToString::to_string).collect();
        assert_eq!(found, [b, a]);
        assert!(mentioned("nobody").is_empty() && mentioned("@[").is_empty());
        assert!(mentioned("@[018900000000700080000000000000001]").is_empty());
    }
}
