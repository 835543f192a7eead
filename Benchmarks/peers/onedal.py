"""onedal.py FOLDER COVARIANCE ITERATIONS: seconds of an EM iteration of oneDAL, as JSON.

It tells only how long a whole fit takes, so an iteration is the difference between fits of one and
of ITERATIONS + 1; its log-likelihood is the one before the last M step, that is after ITERATIONS.
"""

import json
import sys
import time

import daal4py
import numpy as np


def main():
    folder, covariance, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3])
    x, means = np.load(f"{folder}/x.npy"), np.load(f"{folder}/means.npy")
    variances = x.var(axis=0)
    k = len(means)
    one = np.diag(variances) if covariance == "full" else variances.reshape(1, -1)

    def fit(count):
        algorithm = daal4py.em_gmm(
            k, maxIterations=count, accuracyThreshold=0.0, covarianceStorage=covariance)
        covariances = [one.copy() for _ in range(k)]
        begin = time.perf_counter()
        result = algorithm.compute(x, np.full((1, k), 1 / k), means.copy(), covariances)
        return time.perf_counter() - begin, float(result.goalFunction.ravel()[0])

    fit(1)
    first, _ = fit(1)
    whole, loglik = fit(iterations + 1)
    print(json.dumps({"loglik": [loglik], "seconds": [(whole - first) / iterations]}))


main()
