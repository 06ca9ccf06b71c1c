//! Sign-in by an OpenID Connect provider.

use super::Secret;
use crate::Result;
use serde::Deserialize;
use shared_types::systems::Role;
use std::path::PathBuf;

/// Which provider, and what its word is worth here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct SingleSignOnSettings {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    pub client_secret_file: Option<PathBuf>,
    pub ca_file: Option<PathBuf>,
    pub label: String,
    pub scopes: Vec<String>,
    pub just_in_time: bool,
    pub link_by_email: LinkByEmail,
    pub allowed_email_domains: Vec<String>,
    pub verified_claim: String,
    pub trust_provider_mfa: bool,
    pub mfa_acr: Vec<String>,
    pub groups_claim: String,
    pub group_roles: Vec<GroupRole>,
}

/// Which accounts an address that the provider has verified opens for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkByEmail {
    /// None: people connect their account by themselves.
    Never,
    /// Those that were invited and that nobody has signed in to yet.
    Invited,
    /// Every one but those of administrators.
    All,
}

/// Members of a group have a role in a system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct GroupRole {
    /// The group, as the provider names it in the groups claim.
    pub group: String,
    /// The system: its id, or its name.
    pub system: String,
    /// The role.
    pub role: Role,
}

/// A table in a file; in the environment, which knows no tables, a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Table(Whole),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    group: String,
    system: String,
    role: Role,
}

impl TryFrom<Given> for GroupRole {
    type Error = String;

    fn try_from(given: Given) -> Result<Self, String> {
        let (group, system, role) = match given {
            Given::Table(Whole { group, system, role }) => (group, system, role),
            Given::Text(text) => {
                // From the right: a group may have any name.
                let mut parts = text.rsplitn(3, '|').map(str::trim);
                let role = parts.next().and_then(Role::parse).ok_or("single_sign_on.group_roles: group|system|role")?;
                let system = parts.next().ok_or("single_sign_on.group_roles: group|system|role")?;
                let group = parts.next().ok_or("single_sign_on.group_roles: group|system|role")?;
                (group.to_owned(), system.to_owned(), role)
            }
        };
        if group.is_empty() || system.is_empty() {
            return Err("single_sign_on.group_roles: a group and a system, neither of them empty".to_owned());
        }
        Ok(Self { group, system, role })
    }
}

impl SingleSignOnSettings {
    /// Whether there is a provider.
    pub fn is_on(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// Whether groups give roles.
    pub fn maps_groups(&self) -> bool {
        !self.group_roles.is_empty()
    }

    /// The client's secret, from the settings or its file; none for a public client, which PKCE alone protects.
    pub fn secret(&self) -> Result<Option<Secret>> {
        let secret = match &self.client_secret_file {
            Some(path) => Secret::read(path)?,
            None => self.client_secret.clone(),
        };
        Ok(Some(secret).filter(|secret| !secret.expose().is_empty()))
    }

    /// Whether an address belongs to the organisation.
    pub fn allows_email(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        self.allowed_email_domains.is_empty() || self.allowed_email_domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
    }

    /// What is wrong, each with its mend. Never the value of a secret.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |bad: bool, fault: &str| {
            if bad {
                faults.push(format!("single_sign_on.{fault}"));
            }
        };
        let secret = self.client_secret.expose();
        check(!secret.is_empty() && self.client_secret_file.is_some(), "client_secret and client_secret_file: give one of them");
        if self.is_on() {
            check(
                !self.issuer.starts_with("https://") && !is_on_this_machine(&self.issuer),
                "issuer: the https:// address that the provider calls itself, such as https://login.example.com/realms/main",
            );
            check(self.client_id.is_empty(), "client_id: the provider's name for this installation");
            let label = self.label.trim();
            check(label.is_empty() || label.chars().count() > 60, "label: what stands on the button, up to 60 characters");
            check(
                self.just_in_time && self.allowed_email_domains.is_empty(),
                "allowed_email_domains: just_in_time demands them, or everybody whom the provider knows gets an account",
            );
            let bad_domain = |domain: &String| domain.is_empty() || domain.contains('@') || !domain.contains('.');
            check(
                self.allowed_email_domains.iter().any(bad_domain),
                "allowed_email_domains: names of domains, such as [\"example.com\"]",
            );
            check(self.verified_claim.is_empty(), "verified_claim: the claim that says so, such as \"email_verified\"");
            check(self.groups_claim.is_empty() && self.maps_groups(), "groups_claim: group_roles need the claim with the groups");
            check(
                self.scopes.iter().any(|scope| scope.is_empty() || scope.contains(char::is_whitespace)),
                "scopes: one word each",
            );
        }
        faults
    }
}

fn is_on_this_machine(issuer: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| issuer.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, load};

    fn with(pairs: &[(&str, &str)]) -> std::result::Result<Settings, String> {
        load(None, pairs.iter().map(|(k, v)| (format!("CMMC_SINGLE_SIGN_ON__{k}"), (*v).to_owned())))
    }

    const ON: [(&str, &str); 2] = [("ISSUER", "https://login.example.com"), ("CLIENT_ID", "cmmc")];

    #[test]
    fn it_is_off_and_faults_name_the_mend() {
        assert!(!with(&[]).unwrap().single_sign_on.is_on());
        let on = with(&ON).unwrap().single_sign_on;
        assert!(on.is_on() && !on.just_in_time && !on.trust_provider_mfa && on.link_by_email == LinkByEmail::Invited);
        assert!(with(&[("ISSUER", "http://127.0.0.1:9000"), ON[1]]).is_ok());
        for (pairs, word) in [
            (vec![("ISSUER", "http://login.example.com"), ON[1]], "issuer"),
            (vec![("ISSUER", "http://127.0.0.1.example.com"), ON[1]], "issuer"),
            (vec![ON[0]], "client_id"),
            (vec![ON[0], ON[1], ("LABEL", " ")], "label"),
            (vec![ON[0], ON[1], ("JUST_IN_TIME", "true")], "allowed_email_domains"),
            (vec![ON[0], ON[1], ("ALLOWED_EMAIL_DOMAINS", "@example.com")], "allowed_email_domains"),
            (vec![ON[0], ON[1], ("LINK_BY_EMAIL", "always")], "always"),
            (vec![ON[0], ON[1], ("GROUP_ROLES", "a|b")], "group_roles"),
            (vec![ON[0], ON[1], ("GROUP_ROLES", "a|b|owner")], "group_roles"),
            (vec![ON[0], ON[1], ("GROUP_ROLES", "a|b|viewer"), ("GROUPS_CLAIM", "")], "groups_claim"),
            (vec![("CLIENT_SECRET", "hush-hush"), ("CLIENT_SECRET_FILE", "/x")], "client_secret_file"),
        ] {
            let fault = with(&pairs).unwrap_err();
            assert!(fault.contains(word) && !fault.contains("hush-hush"), "{pairs:?}: {fault}");
        }
    }

    #[derive(Deserialize)]
    struct File {
        roles: Vec<GroupRole>,
    }

    #[test]
    fn groups_are_given_as_tables_or_as_texts() {
        let texts = with(&[ON[0], ON[1], ("GROUP_ROLES", "/it|sec | Harlan enclave|assessor")]).unwrap();
        let wanted = GroupRole { group: "/it|sec".to_owned(), system: "Harlan enclave".to_owned(), role: Role::Assessor };
        assert_eq!(texts.single_sign_on.group_roles, [wanted]);
        let file: File = toml::from_str("[[roles]]\ngroup = \"a\"\nsystem = \"b\"\nrole = \"viewer\"").unwrap();
        assert_eq!(file.roles, [GroupRole { group: "a".to_owned(), system: "b".to_owned(), role: Role::Viewer }]);
    }

    #[test]
    fn an_address_is_of_an_allowed_domain() {
        let on = with(&[ON[0], ON[1], ("ALLOWED_EMAIL_DOMAINS", "example.com, Example.ORG")]).unwrap().single_sign_on;
        assert!(on.allows_email("a@example.com") && on.allows_email("a@example.org"));
        for other in ["a@sub.example.com", "a@example.com.evil.net", "a", "", "a@example.com@evil.net"] {
            assert!(!on.allows_email(other), "{other}");
        }
    }
}
