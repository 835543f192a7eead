"""Runs programs side by side, and prints medians and ratios."""

import json
import os
import statistics
import subprocess
import time

import numpy as np


def run(command, environment=None):
    """What a program printed as one line of JSON."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def gemm_rate():
    """Billions of operations a second of a large matrix product: what the machine can do now."""
    a = np.random.default_rng(0).normal(size=(1536, 1536))
    a @ a
    begin = time.perf_counter()
    for _ in range(3):
        a @ a
    return 3 * 2 * 1536**3 / (time.perf_counter() - begin) / 1e9


class Comparison:
    """Figures of several programs over rounds in which each runs once."""

    def __init__(self, title, rounds, programs):
        """`programs`: a dictionary from name to a command, Emulsion's first."""
        self.title = title
        self.results = {name: [] for name in programs}
        for _ in range(rounds):
            for name, command in programs.items():
                self.results[name].append(run(command))

    def values(self, program, figure):
        return [statistics.median(result[figure]) for result in self.results[program]]

    def cells(self, figure):
        """`program seconds (ratio)`: the median, and the median of the rounds' ratios."""
        ours = self.values("Emulsion", figure)
        for program in self.results:
            times = self.values(program, figure)
            ratio = statistics.median(theirs / mine for theirs, mine in zip(times, ours))
            note = "" if program == "Emulsion" else f" ({ratio:.1f}×)"
            yield f"{program} {statistics.median(times):.4g} s{note}"

    def agree(self, figure, tolerance=1e-8):
        """Whether all programs that tell `figure` agree; prints those that don't."""
        last = {name: results[-1][figure][0] for name, results in self.results.items() if figure in results[-1]}
        ours = last["Emulsion"]
        return all(abs(value - ours) <= tolerance * abs(ours) for value in last.values()), last

    def show(self, figure="seconds", title=None, note=""):
        print(f"{title or self.title:<44}", "  ".join(self.cells(figure)), note, flush=True)
