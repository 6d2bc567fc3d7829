//! The integration tests of the generator, one program.

mod any_section;
mod commands;
mod conversions;
mod diff;
mod edges;
mod hostile;
mod native;
mod real_documents;
mod refusals;
mod requests;
mod revisions;
mod support;
mod verdict;
