//! A script that answers as `titer_model.py` makes it, asked what it is.

use titer_core::ModelError;
use titer_inspection::probe::{Found, ModelFile};
use titer_spec::Backend;
use titer_spec::yaml::quoted;

use crate::{LoadOptions, Probing};

pub(super) fn find(file: &ModelFile, probing: &Probing<'_>) -> Result<Found, ModelError> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let command = ["python3", &name].map(quoted).join(", ");
    let mut found = Found {
        files: [("script".to_owned(), file.path.clone())].into(),
        options: Some(format!("{{command: [{command}]}}")),
        ..Found::of_file(Backend::Process, file)
    };
    let at = LoadOptions {
        folder: Some(&file.folder),
        ..probing.options
    };
    let (_, variant) = found.undescribed()?;
    let (said, modules) = super::describe(&probing.limited(variant), &at)?;
    found.said = said;
    for module in modules {
        let module = file.folder.join(module);
        if module != file.path {
            let stem = module.file_stem().unwrap_or_default().to_string_lossy();
            found.files.insert(stem.replace('.', "-"), module);
        }
    }
    Ok(found)
}
