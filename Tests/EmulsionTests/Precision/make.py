"""Writes cases.json: EM in 60-digit arithmetic (mpmath) on data that ordinary sums lose digits on.

Narrowness stops where doubles do: a covariance of condition 1e10 holds its smallest eigenvalue to
1e-6 whatever is done with it. Every number in the file is a double; the reference begins from exactly these. `trace[m]` is the
log-likelihood of the parameters after m M steps.
"""

import json
import pathlib
import random

from mpmath import matrix, mp, mpf

mp.dps = 60


def normal_rows(seed, count, centre, widths):
    draw = random.Random(seed)
    return [[c + w * draw.gauss(0, 1) for c, w in zip(centre, widths)] for _ in range(count)]


def diagonal(values):
    return [[v if i == j else 0.0 for j in range(len(values))] for i, v in enumerate(values)]


def cases():
    """Name, rows, means and variances of the start, covariance models."""
    every, rotated = ("full", "tied", "diagonal", "spherical"), ("full", "tied")
    for ratio in (1e4, 1e5, 1e6, 1e7):
        far = [ratio, -0.5 * ratio]
        rows = normal_rows(1, 25, [0, 0], [1, 1]) + normal_rows(2, 35, far, [1, 0.5])
        yield f"narrow-{ratio:.0e}", rows, [[0.2, 0.1], [far[0] + 0.3, far[1]]], [1.5, 1.5], every
    for offset in (1e6, 1e9, 1e12):
        rows = normal_rows(3, 30, [offset, -offset], [1, 2]) + normal_rows(
            4, 30, [offset + 4, -offset + 3], [1, 1])
        yield f"offset-{offset:.0e}", rows, [[offset + 0.5, -offset], [offset + 3, -offset + 2]], [2, 2], every
    for noise in (1e-3, 1e-4):
        rows = normal_rows(5, 40, [0, 0, 0], [1, 1, noise]) + normal_rows(6, 40, [3, -2, 0], [1, 1, noise])
        rows = [[a, b, a + b + c] for a, b, c in rows]
        yield f"collinear-{noise:.0e}", rows, [[0, 0.3, 0.3], [3, -1.5, 1.5]], [1, 1, 1], rotated
    for width in (1e-3, 1e-6):
        rows = normal_rows(7, 40, [1, 2], [1, 1]) + normal_rows(8, 20, [1.5, 1.5], [width, width])
        yield f"spike-{width:.0e}", rows, [[1, 2], [1.5, 1.5]], [1, 1], ("full", "diagonal", "spherical")
    rows = normal_rows(9, 30, [0, 0], [1e-90, 1e90]) + normal_rows(10, 30, [5e-90, 4e90], [1e-90, 2e90])
    yield "scales", rows, [[0.5e-90, 0.0], [4e-90, 3e90]], [1e-180, 1e180], ("full", "tied", "diagonal")
    rows = normal_rows(11, 59, [0, 0], [1, 1]) + [[1e5, 1e5]]
    yield "outlier", rows, [[0.5, 0], [-0.5, 0.3]], [1, 1], ("tied",)


def cholesky(a):
    """The lower factor of a positive definite matrix."""
    factor = matrix(a.rows, a.rows)
    for j in range(a.rows):
        for i in range(j, a.rows):
            rest = a[i, j] - sum(factor[i, q] * factor[j, q] for q in range(j))
            factor[i, j] = mp.sqrt(rest) if i == j else rest / factor[j, j]
    return factor


def log_density(row, mean, factor):
    """ln N(row | mean, LLᵀ)."""
    d, z = len(row), []
    for i in range(d):
        z.append((mpf(row[i]) - mean[i] - sum(factor[i, q] * z[q] for q in range(i))) / factor[i, i])
    return -(d * mp.log(2 * mp.pi) + sum(v * v for v in z)) / 2 - sum(mp.log(factor[i, i]) for i in range(d))


def constrained(scatters, counts, model):
    """The covariances of the M step."""
    d, k = scatters[0].rows, len(counts)
    if model == "tied":
        shared = sum(scatters[1:], scatters[0]) / sum(counts)
        return [shared] * k
    covariances = [s / c for s, c in zip(scatters, counts)]
    if model == "full":
        return covariances
    for covariance in covariances:
        mean = sum(covariance[i, i] for i in range(d)) / d
        for i in range(d):
            for j in range(d):
                covariance[i, j] = 0 if i != j else mean if model == "spherical" else covariance[i, i]
    return covariances


def trace(rows, means, variances, model, iterations):
    k, d, n = len(means), len(variances), len(rows)
    weights = [mpf(1) / k] * k
    means = [[mpf(v) for v in mean] for mean in means]
    covariances = [matrix(diagonal(variances))] * k
    result = []
    for _ in range(iterations + 1):
        factors = [cholesky(covariance) for covariance in covariances]
        joint = [[mp.log(weights[q]) + log_density(row, means[q], factors[q]) for q in range(k)] for row in rows]
        totals = [mp.log(sum(mp.exp(v - max(r)) for v in r)) + max(r) for r in joint]
        result.append(float(sum(totals)))
        gamma = [[mp.exp(v - t) for v in r] for r, t in zip(joint, totals)]
        counts = [sum(g[q] for g in gamma) for q in range(k)]
        weights = [c / n for c in counts]
        means = [[sum(g[q] * mpf(r[j]) for g, r in zip(gamma, rows)) / counts[q] for j in range(d)] for q in range(k)]
        scatters = []
        for q in range(k):
            scatter = matrix(d, d)
            for g, row in zip(gamma, rows):
                x = [mpf(v) - m for v, m in zip(row, means[q])]
                for i in range(d):
                    for j in range(d):
                        scatter[i, j] += g[q] * x[i] * x[j]
            scatters.append(scatter)
        covariances = constrained(scatters, counts, model)
    return result


def main():
    lines = []
    for name, rows, means, variances, models in cases():
        for model in models:
            lines.append(json.dumps({
                "id": f"{name}-{model}", "covariance": model, "rows": rows, "means": means, "variances": variances,
                "trace": trace(rows, means, variances, model, 5)}))
    pathlib.Path(__file__).with_name("cases.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


main()
