"""Mixtures of Gaussians between Emulsion and scikit-learn.

    import emulsion_models
    mixture = emulsion_models.load("best.json")             # a scikit-learn GaussianMixture
    emulsion_models.save(mixture, "mine.json", columns)     # for em.load and `emulsion predict`

It needs numpy and scikit-learn alone: copy this file beside your own.
"""

import json

import numpy as np
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

#: Emulsion's name of each of scikit-learn's covariance types.
_STRUCTURES = {"full": "full", "tied": "tied", "diag": "diagonal", "spherical": "spherical"}


def load(path):
    """The GaussianMixture of a model that Emulsion saved.

    Covariances come as scikit-learn's type of that structure, or as "full". The names of the columns, where they
    are not x1, x2, …, are `feature_names_in_`. Components keep their order, and log-densities their value: Emulsion's
    `logdensity` is `score_samples`.

    Raises ValueError for files that hold something else.
    """
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    weights, means, covariances = _parameters(document, path)
    kinds = {ours: theirs for theirs, ours in _STRUCTURES.items()}
    kind = kinds.get(document.get("covariance"), "full")
    mixture = GaussianMixture(n_components=len(weights), covariance_type=kind)
    mixture.weights_ = weights
    mixture.means_ = means
    if kind == "full":
        mixture.covariances_ = covariances
        mixture.precisions_cholesky_ = np.array([_precision_factor(c) for c in covariances])
    elif kind == "tied":
        mixture.covariances_ = covariances[0]
        mixture.precisions_cholesky_ = _precision_factor(covariances[0])
    else:
        variances = np.diagonal(covariances, axis1=1, axis2=2)
        mixture.covariances_ = variances if kind == "diag" else variances[:, 0]
        mixture.precisions_cholesky_ = 1 / np.sqrt(mixture.covariances_)
    # What a fit leaves besides.
    mixture.precisions_ = _precisions(mixture, kind)
    criteria, fit = document.get("criteria", {}), document.get("fit", {})
    rows = fit.get("observations", document.get("observations", 0))
    loglik = criteria.get("loglik", document.get("loglik"))
    mixture.converged_ = bool(fit.get("hasConverged", True))
    mixture.n_iter_ = max(0, len(fit.get("trace", [])) - 1)
    mixture.lower_bound_ = loglik / rows if rows and isinstance(loglik, (int, float)) else np.nan
    mixture.n_features_in_ = means.shape[1]
    names = document.get("columns")
    if names and names != _default_names(means.shape[1]):
        mixture.feature_names_in_ = np.array(names, dtype=object)
    return mixture


def save(mixture, path, columns=None, data=None):
    """Writes a fitted GaussianMixture or BayesianGaussianMixture for Emulsion.

    `columns` are the names of the columns; without them `feature_names_in_`, else x1, x2, …. With `data`, the rows it was fitted
    to, the model has a log-likelihood and a BIC. Of a Bayesian mixture it is the point estimate that is written, its weights
    scaled to sum to 1; `score_samples` of scikit-learn averages over the posterior instead.

    Raises ValueError where the mixture is not fitted or names don't fit.
    """
    if not hasattr(mixture, "covariances_"):
        raise ValueError("the mixture is not fitted: call its fit(data) first")
    means = np.asarray(mixture.means_, dtype=float)
    k, d = means.shape
    if columns is None:
        columns = list(getattr(mixture, "feature_names_in_", _default_names(d)))
    columns = [str(name) for name in columns]
    if len(columns) != d or len(set(columns)) != d:
        raise ValueError(f"the mixture has {d} columns, of which each needs a name of its own")
    weights = np.asarray(mixture.weights_, dtype=float)
    document = {
        "format": "emulsion-parameters",
        "version": 1,
        "family": "gaussian",
        "covariance": _STRUCTURES[mixture.covariance_type],
        "columns": columns,
        "weights": (weights / weights.sum()).tolist(),
        "means": means.tolist(),
        "covariances": _matrices(mixture, k, d).tolist(),
        "source": "scikit-learn " + type(mixture).__name__,
    }
    if data is not None and not isinstance(mixture, BayesianGaussianMixture):
        document["observations"] = len(data)
        document["loglik"] = float(np.sum(mixture.score_samples(data)))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, allow_nan=False)
        file.write("\n")


def _default_names(d):
    return [f"x{j + 1}" for j in range(d)]


def _parameters(document, path):
    kind = document.get("format")
    if kind == "emulsion-parameters":
        return tuple(np.array(document[key], dtype=float) for key in ("weights", "means", "covariances"))
    if kind != "emulsion-model" or document.get("family") != "gaussian":
        raise ValueError(f"{path}: no mixture of Gaussians saved by Emulsion")
    mixture = document["mixture"]
    if "noise" in mixture:
        raise ValueError(f"{path}: scikit-learn has no noise component")
    frame = mixture["family"]["frame"]
    origin = np.array(frame["origin"], dtype=float)
    scale = np.ldexp(1.0, np.array(frame["exponents"], dtype=int))
    # x = origin + scale · C · z
    linear = np.diag(scale)
    if frame.get("map"):
        linear = linear @ np.reshape(frame["map"]["values"], (len(scale), len(scale)))
    means = [origin + linear @ np.array(c["mean"], dtype=float) for c in mixture["components"]]
    covariances = [linear @ _matrix(c["covariance"]) @ linear.T for c in mixture["components"]]
    return np.array(mixture["weights"], dtype=float), np.array(means), np.array(covariances)


def _matrix(scatter):
    d, values = scatter["dimension"], np.array(scatter["values"], dtype=float)
    if scatter["form"] == "spherical":
        return np.eye(d) * values[0]
    if scatter["form"] == "diagonal":
        return np.diag(values)
    matrix = np.zeros((d, d))
    matrix[np.triu_indices(d)] = values
    return matrix + np.triu(matrix, 1).T


def _matrices(mixture, k, d):
    covariances = np.asarray(mixture.covariances_, dtype=float)
    kind = mixture.covariance_type
    if kind == "full":
        return covariances
    if kind == "tied":
        return np.repeat(covariances[None], k, axis=0)
    if kind == "spherical":
        covariances = np.repeat(covariances[:, None], d, axis=1)
    return np.array([np.diag(row) for row in covariances])


def _precision_factor(covariance):
    """U with UUᵀ the inverse, upper triangular, as scikit-learn keeps it."""
    lower = np.linalg.cholesky(covariance)
    return np.linalg.solve(lower, np.eye(len(lower))).T


def _precisions(mixture, kind):
    factor = mixture.precisions_cholesky_
    if kind == "full":
        return factor @ np.swapaxes(factor, 1, 2)
    return factor @ factor.T if kind == "tied" else factor**2
