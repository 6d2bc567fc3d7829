//! CSV and TSV.

use serde_json::Value;

use super::cells::{field, text as cell};
use super::internal;
use crate::failure::Outcome;

/// The rows with a header. Text that a spreadsheet takes for a formula gets a leading `'`.
pub(super) fn text(
    rows: &[Value],
    columns: &[String],
    delimiter: u8,
    is_raw: bool,
) -> Outcome<String> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    // A server's name of a property is guarded like a cell.
    let guarded = |text: String, is_number: bool| {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        match is_formula && !is_raw && !is_number {
            true => format!("'{text}"),
            false => text,
        }
    };
    if !columns.is_empty() {
        let header = columns.iter().map(|name| guarded(name.clone(), false));
        writer.write_record(header).map_err(internal)?;
    }
    for row in rows {
        let cells = columns.iter().map(|column| {
            let value = field(row, column);
            guarded(cell(value), matches!(value, Some(Value::Number(_))))
        });
        writer.write_record(cells).map_err(internal)?;
    }
    let bytes = writer.into_inner().map_err(internal)?;
    String::from_utf8(bytes).map_err(internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_cells_and_guards_formulas() {
        let rows = [json!({"a": "x,\"y\"\nz", "b": "=1+1", "c": -1, "d": "-1"})];
        let columns = ["a", "b", "c", "d"].map(str::to_owned);
        let csv = text(&rows, &columns, b',', false).unwrap();
        assert_eq!(csv, "a,b,c,d\n\"x,\"\"y\"\"\nz\",'=1+1,-1,'-1\n");
        let raw = text(&rows, &columns[1..], b'\t', true).unwrap();
        assert_eq!(raw, "b\tc\td\n=1+1\t-1\t-1\n");
    }
}
