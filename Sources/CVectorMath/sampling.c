#include <string.h>

#include "CVectorMath.h"
#include "elementary.h"

// Random numbers by counter: number i of a stream is a function of its key and i alone.

// SplitMix64 (Steele, Lea & Flood 2014): the finaliser of key + (i + 1)·γ.
INLINED uint64_t random_bits(uint64_t key, uint64_t i) {
  uint64_t z = key + (i + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// The 52 high bits as an odd multiple of 2^-53: in (0, 1), never 0 or 1.
INLINED double open_uniform(uint64_t bits) {
  const uint64_t one_to_two = (bits >> 12) | 0x3FF0000000000000ULL;
  double value;
  memcpy(&value, &one_to_two, 8);
  return value - (1.0 - 0x1p-53);
}

// sin and cos for |x| ≤ π/4 by their Taylor polynomials, remainders below 1e-17.
INLINED double lane_sin(double x) {
  const double w = x * x;
  double p = 1.0 / 355687428096000.0;
  p = p * w - 1.0 / 1307674368000.0;
  p = p * w + 1.0 / 6227020800.0;
  p = p * w - 1.0 / 39916800.0;
  p = p * w + 1.0 / 362880.0;
  p = p * w - 1.0 / 5040.0;
  p = p * w + 1.0 / 120.0;
  p = p * w - 1.0 / 6.0;
  return x + x * w * p;
}

INLINED double lane_cos(double x) {
  const double w = x * x;
  double p = 1.0 / 20922789888000.0;
  p = p * w - 1.0 / 87178291200.0;
  p = p * w + 1.0 / 479001600.0;
  p = p * w - 1.0 / 3628800.0;
  p = p * w + 1.0 / 40320.0;
  p = p * w - 1.0 / 720.0;
  p = p * w + 1.0 / 24.0;
  p = p * w - 0.5;
  return 1.0 + w * p;
}

// Box & Muller 1958: radius √(−2 ln u), angle uniform. The angle is one in ±π/4, and two spare bits
// choose the quarter.
CLONED void vm_normal_pairs(uint64_t key, uint64_t first, size_t n, double *restrict a,
                            double *restrict b) {
  for (size_t i0 = 0; i0 < n; i0 += 256) {
    const size_t m = n - i0 < 256 ? n - i0 : 256, padded = (m + 7) & ~(size_t)7;
    double radius[256];
    for (size_t i = 0; i < padded; i++)
      radius[i] = open_uniform(random_bits(key, 2 * (first + i0 + i)));
    for (size_t i = 0; i < padded; i += 8)
      store8(radius + i, __builtin_elementwise_sqrt(-2.0 * log_of_normal(load8(radius + i))));
    for (size_t i = 0; i < m; i++) {
      const uint64_t t = random_bits(key, 2 * (first + i0 + i) + 1);
      const double angle = (open_uniform(t) - 0.5) * 0x1.921fb54442d18p+0;
      const double c = radius[i] * lane_cos(angle), s = radius[i] * lane_sin(angle);
      const double signed_c = t & 1 ? -c : c;
      a[i0 + i] = t & 2 ? s : signed_c;
      b[i0 + i] = t & 2 ? signed_c : s;
    }
  }
}

CLONED void vm_categories(uint64_t key, uint64_t first, size_t n, const double *cumulative,
                          size_t k, int64_t *restrict label) {
  for (size_t i0 = 0; i0 < n; i0 += 256) {
    const size_t m = n - i0 < 256 ? n - i0 : 256;
    double u[256];
    for (size_t i = 0; i < m; i++) u[i] = open_uniform(random_bits(key, first + i0 + i));
    for (size_t i = 0; i < m; i++) label[i0 + i] = 0;
    for (size_t j = 0; j + 1 < k; j++) {
      const double bound = cumulative[j];
      for (size_t i = 0; i < m; i++) label[i0 + i] += bound <= u[i] ? 1 : 0;
    }
  }
}

// Row i of out = mean of its component + its factor (column by column, padded to `stride`) times
// the row's normals: the first half of them in a, the others in b.
CLONED void vm_affine_rows(const int64_t *restrict label, size_t n, size_t d,
                           const double *restrict means, const double *restrict factors,
                           size_t stride, const double *restrict a, const double *restrict b,
                           double *restrict out) {
  const size_t half = (d + 1) / 2;
  for (size_t i = 0; i < n; i++) {
    const double *mean = means + (size_t)label[i] * stride;
    const double *factor = factors + (size_t)label[i] * stride * d;
    const double *first = a + i * half, *second = b + i * half;
    double *row = out + i * d;
    for (size_t t = 0; t < d; t += 8) {
      lanes8 sum = load8(mean + t), other = {0};
      const size_t used = t + 8 < d ? t + 8 : d;
      const size_t split = used < half ? used : half;
      for (size_t q = 0; q < split; q++) sum += load8(factor + q * stride + t) * first[q];
      for (size_t q = half; q < used; q++)
        other += load8(factor + q * stride + t) * second[q - half];
      sum += other;
      if (t + 8 <= d)
        store8(row + t, sum);
      else
        for (size_t j = t; j < d; j++) row[j] = sum[j - t];
    }
  }
}

CLONED void vm_scaled_rows(const int64_t *restrict label, size_t n, size_t d,
                           const double *restrict means, const double *restrict deviations,
                           const double *restrict a, const double *restrict b,
                           double *restrict out) {
  const size_t half = (d + 1) / 2;
  for (size_t i = 0; i < n; i++) {
    const double *mean = means + (size_t)label[i] * d, *scale = deviations + (size_t)label[i] * d;
    const double *first = a + i * half, *second = b + i * half;
    double *row = out + i * d;
    for (size_t j = 0; j < half; j++) row[j] = mean[j] + scale[j] * first[j];
    for (size_t j = half; j < d; j++) row[j] = mean[j] + scale[j] * second[j - half];
  }
}
