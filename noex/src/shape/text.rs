//! A shape as text, one field a line, so that two of them can be compared by whatever compares lines.

use std::fmt::{self, Display, Formatter};

use super::{Field, Node, Tagging, Variant};

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        node(f, self, 0)
    }
}

/// Writes a node, from the middle of a line to the end of its last one.
fn node(f: &mut Formatter<'_>, shape: &Node, depth: usize) -> fmt::Result {
    match shape {
        Node::Optional(of) => after(f, "option of ", of, depth),
        Node::List(of) => after(f, "list of ", of, depth),
        Node::Set(of) => after(f, "set of ", of, depth),
        Node::Array(length, of) => after(f, &format!("array of {length} "), of, depth),
        Node::Map(keys, values) => {
            f.write_str("map\n")?;
            part(f, "key", keys, depth)?;
            part(f, "value", values, depth)
        }
        Node::Tuple(parts) => {
            f.write_str("tuple\n")?;
            let mut numbered = parts.iter().enumerate();
            numbered.try_for_each(|(at, of)| part(f, &at.to_string(), of, depth))
        }
        Node::Struct(fields) => {
            f.write_str("struct\n")?;
            fields.iter().try_for_each(|one| field(f, one, depth))
        }
        Node::Enum(tagging, variants) => {
            writeln!(f, "enum{}", TaggedBy(*tagging))?;
            variants.iter().try_for_each(|one| variant(f, one, depth))
        }
        line => writeln!(f, "{}", Line(line)),
    }
}

fn after(f: &mut Formatter<'_>, words: &str, of: &Node, depth: usize) -> fmt::Result {
    f.write_str(words)?;
    node(f, of, depth)
}

fn part(f: &mut Formatter<'_>, label: &str, of: &Node, depth: usize) -> fmt::Result {
    write!(f, "{:1$}{label}: ", "", (depth + 1) * INDENT)?;
    node(f, of, depth + 1)
}

fn field(f: &mut Formatter<'_>, field: &Field, depth: usize) -> fmt::Result {
    let label = match (field.flattened, field.default) {
        (true, _) => "(flattened)".to_owned(),
        (false, true) => format!("{} (default)", Name(field.name)),
        (false, false) => Name(field.name).to_string(),
    };
    part(f, &label, &field.shape, depth)
}

fn variant(f: &mut Formatter<'_>, variant: &Variant, depth: usize) -> fmt::Result {
    let untagged = if variant.untagged { " (untagged)" } else { "" };
    let label = format!("{}{untagged}", Name(variant.name));
    match &variant.content {
        Some(content) => part(f, &label, content, depth),
        None => writeln!(f, "{:1$}{label}", "", (depth + 1) * INDENT),
    }
}

const INDENT: usize = 2;

/// What fits into one line.
struct Line<'a>(&'a Node);

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::Leaf(name) => f.write_str(name),
            Node::Opaque(name) => write!(f, "opaque {name:?}"),
            Node::Written(ty) => write!(f, "`{ty}`"),
            Node::Itself(name) => write!(f, "itself, a `{name}`"),
            Node::With(how, of) => write!(f, "{} {how}", Self(of)),
            lines => write!(f, "{}", lines.to_string().trim_end()),
        }
    }
}

/// A stored name, quoted where it could be taken for something else.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_plain = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            f.write_str(self.0)
        } else {
            write!(f, "{:?}", self.0)
        }
    }
}

struct TaggedBy(Tagging);

impl Display for TaggedBy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Tagging::External => Ok(()),
            Tagging::Internal(tag) => write!(f, ", tagged by {tag:?}"),
            Tagging::Adjacent(tag, content) => {
                write!(f, ", tagged by {tag:?} with content in {content:?}")
            }
            Tagging::Untagged => f.write_str(", untagged"),
        }
    }
}

#[cfg(test)]
mod tests;
