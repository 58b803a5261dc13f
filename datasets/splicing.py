"""Genes, their splice sites and the loci that they form: what every script here starts from.

Coordinates are 0-based on the plus strand and spans are half-open, whatever the source says. A donor is its last exon
base, an acceptor its first exon base. Standard library only; every choice is drawn from SHA-256, so that no version of
Python makes other files.
"""

import hashlib
from collections import namedtuple

DONOR, ACCEPTOR = "donor", "acceptor"
DINUCLEOTIDES = {DONOR: "GT", ACCEPTOR: "AG"}
HALF = 200  # bases of a window on each side of the boundary
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")

# start, end: first to last exon. donors, acceptors: sorted coordinates.
Gene = namedtuple("Gene", "name chromosome strand start end donors acceptors")


def reverse_complement(sequence):
    return sequence[::-1].translate(COMPLEMENT)


def draw(*words):
    """A number below 2**64 that depends on the words alone."""
    return int.from_bytes(hashlib.sha256("|".join(map(str, words)).encode()).digest()[:8], "big")


def read_fasta(lines):
    """Sequences by the first word of their name, in capitals; letters other than ACGT become N."""
    parts, name = {}, None
    for line in lines:
        if line.startswith(">"):
            name = line[1:].split()[0]
            parts[name] = []
        else:
            parts[name].append(line.strip().upper())
    only_known = {ord(letter): "N" for letter in "BDEFHIJKLMOPQRSUVWXYZ"}
    return {name: "".join(lines).translate(only_known) for name, lines in parts.items()}


def from_exons(name, chromosome, strand, exons, shortest_intron):
    """A gene from its exons (spans in ascending order). A gap below `shortest_intron` is a frameshift, no intron."""
    gaps = [(left[1], right[0]) for left, right in zip(exons, exons[1:]) if right[0] - left[1] >= shortest_intron]
    before, after = [start - 1 for start, _ in gaps], [end for _, end in gaps]
    donors, acceptors = (before, after) if strand == "+" else (after, before)
    return Gene(name, chromosome, strand, exons[0][0], exons[-1][1], donors, acceptors)


def boundary(gene, kind, site):
    """The base at index 200 of a site's window: the first intron base of a donor, the first exon base of an acceptor."""
    if kind == ACCEPTOR:
        return site
    return site + 1 if gene.strand == "+" else site - 1


def boundaries(gene):
    """(kind, boundary) of every site, in order of the boundary."""
    both = [(kind, boundary(gene, kind, site))
            for kind, sites in ((DONOR, gene.donors), (ACCEPTOR, gene.acceptors)) for site in sites]
    return sorted(both, key=lambda pair: (pair[1], pair[0]))


def annotated(genes):
    """Every boundary of every gene, to ask whether a place is one."""
    return {(gene.chromosome, gene.strand, kind, place) for gene in genes for kind, place in boundaries(gene)}


def cut(sequence, strand, place):
    """400 bases in transcript direction with `place` at index 200; shorter where the sequence ends."""
    if strand == "+":
        return sequence[max(place - HALF, 0):place + HALF]
    return reverse_complement(sequence[max(place - HALF + 1, 0):place + HALF + 1])


def dinucleotide(window, kind):
    return window[HALF:HALF + 2] if kind == DONOR else window[HALF - 2:HALF]


def check_convention(sequences, genes, at_least):
    """Stops unless the coordinates mean what this file says: nearly all donors must read GT, all acceptors AG."""
    for strand in "+-":
        for kind, least in at_least.items():
            found = [dinucleotide(cut(sequences[gene.chromosome], strand, place), kind) == DINUCLEOTIDES[kind]
                     for gene in genes if gene.strand == strand for k, place in boundaries(gene) if k == kind]
            share = sum(found) / len(found)
            print(f"strand {strand}: {share:.2%} of {len(found)} {kind}s read {DINUCLEOTIDES[kind]}")
            if share < least:
                raise SystemExit(f"expected at least {least:.0%}: are the coordinates off by one?")


def loci(genes):
    """The locus of each gene by (chromosome, name): overlapping genes of either strand are one. Spans are widened by
    half a window, so that windows of different loci share no base."""
    found, group, end = {}, [], None
    for gene in sorted(genes, key=lambda gene: (gene.chromosome, gene.start, gene.end, gene.name)):
        if group and (gene.chromosome != group[0].chromosome or gene.start - HALF >= end + HALF):
            found.update(_named(group))
            group, end = [], None
        group.append(gene)
        end = max(gene.end, end or 0)
    found.update(_named(group))
    return found


def _named(group):
    chromosome, start, end = group[0].chromosome, group[0].start, max(gene.end for gene in group)
    return {(gene.chromosome, gene.name): f"{chromosome}:{start}-{end}" for gene in group}
