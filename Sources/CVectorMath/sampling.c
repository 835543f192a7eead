#include <string.h>

#include "CVectorMath.h"
#include "elementary.h"

// Random numbers by counter: number i of a stream is a function of its key and i alone.

INLINED counts8 eight_from(uint64_t first, uint64_t step) {
  return first + step * (counts8){0, 1, 2, 3, 4, 5, 6, 7};
}

// The 52 high bits as an odd multiple of 2^-53: in (0, 1), never 0 or 1.
INLINED lanes8 open_uniform(counts8 bits) {
  return (lanes8)((bits >> 12) | 0x3FF0000000000000ULL) - (1.0 - 0x1p-53);
}

// sin and cos for |x| ≤ π/4 by their Taylor polynomials, remainders below 1e-17.
INLINED lanes8 sin_lanes(lanes8 x) {
  const lanes8 w = x * x;
  lanes8 p = broadcast(1.0 / 355687428096000.0);
  p = p * w - 1.0 / 1307674368000.0;
  p = p * w + 1.0 / 6227020800.0;
  p = p * w - 1.0 / 39916800.0;
  p = p * w + 1.0 / 362880.0;
  p = p * w - 1.0 / 5040.0;
  p = p * w + 1.0 / 120.0;
  p = p * w - 1.0 / 6.0;
  return x + x * w * p;
}

INLINED lanes8 cos_lanes(lanes8 x) {
  const lanes8 w = x * x;
  lanes8 p = broadcast(1.0 / 20922789888000.0);
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
INLINED void eight_pairs(uint64_t key, uint64_t first, double *a, double *b) {
  const counts8 place = eight_from(2 * first, 2);
  const counts8 r = random_lanes(key, place), t = random_lanes(key, place + 1);
  const lanes8 radius = __builtin_elementwise_sqrt(-2.0 * log_of_normal(open_uniform(r)));
  const lanes8 angle = (open_uniform(t) - 0.5) * 0x1.921fb54442d18p+0;
  const lanes8 s = radius * sin_lanes(angle);
  const lanes8 c = (lanes8)((counts8)(radius * cos_lanes(angle)) ^ (t << 63));
  const bits8 swap = (bits8)((t & 2) != 0);
  store8(a, choose(swap, s, c));
  store8(b, choose(swap, c, s));
}

CLONED void vm_normal_pairs(uint64_t key, uint64_t first, size_t n, double *restrict a,
                            double *restrict b) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) eight_pairs(key, first + i, a + i, b + i);
  if (i < n) {
    double rest[2][8];
    eight_pairs(key, first + i, rest[0], rest[1]);
    memcpy(a + i, rest[0], (n - i) * sizeof(double));
    memcpy(b + i, rest[1], (n - i) * sizeof(double));
  }
}

CLONED void vm_categories(uint64_t key, uint64_t first, size_t n, const double *cumulative,
                          size_t k, int64_t *restrict label) {
  for (size_t i = 0; i < n; i += 8) {
    const lanes8 u = open_uniform(random_lanes(key, eight_from(first + i, 1)));
    bits8 count = {0};
    for (size_t j = 0; j + 1 < k; j++) count -= (bits8)(u >= cumulative[j]);
    memcpy(label + i, &count, (n - i < 8 ? n - i : 8) * sizeof(int64_t));
  }
}

// Rows of one component: mean + factor (column by column, padded to `stride`) times the row's normals,
// the first half of them in a, the others in b. Each column of the factor is loaded once for all rows.
INLINED void affine_rows(const size_t rows, const int32_t *restrict row, size_t d,
                         const double *restrict mean, const double *restrict factor, size_t stride,
                         const double *restrict a, const double *restrict b, double *restrict out) {
  const size_t half = (d + 1) / 2;
  for (size_t t = 0; t < d; t += 8) {
    const size_t used = t + 8 < d ? t + 8 : d;
    const size_t split = used < half ? used : half;
    lanes8 sum[4], other[4];
    for (size_t r = 0; r < rows; r++) {
      sum[r] = load8(mean + t);
      other[r] = broadcast(0.0);
    }
    for (size_t q = 0; q < split; q++) {
      const lanes8 column = load8(factor + q * stride + t);
      for (size_t r = 0; r < rows; r++) sum[r] += column * a[(size_t)row[r] * half + q];
    }
    for (size_t q = half; q < used; q++) {
      const lanes8 column = load8(factor + q * stride + t);
      for (size_t r = 0; r < rows; r++) other[r] += column * b[(size_t)row[r] * half + q - half];
    }
    for (size_t r = 0; r < rows; r++) {
      const lanes8 x = sum[r] + other[r];
      double *place = out + (size_t)row[r] * d + t;
      if (t + 8 <= d)
        store8(place, x);
      else
        for (size_t j = t; j < d; j++) place[j - t] = x[j - t];
    }
  }
}

// Lists the rows of each component, one component after the other; end[j] is where the next begins.
INLINED void sort_by_label(const int64_t *restrict label, size_t n, size_t k, int32_t *restrict row,
                           int32_t *restrict end) {
  for (size_t j = 0; j <= k; j++) end[j] = 0;
  for (size_t i = 0; i < n; i++) end[label[i] + 1]++;
  for (size_t j = 0; j < k; j++) end[j + 1] += end[j];
  for (size_t i = 0; i < n; i++) row[end[label[i]]++] = (int32_t)i;
}

CLONED void vm_affine_rows(const int64_t *restrict label, size_t n, size_t d, size_t k,
                           const double *restrict means, const double *restrict factors,
                           size_t stride, const double *restrict a, const double *restrict b,
                           int32_t *restrict scratch, double *restrict out) {
  int32_t *const row = scratch, *const end = scratch + n;
  sort_by_label(label, n, k, row, end);
  size_t i = 0;
  for (size_t j = 0; j < k; j++) {
    const double *mean = means + j * stride, *factor = factors + j * stride * d;
    for (; i + 4 <= (size_t)end[j]; i += 4)
      affine_rows(4, row + i, d, mean, factor, stride, a, b, out);
    for (; i < (size_t)end[j]; i++)
      affine_rows(1, row + i, d, mean, factor, stride, a, b, out);
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
