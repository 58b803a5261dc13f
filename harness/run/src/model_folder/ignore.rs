//! Patterns of files that do not count.

use std::path::Path;

use glob::{MatchOptions, Pattern};

/// `*` and `?` stand for letters within a name, `**` for any folders.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// A descriptor's patterns.
pub struct Ignored {
    patterns: Vec<(Pattern, bool)>,
}

/// A pattern as it is matched. `logs`, `logs/` and `logs/**` all name the folder with what is in it.
///
/// # Errors
/// It is no pattern, or leaves the folder; why.
pub fn parse(text: &str) -> Result<Pattern, String> {
    let mut plain = text.strip_prefix("./").unwrap_or(text);
    while let Some(rest) = plain.strip_suffix("/**").or(plain.strip_suffix('/')) {
        plain = rest;
    }
    if plain.is_empty() || plain.starts_with('/') || plain.split('/').any(|part| part == "..") {
        return Err("it is no path within the folder".to_owned());
    }
    Pattern::new(plain).map_err(|error| format!("{} at letter {}", error.msg, error.pos + 1))
}

impl Ignored {
    /// Patterns that [`parse`] takes; planning has refused others.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a str>) -> Self {
        let patterns = patterns.filter_map(|text| parse(text).ok());
        Self {
            patterns: patterns.map(|pattern| (pattern, false)).collect(),
        }
    }

    /// Whether a file, or a folder with all that is in it, is passed over.
    pub fn holds(&mut self, relative: &Path) -> bool {
        let mut holds = false;
        for (pattern, used) in &mut self.patterns {
            let matches = pattern.matches_path_with(relative, OPTIONS);
            *used |= matches;
            holds |= matches;
        }
        holds
    }

    /// Which patterns have matched nothing, by their place in the list.
    pub fn unused(&self) -> Vec<usize> {
        let unused = self.patterns.iter().enumerate().filter(|(_, one)| !one.1);
        unused.map(|(index, _)| index).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_names() {
        for (pattern, path, named) in [
            ("log.txt", "log.txt", true),
            ("log.txt", "a/log.txt", false),
            ("*.txt", "a/log.txt", false),
            ("**/*.txt", "a/b/log.txt", true),
            ("**/*.txt", "log.txt", true),
            ("logs", "logs", true),
            ("./logs/", "logs", true),
            ("logs/**", "logs", true),
            ("logs/*", "logs", false),
            ("logs/*", "logs/a", true),
            (".*", ".cache", true),
            ("w[12].pt", "w3.pt", false),
        ] {
            let mut ignored = Ignored::new([pattern].into_iter());
            assert_eq!(ignored.holds(Path::new(path)), named, "{pattern} {path}");
            assert_eq!(ignored.unused().is_empty(), named);
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["", "/", "/tmp", "../x", "a/../b", "**", "a**", "[a"] {
            let is_all = text == "**";
            assert_eq!(parse(text).is_ok(), is_all, "{text}");
        }
    }
}
