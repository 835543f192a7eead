#include "CVectorMath.h"
#include "elementary.h"

// Lane arithmetic: sums in 16 partial sums, so that they vectorise and their order is fixed.

CLONED void vm_exp(const double *x, double *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = lane_exp(x[i]);
}

CLONED void vm_log(const double *x, double *out, size_t n) {
  for (size_t i = 0; i < n; i++) {
    // Denormals are lifted into the normal range; 0, negatives and non-finite ones are passed on.
    const double v = x[i], lifted = v < 0x1p-1022 ? v * 0x1p54 : v;
    const double normal = lane_log(lifted) - (v < 0x1p-1022 ? 54 * 0x1.62e42fefa39efp-1 : 0.0);
    out[i] = v > 0.0 && v < 1.0 / 0.0 ? normal : (v == 0.0 ? -1.0 / 0.0 : (v > 0.0 ? v : 0.0 / 0.0));
  }
}

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

CLONED void vm_transpose(const double *restrict x, size_t n, size_t d, double *restrict out,
                         size_t stride) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < d; j++)
      for (int q = 0; q < 8; q++) out[j * stride + i + q] = x[(i + q) * d + j];
  for (; i < n; i++)
    for (size_t j = 0; j < d; j++) out[j * stride + i] = x[i * d + j];
}

CLONED void vm_fill_rows(double *z, size_t stride, size_t n, size_t k, const double *value) {
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    const double v = value[j];
    for (size_t i = 0; i < n; i++) row[i] = v;
  }
}

CLONED void vm_add_to_rows(double *z, size_t stride, size_t n, size_t k, const double *value) {
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    const double v = value[j];
    for (size_t i = 0; i < n; i++) row[i] += v;
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
  for (size_t j = 0; j < k; j++) sums[j] += sum_lanes(z + j * stride, n);
}

CLONED void vm_squared_distance(const double *restrict x, size_t stride, size_t n, size_t d,
                                const double *c, double *restrict out) {
  for (size_t i = 0; i < n; i++) out[i] = 0;
  for (size_t j = 0; j < d; j++) {
    const double *row = x + j * stride;
    const double v = c[j];
    for (size_t i = 0; i < n; i++) {
      const double t = row[i] - v;
      out[i] += t * t;
    }
  }
}
