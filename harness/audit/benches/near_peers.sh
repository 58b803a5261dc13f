#!/bin/sh
# Titer's search for near duplicates beside MMseqs2 and CD-HIT (Debian: mmseqs2, cd-hit), one after the other on the
# same planted leaks, two threads each: recall by kind, false positives, seconds. README.md has what it printed.
#   near_peers.sh PROGRAM TRAIN EACH UNRELATED [SECONDS A PEER MAY TAKE]
# PROGRAM is target/release/examples/planted_leaks.
set -eu
program=$1 train=$2 each=$3 unrelated=$4 limit=${5:-3600}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export RAYON_NUM_THREADS=2

# Lines of "test<TAB>train" come in; a leak counts where its own train sequence is among them.
count() {
    awk -F '\t' 'NR == FNR { if (sub(/^>/, "")) { split($0, name, "|"); total[name[2]]++ } next }
        { split($1, name, "|"); if ((name[2] == "unrelated" || $2 == name[3]) && !seen[$1]++) found[name[2]]++ }
        END { for (kind in total) printf "%s\t%d\t%d\t%.4f\n", kind, total[kind], found[kind], found[kind] / total[kind] }' \
        test.fa "$1" | sort
}

# Runs a command under a limit and says how long it took and its peak of memory.
timed() {
    status=0
    start=$(date +%s.%N)
    timeout "$limit" "$@" > log 2>&1 || status=$?
    echo "$start $(date +%s.%N) $status" | awk '{ printf "seconds %.1f, exit code %d\n", $2 - $1, $3 }'
    return "$status"
}

echo "== titer"
"$program" "$train" "$each" "$unrelated" .
echo "== mmseqs easy-search --search-type 3 (defaults)"
if timed mmseqs easy-search test.fa train.fa out.m8 work --search-type 3 --threads 2; then
    cut -f 1,2 out.m8 > pairs && count pairs
fi
echo "== cd-hit-est-2d -c 0.8 -n 5 -r 1 -aL 0 -s2 0 (its lowest identity)"
if timed cd-hit-est-2d -i train.fa -i2 test.fa -o out.cd -c 0.8 -n 5 -r 1 -s2 0 -d 0 -M 0 -T 2; then
    awk '/^>/ { head = ""; next } { sub(/.*>/, ""); name = $0; sub(/\.\.\..*/, "", name)
        if (/\*$/) head = name; else print name "\t" head }' out.cd.clstr > pairs && count pairs
fi
