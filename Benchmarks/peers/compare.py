"""Times EM iterations of Emulsion and scikit-learn side by side, on the same data and start.

compare.py BINARY [--rows N] [--pairs P]: for each case, P pairs of runs in turn; prints the median
seconds per iteration of both, the median of the pairwise ratios, and checks that both reach the
same log-likelihood (1e-8 relative).
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

COVARIANCES = {"full": "full", "diagonal": "diag"}


def make_case(rows, d, k, seed):
    """A mixture whose components overlap, and a start near their means."""
    random = np.random.default_rng(seed)
    centres = random.normal(0, 3, (k, d))
    labels = random.integers(0, k, rows)
    x = centres[labels] + random.normal(0, 1, (rows, d)) * random.uniform(0.5, 2, (k, d))[labels]
    return x, centres + random.normal(0, 0.5, (k, d))


class Timed(GaussianMixture):
    """Notes when each E step begins: consecutive ones are an iteration apart."""

    def _e_step(self, x, *arguments, **options):
        self.stamps = getattr(self, "stamps", []) + [time.perf_counter()]
        return super()._e_step(x, *arguments, **options)


def run_sklearn(x, means, covariance, iterations):
    k = len(means)
    variance = x.var(axis=0)
    precisions = np.tile(1 / variance, (k, 1))
    if covariance == "full":
        precisions = np.array([np.diag(p) for p in precisions])
    model = Timed(
        k, covariance_type=COVARIANCES[covariance], tol=0, reg_covar=0, max_iter=iterations,
        weights_init=np.full(k, 1 / k), means_init=means, precisions_init=precisions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x)
    steps = np.diff(model.stamps)[: iterations]
    return model.score(x) * len(x), list(steps)


def run_emulsion(binary, folder, covariance, iterations, threads):
    command = [binary, f"{folder}/x.npy", f"{folder}/means.npy", covariance, str(iterations),
               str(threads)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["loglik"], result["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=4)
    arguments = parser.parse_args()
    threads = os.cpu_count() or 1
    print(f"{threads} threads, load {os.getloadavg()[0]:.2f}")
    print("case                               emulsion  scikit-learn   ratio   log-likelihood")
    failed = False
    for covariance in COVARIANCES:
        d = k = 16
        x, means = make_case(arguments.rows, d, k, seed=1)
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/x.npy", x)
            np.save(f"{folder}/means.npy", means)
            ours, theirs, ratios = [], [], []
            for _ in range(arguments.pairs):
                loglik, steps = run_emulsion(
                    arguments.binary, folder, covariance, arguments.iterations, threads)
                peer_loglik, peer_steps = run_sklearn(x, means, covariance, arguments.iterations)
                ours.append(statistics.median(steps))
                theirs.append(statistics.median(peer_steps))
                ratios.append(theirs[-1] / ours[-1])
                difference = abs(loglik - peer_loglik) / abs(peer_loglik)
        agrees = difference <= 1e-8
        failed |= not agrees
        print(f"{arguments.rows:>9,} × {d}, K = {k}, {covariance:<9}"
              f" {statistics.median(ours):8.4f} s {statistics.median(theirs):10.4f} s"
              f" {statistics.median(ratios):6.1f}×   "
              + ("same" if agrees else f"differs by {difference:.1e}"))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
