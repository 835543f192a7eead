"""Mixtures go to scikit-learn and come back with the same log-densities. Run by scripts/test-interop."""

import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

import emulsion_models

EMULSION = os.environ["EMULSION"]
TOLERANCE = 1e-12
failures = []


def emulsion(code):
    run = subprocess.run([EMULSION, "-e", code], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{code}: {run.stderr}")
    return run.stdout


def compare(name, found, expected):
    # Where a density is about 1 its logarithm has no digits to be relative to.
    error = np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected)))
    if not error <= TOLERANCE:
        failures.append(f"{name}: log-densities differ by {error:.1e}")


def logdensity(path):
    emulsion(f'em.table{{ d = em.load("{path}"):logdensity(em.read("x.csv")) }}:write("d.csv")')
    return np.loadtxt("d.csv", skiprows=1)


def main():
    random = np.random.default_rng(1)
    x = np.vstack([random.normal([0, 5, -3], [1, 2, 0.5], (80, 3)), random.normal([4, -1, 2], [2, 0.7, 1], (120, 3))])
    np.savetxt("x.csv", x, delimiter=",", header="a,b,c", comments="", fmt="%.17g")
    for kind in "full", "tied", "diag", "spherical":
        for peer in GaussianMixture, BayesianGaussianMixture:
            name = f"{peer.__name__}, {kind}"
            theirs = peer(n_components=3, covariance_type=kind, random_state=0, max_iter=1000).fit(x)
            emulsion_models.save(theirs, "peer.json", ["a", "b", "c"], x)
            emulsion('em.load("peer.json"):save("ours.json")')
            point = emulsion_models.load("peer.json")
            expected = (theirs if peer is GaussianMixture else point).score_samples(x)
            compare(name + ", in", logdensity("peer.json"), expected)
            compare(name + ", in and out", emulsion_models.load("ours.json").score_samples(x), expected)
            if point.covariance_type != kind:
                failures.append(f"{name}: came as {point.covariance_type}")
            labels = emulsion('print(table.concat(em.load("peer.json"):predict(em.read("x.csv")):tolist(), " "))')
            if [int(float(label)) - 1 for label in labels.split()] != point.predict(x).tolist():
                failures.append(f"{name}: labels differ")
    loglik = GaussianMixture(2, random_state=0).fit(x)
    emulsion_models.save(loglik, "peer.json", data=x)
    ours = float(emulsion('print(string.format("%.17g", em.load("peer.json").bic))'))
    if abs(ours - loglik.bic(x)) > 1e-9 * abs(ours):
        failures.append(f"BIC is {ours}, theirs {loglik.bic(x)}")
    for structure in "EII", "VII", "EEI", "VVI", "EEE", "VVV", "VEV", "EVE":
        emulsion(
            f'em.fit(em.read("x.csv"), {{ components = 3, covariance = "{structure}" }}):save("ours.json")')
        mixture = emulsion_models.load("ours.json")
        compare(structure + ", out", mixture.score_samples(x), logdensity("ours.json"))
        if list(mixture.feature_names_in_) != ["a", "b", "c"]:
            failures.append(f"{structure}: names are {mixture.feature_names_in_}")
        if len(mixture.sample(5)[0]) != 5:
            failures.append(f"{structure}: no sample")
    refuse("noise", lambda: emulsion_models.load("noise.json"), 'em.fit(em.read("x.csv"), { noise = true }):save("noise.json")')
    refuse("another family", lambda: emulsion_models.load("t.json"), 'em.fit(em.read("x.csv"), { family = "student_t" }):save("t.json")')
    refuse("not fitted", lambda: emulsion_models.save(GaussianMixture(2), "none.json"))
    refuse("names", lambda: emulsion_models.save(loglik, "none.json", ["a", "a", "b"]))


def refuse(name, action, code=None):
    if code:
        emulsion(code)
    try:
        action()
    except ValueError:
        return
    failures.append(f"{name}: no ValueError")


warnings.simplefilter("ignore")
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
print("\n".join(failures) if failures else "scikit-learn: same log-densities", file=sys.stderr)
sys.exit(bool(failures))
