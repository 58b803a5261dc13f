"""Windows of 400 bases: sites and, for each, a decoy of the same gene."""

import re

from splicing import (DINUCLEOTIDES, DONOR, HALF, annotated, boundaries, cut, dinucleotide, draw, loci,
                      reverse_complement)

COLUMNS = ["id", "sequence", "label", "chromosome", "position", "strand", "gene", "locus", "split"]
TRIES = 500  # draws before every candidate is looked at


class Seen:
    """Sequences that stand in the table, on either strand."""

    def __init__(self):
        self.sequences = set()

    def takes(self, window):
        """Adds a window unless it is cut short, holds N, or is here already."""
        if len(window) != 2 * HALF or "N" in window or window in self.sequences:
            return False
        self.sequences.add(window)
        self.sequences.add(reverse_complement(window))
        return True


def candidates(sequence, gene, kind):
    """Boundaries in the gene's span that carry the dinucleotide of `kind`, sites included."""
    span = sequence[gene.start:gene.end]
    if gene.strand == "-":
        span = reverse_complement(span)
    shift = 0 if kind == DONOR else 2
    offsets = [found.start() + shift for found in re.finditer(DINUCLEOTIDES[kind], span)]
    inside = [offset for offset in offsets if offset < len(span)]
    return [gene.start + o if gene.strand == "+" else gene.end - 1 - o for o in inside]


def decoy(species, sequence, gene, kind, place, choices, sites, seen):
    """A place that carries the site's dinucleotide and is no annotated site of its strand; None where there is none."""
    def fits(other):
        return ((gene.chromosome, gene.strand, kind, other) not in sites
                and seen.takes(cut(sequence, gene.strand, other)))

    if not choices:
        return None
    for attempt in range(TRIES):
        other = choices[draw("decoy", species, gene.chromosome, gene.strand, kind, place, attempt) % len(choices)]
        if fits(other):
            return other
    return next((other for other in choices if fits(other)), None)


def kept_sites(sequences, genes, seen):
    """(gene, kind, boundary) of canonical sites whose sequence stands in the table once."""
    for gene in genes:
        for kind, place in boundaries(gene):
            window = cut(sequences[gene.chromosome], gene.strand, place)
            if dinucleotide(window, kind) == DINUCLEOTIDES[kind] and seen.takes(window):
                yield gene, kind, place


def make(species, sequences, genes, split_of, also_annotated=()):
    """Rows of the table, sorted. `also_annotated`: more genes in whose sites no decoy may lie."""
    genes = sorted(genes, key=lambda gene: (gene.chromosome, gene.start, gene.end, gene.strand, gene.name))
    places, sites, seen = loci(genes), annotated([*genes, *also_annotated]), Seen()
    rows, choices, dropped = [], {}, 0
    for gene, kind, place in list(kept_sites(sequences, genes, seen)):
        sequence = sequences[gene.chromosome]
        key = gene.chromosome, gene.name, kind
        if key not in choices:
            choices[key] = candidates(sequence, gene, kind)
        other = decoy(species, sequence, gene, kind, place, choices[key], sites, seen)
        if other is None:
            dropped += 1
            continue
        locus = places[gene.chromosome, gene.name]
        for label, where in ((kind, place), (f"decoy_{kind}", other)):
            rows.append({
                "id": f"{species}:{gene.chromosome}:{where}:{gene.strand}:{label}",
                "sequence": cut(sequence, gene.strand, where), "label": label, "chromosome": gene.chromosome,
                "position": where, "strand": gene.strand, "gene": gene.name, "locus": locus, "split": split_of(locus)})
    print(f"{species}: {len(rows)} windows, {dropped} sites dropped for want of a decoy")
    return sorted(rows, key=lambda row: (row["chromosome"], row["position"], row["strand"], row["label"]))
