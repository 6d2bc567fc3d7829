//! Lays out calls, lists and literals in lines of at most 100 columns, as few as possible.

/// The longest line.
const WIDTH: usize = 100;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A path or a constant.
    Atom(String),
    /// A literal, with its quotes.
    Literal(String),
    /// A call or a slice.
    List {
        open: String,
        items: Vec<Node>,
        close: String,
        /// `true` if each item begins a line unless all fit on one.
        is_tall: bool,
    },
}

impl Node {
    /// A slice whose items fill lines.
    pub(super) fn slice(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List {
            open: "&[".to_owned(),
            items: items.into_iter().collect(),
            close: "]".to_owned(),
            is_tall: false,
        }
    }

    /// A slice whose items each begin a line.
    pub(super) fn tall(items: Vec<Self>) -> Self {
        Self::List {
            open: "&[".to_owned(),
            items,
            close: "]".to_owned(),
            is_tall: true,
        }
    }

    /// The text on one line.
    pub(super) fn flat(&self) -> String {
        match self {
            Self::Atom(text) | Self::Literal(text) => text.clone(),
            Self::List {
                open, items, close, ..
            } => {
                let items: Vec<String> = items.iter().map(Self::flat).collect();
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The node, whose line begins at `indent` and has `used` columns already.
pub(super) fn broken(node: &Node, indent: usize, used: usize) -> String {
    let flat = node.flat();
    // A comma or a semicolon follows.
    if used + width(&flat) < WIDTH {
        return flat;
    }
    match node {
        Node::Atom(text) => text.clone(),
        Node::Literal(text) => split(text, indent, used),
        Node::List {
            open,
            items,
            close,
            is_tall,
        } => {
            // A single list hugs the parentheses around it.
            if let [only @ Node::List { .. }] = items.as_slice() {
                let inner = broken(only, indent, used + width(open) + width(close));
                return format!("{open}{inner}{close}");
            }
            let pad = " ".repeat(indent + 4);
            let mut out = open.clone();
            let mut line = WIDTH;
            for item in items {
                let flat = width(&item.flat());
                if !is_tall && line + flat + 2 <= WIDTH {
                    out.push(' ');
                    line += 1;
                } else {
                    out.push('\n');
                    out.push_str(&pad);
                    line = indent + 4;
                }
                let text = broken(item, indent + 4, line);
                line = match text.rsplit_once('\n') {
                    Some((_, last)) => width(last),
                    None => line + width(&text),
                };
                out.push_str(&text);
                out.push(',');
                line += 1;
            }
            format!("{out}\n{}{close}", " ".repeat(indent))
        }
    }
}

/// Splits a literal at spaces, with a backslash at the end of each line.
fn split(text: &str, indent: usize, used: usize) -> String {
    let pad = " ".repeat(indent);
    let mut out = String::new();
    let mut line = used;
    let mut rest = text;
    while let Some((word, behind)) = rest.split_once(' ') {
        out.push_str(word);
        out.push(' ');
        line += width(word) + 1;
        rest = behind;
        let next = rest.split(' ').next().unwrap_or_default();
        // Rust skips all spaces at the start of the next line.
        if line + width(next) + 2 > WIDTH && !next.is_empty() {
            out.push_str("\\\n");
            out.push_str(&pad);
            line = indent;
        }
    }
    out + rest
}

/// A constructor and its methods, as an item of a list at `indent`.
pub(super) fn chain(nodes: &[Node], indent: usize) -> String {
    let mut out = " ".repeat(indent);
    let mut line = indent;
    for (index, node) in nodes.iter().enumerate() {
        let flat = width(&node.flat());
        let inner = if index == 0 { indent } else { indent + 4 };
        if index > 0 && line + flat + 1 > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(inner));
            line = inner;
        }
        let text = broken(node, inner, line);
        line = match text.rsplit_once('\n') {
            Some((_, last)) => width(last),
            None => line + width(&text),
        };
        out.push_str(&text);
    }
    out + ",\n"
}
