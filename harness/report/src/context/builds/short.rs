//! Names of datasets as a strip has room for them.

const LETTERS: usize = 13;

/// Names without what all of them begin with, cut where they are still long.
pub fn short(names: &[&str]) -> Vec<String> {
    let common = common(names);
    names.iter().map(|name| cut(&name[common..])).collect()
}

/// How many bytes all names begin with, up to and with the last hyphen, underscore or dot among them; 0 for a name alone.
fn common(names: &[&str]) -> usize {
    let Some((first, rest)) = names.split_first() else {
        return 0;
    };
    if rest.is_empty() {
        return 0;
    }
    let mut ends = first.char_indices().filter(|(at, letter)| {
        let upto = &first[..at + letter.len_utf8()];
        matches!(letter, '-' | '_' | '.')
            && rest
                .iter()
                .all(|name| name.starts_with(upto) && name.len() > upto.len())
    });
    ends.next_back().map_or(0, |(at, _)| at + 1)
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(LETTERS - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_share_is_left_out() {
        let names = ["splice-human-chr20", "splice-fly-chr2r", "splice-yeast"];
        assert_eq!(short(&names), ["human-chr20", "fly-chr2r", "yeast"]);
        assert_eq!(short(&["splice-yeast"]), ["splice-yeast"]);
        assert_eq!(short(&["a-b", "a-b-c"]), ["b", "b-c"]);
        assert_eq!(short(&["ä-1", "ä-2"]), ["1", "2"]);
        assert_eq!(
            short(&["much_longer_than_that", "x"]),
            ["much_longer_…", "x"]
        );
        assert_eq!(short(&[]), Vec::<String>::new());
    }
}
