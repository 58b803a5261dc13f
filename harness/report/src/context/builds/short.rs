//! Names of datasets as a strip has room for them.

const LETTERS: usize = 12;

/// Names without what all of them begin and end with, cut where they are still long.
pub(super) fn short(names: &[&str]) -> Vec<String> {
    let begin = common(names.iter().map(|name| name.chars().collect()));
    let rest = names.iter().map(|name| name.chars().skip(begin));
    let rest: Vec<Vec<char>> = rest.map(Iterator::collect).collect();
    let end = common(rest.iter().map(|name| name.iter().rev().copied().collect()));
    let own = rest.iter().map(|name| &name[..name.len() - end]);
    own.map(|name| cut(&name.iter().collect::<String>()))
        .collect()
}

/// How many letters all names begin with, up to and with the last hyphen, underscore or dot among them, so that something is
/// left of each; 0 for a name alone.
fn common(names: impl Iterator<Item = Vec<char>>) -> usize {
    let names: Vec<Vec<char>> = names.collect();
    let Some((first, rest)) = names.split_first() else {
        return 0;
    };
    let shared = |upto: usize| {
        rest.iter()
            .all(|name| name.len() > upto && name[..upto] == first[..upto])
    };
    let ends = (1..first.len()).filter(|upto| matches!(first[upto - 1], '-' | '_' | '.'));
    let last = ends.filter(|upto| shared(*upto)).max();
    if rest.is_empty() {
        0
    } else {
        last.unwrap_or(0)
    }
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
        let names = ["splice-human-chr20-positions", "splice-yeast-positions"];
        assert_eq!(short(&names), ["human-chr20", "yeast"]);
        assert_eq!(short(&["splice-yeast"]), ["splice-yeast"]);
        assert_eq!(short(&["a-b", "a-b-c"]), ["b", "b-c"]);
        assert_eq!(short(&["ä-1", "ä-2"]), ["1", "2"]);
        assert_eq!(
            short(&["much_longer_than_that", "x"]),
            ["much_longer…", "x"]
        );
        assert_eq!(short(&[]), Vec::<String>::new());
    }
}
