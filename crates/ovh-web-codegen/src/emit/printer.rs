//! Prints tokens that prettyplease does not format: calls of the runtime's macros, and types.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::LitStr;

/// The longest line that is not one entry alone.
const WIDTH: usize = 100;

/// Prints tokens on one line.
pub(crate) fn inline(tokens: TokenStream) -> String {
    let mut line = String::new();
    for token in tokens {
        push(&mut line, &token);
    }
    line
}

fn push(line: &mut String, token: &TokenTree) {
    let is_list = |group: &Group| group.delimiter() == Delimiter::Parenthesis;
    let is_tight = match token {
        TokenTree::Punct(punct) => ",;:<>!".contains(punct.as_char()),
        TokenTree::Group(group) if is_list(group) => {
            line.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        }
        _ => false,
    };
    let is_open = line.is_empty() || line.ends_with(['<', '&', '\'', '!', '-']);
    if !is_tight && !is_open && !line.ends_with("::") {
        line.push(' ');
    }
    match token {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Brace => ("{ ", " }"),
                Delimiter::None => ("", ""),
            };
            line.push_str(open);
            line.push_str(&inline(group.stream()));
            line.push_str(close);
        }
        token => line.push_str(&token.to_string()),
    }
}

/// Prints the call of a macro: each brace is a block, on one line if it is short and plain.
pub(crate) fn call(tokens: TokenStream) -> String {
    block(tokens, 0)
}

/// Prints a call of `types!`, whose items are not indented.
pub(crate) fn types(items: TokenStream) -> String {
    format!("ovh_runtime::types! {{\n{}}}\n", block(items, 0))
}

/// Prints entries. An entry with attributes begins a new line; the others share lines.
fn block(tokens: TokenStream, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let (mut out, mut line) = (String::new(), String::new());
    // Of this entry, and of the one before it.
    let (mut has_attributes, mut is_shared) = (false, false);
    let mut generics = 0_usize;
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if !line.is_empty() {
                    // The title of a section.
                    out.push_str(&format!("{pad}{line}\n"));
                    line.clear();
                }
                has_attributes = true;
                if let Some(TokenTree::Group(attribute)) = tokens.next() {
                    let text = attribute.stream().into_iter().nth(2);
                    let text = text.and_then(|text| syn::parse2::<LitStr>(text.into()).ok());
                    out.push_str(&match text {
                        Some(text) => format!("{pad}///{}\n", text.value()),
                        None => format!("{pad}#[{}]\n", inline(attribute.stream())),
                    });
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inside = block(group.stream(), indent + 4);
                let entries = inside.trim();
                let short = format!("{pad}{line} {{ {} }}", entries.trim_end_matches(','));
                if entries.is_empty() {
                    out.push_str(&format!("{pad}{line} {{}}\n"));
                } else if !entries.contains('\n') && short.len() <= WIDTH {
                    out.push_str(&format!("{short}\n"));
                } else {
                    out.push_str(&format!("{pad}{line} {{\n{inside}{pad}}}\n"));
                }
                line.clear();
                has_attributes = false;
            }
            TokenTree::Punct(punct) => {
                push(&mut line, &token);
                match punct.as_char() {
                    '<' => generics += 1,
                    '>' => generics = generics.saturating_sub(1),
                    ',' | ';' if generics == 0 => {
                        let last = out.lines().next_back().unwrap_or_default();
                        let is_first = has_attributes || !is_shared || line.starts_with("=>");
                        if is_first || last.len() + 1 + line.len() > WIDTH {
                            out.push_str(&pad);
                        } else {
                            out.pop();
                            out.push(' ');
                        }
                        out.push_str(&format!("{line}\n"));
                        line.clear();
                        is_shared = !has_attributes;
                        has_attributes = false;
                    }
                    _ => {}
                }
            }
            _ => push(&mut line, &token),
        }
    }
    if !line.is_empty() {
        out.push_str(&format!("{pad}{line}\n"));
    }
    out
}

/// An operation as the macro for modules takes it.
pub(crate) struct Call {
    /// Documentation, ID and route.
    pub(crate) head: TokenStream,
    /// The method: its parts up to the returned type.
    pub(crate) method: Vec<TokenStream>,
    pub(crate) facts: Vec<TokenStream>,
}

/// Prints the operations of a module. The parts of a method and its facts are wrapped.
pub(crate) fn api(head: TokenStream, calls: &[Call]) -> String {
    let mut out = format!("ovh_runtime::api! {{\n{}", block(head, 0));
    for call in calls {
        out.push_str(&block(call.head.clone(), 0));
        let method = call.method.iter().map(|part| inline(part.clone()));
        let facts = call.facts.iter();
        let facts = facts.map(|fact| (", ", inline(fact.clone())));
        let mut parts: Vec<_> = method.map(|part| (" ", part)).chain(facts).collect();
        parts[0].0 = "";
        fill(&mut out, "    ", &parts);
    }
    out.push_str("}\n");
    out
}

/// Prints a table of operations: a row is an entry with its facts, wrapped.
pub(crate) fn table(head: &TokenStream, rows: &[(TokenStream, Vec<TokenStream>)]) -> String {
    let head = inline(head.clone());
    let mut out = format!("ovh_runtime::operations! {{\n    {head}\n");
    for (entry, facts) in rows {
        out.push_str(&format!("    {}", inline(entry.clone())));
        let facts = facts.iter().map(|fact| (", ", inline(fact.clone())));
        let facts: Vec<_> = facts.collect();
        if !facts.is_empty() {
            out.push_str(",\n");
        }
        fill(&mut out, "        ", &facts);
    }
    out.push_str("}\n");
    out
}

/// Adds the parts to the lines, and a semicolon: each with its separator from the one before.
fn fill(out: &mut String, pad: &str, parts: &[(&str, String)]) {
    let mut width = WIDTH;
    for (number, (separator, part)) in parts.iter().enumerate() {
        // What follows, if it is a separator or the end.
        let length = separator.len() + part.len() + 1;
        if number == 0 {
            out.push_str(pad);
            width = pad.len();
        } else if width + length > WIDTH {
            out.push_str(separator.trim_end());
            out.push('\n');
            out.push_str(pad);
            width = pad.len();
        } else {
            out.push_str(separator);
            width += separator.len();
        }
        out.push_str(part);
        width += part.len();
    }
    out.push_str(";\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn prints_macro_calls_as_blocks() {
        let call = call(quote! {
            ovh_runtime::model! {
                #[doc = " A \"job\"."]
                pub struct Job {
                    #[doc = " Its tags."]
                    tags: BTreeMap<String, Vec<String>> = "tags" default,
                    done: () = "done",
                    => rest:
                    #[doc = " More."]
                    more: serde_json::Value,
                }
            }
        });
        let wanted = "ovh_runtime::model! {\n    /// A \"job\".\n    pub struct Job {\n        \
             /// Its tags.\n        tags: BTreeMap<String, Vec<String>> = \"tags\" default,\n        \
             done: () = \"done\",\n        => rest:\n        /// More.\n        \
             more: serde_json::Value,\n    }\n}\n";
        assert_eq!(call, wanted);
    }

    #[test]
    fn entries_without_documentation_share_lines() {
        let long = "a".repeat(90);
        let types = types(quote! {
            #[doc = " A word."]
            enum Word: str { A = "a", #[doc = " A letter."] B = "b", C = "c", D = #long, E = "e", }
            enum Short: str { A = "a\n", B = "}", }
            switch None {}
            convert Word: Short { a, b, => unset: c, d, => fn from_short(e: Vec<A>), }
        });
        let wanted = format!(
            r#"ovh_runtime::types! {{
/// A word.
enum Word: str {{
    A = "a",
    /// A letter.
    B = "b",
    C = "c",
    D = "{long}",
    E = "e",
}}
enum Short: str {{ A = "a\n", B = "}}" }}
switch None {{}}
convert Word: Short {{
    a, b,
    => unset: c, d,
    => fn from_short(e: Vec<A>),
}}
}}
"#
        );
        assert_eq!(types, wanted);
    }

    #[test]
    fn prints_types_as_source_does() {
        for text in ["&str", "Option<&[Vec<types::Job>]>", "()", "Api<'_>"] {
            let tokens: TokenStream = text.parse().expect("tokens");
            assert_eq!(inline(tokens), text);
        }
    }

    #[test]
    fn wraps_the_facts_of_an_operation() {
        let fact = quote!(iam(&["a long name of an action", "and another one"]));
        let row = (quote!(GET: "jobs::get", GET, "/job"), vec![fact; 3]);
        let table = table(&quote!(JobsApi<'_>:), &[row]);
        let lengths: Vec<usize> = table.lines().map(str::len).collect();
        assert_eq!(lengths, [26, 16, 34, 62, 62, 62, 1]);
    }
}
