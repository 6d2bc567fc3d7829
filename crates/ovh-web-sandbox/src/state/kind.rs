//! The kinds of resources, with a table of their differences.

/// The kind of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Boost,
    CdnDomain,
    CdnOperation,
    CdnOption,
    Certificate,
    Configuration,
    Cron,
    Database,
    DatabaseCopy,
    Deployment,
    Domain,
    DomainCertificate,
    Dump,
    EmailOption,
    EnvVar,
    ExtraSql,
    Mail,
    Module,
    OvhConfig,
    OwnLog,
    OwnLogUser,
    Runtime,
    /// The hosting itself.
    Service,
    User,
    Website,
}

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

impl Kind {
    /// The row of the table.
    ///
    /// Guess: a website shows that its first deployment failed, but not that a later one failed.
    pub(crate) const fn row(self) -> Row {
        match self {
            Self::Boost => row("Hosting", &["date"]),
            Self::CdnDomain => row("Cdn", &["domainName"]).idle("status", "ok"),
            Self::CdnOperation => row("Cdn", &["id"]).idle("status", "done").failed("error"),
            Self::CdnOption => part("Cdn", &["domainName", "optionName"], Self::CdnDomain),
            Self::Certificate => row("Hostedssl", &["serviceName"]),
            Self::Cron => row("Cron", &["id"]).idle("state", "created"),
            Self::Database => row("Database", &["name"]),
            Self::DatabaseCopy => part("Database", &["name", "id"], Self::Database)
                .idle("status", "done")
                .failed("error"),
            Self::Deployment => part("Deployment", &["id", "deploymentId"], Self::Website)
                .idle("status", "successful")
                .failed("failed"),
            Self::Domain => row("AttachedDomain", &["domain"]),
            Self::DomainCertificate => part("Hostedssl", &["domain"], Self::Domain),
            Self::Dump => row("Dump", &["id"]),
            Self::EnvVar => row("EnvVar", &["key"]),
            Self::ExtraSql => row("Sqlperso", &["id"]),
            Self::Mail => row("Hosting", &["serviceName"]).idle("state", "ok"),
            Self::Module => row("Module", &["id"]),
            Self::OvhConfig => row("OvhConfig", &["id"]),
            Self::OwnLog => row("OwnLogs", &["id"]),
            Self::OwnLogUser => part("UserLogs", &["id", "login"], Self::OwnLog),
            Self::Runtime => row("Runtime", &["id"]),
            Self::Service => row("Hosting", &["serviceName"]),
            Self::User => row("User", &["login"]),
            Self::Website => row("Website", &["id"]).failed("initialError"),
            Self::Configuration | Self::EmailOption => row("Hosting", &["id"]),
        }
    }
}
