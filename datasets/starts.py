"""Whole transcripts with the truth of where their translation starts."""

from collections import Counter

import gff
from splicing import Gene, draw, loci

COLUMNS = ["id", "sequence", "tis", "scored", "chromosome", "position", "strand", "gene", "transcript", "utr",
           "locus", "split"]
LONGEST = 30_000  # bases of a transcript
STOPS = {"TAA", "TAG", "TGA"}
# Where a transcript begins (or ends) with its coding sequence, so many bases of the genome stand for what is untranslated
# there. Their number is drawn, so that the place of the start does not give it away.
LEAST_FLANK, MOST_FLANK = 50, 300


def check_coding(sequence, transcripts, sequences_of_package):
    """Stops unless the coordinates mean what gff.py says: coding sequences must be those that the package itself holds."""
    for strand in "+-":
        same = [gff.spliced(sequence, strand, one.coding) == sequences_of_package[one.protein]
                for one in transcripts if one.strand == strand and one.whole
                and set(sequences_of_package.get(one.protein, "N")) <= set("ACGT")]
        print(f"strand {strand}: {sum(same)} of {len(same)} coding sequences are the package's own")
        if len(same) < 20 or not all(same):
            raise SystemExit("coding sequences differ: are the coordinates off by one?")


def bare(transcript):
    """Whether nothing untranslated is annotated on the left, and on the right (of the plus strand)."""
    return transcript.exons[0][0] == transcript.coding[0][0], transcript.exons[-1][1] == transcript.coding[-1][1]


def flanked(transcript, chromosome_length):
    """The transcript's exons, widened over the genome on sides that are bare."""
    before, behind = (LEAST_FLANK + draw("flank", side, transcript.name) % (MOST_FLANK - LEAST_FLANK + 1)
                      for side in ("5'", "3'"))
    widths = (before, behind) if transcript.strand == "+" else (behind, before)
    left, right = (width if is_bare else 0 for width, is_bare in zip(widths, bare(transcript)))
    exons = list(transcript.exons)
    exons[0] = max(exons[0][0] - left, 0), exons[0][1]
    exons[-1] = exons[-1][0], min(exons[-1][1] + right, chromosome_length)
    return exons


def places(transcript_exons, strand):
    """The coordinate of every base of a transcript, in its direction."""
    ascending = [place for start, end in transcript_exons for place in range(start, end)]
    return ascending if strand == "+" else ascending[::-1]


def start_of(transcript):
    return transcript.coding[0][0] if transcript.strand == "+" else transcript.coding[-1][1] - 1


def complete(sequence, transcript):
    """Whether a coding sequence is whole: of codons, with its stop at the end and no other."""
    letters = gff.spliced(sequence, transcript.strand, transcript.coding)
    codons = [letters[at:at + 3] for at in range(0, len(letters), 3)]
    return (transcript.whole and len(letters) % 3 == 0 and codons[-1] in STOPS and not STOPS & set(codons[:-1]))


def longest_frame(letters):
    """Where the longest reading frame from an ATG to a stop begins; None where there is none."""
    best, place = 0, None
    for frame in range(3):
        first = None
        for at in range(frame, len(letters) - 2, 3):
            codon = letters[at:at + 3]
            if codon == "ATG" and first is None:
                first = at
            elif codon in STOPS:
                if first is not None and at - first > best:
                    best, place = at - first, first
                first = None
    return place


def chosen(transcripts):
    """Of each gene the transcript with the longest coding sequence; of equals the longest, then the first by name."""
    def size(spans):
        return sum(end - start for start, end in spans)

    best = {}
    for one in sorted(transcripts, key=lambda one: (-size(one.coding), -size(one.exons), one.name)):
        best.setdefault(one.gene, one)
    return list(best.values())


def ranges(length, without):
    """`0-10,11-20`: every base but those of `without`."""
    edges = [-1, *sorted(without), length]
    return ",".join(f"{left + 1}-{right}" for left, right in zip(edges, edges[1:]) if left + 1 < right)


def row(species, chromosome, sequence, transcript, starts, locus):
    """A line of the table, or None where the transcript is too long, or holds N. `starts`: of the gene's transcripts."""
    exons = flanked(transcript, len(sequence))
    here = places(exons, transcript.strand)
    letters = gff.spliced(sequence, transcript.strand, exons)
    if len(letters) > LONGEST or "N" in letters:
        return None
    start = start_of(transcript)
    tis = here.index(start)
    bare_start, bare_end = bare(transcript)[::1 if transcript.strand == "+" else -1]
    others = [at for at, place in enumerate(here) if place in starts and place != start]
    return {"id": f"{species}:{chromosome}:{start}:{transcript.strand}:tis", "sequence": letters, "tis": tis,
            "scored": ranges(len(letters), others), "chromosome": chromosome, "position": start,
            "strand": transcript.strand, "gene": transcript.gene, "transcript": transcript.name,
            "utr": {(False, False): "annotated", (True, False): "genomic_5", (False, True): "genomic_3",
                    (True, True): "genomic"}[bare_start, bare_end],
            "locus": locus}


def make(species, chromosome, sequence, transcripts, most, split_of=lambda locus: "test"):
    """One transcript a gene, at most `most[split]` of a split, whole loci in the order of a hash."""
    coding = [one for one in transcripts if one.coding]
    good = [one for one in coding if complete(sequence, one)]
    spans = {one.gene: [] for one in coding}
    for one in coding:
        spans[one.gene].append(one)
    names = loci([Gene(name, chromosome, of_gene[0].strand, min(one.exons[0][0] for one in of_gene),
                       max(one.exons[-1][1] for one in of_gene), [], []) for name, of_gene in spans.items()])
    by_locus, seen = {}, set()
    for one in chosen(good):
        starts = {start_of(other) for other in spans[one.gene]}
        found = row(species, chromosome, sequence, one, starts, names[chromosome, one.gene])
        if found and found["sequence"] not in seen:
            seen.add(found["sequence"])
            by_locus.setdefault(found["locus"], []).append(found)
    rows, room = [], dict(most)
    for locus in sorted(by_locus, key=lambda locus: draw("cut", species, locus)):
        split = split_of(locus)
        if len(by_locus[locus]) <= room.get(split, 0):
            room[split] -= len(by_locus[locus])
            rows += ({**one, "split": split} for one in by_locus[locus])
    codons = Counter(one["sequence"][one["tis"]:one["tis"] + 3] for one in rows)
    print(f"{species}: {len(rows)} transcripts of {len(spans)} genes; starts {dict(codons)}; "
          f"untranslated bases {dict(Counter(one['utr'] for one in rows))}")
    return sorted(rows, key=lambda one: (one["position"], one["strand"]))
