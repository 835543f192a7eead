"""What is measured: one function a topic. Each returns whether the programs agree."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

from cases import CASES, make, save
from harness import Comparison

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"
THREADS = os.cpu_count() or 1
STRUCTURES = "EII,VII,EEI,VEI,EVI,VVI,EEE,VEE,EVE,VVE,EEV,VEV,EVV,VVV"


def iterations(options):
    """EM iterations from one start."""
    return all([one_case(name, options) for name in options.cases.split(",")])


def one_case(name, options):
    rows, columns, components, covariance = CASES[name]
    rows = options.rows or rows
    count = options.iterations
    with tempfile.TemporaryDirectory() as folder:
        save(folder, *make(rows, columns, components))
        programs = {
            "Emulsion": [options.binary, "iterations", f"{folder}/x.npy", f"{folder}/means.npy", covariance, count, THREADS],
            "scikit-learn": [sys.executable, PEERS / "scikit_learn.py", "iterations", folder, covariance, count],
        }
        if options.onedal:
            programs["oneDAL"] = [options.onedal, PEERS / "onedal.py", folder, covariance, count]
        if options.armadillo:
            programs["Armadillo"] = [options.armadillo, folder, covariance, count]
        if options.mclust and rows * columns <= 4_000_000:
            programs["mclust"] = ["Rscript", PEERS / "mclust.R", "iterations", folder, covariance, count]
        done = Comparison(f"{name}: {rows:,} × {columns}, K = {components}, {covariance}", options.rounds, programs)
    same, values = done.agree("loglik")
    features = 1 + columns + (columns * (columns + 1) // 2 if covariance == "full" else columns)
    rate = 4 * rows * components * features / min(done.values("Emulsion", "seconds")) / 1e9
    done.show(note=f" {rate:.0f} GF/s" + ("" if same else f"  LOG-LIKELIHOODS DIFFER: {values}"))
    return same


def use(options):
    """predict, posterior, logdensity, score and sample of a full-covariance model."""
    rows, columns, components, covariance = CASES["b"]
    rows = options.rows or rows
    with tempfile.TemporaryDirectory() as folder:
        save(folder, *make(rows, columns, components))
        done = Comparison("use", options.rounds, {
            "Emulsion": [options.binary, "use", f"{folder}/x.npy", f"{folder}/means.npy", covariance, THREADS],
            "scikit-learn": [sys.executable, PEERS / "scikit_learn.py", "use", folder, covariance],
        })
    for name in ("predict", "posterior", "logdensity", "score", "sample"):
        done.show(name, f"{name}: {rows:,} × {columns}, K = {components}")
    return done.agree("loglik")[0]


def kmeans(options):
    """k-means from one k-means++ start; inertia at least as good over the same number of seeds."""
    rows, columns, components, _ = CASES["b"]
    rows = options.rows or rows
    inertia = {"Emulsion": [], "scikit-learn": []}
    with tempfile.TemporaryDirectory() as folder:
        save(folder, *make(rows, columns, components))
        for seed in range(options.rounds):
            done = Comparison(f"k-means, seed {seed}: {rows:,} × {columns}, K = {components}", 1, {
                "Emulsion": [options.binary, "k-means", f"{folder}/x.npy", components, seed, THREADS],
                "scikit-learn": [sys.executable, PEERS / "scikit_learn.py", "k-means", folder, str(seed)],
            })
            for name, values in inertia.items():
                values += done.values(name, "inertia")
            done.show(note="  inertia " + ", ".join(f"{name} {values[-1]:.6g}" for name, values in inertia.items()))
    return True


def restarts(options):
    """A fit of ten short runs against one full run, in Emulsion alone."""
    for name in options.cases.split(","):
        rows, columns, components, _ = CASES[name]
        rows = min(options.rows or rows, 100_000)
        with tempfile.TemporaryDirectory() as folder:
            save(folder, *make(rows, columns, components))
            done = Comparison("restarts", options.rounds, {
                "Emulsion": [options.binary, "restarts", f"{folder}/x.npy", components, 10, 1, THREADS]})
        ten, one = done.values("Emulsion", "seconds"), done.values("Emulsion", "one")
        print(f"restarts = 10 on {rows:,} × {columns}, K = {components}: {min(ten):.3g} s, one full run {min(one):.3g} s,"
              f" {min(ten) / min(one):.2f}×", flush=True)
    return True


def selection(options):
    """A grid of structures × 1 … 9 components on 5000 × 4."""
    with tempfile.TemporaryDirectory() as folder:
        save(folder, *make(5000, 4, 5))
        structures = options.structures or STRUCTURES
        programs = {"Emulsion": [options.binary, "select", f"{folder}/x.npy", structures, 9, 10, THREADS]}
        if options.mclust:
            programs["mclust"] = ["Rscript", PEERS / "mclust.R", "select", folder, structures]
        programs["scikit-learn"] = [sys.executable, PEERS / "scikit_learn.py", "select", folder, "4"]
        done = Comparison("selection: 5,000 × 4, K = 1 … 9", options.rounds, programs)
    best = {name: results[-1]["bic"][0] for name, results in done.results.items()}
    done.show(note="  best BIC " + ", ".join(f"{name} {value:.2f}" for name, value in best.items()))
    return best["Emulsion"] <= min(best.values()) + 1e-6 * abs(best["Emulsion"])


def reading(options):
    """Text and NumPy files against pandas' C engine and NumPy."""
    rows = options.rows or 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        data, _ = make(rows, 16, 16)
        header = ",".join(f"x{j + 1}" for j in range(16))
        for name, form in (("17 digits", "%.17g"), ("3 decimals", "%.3f")):
            path = f"{folder}/data.csv"
            np.savetxt(path, data, form, delimiter=",", header=header, comments="")
            subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)
            done = Comparison(f"CSV, {name}: {rows:,} × 16, {os.path.getsize(path) / 1e6:.0f} MB", options.rounds, {
                "Emulsion": [options.binary, "read", path],
                "pandas": [sys.executable, PEERS / "pandas_csv.py", path],
            })
            done.show()
        np.save(f"{folder}/x.npy", data)
        Comparison(f"NumPy file: {rows:,} × 16", options.rounds, {
            "Emulsion": [options.binary, "read", f"{folder}/x.npy"]}).show()
    return True


def scaling(options):
    """Seconds per iteration against rows and threads, in Emulsion alone."""
    for rows in (100_000, 1_000_000, 10_000_000):
        with tempfile.TemporaryDirectory() as folder:
            save_numpy(folder, *make(rows, 8, 16))
            times = {}
            for threads in sorted({1, THREADS}):
                done = Comparison("scaling", options.rounds, {"Emulsion": [
                    options.binary, "iterations", f"{folder}/x.npy", f"{folder}/means.npy", "full", 3, threads]})
                times[threads] = min(done.values("Emulsion", "seconds"))
        print(f"{rows:>12,} × 8, K = 16, full: " + ", ".join(f"{t} threads {s:.4g} s" for t, s in times.items())
              + f" ({times[1] / times[THREADS]:.2f}×), {times[THREADS] / rows * 1e9:.1f} ns a row", flush=True)
    return True


def save_numpy(folder, data, means):
    np.save(f"{folder}/x.npy", data)
    np.save(f"{folder}/means.npy", means)


def startup(options):
    """`emulsion -e 1`, a whole process."""
    if not (emulsion := options.emulsion or shutil.which("emulsion")):
        return True
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        subprocess.run([emulsion, "-e", "1"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begin)
    print(f"start-up: emulsion -e 1, median {sorted(times)[10] * 1e3:.1f} ms", flush=True)
    return True


def inference(options):
    """CPU seconds of bootstraps and tests of faithful beside mclust's; needs --peers."""
    if not options.mclust:
        print("inference: mclust is not there; give --peers")
        return True
    done = Comparison("inference", options.rounds, {
        "Emulsion": [options.emulsion, PEERS.parent / "inference.lua"], "mclust": ["Rscript", PEERS / "inference.R"]})
    done.show("bootstrap", "999 bootstrap replicates of faithful, VVV,2")
    done.show("test", "tests of 1:2 and 2:3, ten starts")
    done.show("first", "that of 1:2, hierarchical starts as mclust's")
    done.show("second", "that of 2:3, the same")
    return True


TOPICS = {f.__name__: f for f in (iterations, use, kmeans, restarts, selection, reading, scaling, startup, inference)}
