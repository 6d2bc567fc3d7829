//! The JSON schema of a file of sites, for editors.

use schemars::generate::SchemaSettings;

use super::entries::FileEntry;

/// Returns the schema, whose descriptions are the documentation of the fields.
pub(super) fn schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<FileEntry>();
    schema.insert("title".to_owned(), "Sites of OVHcloud web hostings".into());
    schema.into()
}
