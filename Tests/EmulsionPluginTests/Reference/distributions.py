"""Writes distributions.json: distribution functions and their inverses in 40-digit arithmetic (mpmath).

One case a line: a family's parameters of one component, points, P(X <= x), and for some p the x with
P(X <= x) = p, or of discrete families the least such x. Every number begins as the double that stands there.
"""

import json
import pathlib

from mpmath import mp, mpf, betainc, erfc, exp, gammainc, linspace, log, loggamma, quad, sqrt

mp.dps = 40
HALF = mpf(1) / 2


def gaussian(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def t_below(t, v):
    square = t * t
    if square > v:
        tail = betainc(v / 2, HALF, 0, v / (v + square), regularized=True) / 2
    else:
        tail = (1 - beta_below(square / (v + square), HALF, v / 2)) / 2
    return tail if t < 0 else 1 - tail


def hump(log_density, x, mean, deviation):
    """P(X <= x) by quadrature of the smaller tail, for large parameters."""
    outer = x + (60 if x > mean else -60) * deviation
    tail = abs(quad(lambda t: exp(log_density(t)), linspace(x, outer, 31)))
    return 1 - tail if x > mean else tail


def gamma_below(x, a):
    if a < 1e4:
        return gammainc(a, 0, x, regularized=True)
    return hump(lambda t: (a - 1) * log(t) - t - loggamma(a), x, a, sqrt(a))


def beta_below(x, a, b):
    if x == 0:
        return mpf(0)
    if max(a, b) < 1e4:
        return betainc(a, b, 0, x, regularized=True)
    n = a + b
    if min(a, b) >= 10:
        constant = loggamma(n) - loggamma(a) - loggamma(b)
        return hump(lambda t: constant + (a - 1) * log(t) + (b - 1) * log(1 - t) if 0 < t < 1 else mpf("-inf"), x, a / n,
                    sqrt(a * b / n**3))
    # t = s^2 takes the pole of a = 1/2 away.
    constant = loggamma(n) - loggamma(a) - loggamma(b)
    root = sqrt(x)
    return quad(lambda s: 2 * exp(constant + (2 * a - 1) * log(s) + (b - 1) * log(1 - s * s)),
                linspace(root / 10**20, root, 31)) + exp(constant) * (root / 10**20)**(2 * a) / a


DISTRIBUTIONS = {
    "gaussian": lambda x, mean, covariance: gaussian((x - mean) / sqrt(covariance)),
    "student_t": lambda x, mean, scale, degrees_of_freedom: t_below((x - mean) / sqrt(scale), degrees_of_freedom),
    "log_normal": lambda x, log_mean, log_covariance: gaussian((log(x) - log_mean) / sqrt(log_covariance)),
    "exponential": lambda x, rate: 1 - exp(-rate * x),
    "gamma": lambda x, shape, rate: gamma_below(rate * x, shape),
    "beta": lambda x, alpha, beta: beta_below(x, alpha, beta),
    "laplace": lambda x, location, scale: exp((x - location) / scale) / 2
    if x < location else 1 - exp((location - x) / scale) / 2,
    "uniform": lambda x, minimum, maximum: (x - minimum) / (maximum - minimum),
    "poisson": lambda x, rate: 1 - gamma_below(rate, mp.floor(x) + 1),
    "negative_binomial": lambda x, mean, size: beta_below(size / (size + mean), size, x + 1),
}

CASES = [
    ("gaussian", {"mean": 3.5, "covariance": 0.25}, [-4, 1, 3.4, 3.5, 4, 9]),
    ("gaussian", {"mean": 1e9, "covariance": 1e-4}, [1e9 - 0.05, 1e9, 1e9 + 0.01]),
    ("student_t", {"mean": 1, "scale": 4, "degrees_of_freedom": 3}, [-1e6, -20, 0.5, 1, 1.01, 9, 1e5]),
    ("student_t", {"mean": 0, "scale": 1, "degrees_of_freedom": 0.7}, [-1e12, -3, 0.001, 50]),
    ("student_t", {"mean": 0, "scale": 1, "degrees_of_freedom": 90000}, [-6, -1, 0.3, 4]),
    ("log_normal", {"log_mean": 1, "log_covariance": 0.49}, [1e-3, 1, 2.7, 30]),
    ("exponential", {"rate": 0.02}, [1e-12, 3, 400]),
    ("gamma", {"shape": 2.5, "rate": 3}, [1e-9, 0.1, 0.8, 1.5, 20]),
    ("gamma", {"shape": 0.03, "rate": 1}, [1e-30, 1e-3, 0.5, 1.5, 9]),
    ("gamma", {"shape": 600, "rate": 2}, [250, 299.5, 300, 301, 360]),
    ("gamma", {"shape": 2e4, "rate": 1}, [19000, 19990, 20000.5, 20900]),
    ("gamma", {"shape": 1e7, "rate": 1}, [1e7 - 1e4, 1e7 + 1, 1e7 + 3e3]),
    ("beta", {"alpha": 2, "beta": 5}, [1e-6, 0.1, 0.3, 0.9, 0.99999]),
    ("beta", {"alpha": 0.05, "beta": 0.5}, [1e-20, 0.01, 0.999]),
    ("beta", {"alpha": 3000, "beta": 7}, [0.99, 0.9975, 0.9999]),
    ("beta", {"alpha": 3e4, "beta": 5e4}, [0.365, 0.375, 0.3751, 0.38]),
    ("beta", {"alpha": 50, "beta": 1e6}, [2e-5, 5e-5, 9e-5]),
    ("laplace", {"location": -2, "scale": 0.5}, [-9, -2, -1.9, 20]),
    ("uniform", {"minimum": -1, "maximum": 3}, [-0.9, 1, 2.5]),
    ("poisson", {"rate": 4.2}, [0, 1, 4, 4.7, 15]),
    ("poisson", {"rate": 3e5}, [298000, 300000, 301234]),
    ("negative_binomial", {"mean": 6, "size": 1.7}, [0, 3, 11, 90]),
    ("negative_binomial", {"mean": 5e4, "size": 2e4}, [48000, 50000, 51500]),
]
PROBABILITIES = [1e-12, 1e-3, 0.2, 0.5, 0.77, 0.999, 1 - 2.0**-40]


def inverse(f, p, low, high, isDiscrete):
    """By bisection of [low, high]."""
    if isDiscrete:
        low, high = int(low) - 1, int(high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if f(mpf(middle)) >= p else (middle, high)
        return high
    for _ in range(110):
        middle = sqrt(low * high) if low > 0 else (low + high) / 2
        low, high = (low, middle) if f(middle) >= p else (middle, high)
    return (low + high) / 2


lines = []
for family, parameters, points in CASES:
    exact = {name: mpf(value) for name, value in parameters.items()}
    isDiscrete = family in ("poisson", "negative_binomial")

    def f(x, family=family, exact=exact):
        return DISTRIBUTIONS[family](x, **exact)

    below = [f(mpf(int(x)) if isDiscrete else mpf(x)) for x in points]
    values = list(exact.values())
    isLarge = family != "gaussian" and max(values) > 1e3
    # Brackets wide enough for every p; large parameters are left to the law that F(F^-1(p)) = p.
    if family in ("gaussian", "laplace"):
        width = 60 * (sqrt(values[1]) if family == "gaussian" else values[1])
        low, high = values[0] - width, values[0] + width
    elif family == "student_t":
        low, high = mpf(-10) ** 21, mpf(10) ** 21
    elif family == "uniform":
        low, high = values
    elif family == "beta":
        low, high = mpf(10) ** -60, mpf(1)
    else:
        low, high = mpf(0) if isDiscrete else mpf(10) ** -60, mpf(2000)
    wanted = [] if isLarge else [p for p in PROBABILITIES if not (family == "gamma" and exact["shape"] < 0.1 and p < 0.1)]
    if family == "beta" and exact["alpha"] < 0.1:
        wanted = [] if isLarge else [p for p in wanted if p > 0.1]
    quantiles = [float(inverse(f, mpf(p), low, high, isDiscrete)) for p in wanted]
    lines.append(json.dumps({
        "family": family, "parameters": parameters, "points": points, "below": [float(v) for v in below],
        "probabilities": wanted, "quantiles": quantiles}))
(pathlib.Path(__file__).parent / "distributions.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
