"""As much of the GenBank format as the sources here need: features with their location, and the sequence."""

import re


def records(lines):
    """(name, [(kind, location, qualifiers)], sequence in capitals) of each record. Of qualifiers that repeat, the
    first is kept."""
    name, features, letters, part = None, [], [], None
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("LOCUS"):
            name, features, letters, part = line.split()[1], [], [], None
        elif line.startswith("FEATURES"):
            part = "features"
        elif line.startswith(("BASE COUNT", "ORIGIN")):
            part = "sequence" if line.startswith("ORIGIN") else None
        elif line == "//":
            yield name, [feature(lines) for lines in features], "".join(letters).upper()
        elif part == "features":
            if line[5] != " ":
                features.append([line])
            else:
                features[-1].append(line)
        elif part == "sequence":
            letters.append(re.sub(r"[^a-zA-Z]", "", line))


def feature(lines):
    kind, rest = lines[0][5:21].strip(), [lines[0][21:], *(line[21:] for line in lines[1:])]
    first = next((i for i, text in enumerate(rest) if text.startswith("/")), len(rest))
    qualifiers = {}
    for text in rest[first:]:
        found = re.match(r'/(\w+)="?([^"]*)"?$', text)
        if found:
            qualifiers.setdefault(found.group(1), found.group(2))
    return kind, "".join(rest[:first]).replace(" ", ""), qualifiers


def exons(location):
    """Strand and ascending 0-based half-open spans of `join(1..9,20..30)`, `complement(...)` or `5..9`."""
    strand = "-" if location.startswith("complement(") else "+"
    spans = [(int(start) - 1, int(end)) for start, end in re.findall(r"<?(\d+)\.\.>?(\d+)", location)]
    if not spans or re.sub(r"complement|join|[()<>,.\d]", "", location):
        return None
    return strand, sorted(spans)
