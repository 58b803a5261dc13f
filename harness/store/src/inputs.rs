//! `examples/<digest>.inputs.parquet`: what the sequences of examples are made of, without sequences.

use std::path::{Path, PathBuf};

use titer_core::inputs::{codes_of_counts, counts_of_codes, digest_of_measured};
use titer_core::kmers::WORDS;
use titer_core::{Digest, MeasuredInput};

use crate::error::StoreError;
use crate::folder::{EXAMPLES, RunFolder};
use crate::table::{Columns, Table, Typed};

impl RunFolder {
    /// Writes measured inputs under their digest; nothing is done where they are there and whole.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_inputs(&self, inputs: &[MeasuredInput]) -> Result<(), StoreError> {
        let digest = digest_of_measured(inputs);
        if self.read_inputs(&digest).is_ok() {
            return Ok(());
        }
        let kmers: Vec<Vec<u8>> = inputs.iter().map(|it| codes_of_counts(&it.kmers)).collect();
        Columns::default()
            .whole("example", inputs.iter().map(|input| input.example))
            .text("cluster", inputs.iter().map(|input| input.cluster.as_str()))
            .whole("length", inputs.iter().map(|input| input.length))
            .whole("known", inputs.iter().map(|input| input.known))
            .whole("gc", inputs.iter().map(|input| input.gc))
            .maybe_bytes("kmers", kmers.iter().map(|kmers| Some(kmers.as_slice())))
            .write(&self.inputs(&digest))
    }

    /// Reads measured inputs and holds them to their digest.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the digest names.
    pub fn read_inputs(&self, digest: &Digest) -> Result<Vec<MeasuredInput>, StoreError> {
        let path = self.inputs(digest);
        let inputs = read(&path)?;
        if digest_of_measured(&inputs) != *digest {
            let reason = "what it holds is not what its name stands for";
            return Err(StoreError::damaged(&path, reason));
        }
        Ok(inputs)
    }

    fn inputs(&self, digest: &Digest) -> PathBuf {
        let name = format!("{}.inputs.parquet", digest.short());
        self.path().join(EXAMPLES).join(name)
    }
}

fn read(path: &Path) -> Result<Vec<MeasuredInput>, StoreError> {
    let table = Table::read(path)?;
    let kmers = table.maybe_bytes("kmers")?.into_iter();
    let numbers = table
        .whole("length")?
        .into_iter()
        .zip(table.whole("known")?);
    let numbers = numbers.zip(table.whole("gc")?);
    let names = table
        .whole("example")?
        .into_iter()
        .zip(table.text("cluster")?);
    let rows = names.zip(numbers).zip(kmers);
    let input = |(row, (((example, cluster), ((length, known), gc)), kmers))| {
        let kmers: Option<Vec<u8>> = kmers;
        let kmers = kmers.and_then(|codes| counts_of_codes(&codes, WORDS));
        let kmers = kmers.ok_or_else(|| table.row_error(row, "`kmers` are not 136 counts"))?;
        Ok(MeasuredInput {
            example,
            cluster,
            length,
            known,
            gc,
            kmers,
        })
    };
    rows.enumerate().map(input).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(example: u64) -> MeasuredInput {
        MeasuredInput {
            example,
            cluster: format!("l{example}"),
            length: 200,
            known: 199,
            gc: 90,
            kmers: (0..WORDS as u32).map(|word| word * 300).collect(),
        }
    }

    #[test]
    fn what_goes_in_comes_out_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::at(folder.path());
        let (inputs, others) = ([input(0), input(7)], [input(1)]);
        run.write_inputs(&inputs).unwrap();
        run.write_inputs(&others).unwrap();
        let digest = digest_of_measured(&inputs);
        assert_eq!(run.read_inputs(&digest).unwrap(), inputs);
        std::fs::copy(
            run.inputs(&digest_of_measured(&others)),
            run.inputs(&digest),
        )
        .unwrap();
        let error = run.read_inputs(&digest).unwrap_err().to_string();
        assert!(error.contains("not what its name stands for"), "{error}");
        // What is damaged is written anew.
        run.write_inputs(&inputs).unwrap();
        assert_eq!(run.read_inputs(&digest).unwrap(), inputs);
    }
}
