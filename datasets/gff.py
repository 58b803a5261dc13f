"""As much of GFF3 as NCBI writes it and the sources here need: transcripts with their exons and coding sequence."""

import re
import urllib.parse
from collections import namedtuple

from splicing import Gene, from_exons, reverse_complement

SHORTEST_INTRON = 30  # a shorter gap mends a frameshift of the assembly, or is one of the ribosome

# exons, coding: ascending 0-based half-open spans on the plus strand; `coding` is empty where nothing is translated.
# whole: no end of the coding sequence is missing, and nothing in it was mended.
Transcript = namedtuple("Transcript", "name gene kind strand exons coding protein whole")


def attributes(text):
    return {key: urllib.parse.unquote(value) for key, value in
            (part.split("=", 1) for part in text.strip().split(";") if part)}


def transcripts(lines, molecule):
    """Every transcript of one sequence, in the order of the file. Genes are called by locus tag, else by GeneID."""
    about, exons, coding = {}, {}, {}
    for line in lines:
        if line.startswith("#") or not line.startswith(f"{molecule}\t"):
            continue
        _, _, kind, start, end, _, strand, _, rest = line.rstrip("\n").split("\t")
        has, span = attributes(rest), (int(start) - 1, int(end))
        if kind == "exon":
            exons.setdefault(has["Parent"], []).append(span)
        elif kind == "CDS":
            coding.setdefault(has["Parent"], []).append((span, has))
        elif has.get("Parent", "").startswith("gene-"):
            about[has["ID"]] = kind, strand, gene_name(has)
    return [one(name, *about[name], exons[name], coding.get(name, [])) for name in about if name in exons]


def gene_name(has):
    number = re.search(r"GeneID:(\d+)", has.get("Dbxref", ""))
    return has.get("locus_tag") or f"GeneID{number.group(1)}"


def one(name, kind, strand, gene, exons, coding):
    flawed = any({"partial", "exception", "start_range", "end_range", "pseudo"} & set(has) for _, has in coding)
    proteins = {has.get("protein_id") for _, has in coding}
    return Transcript(name.removeprefix("rna-"), gene, kind, strand, sorted(exons), sorted(span for span, _ in coding),
                      next(iter(proteins), None), len(proteins - {None}) == 1 and not flawed)


def genes(transcripts, chromosome):
    """Genes with the splice sites of all their transcripts joined, in order of their names."""
    found = {}
    for transcript in transcripts:
        found.setdefault((transcript.gene, transcript.strand), []).append(
            from_exons(transcript.gene, chromosome, transcript.strand, transcript.exons, SHORTEST_INTRON))
    return [Gene(name, chromosome, strand, min(one.start for one in of_gene), max(one.end for one in of_gene),
                 sorted({site for one in of_gene for site in one.donors}),
                 sorted({site for one in of_gene for site in one.acceptors}))
            for (name, strand), of_gene in sorted(found.items())]


def spliced(sequence, strand, spans):
    """The letters of ascending spans, joined, in transcript direction."""
    joined = "".join(sequence[start:end] for start, end in spans)
    return joined if strand == "+" else reverse_complement(joined)
