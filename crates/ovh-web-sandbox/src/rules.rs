//! The product rules of web hosting that the document does not state. Each has a name, so that it
//! can be turned off.

/// The source of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// From a response of the API, or a request of OVHcloud's panel.
    Logged,
    Guide,
}

/// The rules, each with its source.
macro_rules! rules {
    ($($source:ident: $($(#[doc = $doc:literal])+ $rule:ident,)+)+) => {
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
            $($($(#[doc = $doc])+ $rule,)+)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$($(Self::$rule),+),+];

            const fn source(self) -> Source {
                match self {
                    $($(Self::$rule => Source::$source,)+)+
                }
            }
        }
    };
}

rules! {
    Logged:
    /// Environment variables exist only where the offer includes them.
    EnvVarsOfOffer,
    /// Runtimes exist only where the offer includes them.
    RuntimesOfOffer,
    /// An offer limits the number of its databases.
    DatabasesOfOffer,
    /// An offer limits the number of attached domains.
    DomainsOfOffer,
    /// Domains of an entry offer cannot be detached.
    DetachOfOffer,
    /// A free certificate needs an attached domain that has SSL and points to the hosting.
    CertificateNeedsDomain,
    Guide:
    /// Extra users exist only where the offer includes them.
    UsersOfOffer,
    /// SSH exists only where the offer includes it.
    SshOfOffer,
    /// The offer of a hosting is one that the sandbox models; without this rule another one has
    /// the limits of `pro2014`.
    ModeledOffer,
    /// Passwords have 8 to 30 letters and digits, with upper case, lower case and a digit.
    ///
    /// Another source says 9 to 30, as do the descriptions of the bodies: that fits both.
    PasswordForm,
    /// A database user is the hosting's login and 1 to 6 characters, at most 16 in all.
    DatabaseUserForm,
    /// A user's login is the hosting's login, a hyphen and a suffix, at most 20 characters in all.
    UserLoginForm,
    /// The `objectId` of a task is an internal number of OVHcloud, as text, and not a name.
    TaskObjectIds,
    /// An imported certificate has an RSA key without passphrase and names an attached domain.
    ImportedCertificate,
    /// A free certificate covers at most 99 names of at most 64 characters and is reissued at most
    /// 5 times a week.
    CertificateLimits,
    /// Attaching a foreign domain waits for its TXT record and for an address of the hosting, and is
    /// canceled after an hour.
    ForeignDomainProof,
    /// PHP 7.4 and later need the container `stable64`; earlier versions do not run in it.
    PhpContainer,
    /// A cron's command has at most 100 characters, no `..` and no query.
    CronCommand,
    /// Installing a module fails after a while if its folder is not empty or its database cannot be
    /// reached.
    ModuleFailsLater,
    /// A database over its quota is read-only, and a restore needs half of the quota free.
    DatabaseSpace,
    /// Deleting a database deletes its dumps. The API lists dumps of deleted databases, so in some
    /// cases they stay; which ones is undocumented.
    DumpsGoWithDatabase,
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
        let guides = Rule::ALL.iter().copied();
        let guides = guides.filter(|rule| rule.source() == Source::Guide);
        guides.for_each(|rule| self.drop(rule));
    }
}
