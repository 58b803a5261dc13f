#!/bin/sh
# What MMseqs2 calls of the planted set of `examples/attack`: rows of each kind with a hit that covers half of the query.
#
#     attack_peers.sh PROGRAM SEED
#
# PROGRAM is the built example `attack`. Needs mmseqs.
set -eu
program=$1
seed=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" fasta "$seed" "$folder"
mmseqs easy-search "$folder/test.fa" "$folder/train.fa" "$folder/hits" "$folder/tmp" --search-type 3 --threads 2 \
    --format-output query,target,fident,alnlen,qcov,evalue -v 1 >/dev/null
awk -F'\t' 'NR == FNR { if ($5 >= 0.5) called[$1] = 1; next }
    /^>/ { name = substr($1, 2); split(name, part, "|"); all[part[2]]++; if (name in called) found[part[2]]++ }
    END { for (kind in all) printf "%s\t%d\t%.4f\n", kind, all[kind], found[kind] / all[kind] }' \
    "$folder/hits" "$folder/test.fa" | sort
