//! A model out of a graph and its adaptor: sequences in, outputs out.

use titer_core::{Answer, Model, ModelError, Outcome, Query, Squashed};

use crate::cut::Strand;
use crate::strands::mean;
use crate::{Adaptor, Graph, Watch, Width};

/// A graph with what feeds it and reads its answers.
pub struct Adapted {
    adaptor: Adaptor,
    graph: Box<dyn Graph>,
    truncated: u64,
    watch: Watch,
}

impl Adapted {
    /// A model of a graph that takes what the adaptor makes.
    #[must_use]
    pub fn new(adaptor: Adaptor, graph: Box<dyn Graph>) -> Self {
        Self {
            adaptor,
            graph,
            truncated: 0,
            watch: Watch::default(),
        }
    }

    /// What every strand of every batch gives, in order.
    fn read(&mut self, batches: &[&[Query<'_>]]) -> Result<Vec<Read>, ModelError> {
        let strands: &[Strand] = match self.adaptor.both_strands() {
            true => &[Strand::Given, Strand::Other],
            false => &[Strand::Given],
        };
        let (mut feeds, mut places) = (Vec::new(), Vec::new());
        for batch in batches {
            for strand in strands {
                let encoded = self.adaptor.encode_strand(batch, *strand)?;
                feeds.push(encoded.feeds);
                places.push((encoded.places, encoded.truncated, *strand));
            }
        }
        let answers = match feeds.len() {
            1 => feeds
                .into_iter()
                .map(|feeds| self.graph.run(feeds))
                .collect(),
            _ => self.graph.run_several(feeds),
        };
        let pairs = answers.into_iter().zip(places);
        pairs
            .map(|(answer, (places, truncated, strand))| {
                let answer = answer?;
                Ok(Read {
                    width: answer.width,
                    outputs: self.adaptor.decode_strand(
                        &places,
                        answer,
                        strand,
                        &mut self.watch,
                    )?,
                    truncated,
                })
            })
            .collect()
    }
}

/// One strand of one batch, read.
struct Read {
    outputs: Vec<Answer>,
    width: Width,
    truncated: Vec<bool>,
}

impl Model for Adapted {
    fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
        self.predict_batches(&[batch])
    }

    fn predict_batches(&mut self, batches: &[&[Query<'_>]]) -> Result<Vec<Outcome>, ModelError> {
        let batches: Vec<&[Query<'_>]> = batches
            .iter()
            .copied()
            .filter(|batch| !batch.is_empty())
            .collect();
        let mut outcomes = Vec::new();
        let mut read = self.read(&batches)?.into_iter();
        while let Some(Read {
            mut outputs,
            width,
            mut truncated,
        }) = read.next()
        {
            if self.adaptor.both_strands()
                && let Some(other) = read.next()
            {
                let width = width.max(other.width);
                outputs = mean(outputs, other.outputs, self.adaptor.turned(), width);
                for (truncated, cropped) in truncated.iter_mut().zip(other.truncated) {
                    *truncated |= cropped;
                }
            }
            self.truncated += truncated.into_iter().filter(|lost| *lost).count() as u64;
            outcomes.extend(outputs.into_iter().map(Outcome::of));
        }
        Ok(outcomes)
    }

    fn batches_at_once(&self) -> usize {
        self.graph.at_once()
    }

    fn processes(&self) -> Vec<u32> {
        self.graph.processes()
    }

    fn begin(&mut self) {
        self.truncated = 0;
        self.watch = Watch::default();
    }

    fn truncated(&self) -> u64 {
        self.truncated
    }

    fn squashed(&self) -> Option<Squashed> {
        self.watch.squashed()
    }
}
