#include <string.h>

#include "CVectorMath.h"
#include "elementary.h"

// Lane arithmetic: sums in 16 partial sums, so that they vectorise and their order is fixed.

// out = f(x), eight lanes at a time; the last ones go through a full vector.
#define MAP_LANES(f)                                                        \
  size_t i = 0;                                                             \
  for (; i + 8 <= n; i += 8) store8(out + i, f(load8(x + i)));              \
  if (i < n) {                                                              \
    double rest[8] = {0};                                                   \
    memcpy(rest, x + i, (n - i) * sizeof(double));                          \
    store8(rest, f(load8(rest)));                                           \
    memcpy(out + i, rest, (n - i) * sizeof(double));                        \
  }

CLONED void vm_exp(const double *x, double *out, size_t n) { MAP_LANES(exp_lanes) }

CLONED void vm_log(const double *x, double *out, size_t n) { MAP_LANES(log_lanes) }

CLONED void vm_log1p_minus(const double *x, double *out, size_t n) { MAP_LANES(log1p_minus_lanes) }

INLINED double reduce(const double partial[16]) {
  double sum = 0;
  for (int q = 0; q < 16; q++) sum += partial[q];
  return sum;
}

INLINED double sum_lanes(const double *x, size_t n) {
  double partial[16] = {0}, rest = 0;
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int q = 0; q < 16; q++) partial[q] += x[i + q];
  for (; i < n; i++) rest += x[i];
  return reduce(partial) + rest;
}

CLONED double vm_sum(const double *x, size_t n) { return sum_lanes(x, n); }

CLONED double vm_dot(const double *x, const double *y, size_t n) {
  double partial[16] = {0}, rest = 0;
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int q = 0; q < 16; q++) partial[q] += x[i + q] * y[i + q];
  for (; i < n; i++) rest += x[i] * y[i];
  return reduce(partial) + rest;
}

CLONED void vm_multiply(const double *x, const double *y, double *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = x[i] * y[i];
}

CLONED void vm_standardise(const double *x, double origin, double scale, double reference,
                           double *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = (x[i] - origin) * scale - reference;
}

CLONED void vm_fill_rows(double *z, size_t stride, size_t n, size_t k, const double *value) {
  for (size_t j = 0; j < k; j++)
    for (size_t i = 0; i < n; i += 8) store8(z + j * stride + i, broadcast(value[j]));
}

CLONED void vm_add_lanes(double *restrict z, size_t stride, size_t n, size_t k,
                         const double *restrict x) {
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) row[i] += x[i];
  }
}

CLONED void vm_scale_rows(double *restrict z, size_t stride, size_t n, size_t k,
                          const double *restrict w) {
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) row[i] *= w[i];
  }
}

CLONED void vm_row_sums(const double *z, size_t stride, size_t n, size_t k, double *sums) {
  for (size_t j = 0; j < k; j += 4) {
    const size_t rows = k - j < 4 ? k - j : 4;
    lanes8 sum[4] = {broadcast(0.0), broadcast(0.0), broadcast(0.0), broadcast(0.0)};
    if (rows == 4)
      for (size_t i = 0; i < n; i += 8)
        for (size_t q = 0; q < 4; q++) sum[q] += load8(z + (j + q) * stride + i);
    else
      for (size_t q = 0; q < rows; q++)
        for (size_t i = 0; i < n; i += 8) sum[q] += load8(z + (j + q) * stride + i);
    const lanes4 total = lane_sums(halves_sum(sum[0]), halves_sum(sum[1]), halves_sum(sum[2]),
                                   halves_sum(sum[3]));
    for (size_t q = 0; q < rows; q++) sums[j + q] += total[q];
  }
}
