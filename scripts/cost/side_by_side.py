#!/usr/bin/env python3
"""Time and memory of commands, in turns: side_by_side.py ROUNDS NAME=COMMAND NAME=COMMAND ...

Every round runs each command once, in an order that turns round; what is printed are medians, and the median over the rounds
of the ratio to the first command. Memory is the largest sum, at one moment, of what the command and all its descendants
hold themselves (PSS: pages that several processes share are counted once), looked at every 50 ms. Linux only.
`{round}` in a command is the round's number.
"""

import os
import statistics
import subprocess
import sys
import threading
import time


def descendants(root):
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry)] = int(fields[1])
    found, new = {root}, {root}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def pss_bytes(process):
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def run(command):
    """Wall seconds, CPU seconds, largest sum of bytes."""
    largest = 0
    done = threading.Event()
    started = time.perf_counter()
    before = os.times()
    child = subprocess.Popen(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, executable="/bin/bash")

    def watch():
        nonlocal largest
        while not done.wait(0.05):
            largest = max(largest, sum(map(pss_bytes, descendants(child.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = child.communicate()
    wall = time.perf_counter() - started
    done.set()
    watcher.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    if child.returncode not in (0, 3):
        sys.exit(f"{command}: ended with {child.returncode}\n{errors.decode()[-2000:]}")
    return wall, cpu, largest


def main():
    rounds = int(sys.argv[1])
    commands = [argument.split("=", 1) for argument in sys.argv[2:]]
    seen = {name: [] for name, _ in commands}
    for number in range(rounds):
        turned = commands if number % 2 == 0 else commands[::-1]
        for name, command in turned:
            seen[name].append(run(command.replace("{round}", str(number))))
            wall, cpu, largest = seen[name][-1]
            print(f"round {number}: {name} {wall:.2f} s, {cpu:.2f} s of CPU, {largest / 2**20:.0f} MiB", file=sys.stderr)
    first = commands[0][0]
    for name, _ in commands:
        wall, cpu, largest = (statistics.median(values) for values in zip(*seen[name]))
        ratios = [statistics.median(one[at] / other[at] for one, other in zip(seen[name], seen[first])) for at in range(3)]
        print(
            f"{name:24} {wall:8.2f} s ({ratios[0]:.2f})  {cpu:8.2f} s of CPU ({ratios[1]:.2f})"
            f"  {largest / 2**20:8.0f} MiB ({ratios[2]:.2f})"
        )


main()
