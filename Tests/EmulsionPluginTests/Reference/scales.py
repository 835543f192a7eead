"""Writes scales.json: log-likelihoods and log-densities over many scales in 70-digit arithmetic (mpmath).

One case a line. `fit`: rows of one column and the largest log-likelihood of one component. `densities`: parameters,
points and ln p there. Every number begins as the double that stands there.
"""

import json
import pathlib
import statistics

from mpmath import digamma, exp, findroot, log, loggamma, mp, mpf, pi

mp.dps = 70


def poisson(x, rate):
    return x * log(rate) - rate - loggamma(x + 1)


def negative_binomial(x, mean, size):
    return (loggamma(x + size) - loggamma(size) - loggamma(x + 1) - size * log(1 + mean / size)
            + (x * log(mean / (size + mean)) if x else 0))


def gamma(x, shape, rate):
    return shape * log(rate) - loggamma(shape) + (shape - 1) * log(x) - rate * x


def beta(x, alpha, beta):
    return loggamma(alpha + beta) - loggamma(alpha) - loggamma(beta) + (alpha - 1) * log(x) + (beta - 1) * log(1 - x)


def student_t(x, mean, scale, degrees_of_freedom):
    v = degrees_of_freedom
    return (loggamma((v + 1) / 2) - loggamma(v / 2) - log(v * pi * scale) / 2
            - (v + 1) / 2 * log(1 + (x - mean)**2 / scale / v))


DENSITIES = {
    "poisson": poisson, "negative_binomial": negative_binomial, "gamma": gamma, "beta": beta, "student_t": student_t,
    "exponential": lambda x, rate: log(rate) - rate * x,
    "log_normal": lambda x, log_mean, log_covariance:
        -log(x) - log(2 * pi * log_covariance) / 2 - (log(x) - log_mean)**2 / log_covariance / 2,
    "laplace": lambda x, location, scale: -log(2 * scale) - abs(x - location) / scale,
}


def mean_of(x):
    return sum(x) / len(x)


def root(slope, low, high):
    """Where a falling function is 0, by bisection."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low


def best(family, x):
    """The parameters of the maximum, by equations of their own."""
    mean = mean_of(x)
    if family == "poisson":
        return {"rate": mean}
    if family == "exponential":
        return {"rate": 1 / mean}
    if family == "log_normal":
        logs = [log(v) for v in x]
        centre = mean_of(logs)
        return {"log_mean": centre, "log_covariance": mean_of([(v - centre)**2 for v in logs])}
    if family == "gamma":
        spread = log(mean) - mean_of([log(v) for v in x])
        shape = exp(root(lambda t: t - digamma(exp(t)) - spread, log(1 / spread) - 3, log(1 / spread) + 3))
        return {"shape": shape, "rate": shape / mean}
    if family == "negative_binomial":
        excess = mean_of([(v - mean)**2 for v in x]) - mean
        if excess <= 0:
            return None
        guess = log(mean**2 / excess)
        size = exp(root(
            lambda t: sum(digamma(v + exp(t)) - digamma(exp(t)) for v in x) - len(x) * log(1 + mean / exp(t)),
            guess - 6, guess + 6))
        return {"mean": mean, "size": size}
    first, second = mean_of([log(v) for v in x]), mean_of([log(1 - v) for v in x])
    size = mean * (1 - mean) / mean_of([(v - mean)**2 for v in x]) - 1

    def slopes(s, t):
        a, b = exp(s), exp(t)
        return [size * (first - digamma(a) + digamma(a + b)), size * (second - digamma(b) + digamma(a + b))]

    s, t = findroot(slopes, (log(mean * size), log((1 - mean) * size)))
    return {"alpha": exp(s), "beta": exp(t)}


def largest(family, x):
    x = [mpf(v) for v in x]
    parameters = best(family, x)
    if parameters is None:
        family, parameters = "poisson", best("poisson", x)
    return sum(DENSITIES[family](v, **parameters) for v in x)


Z = [statistics.NormalDist().inv_cdf((0.5 + 0.6180339887498949 * i) % 1) for i in range(20)]
cases = []


def fit(family, rows):
    cases.append({"kind": "fit", "family": family, "rows": rows, "loglik": float(largest(family, rows))})


for scale in (1.0, 30.0, 1e4, 1e5, 1e6, 1e9, 1e12, 1e14, 1e15, 8e15):
    for spread in (0.3, 1.2, 30.0):
        rows = [float(min(2**53 - 1, max(0, round(scale + spread * scale**0.5 * z)))) for z in Z]
        if spread < 30:
            fit("poisson", rows)
        fit("negative_binomial", rows)
for scale in (1.0, 1e-280, 1e280, 1e12):
    for relative in (1.0, 0.1, 1e-2, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11):
        rows = [scale * float(exp(relative * z)) for z in Z]
        fit("gamma", rows)
        if relative >= 1e-7:
            fit("log_normal", rows)
    fit("exponential", [scale * (0.1 + z * z) for z in Z])
for mean in (0.5, 0.03, 1e-6, 0.9999):
    for relative in (0.2, 1e-2, 1e-3, 1e-5, 1e-7, 1e-9):
        fit("beta", [mean + min(mean, 1 - mean) * relative * z for z in Z])


def densities(family, parameters, points):
    exact = {name: mpf(value) for name, value in parameters.items()}
    values = [DENSITIES[family](mpf(x), **exact) for x in points]
    cases.append({"kind": "densities", "family": family, "parameters": parameters, "points": points,
                  "values": [float(v) for v in values]})


for rate in (0.3, 7.5, 9.9e4, 1.01e5, 1e7, 1e12, 3.3e15):
    points = [0, 1, 9, 10, 300, 1e6, 2**52] + [round(rate + t * rate**0.5) for t in (-3, 0, 1, 8)]
    densities("poisson", {"rate": rate}, [float(x) for x in points if x >= 0])
    for size in (1e-6, 0.7, 12, 1e4, 1e9, 1e13, 1e22):
        # Beyond a size of 1e10 means Poisson's density is taken; it is the same to 1e-10 where counts are likely.
        far = [] if size >= 1e10 * max(1, rate) else points
        deviation = (rate + rate * rate / size)**0.5
        near = [min(9e15, round(rate + t * min(deviation, 5 * rate))) for t in (-1, 0, 1, 2)]
        densities("negative_binomial", {"mean": rate, "size": size}, [float(x) for x in near + far if x >= 0])
for shape in (0.01, 2, 90, 1e4, 1.1e5, 1e9, 1e14, 1e20):
    for mean in (1.0, 1e-200, 1e250):
        points = [mean * (1 + t * shape**-0.5) for t in (-1, 0, 1, 3)] + [mean / 1e20, mean / 2, mean * 3, mean * 1e3]
        densities("gamma", {"shape": shape, "rate": shape / mean}, [x for x in points if x > 0])
for alpha, other in ((0.5, 0.5), (2, 90), (150, 1e7), (1e6, 1e6), (3e10, 7e10), (1e14, 1e12), (1e9, 1e15)):
    mean = alpha / (alpha + other)
    deviation = (mean * (other / (alpha + other)) / (alpha + other + 1))**0.5
    points = [mean + t * deviation for t in (-1, 0, 1, 2)] + [1e-30, 0.1, 0.5, 0.999]
    densities("beta", {"alpha": alpha, "beta": other}, [x for x in points if 0 < x < 1])
for degrees in (0.7, 4, 3e4):
    densities("student_t", {"mean": 2, "scale": 3, "degrees_of_freedom": degrees},
              [2.0, -1e8, 1e100, 1e154, -1e160, 1e200, 1e307])
for scale in (1e-300, 1.0, 1e300):
    densities("exponential", {"rate": 1 / scale}, [0.0, 1e-3 * scale, scale, 50 * scale])
    densities("laplace", {"location": scale, "scale": scale / 3}, [-scale, scale, 1.5 * scale, 90 * scale])

path = pathlib.Path(__file__).parent / "scales.json"
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
