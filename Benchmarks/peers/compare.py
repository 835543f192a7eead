"""Times EM iterations of Emulsion and other programs side by side, on the same data and start.

compare.py BINARY [--cases a,b,c] [--pairs P] [--onedal PYTHON]: for each case, P rounds of all programs
in turn; prints the median seconds per iteration, the median of the ratios of each round, and whether
all reach the same log-likelihood (1e-8 relative).
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

from cases import CASES, make

HERE = pathlib.Path(__file__).resolve().parent


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def gemm_rate():
    """Billions of operations a second of a large matrix product, as a measure of the machine."""
    a = np.random.default_rng(0).normal(size=(1536, 1536))
    a @ a
    import time
    begin = time.perf_counter()
    for _ in range(3):
        a @ a
    return 3 * 2 * 1536**3 / (time.perf_counter() - begin) / 1e9


def programs(arguments):
    """The command of each program, given folder, covariance and iterations."""
    threads = str(os.cpu_count() or 1)
    yield "Emulsion", lambda f, c, n: [
        arguments.binary, f"{f}/x.npy", f"{f}/means.npy", c, str(n), threads]
    yield "scikit-learn", lambda f, c, n: [
        sys.executable, str(HERE / "run_scikit_learn.py"), f, c, str(n)]
    if arguments.onedal:
        yield "oneDAL", lambda f, c, n: [
            arguments.onedal, str(HERE / "run_onedal.py"), f, c, str(n)]


def measure(name, arguments):
    """Seconds per iteration of each program by round, and whether all agree."""
    rows, columns, components, covariance = CASES[name]
    rows = arguments.rows or rows
    seconds, logliks = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        data, means = make(rows, columns, components)
        np.save(f"{folder}/x.npy", data)
        np.save(f"{folder}/means.npy", means)
        del data
        for _ in range(arguments.pairs):
            for program, command in programs(arguments):
                result = run(command(folder, covariance, arguments.iterations))
                seconds.setdefault(program, []).append(statistics.median(result["seconds"]))
                logliks[program] = result["loglik"]
    ours = logliks["Emulsion"]
    agree = all(abs(value - ours) <= 1e-8 * abs(ours) for value in logliks.values())
    print(f"{name:<3}{rows:>10,} × {columns:<3} K = {components:<3} {covariance:<9}", end="")
    for program, times in seconds.items():
        ratios = [theirs / mine for theirs, mine in zip(times, seconds["Emulsion"])]
        ratio = "" if program == "Emulsion" else f" ({statistics.median(ratios):.1f}×)"
        print(f"  {program} {statistics.median(times):.4f} s{ratio}", end="")
    print("  same log-likelihood" if agree else f"  LOG-LIKELIHOODS DIFFER: {logliks}", flush=True)
    return agree


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--cases", default="b,b'", help="comma-separated, of " + ", ".join(CASES))
    parser.add_argument("--rows", type=int, help="instead of the case's own")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=4)
    parser.add_argument("--onedal", help="a Python that has daal4py")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} threads, load {os.getloadavg()[0]:.2f}, DGEMM {gemm_rate():.0f} GF/s")
    return 0 if all([measure(name, arguments) for name in arguments.cases.split(",")]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
