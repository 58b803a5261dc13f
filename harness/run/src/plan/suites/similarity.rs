//! The training data that a suite measures the similarity of its examples to, read once for all of its datasets.

use std::sync::Arc;

use titer_core::KmerSet;
use titer_data::LoadedDataset;
use titer_spec::plan::{PlannedSimilarity, PlannedTraining, TRAIN};
use titer_spec::{Dataset, Document, Kind, Located, Resolver, SpecError, Suite};

use super::check::error_at;
use super::check_split;
use crate::error::RunError;
use crate::similarities::Similarities;

/// Training data that was read.
pub(super) struct TrainingWords {
    /// As the plan states it.
    pub planned: PlannedSimilarity,
    words: Arc<KmerSet>,
    /// Where each dataset of it is named.
    written: Vec<Located<String>>,
}

/// Reads it; `None` where the suite asks for no similarity.
pub(super) fn read(
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<Option<TrainingWords>, RunError> {
    let Some(given) = &suite.value.similarity else {
        return Ok(None);
    };
    let mut words = KmerSet::new(given.k);
    let (mut to, mut written): (Vec<PlannedTraining>, Vec<_>) = (Vec::new(), Vec::new());
    for (at, split) in named(suite, resolver)? {
        let descriptor = resolver.resolve(Kind::Dataset, at, suite)?;
        let dataset = titer_data::open(&descriptor)?;
        check_split(suite, at, &split, &dataset)?;
        let name = &dataset.about().dataset.value;
        let is_same = |it: &PlannedTraining| it.dataset == *name && it.split == split;
        if to.iter().any(is_same) {
            let message = format!("similarity: `{name}` {split} stands twice");
            return Err(suite.error(at, message, "list it once").into());
        }
        let mut examples = 0;
        titer_data::each(&dataset, &split, &|_| true, |example| {
            examples += 1;
            words.add(&example.sequence);
            Ok::<(), RunError>(())
        })?;
        to.push(PlannedTraining {
            dataset: name.clone(),
            split,
            digest: dataset.digest,
            examples,
        });
        written.push(at.clone());
    }
    let planned = PlannedSimilarity {
        to,
        bins: given.bins,
        k: given.k,
        chance: words.filled(),
    };
    Ok(Some(TrainingWords {
        planned,
        words: Arc::new(words),
        written,
    }))
}

/// The training data as the suite names it, or the split `train` of each of its datasets that has one.
fn named<'a>(
    suite: &'a Document<Suite>,
    resolver: &Resolver,
) -> Result<Vec<(&'a Located<String>, String)>, RunError> {
    let Suite {
        similarity,
        in_distribution,
        out_of_distribution,
        ..
    } = &suite.value;
    let given = similarity.iter().flat_map(|given| &given.to);
    let mut named: Vec<_> = given
        .map(|one| (&one.dataset, one.split.value.clone()))
        .collect();
    if !named.is_empty() {
        return Ok(named);
    }
    for entry in in_distribution.iter().chain(out_of_distribution) {
        let descriptor = resolver.resolve(Kind::Dataset, &entry.dataset, suite)?;
        let dataset: Document<Dataset> = Document::read(&descriptor)?;
        if dataset.value.splits.contains_key(TRAIN) {
            named.push((&entry.dataset, TRAIN.to_owned()));
        }
    }
    if named.is_empty() {
        let message = "similarity: no dataset of the suite has a split `train`, and no training data is named";
        let cure = "name it, as in `similarity: {to: [{dataset: my-windows, split: train}]}`";
        return Err(error_at(suite, "similarity", message, cure).into());
    }
    Ok(named)
}

impl TrainingWords {
    /// What measures a dataset's examples.
    pub(super) fn similarities(&self) -> Similarities {
        Similarities::to(Arc::clone(&self.words))
    }

    /// What is scored is no training data: all of it would be contained in itself.
    pub(super) fn is_apart(
        &self,
        suite: &Document<Suite>,
        scored: &LoadedDataset,
    ) -> Result<(), SpecError> {
        let split = &suite.value.split.value;
        let name = &scored.about().dataset.value;
        let both = self.planned.to.iter().zip(&self.written);
        for (one, at) in both {
            if one.dataset == *name && one.split == *split {
                let message = format!("similarity: split `{split}` of {name} is what is scored");
                let cure = "name the split that the model was trained on, as in `split: train`";
                return Err(suite.error(at, message, cure));
            }
        }
        Ok(())
    }
}
