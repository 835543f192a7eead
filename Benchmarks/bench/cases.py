"""The data of the benchmark, made from a seed, and the starts that all programs share."""

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


def save(folder, data, means):
    """Saves data and means as NumPy files, and as plain doubles by columns for programs in other languages."""
    np.save(f"{folder}/x.npy", data)
    np.save(f"{folder}/means.npy", means)
    for name, values in (("x", data), ("means", means), ("variances", data.var(axis=0)[:, None])):
        values.T.tofile(f"{folder}/{name}.bin")
    with open(f"{folder}/shape.txt", "w") as file:
        print(*data.shape, len(means), file=file)
