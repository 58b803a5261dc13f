"""Stretches of a gene with the truth per base, for models that read thousands of bases at once."""

from splicing import draw, loci, reverse_complement

COLUMNS = ["id", "sequence", "acceptors", "donors", "scored", "chromosome", "position", "strand", "gene", "locus",
           "split"]
SCORED = 5000  # bases of a stretch
CONTEXT = 5000  # bases on each side of it


def place_of(gene, offset):
    """The coordinate of the base `offset` bases after the gene's first one, in transcript direction."""
    return gene.start + offset if gene.strand == "+" else gene.end - 1 - offset


def site_places(genes):
    """(chromosome, strand) -> coordinates of acceptors and donors of every gene there: two sets."""
    found = {}
    for gene in genes:
        acceptors, donors = found.setdefault((gene.chromosome, gene.strand), (set(), set()))
        acceptors.update(gene.acceptors)
        donors.update(gene.donors)
    return found


def of_gene(species, sequence, gene, places, locus):
    """The gene cut into stretches from its first base on. Left out: those without a site, with a gap of the assembly
    among their scored bases, or with a base that is acceptor and donor at once."""
    span = sequence[gene.start:gene.end]
    if gene.strand == "-":
        span = reverse_complement(span)
    padded = "N" * CONTEXT + span + "N" * (SCORED + CONTEXT)
    acceptors, donors = places[gene.chromosome, gene.strand]
    for start in range(0, len(span), SCORED):
        length = min(SCORED, len(span) - start)
        here = [place_of(gene, start + offset) for offset in range(length)]
        found = [[offset for offset, place in enumerate(here) if place in sites] for sites in (acceptors, donors)]
        if not any(found) or set(found[0]) & set(found[1]) or "N" in span[start:start + length]:
            continue
        yield {
            "id": f"{species}:{gene.chromosome}:{here[0]}:{gene.strand}:stretch",
            "sequence": padded[start:start + SCORED + 2 * CONTEXT],
            "acceptors": ",".join(map(str, found[0])), "donors": ",".join(map(str, found[1])),
            "scored": f"0-{length}", "chromosome": gene.chromosome, "position": here[0], "strand": gene.strand,
            "gene": gene.name, "locus": locus}


def make(species, sequences, genes, split_of, wanted):
    """At most one stretch of a locus, at most `wanted[split]` of a split, in the order of a hash of the id."""
    places, names = site_places(genes), loci(genes)
    found = [row for gene in genes if gene.donors or gene.acceptors
             for row in of_gene(species, sequences[gene.chromosome], gene, places, names[gene.chromosome, gene.name])]
    unique = {row["id"]: row for row in sorted(found, key=lambda row: (row["id"], row["gene"]), reverse=True)}
    rows, taken, left = [], set(), dict(wanted)
    for row in sorted(unique.values(), key=lambda row: draw("stretch", row["id"])):
        split = split_of(row["locus"])
        if row["locus"] not in taken and left.get(split, 0) > 0:
            taken.add(row["locus"])
            left[split] -= 1
            rows.append({**row, "split": split})
    print(f"{species}: {len(rows)} of {len(unique)} stretches with a site")
    return sorted(rows, key=lambda row: (row["chromosome"], row["position"], row["strand"]))
