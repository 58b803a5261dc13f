"""Makes splice-human-chr20 and splice-human-chr20-positions.

    python make_human.py FASTA TABLE

FASTA: 20.fa.gz of Debian's vt-examples (/usr/share/doc/vt/examples/ref/20.fa.gz), GRCh37 chromosome 20.
TABLE: cispliceai/data/grch37.csv of the cispliceai 1.2.2 wheel.
"""

import csv
import gzip
import sys

import stretches
import tables
import windows
from splicing import ACCEPTOR, DONOR, Gene, check_convention, draw, read_fasta

WINDOWS, POSITIONS = "splice-human-chr20", "splice-human-chr20-positions"
STRETCHES = {"tuning": 24, "test": 60}


def split_of(locus):
    """A quarter of the loci are for tuning, in both datasets the same."""
    return "tuning" if draw("split", "human", locus) % 4 == 0 else "test"


def genes_of(path):
    """The table counts from 1 and its spans hold both ends; on the plus strand a junction runs from the last base of
    an exon to the first of the next, on the minus strand it is the other way round."""
    csv.field_size_limit(sys.maxsize)
    with open(path, newline="") as lines:
        for row in csv.DictReader(lines):
            if row["chr"] != "chr20":
                continue
            starts, ends = (sorted(int(text) - 1 for text in row[name].split(",") if text)
                            for name in ("jn_start", "jn_end"))
            donors, acceptors = (starts, ends) if row["strand"] == "+" else (ends, starts)
            yield Gene(row["gene_id"], "20", row["strand"], int(row["start"]) - 1, int(row["end"]), donors, acceptors)


def main():
    into, (fasta, table) = tables.given(__doc__, "fasta", "table", datasets=[WINDOWS, POSITIONS])
    with gzip.open(fasta, "rt") as lines:
        sequences = read_fasta(lines)
    genes = list(genes_of(table))
    check_convention(sequences, genes, {DONOR: 0.97, ACCEPTOR: 0.99})
    tables.write(into / WINDOWS, windows.COLUMNS, windows.make("human", sequences, genes, split_of))
    rows = stretches.make("human", sequences, genes, split_of, STRETCHES)
    tables.write(into / POSITIONS, stretches.COLUMNS, rows)


if __name__ == "__main__":
    main()
