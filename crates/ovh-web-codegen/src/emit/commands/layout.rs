//! Lays out calls, lists and literals like words of a text, in lines of at most 100 columns.

/// The longest line.
const WIDTH: usize = 100;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A path, a constant or a literal.
    Atom(String),
    /// A call or a slice.
    List {
        open: String,
        items: Vec<Node>,
        close: String,
        /// `true` if each item begins a line.
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
            Self::Atom(text) => text.clone(),
            Self::List {
                open, items, close, ..
            } => {
                let items: Vec<String> = items.iter().map(Self::flat).collect();
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }
}

/// A text that is not broken, and `true` if it begins a line.
type Piece = (String, bool);

/// The pieces of a node, broken before items.
fn pieces(node: &Node) -> Vec<Piece> {
    let Node::List {
        open,
        items,
        close,
        is_tall,
    } = node
    else {
        return vec![(node.flat(), false)];
    };
    let mut all: Vec<Piece> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut of_item = pieces(item);
        if let Some((first, begins_line)) = of_item.first_mut() {
            *begins_line = *is_tall && items.len() > 1;
            if index == 0 && !*begins_line {
                first.insert_str(0, open);
            }
        }
        if index == 0 && all.is_empty() && of_item.first().is_some_and(|(_, begins)| *begins) {
            all.push((open.clone(), false));
        }
        if let Some((last, _)) = of_item.last_mut()
            && index + 1 < items.len()
        {
            last.push(',');
        }
        all.append(&mut of_item);
    }
    match all.last_mut() {
        Some((last, _)) => last.push_str(close),
        None => all.push((format!("{open}{close}"), false)),
    }
    all
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Fills lines with the nodes, the first line from `indent` on and the others four columns deeper.
pub(super) fn fill(nodes: &[Node], indent: usize) -> String {
    let deeper = " ".repeat(indent + 4);
    let mut out = " ".repeat(indent);
    let mut line = indent;
    for (text, begins_line) in nodes.iter().flat_map(pieces) {
        let space = usize::from(out.ends_with(','));
        // A comma or a semicolon may follow the last item.
        let end = usize::from(!text.ends_with(','));
        let is_full = line + space + width(&text) + end > WIDTH;
        let is_start = out.ends_with("    ");
        if !is_start && (begins_line || is_full) {
            out.push('\n');
            out.push_str(&deeper);
            line = indent + 4;
        } else if space == 1 {
            out.push(' ');
            line += 1;
        }
        let text = match text.find('"') {
            Some(start) if line + width(&text) + 1 > WIDTH => split(&text, start, line, &deeper),
            _ => text,
        };
        line = match text.rsplit_once('\n') {
            Some((_, last)) => width(last),
            None => line + width(&text),
        };
        out.push_str(&text);
    }
    out
}

/// Splits a literal, which begins at `start`, at spaces: a line ends with a backslash.
fn split(text: &str, start: usize, mut line: usize, pad: &str) -> String {
    let (mut out, mut rest) = (text[..start].to_owned(), &text[start..]);
    line += width(&out);
    while let Some((word, behind)) = rest.split_once(' ') {
        out.push_str(word);
        out.push(' ');
        line += width(word) + 1;
        rest = behind;
        let next = rest.split(' ').next().unwrap_or_default();
        // Rust skips all spaces at the start of the next line.
        if line + width(next) + 2 > WIDTH && !next.is_empty() {
            out.push_str("\\\n");
            out.push_str(pad);
            line = width(pad);
        }
    }
    out + rest
}
