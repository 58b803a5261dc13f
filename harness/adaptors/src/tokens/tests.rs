use proptest::prelude::*;
use titer_spec::Located;

use super::*;

fn read(text: &str) -> Tokens {
    let text = format!(
        "model: m\nsummary: s\ntasks: []\ninput: {{tokens: {text}}}\noutput: {{kind: binary, activation: none}}\nvariants: []\nreference: r\n"
    );
    let path = std::path::Path::new("model.yaml");
    let document = titer_spec::Document::<titer_spec::ModelSpec>::parse(path, text);
    let tokens: Option<Located<Tokens>> = document.unwrap().value.input.tokens;
    tokens.unwrap().value
}

const BASES: &str = "{A: 7, C: 8, G: 9, T: 10, N: 11, \"[CLS]\": 0, \"[SEP]\": 1, \"[PAD]\": 4}";

fn single(more: &str) -> Result<Tokenizer, AdaptorError> {
    let text = format!("{{unit: single_nucleotide, vocabulary: {BASES}{more}}}");
    Tokenizer::new(&read(&text), &BTreeMap::new())
}

fn rows(tokenizer: &Tokenizer, texts: &[&str]) -> Rows {
    tokenizer
        .encode(texts.iter().map(|text| text.as_bytes()))
        .unwrap()
}

#[test]
fn single_nucleotides_with_what_stands_around_them() {
    let tokenizer = single(", begin: \"[CLS]\", end: \"[SEP]\", unknown: N").unwrap();
    assert_eq!(
        rows(&tokenizer, &["ACGTNR"]).ids,
        [0, 7, 8, 9, 10, 11, 11, 1]
    );
    assert_eq!(tokenizer.length(Some(6)), Some(8));
    assert_eq!(tokenizer.name(7), "A");
    let bytes = |text: &'static str| text.as_bytes();
    let error = tokenizer
        .encode(["ACG", "AC"].map(bytes).into_iter())
        .unwrap_err();
    assert!(error.to_string().contains("tokens.length"), "{error}");
}

#[test]
fn sides_and_lengths() {
    let fit = |shorter: &str, longer: &str, to: &str| {
        single(&format!(
            ", begin: \"[CLS]\", end: \"[SEP]\", unknown: N, pad: \"[PAD]\", length: {{tokens: 6, shorter: {shorter}, longer: {longer}, pad_to: {to}}}"
        ))
        .unwrap()
    };
    let left = rows(&fit("pad_left", "crop_left", "length"), &["AC", "ACGTAC"]);
    assert_eq!(left.ids, [4, 4, 0, 7, 8, 1, 0, 9, 10, 7, 8, 1]);
    assert_eq!(
        (left.real, left.cropped),
        (vec![2..6, 0..6], vec![false, true])
    );
    let both = rows(&fit("pad_both", "crop_both", "length"), &["A", "ACGTACG"]);
    assert_eq!(both.ids, [4, 0, 7, 1, 4, 4, 0, 8, 9, 10, 7, 1]);
    let longest = rows(&fit("pad_right", "crop_right", "longest"), &["A", "ACG"]);
    assert_eq!(
        (longest.length, longest.ids),
        (5, vec![0, 7, 1, 4, 4, 0, 7, 8, 9, 1])
    );
    let capped = rows(
        &fit("pad_right", "crop_right", "longest"),
        &["A", "ACGTACGT"],
    );
    assert_eq!((capped.length, capped.cropped), (6, vec![false, true]));
    let refuses = fit("pad_right", "refuse", "length");
    let error = refuses.encode(std::iter::once(&b"ACGTA"[..])).unwrap_err();
    assert!(
        error.to_string().contains("7 tokens and the model takes 6"),
        "{error}"
    );
    assert_eq!(refuses.bases_taken(), Some(4));
}

#[test]
fn vocabularies_of_rna_and_of_lower_case_are_found() {
    let text = "{unit: single_nucleotide, vocabulary: {a: 3, c: 4, g: 5, u: 6, x: 2}, unknown: x}";
    let tokenizer = Tokenizer::new(&read(text), &BTreeMap::new()).unwrap();
    assert_eq!(rows(&tokenizer, &["ACGTN"]).ids, [3, 4, 5, 6, 2]);
}

#[test]
fn what_cannot_be_is_said() {
    for (tokens, says) in [
        (
            format!("{{unit: single_nucleotide, vocabulary: {BASES}}}"),
            "`tokens.unknown` is not named",
        ),
        (
            format!("{{unit: single_nucleotide, vocabulary: {BASES}, unknown: \"[UNK]\"}}"),
            "`[UNK]`, which the vocabulary lacks",
        ),
        (
            format!("{{unit: {{overlapping_kmer: {{k: 3}}}}, vocabulary: {BASES}, unknown: N}}"),
            "lacks `AAA`",
        ),
        (
            format!("{{unit: {{overlapping_kmer: {{k: 13}}}}, vocabulary: {BASES}, unknown: N}}"),
            "a k from 1 to 12",
        ),
        (
            format!("{{unit: {{kmer_and_rest: {{k: 1}}}}, vocabulary: {BASES}, unknown: N}}"),
            "`tokens.length` is not given",
        ),
        (
            format!(
                "{{unit: single_nucleotide, vocabulary: {BASES}, unknown: N, begin: N, length: {{tokens: 1}}}}"
            ),
            "none is left",
        ),
        (
            format!(
                "{{unit: single_nucleotide, vocabulary: {BASES}, unknown: N, length: {{tokens: 9, shorter: pad_right}}}}"
            ),
            "`tokens.pad` is not named",
        ),
        (
            format!(
                "{{unit: single_nucleotide, vocabulary: {BASES}, unknown: N, length: {{tokens: 9, pad_to: longest}}}}"
            ),
            "no side to pad on",
        ),
        (
            "{unit: single_nucleotide, unknown: N}".to_owned(),
            "role `vocabulary`",
        ),
        ("{unit: bpe}".to_owned(), "role `tokenizer`"),
        (
            "{unit: bpe, begin: A}".to_owned(),
            "`tokens.begin` is not for `unit: bpe`",
        ),
    ] {
        let error = Tokenizer::new(&read(&tokens), &BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains(says), "{tokens}: {error}");
    }
}

#[cfg(feature = "tokenizers")]
#[test]
fn files_that_are_none_are_named_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let vocabulary = read("{unit: single_nucleotide, unknown: N}");
    let tokenizer = read("{unit: bpe, length: {tokens: 9}}");
    let noise: Vec<u8> = (0..2048_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for (bytes, says) in [
        (&b"A\nC\n\nG\n"[..], "line 3 is empty"),
        (b"A\nC\nA\n", "line 3: the token `A` stands twice"),
        (&noise, "one token a line"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let files = [("vocabulary".to_owned(), path.clone())].into();
        let error = Tokenizer::new(&vocabulary, &files).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let whole = include_bytes!("../../../backends/fixtures/tokens/tokenizer.json");
    let cut = (0..whole.len()).step_by(499).map(|length| &whole[..length]);
    for bytes in cut.chain([&noise[..], b"{}", b"null"]) {
        std::fs::write(&path, bytes).unwrap();
        let files = [("tokenizer".to_owned(), path.clone())].into();
        let error = Tokenizer::new(&tokenizer, &files).unwrap_err();
        assert!(matches!(error.at, error::At::File { .. }), "{error}");
    }
}

proptest! {
    /// Rows are as long as was asked for, padding is outside of what is real, and nothing else is lost.
    #[test]
    fn rows_are_whole(
        texts in prop::collection::vec("[ACGTN]{0,30}", 1..5),
        tokens in 3_usize..20,
        side in prop_oneof![Just("pad_left"), Just("pad_right"), Just("pad_both")],
        longer in prop_oneof![Just("crop_left"), Just("crop_right"), Just("crop_both")],
    ) {
        let tokenizer = single(&format!(
            ", begin: \"[CLS]\", end: \"[SEP]\", unknown: N, pad: \"[PAD]\", length: {{tokens: {tokens}, shorter: {side}, longer: {longer}}}"
        )).unwrap();
        let names: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = rows(&tokenizer, &names);
        prop_assert_eq!(rows.ids.len(), texts.len() * tokens);
        for (index, (row, text)) in rows.ids.chunks(tokens).zip(&texts).enumerate() {
            let real = rows.real[index].clone();
            prop_assert_eq!(real.len(), (text.len() + 2).min(tokens));
            prop_assert_eq!((row[real.start], row[real.end - 1]), (0, 1));
            let kept: String = row[real.start + 1..real.end - 1].iter().map(|id| tokenizer.name(*id)).collect();
            prop_assert!(text.contains(&kept));
            let padding = row.iter().enumerate().filter(|(at, _)| !real.contains(at));
            prop_assert!(padding.map(|(_, id)| *id).all(|id| id == 4));
            prop_assert_eq!(rows.cropped[index], kept.len() < text.len());
        }
    }
}
