"""Mixtures of Student's t by direct maximisation of the likelihood: what StudentTReferenceTests compares with.

No EM here: scipy.stats.multivariate_t gives the densities, scipy.optimize.minimize (BFGS, then Nelder-Mead
to polish) the maximum over means, Cholesky factors, degrees of freedom and weights.
Run with SciPy 1.13 or later: python3 student_t.py PATH_TO_DATA_SETS
"""

import sys

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import multivariate_t

# data set, columns, means to start from, degrees of freedom (None: estimated, shared)
CASES = [
    ("galaxies", 1, [[9.7], [21]], None),
    ("diabetes", 3, [[100, 420, 160]], None),
    ("diabetes", 3, [[91, 360, 160], [200, 900, 200]], None),
    ("faithful", 2, [[2, 54], [4.3, 80]], 4.0),
]


def unpack(theta, k, d, nu):
    means = theta[: k * d].reshape(k, d)
    factors = np.zeros((k, d, d))
    tril = np.tril_indices(d)
    size = len(tril[0])
    for q in range(k):
        factors[q][tril] = theta[k * d + q * size : k * d + (q + 1) * size]
        diagonal = np.diag_indices(d)
        factors[q][diagonal] = np.exp(factors[q][diagonal])
    rest = theta[k * d + k * size :]
    weights = np.exp(np.append(rest[: k - 1], 0) - logsumexp(np.append(rest[: k - 1], 0)))
    return means, factors @ factors.transpose(0, 2, 1), weights, nu or np.exp(rest[-1])


def loss(theta, x, k, nu):
    means, scales, weights, nu = unpack(theta, k, x.shape[1], nu)
    terms = [np.log(w) + multivariate_t.logpdf(x, m, s, nu) for w, m, s in zip(weights, means, scales)]
    return -logsumexp(np.reshape(terms, (k, -1)), axis=0).sum()


for name, d, start, fixed in CASES:
    x = np.genfromtxt(f"{sys.argv[1]}/{name}.csv", delimiter=",", skip_header=1, usecols=range(d)).reshape(-1, d)
    spread = x.std(axis=0)
    z, means, k = x / spread, np.array(start) / spread, len(start)
    own = np.zeros((d, d))
    own[np.diag_indices(d)] = np.log(0.5)
    theta = np.concatenate([means.ravel(), np.tile(own[np.tril_indices(d)], k), np.zeros(k - 1), [] if fixed else [1.5]])
    for _ in range(4):
        theta = minimize(loss, theta, (z, k, fixed), "BFGS", options={"gtol": 1e-9, "maxiter": 5000}).x
        theta = minimize(
            loss, theta, (z, k, fixed), "Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxfev": 40000}
        ).x
    means, scales, weights, nu = unpack(theta, k, d, fixed)
    print(name, k, "log-likelihood", repr(-loss(theta, z, k, fixed) - len(x) * np.log(spread).sum()), "nu", repr(nu))
    print("  weights", weights.tolist(), "means", (means * spread).tolist())
    print("  scales", (scales * np.outer(spread, spread)).tolist())
