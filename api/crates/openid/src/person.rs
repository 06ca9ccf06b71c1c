//! The answer: who it is, as the provider says.

use openidconnect::AdditionalClaims;
use platform::settings::SingleSignOnSettings;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most groups of one person that are looked at.
const MOST_GROUPS: usize = 2_000;

/// Somebody whom the provider knows; the token that says so was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The provider.
    pub issuer: String,
    /// The person there: never given to anybody else, unlike an address.
    pub subject: String,
    /// Address.
    pub email: Option<String>,
    /// The provider vouches for it that the address is theirs.
    pub email_verified: bool,
    /// Name.
    pub name: Option<String>,
    /// Groups.
    pub groups: Groups,
    /// The provider says that it asked for more than one factor.
    pub multi_factor: bool,
}

/// The groups of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Groups {
    /// These; none where the provider says nothing of groups.
    Listed(Vec<String>),
    /// More than fit into a token, so that the provider left them out (Entra ID: "groups overage").
    LeftOut,
}

/// The claims beyond the standard ones.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Extra(pub Map<String, Value>);

impl AdditionalClaims for Extra {}

/// What one document says: the ID token, or the answer of the userinfo endpoint.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub name: Option<String>,
    pub extra: Map<String, Value>,
}

impl Said {
    /// Whether a second document has to be asked for what the settings need.
    pub fn is_thin(&self, settings: &SingleSignOnSettings) -> bool {
        let groups = settings.maps_groups() && self.groups(&settings.groups_claim).is_none();
        self.email.is_none() || self.verified(&settings.verified_claim).is_none() || groups
    }

    /// The same with what another document adds. What is said here stands. `verified` is the claim about the address.
    pub fn or(mut self, mut other: Self, verified: &str) -> Self {
        if self.email.is_some() && self.email != other.email {
            other.extra.remove(verified);
        }
        // An address and the word about it belong together: never the one from here and the other from there.
        if self.email.is_none() {
            self.email = other.email;
            self.email_verified = other.email_verified;
        } else if self.email == other.email {
            self.email_verified = self.email_verified.or(other.email_verified);
        }
        self.name = self.name.or(other.name);
        for (claim, value) in other.extra {
            self.extra.entry(claim).or_insert(value);
        }
        self
    }

    /// What the claim says that tells whether the address is verified.
    pub fn verified(&self, claim: &str) -> Option<bool> {
        if claim == "email_verified" { self.email_verified } else { self.extra.get(claim).map(is_true) }
    }

    /// The groups, if anything is said of them.
    pub fn groups(&self, claim: &str) -> Option<Groups> {
        let named_elsewhere = self.extra.get("_claim_names").and_then(|names| names.get(claim)).is_some();
        if named_elsewhere || self.extra.get("hasgroups").is_some_and(is_true) {
            return Some(Groups::LeftOut);
        }
        match self.extra.get(claim)? {
            Value::Array(groups) => {
                let texts = groups.iter().filter_map(Value::as_str).take(MOST_GROUPS);
                Some(Groups::Listed(texts.map(str::to_owned).collect()))
            }
            Value::String(group) => Some(Groups::Listed(vec![group.clone()])),
            _ => None,
        }
    }
}

/// Providers write a truth as `true`, `"true"`, `1` or `"1"`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => text.eq_ignore_ascii_case("true") || text == "1",
        Value::Number(number) => number.as_i64() == Some(1),
        _ => false,
    }
}

/// Whether the provider asked for more than one factor: it says `mfa` among its methods (RFC 8176), or names a context class that the
/// settings know as such.
pub(crate) fn is_multi_factor(methods: &[String], class: Option<&str>, settings: &SingleSignOnSettings) -> bool {
    methods.iter().any(|method| method == "mfa") || class.is_some_and(|class| settings.mfa_acr.iter().any(|known| known == class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(extra: Value) -> Said {
        Said { extra: serde_json::from_value(extra).unwrap(), ..Said::default() }
    }

    #[test]
    fn groups_are_a_list_a_text_or_left_out() {
        let groups = |extra| said(extra).groups("groups");
        assert_eq!(groups(json!({ "groups": ["a", 7, "b"] })), Some(Groups::Listed(vec!["a".to_owned(), "b".to_owned()])));
        assert_eq!(groups(json!({ "groups": "a" })), Some(Groups::Listed(vec!["a".to_owned()])));
        assert_eq!(groups(json!({ "groups": [] })), Some(Groups::Listed(vec![])));
        assert_eq!(groups(json!({ "_claim_names": { "groups": "src1" } })), Some(Groups::LeftOut));
        assert_eq!(groups(json!({ "hasgroups": "true" })), Some(Groups::LeftOut));
        assert_eq!((groups(json!({})), groups(json!({ "groups": 7 }))), (None, None));
    }

    #[test]
    fn an_address_is_verified_by_the_claim_of_the_settings_only() {
        let own = Said { email_verified: Some(true), ..said(json!({ "xms_edov": "1" })) };
        assert_eq!(
            (own.verified("email_verified"), own.verified("xms_edov"), own.verified("other")),
            (Some(true), Some(true), None)
        );
        for no in
            [json!({ "xms_edov": false }), json!({ "xms_edov": "0" }), json!({ "xms_edov": null }), json!({ "xms_edov": [1] })]
        {
            assert_eq!(said(no).verified("xms_edov"), Some(false));
        }
    }

    #[test]
    fn the_word_about_an_address_is_about_that_address() {
        let address = |email: &str, verified| Said { email: Some(email.to_owned()), email_verified: verified, ..Said::default() };
        assert_eq!(address("a@x", None).or(address("b@x", Some(true)), "v").email_verified, None);
        assert_eq!(address("a@x", None).or(address("a@x", Some(true)), "v").email_verified, Some(true));
        assert_eq!(address("a@x", Some(false)).or(address("a@x", Some(true)), "v").email_verified, Some(false));
        let other = Said::default().or(address("b@x", Some(true)), "v");
        assert_eq!((other.email.as_deref(), other.email_verified), (Some("b@x"), Some(true)));
        // The same where the word is a claim of another name.
        let said = |email: &str| Said { extra: Map::from_iter([("v".to_owned(), Value::Bool(true))]), ..address(email, None) };
        assert_eq!(address("a@x", None).or(said("b@x"), "v").verified("v"), None);
        assert_eq!(address("a@x", None).or(said("a@x"), "v").verified("v"), Some(true));
        assert_eq!(Said::default().or(said("b@x"), "v").verified("v"), Some(true));
    }
}
