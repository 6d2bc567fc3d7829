//! The product rules of web hosting that the document does not state. Each has a name, so that it
//! can be turned off.

/// A product rule that the sandbox enforces.
///
/// ```
/// use ovh_web_sandbox::{Rule, Sandbox};
///
/// let sandbox = Sandbox::builder().without_rule(Rule::PasswordForm).start_now()?;
/// # Ok::<(), ovh_web_sandbox::StartError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// Environment variables exist only where the offer includes them.
    EnvVarsOfOffer,
    /// Runtimes exist only where the offer includes them.
    RuntimesOfOffer,
    /// Domains of an entry offer cannot be detached.
    DetachOfOffer,
    /// The hosting's free certificate needs an attached domain with SSL.
    CertificateNeedsDomain,
    /// Extra users exist only where the offer includes them.
    UsersOfOffer,
    /// SSH exists only where the offer includes it.
    SshOfOffer,
    /// Passwords have 8 to 30 letters and digits, with upper case, lower case and a digit.
    PasswordForm,
    /// A database user is the hosting's login and 1 to 6 characters, at most 16 in all.
    DatabaseUserForm,
    /// A user's login is the hosting's login, a hyphen and a suffix, at most 20 characters in all.
    UserLoginForm,
    /// An imported certificate has an RSA key without passphrase and names an attached domain.
    ImportedCertificate,
    /// PHP 7.4 and later need the container `stable64`; earlier versions do not run in it.
    PhpContainer,
    /// A cron's command has at most 100 characters, no `..` and no query.
    CronCommand,
    /// Deleting a database deletes its dumps.
    DumpsGoWithDatabase,
    /// A free certificate covers at most 99 names and is reissued at most 5 times a week.
    CertificateLimits,
}

/// How a rule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// From a reply of the API, or from what OVHcloud's panel sends.
    Logged,
    /// From a guide.
    Guide,
}

impl Rule {
    const ALL: [Self; 14] = [
        Self::EnvVarsOfOffer,
        Self::RuntimesOfOffer,
        Self::DetachOfOffer,
        Self::CertificateNeedsDomain,
        Self::UsersOfOffer,
        Self::SshOfOffer,
        Self::PasswordForm,
        Self::DatabaseUserForm,
        Self::UserLoginForm,
        Self::ImportedCertificate,
        Self::PhpContainer,
        Self::CronCommand,
        Self::DumpsGoWithDatabase,
        Self::CertificateLimits,
    ];

    const fn source(self) -> Source {
        match self {
            Self::EnvVarsOfOffer
            | Self::RuntimesOfOffer
            | Self::DetachOfOffer
            | Self::CertificateNeedsDomain => Source::Logged,
            _ => Source::Guide,
        }
    }
}

/// The rules that a sandbox does not enforce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules(Vec<Rule>);

impl Rules {
    pub(crate) fn enforces(&self, rule: Rule) -> bool {
        !self.0.contains(&rule)
    }

    pub(crate) fn drop(&mut self, rule: Rule) {
        if self.enforces(rule) {
            self.0.push(rule);
        }
    }

    /// Drops the rules that only a guide states.
    pub(crate) fn drop_guides(&mut self) {
        let guides = Rule::ALL.into_iter();
        let guides = guides.filter(|rule| rule.source() == Source::Guide);
        guides.for_each(|rule| self.drop(rule));
    }
}
