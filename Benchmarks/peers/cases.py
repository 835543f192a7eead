"""The cases of the benchmark: data made from a seed, and the start that all programs share.

A start is given by its means; weights are equal and covariances are the columns' variances.
"""

import numpy as np

# name: rows, columns, components, covariance
CASES = {
    "a": (1_000_000, 2, 4, "full"),
    "b": (1_000_000, 16, 16, "full"),
    "b'": (1_000_000, 16, 16, "diagonal"),
    "c": (200_000, 64, 32, "full"),
    "d": (1_000_000, 8, 64, "diagonal"),
}


def make(rows, columns, components, seed=1):
    """A mixture whose components overlap, and means near theirs to start from."""
    random = np.random.default_rng(seed)
    centres = random.normal(0, 3, (components, columns))
    labels = random.integers(0, components, rows)
    widths = random.uniform(0.5, 2, (components, columns))
    data = centres[labels] + random.normal(0, 1, (rows, columns)) * widths[labels]
    return data, centres + random.normal(0, 0.5, (components, columns))


def load(folder):
    """Data, means and variances of a case that was saved in `folder`."""
    data = np.load(f"{folder}/x.npy")
    return data, np.load(f"{folder}/means.npy"), data.var(axis=0)
