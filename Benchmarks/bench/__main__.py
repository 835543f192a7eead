"""Times Emulsion and other programs side by side, on the same data and from the same start.

Prints medians over rounds in which every program runs once, the medians of the rounds' ratios in brackets,
and whether all reach the same log-likelihood (1e-8 relative).
"""

import argparse
import os

from cases import CASES
from harness import gemm_rate
from topics import TOPICS


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--emulsion", help=argparse.SUPPRESS)
    parser.add_argument("--onedal", help=argparse.SUPPRESS)
    parser.add_argument("--armadillo", help=argparse.SUPPRESS)
    parser.add_argument("--mclust", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--topics", default=",".join(TOPICS), help="comma-separated, of " + ", ".join(TOPICS))
    parser.add_argument("--cases", default=",".join(CASES), help="of the topic iterations: " + ", ".join(CASES))
    parser.add_argument("--structures", help="of the topic selection; default: all 14")
    parser.add_argument("--rows", type=int, help="instead of a case's own")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=4)
    options = parser.parse_args()
    if unknown := [t for t in options.topics.split(",") if t not in TOPICS]:
        parser.error(f"unknown topic {unknown[0]}; topics are {', '.join(TOPICS)}")
    if unknown := [c for c in options.cases.split(",") if c not in CASES]:
        parser.error(f"unknown case {unknown[0]}; cases are {', '.join(CASES)}")
    print(f"{os.cpu_count()} threads, load {os.getloadavg()[0]:.2f}, DGEMM {gemm_rate():.0f} GF/s", flush=True)
    return 0 if all([TOPICS[name](options) for name in options.topics.split(",")]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
