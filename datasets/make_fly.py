"""Makes splice-fly-chr2r.

    python make_fly.py FASTA GENES ALIGNED

Of Debian's augustus-doc, under /usr/share/doc/augustus/tutorial:
FASTA: data/chr2R.fa, chromosome 2R of assembly dm3.
GENES: results/genes.gb, genes cut out with flanks. Their names count from the start of data/chr2R.2M-7M.fa.
ALIGNED: results/scipio.gff, the alignments that the genes were chosen from; it serves to keep decoys off their sites.
"""

import re
from collections import defaultdict

import tables
import windows
from genbank import exons, records
from splicing import ACCEPTOR, DONOR, check_convention, from_exons, read_fasta

WINDOWS = "splice-fly-chr2r"
CHROMOSOME = "2R"
SHORTEST_INTRON = 30


def genes_of(path, sequence):
    """The genes, and by how much their names must be shifted. Each record is compared with the chromosome."""
    genes, shift = [], None
    with open(path) as lines:
        for name, features, cut in records(lines):
            first, last = map(int, re.fullmatch(r"chr2R_(\d+)-(\d+)", name).groups())
            if shift is None:
                shift = sequence.index(cut) - (first - 1)
            start = first - 1 + shift
            if sequence[start:last + shift] != cut:
                raise SystemExit(f"{name} does not stand in the chromosome, {shift} bases on")
            for kind, location, has in features:
                if kind == "CDS":
                    strand, spans = exons(location)
                    moved = [(a + start, b + start) for a, b in spans]
                    genes.append(from_exons(has["gene"], CHROMOSOME, strand, moved, SHORTEST_INTRON))
    return genes, shift


def aligned(path, shift):
    """Every transcript of the alignments, those that became no gene included."""
    spans = defaultdict(list)
    with open(path) as lines:
        for line in lines:
            _, _, kind, start, end, _, strand, _, about = line.rstrip("\n").split("\t")
            if kind == "CDS":
                spans[about, strand].append((int(start) - 1 + shift, int(end) + shift))
    return [from_exons(about, CHROMOSOME, strand, sorted(of_transcript), SHORTEST_INTRON)
            for (about, strand), of_transcript in spans.items()]


def main():
    into, (fasta, table, alignments) = tables.given(__doc__, "fasta", "genes", "aligned", datasets=[WINDOWS])
    with open(fasta) as lines:
        sequences = {CHROMOSOME: read_fasta(lines)["chr2R"]}
    genes, shift = genes_of(table, sequences[CHROMOSOME])
    print(f"{len(genes)} genes, named by their place {shift} bases earlier")
    check_convention(sequences, genes, {DONOR: 0.97, ACCEPTOR: 0.99})
    rows = windows.make("fly", sequences, genes, lambda locus: "test", aligned(alignments, shift))
    tables.write(into / WINDOWS, windows.COLUMNS, rows)


if __name__ == "__main__":
    main()
