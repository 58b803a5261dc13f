//! Which field a place in a YAML text belongs to.

/// A line of a text, 1-based; empty beyond the last.
pub(crate) fn line_of(text: &str, line: u64) -> &str {
    let index = (line as usize).saturating_sub(1);
    text.lines().nth(index).unwrap_or_default()
}

/// The key at a column, or whose value begins there, or else the key that the line begins with.
pub(super) fn field_at(line: &str, column: u64) -> Option<String> {
    let (before, _) = split(line, column);
    if let Some(key) = key_at(line, column) {
        return Some(key);
    }
    let before = before.trim_end_matches([' ', '[', '{', '"', '\'']);
    match before.strip_suffix(':') {
        Some(before) => word(last_piece(before)),
        None => opener(before).or_else(|| key_of(line.trim_start_matches([' ', '-']))),
    }
}

/// The key that begins at a column.
pub(super) fn key_at(line: &str, column: u64) -> Option<String> {
    key_of(split(line, column).1)
}

/// The field that holds the mapping at a place: the one before the bracket that is open there, or else
/// the nearest one above that is indented less. `None` at the top of the file.
pub(super) fn owner(text: &str, line: u64, column: u64) -> Option<String> {
    let (before, _) = split(line_of(text, line), column);
    if let Some(field) = opener(before) {
        return Some(field);
    }
    let above = (line as usize).saturating_sub(1);
    let mut inner = Indent::of(&format!("{before}x"))?;
    for line in text.lines().take(above).collect::<Vec<_>>().iter().rev() {
        let Some(indent) = Indent::of(line) else {
            continue;
        };
        if indent.holds(inner) {
            return key_of(&line[indent.key..]);
        }
        // The first field of a list item tells how far in the list stands.
        if inner.dash.is_none() && indent.key == inner.key {
            inner = indent;
        }
    }
    None
}

/// Where a line's dash and key stand.
#[derive(Clone, Copy)]
struct Indent {
    dash: Option<usize>,
    key: usize,
}

impl Indent {
    /// `None` for a blank line and a comment.
    fn of(line: &str) -> Option<Self> {
        let first = line.find(|c| c != ' ')?;
        let rest = &line[first..];
        if rest.trim().is_empty() || rest.starts_with('#') {
            return None;
        }
        Some(Self {
            dash: rest.starts_with("- ").then_some(first),
            key: first + rest.len() - rest.trim_start_matches([' ', '-']).len(),
        })
    }

    /// Whether the field on this line, which is above, may hold the other line's.
    fn holds(self, inner: Self) -> bool {
        match (self.dash, inner.dash) {
            // A list may stand at the indent of its own key.
            (None, Some(dash)) => self.key <= dash,
            (Some(_), Some(dash)) => self.key < dash,
            (_, None) => self.key < inner.key,
        }
    }
}

/// The parts of a line before and from a 1-based column.
fn split(line: &str, column: u64) -> (&str, &str) {
    let characters = column.saturating_sub(1) as usize;
    let at = line
        .char_indices()
        .nth(characters)
        .map_or(line.len(), |(at, _)| at);
    line.split_at(at)
}

/// The key before the last bracket that is still open.
fn opener(before: &str) -> Option<String> {
    let mut open = Vec::new();
    for (at, c) in before.char_indices() {
        match c {
            '{' | '[' => open.push(at),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    let before = before[..open.pop()?].trim_end_matches([' ', '[', '{']);
    word(last_piece(before.strip_suffix(':')?))
}

fn last_piece(text: &str) -> &str {
    text.rsplit([' ', '{', '[', ',']).next().unwrap_or(text)
}

/// The key that a piece of YAML begins with.
fn key_of(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    // `sha256:00` is a text.
    let ends = value.is_empty() || value.starts_with(' ');
    ends.then(|| word(key))?
}

fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!text.is_empty() && text.chars().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_the_one_at_the_column() {
        let field = |line, column| field_at(line, column);
        assert_eq!(
            field("  window: {start: -1, end: 5}", 19).as_deref(),
            Some("start")
        );
        assert_eq!(
            field("  window: {start: -1, end: 5}", 23).as_deref(),
            Some("end")
        );
        assert_eq!(field("threads: many", 10).as_deref(), Some("threads"));
        assert_eq!(field("sizes: [1, big]", 12).as_deref(), Some("sizes"));
        assert_eq!(field("a: {b: [1, big], c: 2}", 12).as_deref(), Some("b"));
        assert_eq!(field("digest: sha256:00", 9).as_deref(), Some("digest"));
        assert_eq!(field("just words", 1), None);
        assert_eq!(field("größe: {µ: 1", 9), None);
        assert_eq!(field("short", 99), None);
    }

    #[test]
    fn the_owner_is_the_field_that_is_indented_less() {
        let text = "\
gates:
  - at_least:
      metric: auroc
      # where it holds
      where: every_dataset
models:
- model: own
  files:
    weights: {path: a, bytes: 1}
  reference: fp32
";
        let owner = |line, column| owner(text, line, column);
        assert_eq!(owner(5, 7).as_deref(), Some("at_least"));
        assert_eq!(owner(2, 5).as_deref(), Some("gates"));
        assert_eq!(owner(10, 3).as_deref(), Some("models"));
        assert_eq!(owner(9, 5).as_deref(), Some("files"));
        assert_eq!(owner(9, 24).as_deref(), Some("weights"));
        assert_eq!(owner(6, 1), None);
        assert_eq!(owner(99, 1), None);
    }
}
