"""Checks every dataset here against what its descriptor and README.md say. Without arguments; stops at the first flaw.

Counts, digests and splits; letters, lengths and dinucleotides; no sequence twice on either strand; a decoy for each
site; starts of translation that begin a reading frame; loci apart from each other and each in one split. Published sets,
which are fetched, are not looked at. `python check.py --table` prints the tables of README.md.
"""

import re
import sys
from collections import Counter, defaultdict

import starts
import stretches
import windows
from splicing import ACCEPTOR, DINUCLEOTIDES, DONOR, HALF, dinucleotide, reverse_complement
from tables import HERE, digest, read

HUMAN = "splice-human-chr20"
RULES_HEAD = """| dataset | first ATG | longest frame |
| --- | --- | --- |"""
HEAD = """| dataset | split | examples | loci | what they hold |
| --- | --- | ---: | ---: | --- |"""


def sure(holds, message):
    if not holds:
        raise SystemExit(f"flaw: {message}")


def descriptor(folder, rows):
    text = (folder / "dataset.yaml").read_text()
    sure(f"dataset: {folder.name}\n" in text, f"{folder.name} is named otherwise in its descriptor")
    name, stated, size = re.search(r'^file: \{path: (\S+), digest: "(\S+)", bytes: (\d+)\}$', text, re.M).groups()
    data = (folder / name).read_bytes()
    sure(digest(folder / name) == stated and len(data) == int(size), f"{folder.name}: another table than described")
    sure(data[3] == 0 and data[4:8] == bytes(4), f"{folder.name}: the gzip header holds a name or a time")
    splits = dict(re.findall(r"(\w+): (\d+)", re.search(r"^splits: (.*)$", text, re.M).group(1)))
    sure({k: int(v) for k, v in splits.items()} == Counter(row["split"] for row in rows), f"{folder.name}: splits")
    digests = re.findall(r'^    digest: "(.*)"$', text, re.M)
    sure(digests and all(re.fullmatch(r"sha256:[0-9a-f]{64}", d) for d in digests), f"{folder.name}: sources")
    for field in ("sequence", "annotation", "package"):
        sure(f"\n  {field}:" in text, f"{folder.name}: no licence of {field}")


def places(folder, rows):
    """Ids and loci: an example lies in its locus, a locus in one split, and between loci is a whole window."""
    sure(len({row["id"] for row in rows}) == len(rows), f"{folder.name}: an id stands twice")
    splits, spans = defaultdict(set), defaultdict(set)
    for row in rows:
        chromosome, start, end = re.fullmatch(r"(\w+):(\d+)-(\d+)", row["locus"]).groups()
        sure(chromosome == row["chromosome"] and int(start) <= int(row["position"]) < int(end),
             f"{row['id']} lies outside of its locus")
        sure(row["id"].split(":")[1:4] == [chromosome, row["position"], row["strand"]], f"{row['id']}: id and place")
        splits[row["locus"]].add(row["split"])
        spans[chromosome].add((int(start), int(end)))
    sure(all(len(found) == 1 for found in splits.values()), f"{folder.name}: a locus stands in two splits")
    for found in map(sorted, spans.values()):
        sure(all(right[0] - left[1] >= 2 * HALF for left, right in zip(found, found[1:])), f"{folder.name}: loci touch")
    return {locus: found.pop() for locus, found in splits.items()}


def check_windows(folder, rows):
    sure(list(rows[0]) == windows.COLUMNS, f"{folder.name}: columns")
    seen, pairs, sites = set(), Counter(), set()
    for row in rows:
        window, kind = row["sequence"], row["label"].removeprefix("decoy_")
        sure(re.fullmatch("[ACGT]{400}", window), f"{row['id']}: letters or length")
        sure(dinucleotide(window, kind) == DINUCLEOTIDES[kind], f"{row['id']}: no {DINUCLEOTIDES[kind]}")
        sure(window not in seen and reverse_complement(window) not in seen, f"{row['id']}: its sequence stands twice")
        seen.add(window)
        pairs[row["gene"], row["strand"], row["split"], kind] += 1 if row["label"] == kind else -1
        if row["label"] == kind:
            sites.add((row["chromosome"], row["position"], row["strand"], kind))
    sure(not any(pairs.values()), f"{folder.name}: a gene has not as many decoys as sites")
    decoys = [row for row in rows if row["label"].startswith("decoy_")]
    sure(not any((r["chromosome"], r["position"], r["strand"], r["label"][6:]) in sites for r in decoys),
         f"{folder.name}: a decoy is a site")


def offsets(row, column):
    return [int(text) for text in row[column].split(",") if text]


def check_positions(folder, rows):
    sure(list(rows[0]) == stretches.COLUMNS, f"{folder.name}: columns")
    context, canonical = stretches.CONTEXT, Counter()
    for row in rows:
        sequence, end = row["sequence"], int(row["scored"].removeprefix("0-"))
        sure(re.fullmatch("[ACGTN]{15000}", sequence), f"{row['id']}: letters or length")
        sure(0 < end <= stretches.SCORED and "N" not in sequence[context:context + end], f"{row['id']}: N is scored")
        sure(end == stretches.SCORED or set(sequence[context + end:]) == {"N"}, f"{row['id']}: bases beyond the span")
        acceptors, donors = offsets(row, "acceptors"), offsets(row, "donors")
        sure(0 < len(acceptors + donors) == len({*acceptors, *donors}), f"{row['id']}: no site, or one that is two")
        sure(max(acceptors + donors) < end, f"{row['id']}: a site that is not scored")
        for kind, found in ((ACCEPTOR, acceptors), (DONOR, donors)):
            for offset in found:
                first = context + offset + (1 if kind == DONOR else -2)
                canonical[kind, sequence[first:first + 2] == DINUCLEOTIDES[kind]] += 1
    for kind in (ACCEPTOR, DONOR):
        sure(canonical[kind, True] > 0.9 * (canonical[kind, True] + canonical[kind, False]),
             f"{folder.name}: {kind}s stand beside the wrong dinucleotides")
    counts = Counter(row["split"] for row in rows)
    sure(counts["test"] <= 60 and (counts["tuning"] >= 16 or not counts["tuning"]), f"{folder.name}: sizes of splits")


def scored(row):
    return [tuple(map(int, part.split("-"))) for part in row["scored"].split(",")]


def check_transcripts(folder, rows):
    """A start begins a frame that ends in a stop, is scored, and is the only site; nearly all starts read ATG."""
    sure(list(rows[0]) == starts.COLUMNS, f"{folder.name}: columns")
    seen, codons = set(), Counter()
    for row in rows:
        sequence, tis, spans = row["sequence"], int(row["tis"]), scored(row)
        sure(re.fullmatch("[ACGT]+", sequence) and len(sequence) <= starts.LONGEST, f"{row['id']}: letters or length")
        sure(sequence not in seen, f"{row['id']}: its sequence stands twice")
        seen.add(sequence)
        frame = [sequence[at:at + 3] for at in range(tis, len(sequence) - 2, 3)]
        sure(starts.STOPS & set(frame), f"{row['id']}: the frame has no stop")
        sure(spans == sorted(spans) and spans[0][0] >= 0 and spans[-1][1] <= len(sequence), f"{row['id']}: ranges")
        sure(any(first <= tis < last for first, last in spans), f"{row['id']}: its start is not scored")
        left_out = len(sequence) - sum(last - first for first, last in spans)
        sure(left_out < 20, f"{row['id']}: {left_out} bases are not scored")
        bare = row["utr"] in ("genomic", "genomic_5")
        sure(not bare or tis <= starts.MOST_FLANK, f"{row['id']}: more of the genome than said")
        codons[frame[0] == "ATG"] += 1
    sure(codons[True] >= 0.97 * len(rows), f"{folder.name}: {codons[False]} starts do not read ATG")
    genes = Counter(row["gene"] for row in rows)
    sure(len(genes) == len(rows), f"{folder.name}: two transcripts of one gene")


def content(rows):
    if "label" in rows[0]:
        return ", ".join(f"{n} {label}" for label, n in sorted(Counter(row["label"] for row in rows).items()))
    if "tis" in rows[0]:
        bases = sum(last - first for row in rows for first, last in scored(row))
        bare = sum(row["utr"] in ("genomic", "genomic_5") for row in rows)
        return f"{bases} positions scored, {len(rows)} starts, {bare} of them behind bases of the genome"
    bases = sum(int(row["scored"].removeprefix("0-")) for row in rows)
    acceptors, donors = (sum(len(offsets(row, column)) for row in rows) for column in ("acceptors", "donors"))
    return f"{bases} positions scored, {acceptors} acceptors, {donors} donors"


# By a column that only such a table has.
CHECKS = {"label": check_windows, "tis": check_transcripts, "acceptors": check_positions}


def lines(name, rows):
    for split in sorted({row["split"] for row in rows}):
        of_split = [row for row in rows if row["split"] == split]
        yield f"| `{name}` | {split} | {len(of_split)} | {len({r['locus'] for r in of_split})} | {content(of_split)} |"


def rules(name, rows):
    """How many test transcripts start where a rule without learning says."""
    tested = [(row["sequence"], int(row["tis"])) for row in rows if row["split"] == "test"]
    counts = (sum(rule(letters) == tis for letters, tis in tested)
              for rule in (lambda letters: letters.find("ATG"), starts.longest_frame))
    return f"| `{name}` | " + " | ".join(f"{n} of {len(tested)} ({n / len(tested):.0%})" for n in counts) + " |"


def main():
    table, by_rule, splits = [HEAD], [RULES_HEAD], {}
    for folder in sorted(path.parent for path in HERE.glob("*/dataset.yaml") if "\nmade_by: ../make_" in path.read_text()):
        rows = read(folder)
        descriptor(folder, rows)
        splits[folder.name] = places(folder, rows)
        next(check for column, check in CHECKS.items() if column in rows[0])(folder, rows)
        table += lines(folder.name, rows)
        if "tis" in rows[0]:
            by_rule.append(rules(folder.name, rows))
    ours, theirs = splits[HUMAN], splits[f"{HUMAN}-positions"]
    sure(all(ours.get(locus, split) == split for locus, split in theirs.items()), "a human locus changes its split")
    if "--table" in sys.argv:
        print("\n".join([*table, "", *by_rule]))
        return
    for part in (table, by_rule):
        sure("\n".join(part) in (HERE / "README.md").read_text(), "README.md counts otherwise: see --table")
    print(f"{len(splits)} datasets are as described")


if __name__ == "__main__":
    main()
