"""Tasks of scikit-learn, timed; figures as one line of JSON.

scikit_learn.py iterations FOLDER COVARIANCE ITERATIONS
scikit_learn.py use FOLDER COVARIANCE
scikit_learn.py k-means FOLDER SEED
scikit_learn.py select FOLDER COVARIANCES      (how many of full, tied, diagonal, spherical)
"""

import json
import sys
import time
import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

COVARIANCES = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}


class Timed(GaussianMixture):
    """Notes when each E step begins: consecutive ones are an iteration apart."""

    def _e_step(self, x, *arguments, **options):
        self.stamps = getattr(self, "stamps", []) + [time.perf_counter()]
        return super()._e_step(x, *arguments, **options)


def seconds(task, *arguments):
    begin = time.perf_counter()
    result = task(*arguments)
    return time.perf_counter() - begin, result


def given_start(folder, covariance, iterations):
    x, means = np.load(f"{folder}/x.npy"), np.load(f"{folder}/means.npy")
    k = len(means)
    precisions = np.tile(1 / x.var(axis=0), (k, 1))
    if covariance == "full":
        precisions = np.array([np.diag(p) for p in precisions])
    model = Timed(
        k, covariance_type=COVARIANCES[covariance], tol=0, reg_covar=0, max_iter=iterations,
        weights_init=np.full(k, 1 / k), means_init=means, precisions_init=precisions)
    return x, model.fit(x)


def iterations(folder, covariance, count):
    x, model = given_start(folder, covariance, int(count))
    steps = np.diff(model.stamps)[:int(count)].tolist()
    return {"loglik": [model.score(x) * len(x)], "seconds": steps}


def use(folder, covariance):
    x, model = given_start(folder, covariance, 1)
    tasks = {"predict": model.predict, "posterior": model.predict_proba, "logdensity": model.score_samples,
             "score": model.score}
    figures = {name: [seconds(task, x)[0]] for name, task in tasks.items()}
    figures["sample"] = [seconds(model.sample, len(x))[0]]
    return figures | {"loglik": [model.score(x) * len(x)]}


def k_means(folder, seed):
    x, k = np.load(f"{folder}/x.npy"), len(np.load(f"{folder}/means.npy"))
    time_taken, model = seconds(KMeans(k, n_init=1, random_state=int(seed)).fit, x)
    return {"seconds": [time_taken], "inertia": [model.inertia_], "iterations": [model.n_iter_]}


def select(folder, count):
    x = np.load(f"{folder}/x.npy")

    def loop():
        return min(GaussianMixture(k, covariance_type=c, n_init=10, random_state=0).fit(x).bic(x)
                   for c in list(COVARIANCES.values())[:int(count)] for k in range(1, 10))

    time_taken, bic = seconds(loop)
    return {"seconds": [time_taken], "bic": [bic]}


def main():
    tasks = {"iterations": iterations, "use": use, "k-means": k_means, "select": select}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print(json.dumps(tasks[sys.argv[1]](*sys.argv[2:])))


main()
