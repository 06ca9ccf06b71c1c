//! Into memory, for tests.

use super::{Mail, Mailer};
use crate::{AppError, JobError, JobResult, Result};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use std::sync::{Mutex, PoisonError};

/// What the fake does with the next mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Willing,
    Away,
    Refusing,
}

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Mail>,
    mood: Mood,
}

/// Keeps what it is given.
#[derive(Debug, Default)]
pub struct FakeMailer(Mutex<Inner>);

impl FakeMailer {
    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything that was sent, oldest first.
    pub fn sent(&self) -> Vec<Mail> {
        self.with(|inner| inner.sent.clone())
    }

    /// From now on it does not answer, and each attempt is to be repeated.
    pub fn go_away(&self) {
        self.with(|inner| inner.mood = Mood::Away);
    }

    /// From now on it refuses for good.
    pub fn refuse(&self) {
        self.with(|inner| inner.mood = Mood::Refusing);
    }

    /// From now on it takes mail again.
    pub fn come_back(&self) {
        self.with(|inner| inner.mood = Mood::Willing);
    }
}

impl Mailer for FakeMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, JobResult> {
        let result = self.with(|inner| match inner.mood {
            Mood::Willing => {
                inner.sent.push(mail.clone());
                Ok(())
            }
            Mood::Away => Err(AppError::internal("the mail server does not answer").into()),
            Mood::Refusing => Err(JobError::Fail("the mail server refuses".to_owned())),
        });
        Box::pin(async move { result })
    }

    fn discard(&self, _before: DateTime<Utc>) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async { Ok(0) })
    }
}
