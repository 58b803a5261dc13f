//! Names of members.

/// The deepest path.
const MOST_PARTS: usize = 32;
/// The longest part, in bytes, that file systems take.
const LONGEST_PART: usize = 255;

/// The parts of a member's path below the folder it goes to.
///
/// # Errors
/// Words that follow the name: it leads out of the folder, or no file should be called so.
pub(super) fn parts(name: &str) -> Result<Vec<&str>, &'static str> {
    let is_odd = |c: char| c.is_control() || "\\:*?\"<>|".contains(c) || is_hidden(c);
    if name.contains(is_odd) {
        return Err("has an odd character in its name");
    }
    if name.starts_with('/') {
        return Err("has an absolute path");
    }
    let parts: Vec<&str> = plain(name).split('/').filter(|part| *part != ".").collect();
    for part in &parts {
        match *part {
            ".." => return Err("leads out of its folder"),
            "" => return Err("has an empty part in its path"),
            part if part.len() > LONGEST_PART => return Err("has too long a name"),
            part if part.ends_with(['.', ' ']) => return Err("ends in a dot or a blank"),
            _ => {}
        }
    }
    match parts.len() > MOST_PARTS {
        true => Err("lies too deep"),
        false => Ok(parts),
    }
}

/// A name without a leading `./` and a folder's slash at its end.
pub(super) fn plain(name: &str) -> &str {
    let name = name.strip_suffix('/').unwrap_or(name);
    name.strip_prefix("./").unwrap_or(name)
}

/// Letters that turn the direction of writing, or have no width: a name would not be what it looks like.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_stay_below() {
        assert_eq!(parts("./a/b.csv"), Ok(vec!["a", "b.csv"]));
        assert_eq!(parts("a/"), Ok(vec!["a"]));
        assert_eq!(parts("."), Ok(vec![]));
        for odd in [
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "C:\\a",
            "a\\..\\b",
            "a\nb",
            "a\u{202e}b",
            "a ",
            "a./b",
        ] {
            assert!(parts(odd).is_err(), "{odd:?}");
        }
        assert!(parts(&"a/".repeat(40)).is_err());
        assert!(parts(&"a".repeat(256)).is_err());
    }
}
