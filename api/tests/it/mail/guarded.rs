//! A mail server that demands TLS and a sign-in, as those of companies do: aiosmtpd at the other end.

use super::tell;
use crate::support::{MailServer, TestApp};
use identity::Notice;

/// What the server takes (`support/mail_server.py`).
const PASSWORD: &str = "amber-Kestrel-41-lantern";

async fn app_for(server: &MailServer, more: &[(&str, &str)]) -> TestApp {
    let port = server.port.to_string();
    let base = [("CMMC_MAIL__BACKEND", "smtp"), ("CMMC_MAIL__HOST", "127.0.0.1"), ("CMMC_MAIL__PORT", port.as_str())];
    TestApp::start_with(&[&base, more].concat()).await
}

/// Sends one mail; how it ended, in words where it failed.
async fn send(app: &TestApp) -> Result<(), String> {
    let person = app.user("ana").await;
    tell(app, person.user_id(), Notice::PasswordChanged).await;
    let results = app.run_mail_jobs().await;
    assert_eq!(results.len(), 1);
    results.into_iter().next().expect("one").map_err(|error| format!("{error:?}"))
}

#[tokio::test]
async fn mail_goes_by_starttls_and_by_implicit_tls_after_a_sign_in() {
    for mode in ["starttls", "implicit"] {
        let server = MailServer::guarded(mode).await;
        let ca = server.certificate();
        let signed_in = [
            ("CMMC_MAIL__TLS", mode),
            ("CMMC_MAIL__CA_FILE", &ca),
            ("CMMC_MAIL__USER", "mailer"),
            ("CMMC_MAIL__PASSWORD", PASSWORD),
        ];
        let app = app_for(&server, &signed_in).await;
        send(&app).await.expect(mode);
        let received = server.received();
        assert_eq!(received.len(), 1, "{mode}");
        assert!(received[0].contains("Subject: Your password was changed"), "{mode}: {}", received[0]);
    }
}

#[tokio::test]
async fn the_password_may_come_from_a_file() {
    let server = MailServer::guarded("starttls").await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    let (ca, file) = (server.certificate(), file.display().to_string());
    let settings = [
        ("CMMC_MAIL__TLS", "starttls"),
        ("CMMC_MAIL__CA_FILE", ca.as_str()),
        ("CMMC_MAIL__USER", "mailer"),
        ("CMMC_MAIL__PASSWORD_FILE", file.as_str()),
    ];
    send(&app_for(&server, &settings).await).await.expect("sent");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn nothing_goes_with_a_wrong_password_to_a_stranger_or_in_the_clear() {
    let server = MailServer::guarded("starttls").await;
    let ca = server.certificate();
    let wrong = [
        ("CMMC_MAIL__TLS", "starttls"),
        ("CMMC_MAIL__CA_FILE", ca.as_str()),
        ("CMMC_MAIL__USER", "mailer"),
        ("CMMC_MAIL__PASSWORD", "cobalt-Heron-77-anchor"),
    ];
    let refused = send(&app_for(&server, &wrong).await).await.expect_err("a wrong password");
    assert!(refused.contains("Retry") && refused.contains("535") && !refused.contains("cobalt"), "{refused}");
    // A certificate that nobody vouches for: the password is not even said.
    let stranger = [("CMMC_MAIL__TLS", "starttls"), ("CMMC_MAIL__USER", "mailer"), ("CMMC_MAIL__PASSWORD", PASSWORD)];
    let refused = send(&app_for(&server, &stranger).await).await.expect_err("an unknown certificate");
    assert!(refused.contains("Retry") && !refused.contains(PASSWORD), "{refused}");
    // Without the sign-in that the server demands.
    let nobody = [("CMMC_MAIL__TLS", "starttls"), ("CMMC_MAIL__CA_FILE", ca.as_str())];
    send(&app_for(&server, &nobody).await).await.expect_err("no sign-in");
    assert_eq!(server.received(), Vec::<String>::new());
    // A server that offers no TLS, where TLS was asked for.
    let plain = MailServer::start().await;
    send(&app_for(&plain, &[("CMMC_MAIL__TLS", "starttls")]).await).await.expect_err("no TLS");
    assert_eq!(plain.received(), Vec::<String>::new());
}
