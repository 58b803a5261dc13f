//! Model descriptors: read, checked, their files located and verified.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_backends::files;
use titer_core::Digest;
use titer_spec::evaluation::{ModelEntry, ModelSource};
use titer_spec::model::{Activation, OnnxProvider};
use titer_spec::plan::PlannedMatrix;
use titer_spec::{
    Document, Evaluation, Kind, Located, ModelSpec, OutputKind, Resolver, SpecError, VariantSpec,
    suggest,
};

use crate::model_folder::{self, Memo, ModelFolder};

mod activation;
pub mod adaptor;
mod http;
pub mod look;
mod names;
mod options;
mod predictions;
mod process;
pub mod trial;

/// A model whose descriptor is sound.
#[derive(Clone, Debug)]
pub struct LoadedModel {
    /// The descriptor; of an inline model, with the evaluation's path and text.
    pub document: Document<ModelSpec>,
    /// What an evaluation varies of it.
    pub matrix: Option<PlannedMatrix>,
    /// The descriptors of the variants that this makes, by their names.
    varied: BTreeMap<String, ModelSpec>,
}

/// A variant whose files are the ones described.
#[derive(Clone, Debug)]
pub struct LoadedVariant {
    /// What its descriptor says.
    pub spec: VariantSpec,
    /// Its files by role.
    pub files: BTreeMap<String, PathBuf>,
    /// Their digests by role.
    pub digests: BTreeMap<String, Digest>,
    /// Their size, bytes.
    pub disk_bytes: u64,
    /// The version of a served model, once planning has asked for it.
    pub version: Option<String>,
    /// The files that its command may read, once planning has looked at them.
    pub folder: Option<ModelFolder>,
}

impl LoadedModel {
    /// What the descriptor says.
    #[must_use]
    pub fn spec(&self) -> &ModelSpec {
        &self.document.value
    }

    /// What the descriptor says of a variant's input and output: of one that an evaluation makes, what that has set.
    #[must_use]
    pub fn spec_of(&self, variant: &str) -> &ModelSpec {
        self.varied.get(variant).unwrap_or(&self.document.value)
    }

    /// Whether an evaluation varies a field in a variant.
    #[must_use]
    pub fn varies(&self, variant: &str, field: &str) -> bool {
        let in_matrix = |matrix: &PlannedMatrix| {
            let axis = matrix.axes.iter().position(|axis| axis.field == field)?;
            let mut points = matrix.points.iter();
            let point = points.find(|point| point.variant == variant)?;
            point.levels.get(axis).copied()
        };
        let level = self.matrix.as_ref().and_then(in_matrix);
        level.is_some_and(|level| level > 0)
    }

    /// Whether an evaluation makes a variant.
    #[must_use]
    pub fn makes(&self, variant: &str) -> bool {
        self.varied.contains_key(variant)
    }

    /// Adds the variants that an evaluation makes.
    pub fn vary(&mut self, matrix: PlannedMatrix, made: BTreeMap<String, ModelSpec>) {
        let variants = made.values().flat_map(|spec| &spec.variants);
        self.document.value.variants.extend(variants.cloned());
        self.matrix = Some(matrix);
        self.varied = made;
    }

    /// A description that was changed, checked as one that is read; errors have no place.
    ///
    /// # Errors
    /// It is unsound.
    pub fn checked(
        spec: ModelSpec,
        document: &Document<ModelSpec>,
    ) -> Result<ModelSpec, SpecError> {
        let model = Self::new(Document {
            value: spec,
            ..document.clone()
        })?;
        Ok(model.document.value)
    }

    fn new(document: Document<ModelSpec>) -> Result<Self, SpecError> {
        let model = Self {
            document,
            matrix: None,
            varied: BTreeMap::new(),
        };
        model.check()?;
        Ok(model)
    }

    /// Reads a descriptor.
    ///
    /// # Errors
    /// The descriptor is unsound.
    pub fn open(path: &Path) -> Result<Self, SpecError> {
        Self::new(Document::read(path)?)
    }

    /// The model of an evaluation's entry.
    ///
    /// # Errors
    /// No model of that name is found, or its descriptor is unsound.
    pub fn of_entry(
        entry: &ModelEntry,
        evaluation: &Document<Evaluation>,
        resolver: &Resolver,
    ) -> Result<Self, SpecError> {
        match &entry.model.value {
            ModelSource::Named(name) => {
                let at = Located {
                    value: name.clone(),
                    line: entry.model.line,
                    column: entry.model.column,
                };
                Self::open(&resolver.resolve(Kind::Model, &at, evaluation)?)
            }
            ModelSource::Inline(spec) => {
                let document = Document {
                    value: (**spec).clone(),
                    path: evaluation.path.clone(),
                    text: evaluation.text.clone(),
                };
                Self::new(document)
            }
        }
    }

    /// A variant by name, its files verified.
    ///
    /// # Errors
    /// There is no such variant, or a file is missing or not the one described.
    pub fn variant(&self, name: &str) -> Result<LoadedVariant, SpecError> {
        let spec = self
            .spec()
            .variants
            .iter()
            .find(|variant| variant.variant.value == name);
        let Some(spec) = spec else {
            let message = format!("the model has no variant `{name}`");
            return Err(self.document.error(
                &self.spec().model,
                message,
                suggest::cure(name, &self.names()),
            ));
        };
        let mut loaded = LoadedVariant {
            spec: spec.clone(),
            files: BTreeMap::new(),
            digests: BTreeMap::new(),
            disk_bytes: 0,
            version: None,
            folder: None,
        };
        // What a command reads may be large, and need not lie in the folder.
        let command = spec.process.as_ref();
        let mut memo = command.map(|_| Memo::of(&model_folder::root(&self.document)));
        for (role, entry) in &spec.files.value {
            let path = match &mut memo {
                None => entry.verify(&self.document)?,
                Some(memo) => entry.verify_anywhere(&self.document, |path| {
                    memo.digest_of(&model_folder::place(path).unwrap_or(path.to_owned()))
                })?,
            };
            loaded.files.insert(role.clone(), path);
            loaded
                .digests
                .insert(role.clone(), entry.stated(&self.document)?);
            loaded.disk_bytes += entry.bytes;
        }
        if let Some(memo) = &mut memo {
            memo.save();
        }
        files::check(spec.backend, &loaded.files)
            .map_err(|refused| self.refused(&loaded, &refused))?;
        // Without its parts there is no adaptor to check.
        if loaded.spec.backend.runs() && titer_backends::can_run(self.spec_of(name), spec).is_ok() {
            adaptor::adaptor(self, &loaded)?;
            activation::check(self, &loaded)?;
        }
        Ok(loaded)
    }

    /// A variant by name that is to be run: this build has what it needs, its files are verified.
    ///
    /// # Errors
    /// As of [`variant`](Self::variant); or this build lacks a part.
    pub fn runnable(&self, name: &str) -> Result<LoadedVariant, SpecError> {
        let loaded = self.variant(name)?;
        let (spec, document) = (self.spec_of(name), &self.document);
        titer_backends::can_run(spec, &loaded.spec).map_err(|lacking| {
            let (field, at) = match titer_backends::built(loaded.spec.backend) {
                Err(_) => ("backend", document.place(&loaded.spec.variant, "backend")),
                Ok(()) => {
                    let field = "input.tokens.unit";
                    (field, document.place(&spec.model, field))
                }
            };
            document.error(&at, format!("{field}: {lacking}"), lacking.cure())
        })?;
        Ok(loaded)
    }

    /// A file that no backend may load, at the place that names it.
    fn refused(&self, loaded: &LoadedVariant, refused: &files::Refused) -> SpecError {
        let files = &loaded.spec.files;
        let message = format!("files: {refused}");
        let cure = "name another file here, with its digest";
        match files.value.get(&refused.role) {
            Some(entry) => self.document.error(&entry.path, message, cure),
            None => self.document.error(files, message, cure),
        }
    }

    /// The names of its variants.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.spec()
            .variants
            .iter()
            .map(|variant| variant.variant.value.as_str())
            .collect()
    }

    fn check(&self) -> Result<(), SpecError> {
        let spec = self.spec();
        predictions::check_meaning(&self.document)?;
        if spec.runs() {
            adaptor::check(&self.document)?;
        }
        let wrong = |field: &str, message: &str, cure: &str| {
            let at = self.document.place(&spec.model, field);
            Err(self.document.error(&at, message, cure))
        };
        self.check_value()?;
        let of_classes = matches!(
            spec.output.kind,
            OutputKind::PerPosition | OutputKind::Classes | OutputKind::Labels
        );
        if of_classes && spec.output.classes.is_empty() {
            return wrong(
                "output.kind",
                "output: a model of the kind per_position, classes or labels needs `classes`",
                "list the classes in the tensor's order",
            );
        }
        let classes = &spec.output.classes;
        let twice = |(index, class): &(usize, &String)| classes[..*index].contains(class);
        if let Some((index, class)) = classes.iter().enumerate().find(twice) {
            let message = format!("output: class `{class}` stands twice");
            let field = format!("output.classes.{index}");
            return wrong(&field, &message, "list it once, in the tensor's order");
        }
        if spec.output.kind == OutputKind::Classes && spec.output.activation == Activation::Sigmoid
        {
            return wrong(
                "output.activation",
                "output: a model of the kind classes has no `activation: sigmoid`: its classes exclude each other",
                "use `softmax`, or `none` where it holds probabilities already",
            );
        }
        if spec.output.kind == OutputKind::Labels && spec.output.activation == Activation::Softmax {
            return wrong(
                "output.activation",
                "output: a model of the kind labels has no `activation: softmax`: any of its labels may be true at once",
                "use `sigmoid`, or `none` where it holds probabilities already; `kind: classes` where one of them is true",
            );
        }
        self.check_thresholds()?;
        let names = self.names();
        for (index, variant) in spec.variants.iter().enumerate() {
            if names[..index].contains(&variant.variant.value.as_str()) {
                let message = format!("variants: `{}` stands twice", variant.variant.value);
                return Err(self.document.error(
                    &variant.variant,
                    message,
                    "give every variant its own name",
                ));
            }
            self.check_roles(variant)?;
            options::check(&self.document, variant)?;
            self.check_onnx(variant)?;
            predictions::check(&self.document, variant)?;
            process::check(&self.document, variant)?;
            http::check(&self.document, variant)?;
            names::check_own(&self.document, variant)?;
        }
        names::check(&self.document)?;
        if !names.contains(&spec.reference.value.as_str()) {
            let message = format!(
                "reference: the model has no variant `{}`",
                spec.reference.value
            );
            return Err(self.document.error(
                &spec.reference,
                message,
                suggest::cure(&spec.reference.value, &names),
            ));
        }
        Ok(())
    }

    fn check_onnx(&self, variant: &VariantSpec) -> Result<(), SpecError> {
        match &variant.onnx {
            Some(options)
                if options.execution_provider == OnnxProvider::Cpu
                    && (options.rest_on_cpu || options.tf32) =>
            {
                Err(self.document.error(
                    &variant.variant,
                    "onnx: `rest_on_cpu` and `tf32` are of a GPU, and the execution provider is cpu",
                    "take them out, or name `execution_provider: cuda`",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Thresholds of their own are of labels that the model gives.
    fn check_thresholds(&self) -> Result<(), SpecError> {
        let spec = self.spec();
        let known: Vec<&str> = spec.output.classes.iter().map(String::as_str).collect();
        for (label, threshold) in &spec.thresholds {
            if spec.output.kind != OutputKind::Labels {
                let message = "thresholds: a threshold of its own has a label of `kind: labels`";
                let cure = "write `threshold`, which is of all examples";
                return Err(self.document.error(threshold, message, cure));
            }
            if !known.contains(&label.as_str()) {
                let message = format!("thresholds: the model has no label `{label}`");
                let cure = suggest::cure(label, &known);
                return Err(self.document.error(threshold, message, cure));
            }
        }
        Ok(())
    }

    /// A model of numbers gives them as they are, or turned round.
    fn check_value(&self) -> Result<(), SpecError> {
        let spec = self.spec();
        let output = &spec.output;
        let wrong = |field: &str, message: String, cure: &str| {
            let at = self.document.place(&spec.model, field);
            Err(self.document.error(&at, message, cure))
        };
        match output.direction {
            Some(direction) if output.kind != OutputKind::Value => {
                return wrong(
                    "output.direction",
                    format!("output: `direction: {direction}` has no meaning of probabilities"),
                    "take it out, or write `kind: value`",
                );
            }
            Some(direction) if direction != 1 && direction != -1 => {
                return wrong(
                    "output.direction",
                    format!("output: direction {direction} is neither 1 nor -1"),
                    "write -1 where a larger number means a smaller target, else leave it out",
                );
            }
            _ => {}
        }
        if output.kind == OutputKind::Value && output.activation != Activation::None {
            return wrong(
                "output.activation",
                "output: a model of the kind value has no activation".to_owned(),
                "write `activation: none`: its number is taken as it is",
            );
        }
        if output.kind == OutputKind::Value && !output.classes.is_empty() {
            return wrong(
                "output.classes",
                "output: a model of the kind value has no `classes`".to_owned(),
                "take them out",
            );
        }
        Ok(())
    }

    fn check_roles(&self, variant: &VariantSpec) -> Result<(), SpecError> {
        let roles = [variant.backend.roles(), &self.spec().adaptor_roles()].concat();
        for role in &roles {
            if !variant.files.value.contains_key(*role) {
                let message = format!(
                    "files: the {} backend needs `{role}`",
                    variant.backend.name()
                );
                return Err(self.document.error(
                    &variant.files,
                    message,
                    format!("name the files {}", roles.join(", ")),
                ));
            }
        }
        if variant.backend.takes_further_files() {
            return Ok(());
        }
        for role in variant.files.value.keys() {
            if !roles.contains(&role.as_str()) {
                let message = format!(
                    "files: the {} backend has no use for `{role}`",
                    variant.backend.name()
                );
                return Err(self.document.error(
                    &variant.files,
                    message,
                    suggest::cure(role, &roles),
                ));
            }
        }
        Ok(())
    }
}
