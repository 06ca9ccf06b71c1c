//! The password policy, applied: `passwords` decides, this finds out what belongs to the person.

use passwords::Context;
use platform::db::rows;
use platform::{AppError, Db, Result, files};
use sea_orm::FromQueryResult;
use shared_types::UserId;
use shared_types::identity::Password;
use unicode_normalization::UnicodeNormalization;

/// A password as it is hashed and compared: the same whether a keyboard sends "é" as one code point or as two (NFC, as RFC 8265
/// has it for passwords). Nothing else is changed and nothing is cut off.
pub(crate) fn normal(password: &Password) -> String {
    password.0.nfc().collect()
}

/// Whose password it is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    context: Context,
    /// Signing in asks for a second factor too, so that a shorter password will do.
    second_factor: bool,
}

impl Subject {
    /// Somebody whose account is only being made.
    pub(crate) fn new(email: &str, name: &str) -> Self {
        Self { context: Context::new([email, name]), second_factor: false }
    }
}

#[derive(FromQueryResult)]
struct Person {
    email: String,
    name: String,
    second_factor: bool,
}

#[derive(FromQueryResult)]
struct Company {
    organization: String,
    name: String,
}

/// An account with what surrounds it: its name, its address, the companies and systems that it works for.
pub(crate) async fn subject(db: &Db, user: UserId) -> Result<Subject> {
    let sql = "SELECT u.email, u.name, \
               (f.user_id IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)) AS second_factor FROM users u \
               LEFT JOIN second_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL WHERE u.id = $1";
    let person = db.row::<Person>(sql, [user.0.into()]).await?;
    let Person { email, name, second_factor } = person.ok_or_else(AppError::not_found)?;
    let sql = "SELECT s.organization, s.name FROM systems s JOIN members m ON m.system_id = s.id WHERE m.user_id = $1 LIMIT 50";
    let companies = rows::<Company>(db.read(), sql, [user.0.into()]).await?;
    let texts = companies.into_iter().flat_map(|company| [company.organization, company.name]);
    Ok(Subject { context: Context::new(texts.chain([email, name])), second_factor })
}

/// Refuses a password that is too short, too long, common, or too easy to guess for somebody who knows the person.
pub(crate) async fn check(pointer: &'static str, password: &Password, subject: Subject) -> Result<()> {
    let text = normal(password);
    // Some milliseconds of computing: not on the threads that answer requests.
    let judged = files::blocking(move || Ok(passwords::judge(&text, subject.second_factor, &subject.context))).await?;
    judged.map(|_estimate| ()).map_err(|fault| AppError::invalid(pointer, fault.code(), fault.words()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::FieldCode;

    #[tokio::test]
    async fn faults_name_the_field() {
        let subject = Subject::new("ana@example.com", "Ana Example");
        for (text, code) in [
            ("Tr0ub4dor&3", FieldCode::TooShort),
            ("aaaaaaaaaaaaaaaaaaaa", FieldCode::Weak),
            ("ana.example.ana.example", FieldCode::Weak),
            (&"x".repeat(129), FieldCode::TooLong),
        ] {
            let error = check("/password", &Password(text.to_owned()), subject.clone()).await.unwrap_err();
            assert_eq!(
                error.errors().iter().map(|field| (field.pointer.as_str(), field.code)).collect::<Vec<_>>(),
                [("/password", code)]
            );
        }
        assert!(check("/password", &Password("violet harbor nine lanterns".to_owned()), subject).await.is_ok());
    }

    #[test]
    fn both_ways_to_write_a_letter_are_one_password() {
        let (one, two) = (Password("caf\u{e9}".to_owned()), Password("cafe\u{301}".to_owned()));
        assert_eq!(normal(&one), normal(&two));
    }
}
