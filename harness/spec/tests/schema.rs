//! `schema/*.json` are what the types say.

use std::path::Path;

use titer_spec::schema;

#[test]
fn schemas_have_not_drifted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema");
    for kind in schema::KINDS {
        let path = folder.join(format!("{kind}.json"));
        let now = schema::of(kind).unwrap();
        if std::env::var_os("TITER_WRITE_SCHEMA").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == now,
            "schema/{kind}.json is not what the types say: TITER_WRITE_SCHEMA=1 cargo test -p titer-spec schema"
        );
    }
    assert_eq!(schema::of("dog"), None);
}
