//! `notables.parquet`: the worst errors and the largest changes.

use titer_core::{Notable, Place};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::scores::{from_word, word};
use crate::table::{Columns, Table, Typed};

const NOTABLES: &str = "notables";

impl RunFolder {
    /// Writes every notable example.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_notables(&self, notables: &[Notable]) -> Result<(), StoreError> {
        let kinds: Vec<String> = notables.iter().map(|one| word(&one.kind)).collect();
        let places = || notables.iter().map(|one| &one.place);
        Columns::default()
            .text("kind", kinds.iter().map(String::as_str))
            .whole("rank", notables.iter().map(|one| u64::from(one.rank)))
            .text("suite", notables.iter().map(|one| one.suite.as_str()))
            .text("model", notables.iter().map(|one| one.model.as_str()))
            .text("variant", notables.iter().map(|one| one.variant.as_str()))
            .text("dataset", notables.iter().map(|one| one.dataset.as_str()))
            .text("id", notables.iter().map(|one| one.id.as_str()))
            .maybe_text(
                "chromosome",
                places().map(|place| place.chromosome.as_deref()),
            )
            .maybe_whole("position", places().map(|place| place.position))
            .maybe_text("strand", places().map(|place| place.strand.as_deref()))
            .maybe_text("gene", places().map(|place| place.gene.as_deref()))
            .maybe_whole("offset", notables.iter().map(|one| one.offset))
            .text("target", notables.iter().map(|one| one.target.as_str()))
            .text("class", notables.iter().map(|one| one.class.as_str()))
            .number("probability", notables.iter().map(|one| one.probability))
            .maybe_number(
                "reference_probability",
                notables.iter().map(|one| one.reference_probability),
            )
            .write(&self.table(NOTABLES))
    }

    /// Reads every notable example.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_notables(&self) -> Result<Vec<Notable>, StoreError> {
        let path = self.table(NOTABLES);
        let table = Table::read(&path)?;
        let mut texts = Vec::new();
        for name in [
            "suite", "model", "variant", "dataset", "id", "target", "class",
        ] {
            texts.push(table.text(name)?.into_iter());
        }
        let mut next = |column: usize| texts[column].next().unwrap_or_default();
        let (kinds, ranks) = (table.text("kind")?, table.whole("rank")?);
        let (positions, offsets) = (table.maybe_whole("position")?, table.maybe_whole("offset")?);
        let mut chromosomes = table.maybe_text("chromosome")?.into_iter();
        let mut strands = table.maybe_text("strand")?.into_iter();
        let mut genes = table.maybe_text("gene")?.into_iter();
        let probabilities = table.number("probability")?;
        let references = table.maybe_number("reference_probability")?;
        let mut notables = Vec::with_capacity(kinds.len());
        for (row, kind) in kinds.iter().enumerate() {
            let rank = u32::try_from(ranks[row])
                .map_err(|_| table.row_error(row, "its rank is out of range"))?;
            notables.push(Notable {
                kind: from_word(&table, row, kind)?,
                rank,
                suite: next(0),
                model: next(1),
                variant: next(2),
                dataset: next(3),
                id: next(4),
                place: Place {
                    chromosome: chromosomes.next().flatten(),
                    position: positions[row],
                    strand: strands.next().flatten(),
                    gene: genes.next().flatten(),
                    ..Place::default()
                },
                offset: offsets[row],
                target: next(5),
                class: next(6),
                probability: probabilities[row],
                reference_probability: references[row],
            });
        }
        Ok(notables)
    }
}
