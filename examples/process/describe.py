"""Writes digest and size of every file into a descriptor, after a change of one of them.

    python3 describe.py model.yaml
"""
import hashlib
import os
import re
import sys

ENTRY = re.compile(r'\{path: ([^,}]+), digest: "[^"]*", bytes: \d+')


def described(match):
    path = match.group(1)
    with open(os.path.join(folder, path), "rb") as file:
        content = file.read()
    return '{path: %s, digest: "sha256:%s", bytes: %d' % (path, hashlib.sha256(content).hexdigest(), len(content))


for descriptor in sys.argv[1:]:
    folder = os.path.dirname(descriptor)
    with open(descriptor) as file:
        text = ENTRY.sub(described, file.read())
    with open(descriptor, "w") as file:
        file.write(text)
