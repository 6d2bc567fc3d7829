//! The operations of all sections: those of the main client, and the rows of the others.
//!
//! IDs are unique, since those of further clients have a prefix: `domain/records::list`.

use ovh_runtime::Operation;
use ovh_web_client::operations;

use crate::generated::FURTHER;

/// All operations.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    let further = FURTHER.iter().copied().flatten();
    operations::ALL.iter().chain(further).copied()
}

/// Any operation, to begin with.
pub(crate) fn first() -> &'static Operation {
    operations::ALL[0]
}
