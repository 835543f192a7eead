"""run_scikit_learn.py FOLDER COVARIANCE ITERATIONS: seconds of each EM iteration, as JSON."""

import json
import sys
import time
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

from cases import load


class Timed(GaussianMixture):
    """Notes when each E step begins: consecutive ones are an iteration apart."""

    def _e_step(self, x, *arguments, **options):
        self.stamps = getattr(self, "stamps", []) + [time.perf_counter()]
        return super()._e_step(x, *arguments, **options)


def main():
    folder, covariance, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3])
    x, means, variances = load(folder)
    k = len(means)
    precisions = np.tile(1 / variances, (k, 1))
    if covariance == "full":
        precisions = np.array([np.diag(p) for p in precisions])
    model = Timed(
        k, covariance_type={"full": "full", "diagonal": "diag"}[covariance], tol=0, reg_covar=0,
        max_iter=iterations, weights_init=np.full(k, 1 / k), means_init=means,
        precisions_init=precisions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x)
    steps = np.diff(model.stamps)[:iterations].tolist()
    print(json.dumps({"loglik": model.score(x) * len(x), "seconds": steps}))


main()
