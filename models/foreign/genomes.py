"""Genomes of bacteria and of a phage from Debian's example packages, for reads and contigs with a known origin."""

import gzip
import lzma

# Organism: package, file below /usr/share/doc, accession. GenBank's sequences are free to use.
GENOMES = {
    "Staphylococcus aureus N315": ("ragout-examples", "ragout/examples/S.Aureus/references/N315.fasta.gz", "NC_002745.2"),
    "Vibrio cholerae O395": ("ragout-examples", "ragout/examples/V.Cholerae/references/O395.fasta.gz", "CP001235.1"),
    "Helicobacter pylori G27": ("ragout-examples", "ragout/examples/H.Pylori/references/G27.fasta.gz", "NC_011333.1"),
    "Klebsiella pneumoniae MGH 78578": ("kleborate-examples", "kleborate/examples/data/MGH78578.fna.xz", "CP000647.1"),
    "Escherichia coli K-12 MG1655": ("ragout-examples", "ragout/examples/E.Coli/references/MG1655-K12.fasta.gz", "NC_000913"),
    "Escherichia coli DH1": ("ragout-examples", "ragout/examples/E.Coli/references/DH1.fasta.gz", "NC_017625.1"),
}


def sequences(folder, path):
    """The sequences of a compressed FASTA file."""
    data = (folder / "usr/share/doc" / path).read_bytes()
    text = (lzma if path.endswith(".xz") else gzip).decompress(data).decode()
    return ["".join(part.splitlines()[1:]).upper() for part in text.split(">")[1:]]


def genome(folder, organism):
    """The longest sequence of an organism's file: its chromosome."""
    return max(sequences(folder, GENOMES[organism][1]), key=len)
