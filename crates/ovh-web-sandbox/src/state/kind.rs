//! The kinds of resources, with a table of their differences.

/// The differences between kinds.
pub(crate) struct Row {
    /// The object type that a task names.
    pub(super) object_type: &'static str,
    /// The path parameters that make up the key.
    pub(crate) path: &'static [&'static str],
    /// The property with the status, and its value when no task runs.
    pub(super) idle: (&'static str, &'static str),
    /// The status after a creation that failed; `None` if the resource is removed.
    pub(super) failed: Option<&'static str>,
    /// The kind of the resource that one of this kind is a part of.
    pub(crate) whole: Option<Kind>,
}

const fn row(object_type: &'static str, path: &'static [&'static str]) -> Row {
    Row {
        object_type,
        path,
        idle: ("status", "created"),
        failed: None,
        whole: None,
    }
}

const fn part(object_type: &'static str, path: &'static [&'static str], whole: Kind) -> Row {
    Row {
        whole: Some(whole),
        ..row(object_type, path)
    }
}

impl Row {
    const fn idle(mut self, property: &'static str, status: &'static str) -> Self {
        self.idle = (property, status);
        self
    }

    const fn failed(mut self, status: &'static str) -> Self {
        self.failed = Some(status);
        self
    }
}

/// Defines the kinds, with the row of each.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident => $row:expr,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])* $kind,)+
        }

        impl Kind {
            pub(crate) const fn row(self) -> Row {
                match self {
                    $(Self::$kind => $row,)+
                }
            }
        }
    };
}

// Guess: a website shows that its first deployment failed, but not that a later one failed.
kinds! {
    Boost => row("Hosting", &["date"]),
    CdnDomain => row("Cdn", &["domainName"]).idle("status", "ok"),
    CdnOperation => row("Cdn", &["id"]).idle("status", "done").failed("error"),
    CdnOption => part("Cdn", &["domainName", "optionName"], Kind::CdnDomain),
    Certificate => row("Hostedssl", &["serviceName"]),
    Configuration => row("Hosting", &["id"]),
    Cron => row("Cron", &["id"]).idle("state", "created"),
    Database => row("Database", &["name"]),
    DatabaseCopy => part("Database", &["name", "id"], Kind::Database)
        .idle("status", "done")
        .failed("error"),
    Deployment => part("Deployment", &["id", "deploymentId"], Kind::Website)
        .idle("status", "successful")
        .failed("failed"),
    Domain => row("AttachedDomain", &["domain"]),
    DomainCertificate => part("Hostedssl", &["domain"], Kind::Domain),
    Dump => row("Dump", &["id"]),
    EmailOption => row("Hosting", &["id"]),
    EnvVar => row("EnvVar", &["key"]),
    ExtraSql => row("Sqlperso", &["id"]),
    Mail => row("Hosting", &["serviceName"]).idle("state", "ok"),
    Module => row("Module", &["id"]),
    OvhConfig => row("OvhConfig", &["id"]),
    OwnLog => row("OwnLogs", &["id"]),
    OwnLogUser => part("UserLogs", &["id", "login"], Kind::OwnLog),
    Runtime => row("Runtime", &["id"]),
    /// The hosting itself.
    Service => row("Hosting", &["serviceName"]),
    /// A website that version 2 of the API created or renamed.
    Site => row("AttachedDomain", &["websiteId"]).idle("status", "READY").failed("ERROR"),
    User => row("User", &["login"]),
    Website => row("Website", &["id"]).failed("initialError"),
}
