#include <float.h>

#include "CVectorMath.h"
#include "elementary.h"

CLONED void vm_posterior(double *restrict z, size_t stride, size_t n, size_t k,
                         double *restrict log_density, double *restrict scratch) {
  double *largest = log_density, *sum = scratch;
  // The finite start keeps (−∞) − largest at −∞ where every term is −∞.
  for (size_t i = 0; i < n; i++) largest[i] = -DBL_MAX;
  for (size_t j = 0; j < k; j++) {
    const double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) largest[i] = row[i] > largest[i] ? row[i] : largest[i];
  }
  for (size_t i = 0; i < n; i++) sum[i] = 0;
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) {
      // Not a number: terms beyond the doubles cancelled, so far away that the density is 0.
      const double t = row[i] - largest[i], e = t == t ? lane_exp(t) : 0.0;
      row[i] = e;
      sum[i] += e;
    }
  }
  for (size_t i = 0; i < n; i++) {
    const double s = sum[i];
    log_density[i] = s != 0.0 ? largest[i] + lane_log(s) : -1.0 / 0.0;
    sum[i] = s != 0.0 ? 1.0 / s : 0.0;
  }
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) row[i] *= sum[i];
  }
}

CLONED void vm_pair_products(const double *restrict x, size_t stride, size_t n, size_t d,
                             double *restrict out) {
  const size_t padded = (n + 7) & ~(size_t)7;
  for (size_t a = 0; a < d; a++)
    for (size_t b = a; b < d; b++) {
      const double *u = x + a * stride, *v = x + b * stride;
      for (size_t i = 0; i < padded; i++) out[i] = u[i] * v[i];
      out += stride;
    }
}

CLONED void vm_squares(const double *restrict x, size_t stride, size_t n, size_t d,
                       double *restrict out) {
  const size_t padded = (n + 7) & ~(size_t)7;
  for (size_t a = 0; a < d; a++) {
    const double *u = x + a * stride;
    for (size_t i = 0; i < padded; i++) out[a * stride + i] = u[i] * u[i];
  }
}

CLONED void vm_sum_of_squares(const double *restrict x, size_t stride, size_t n, size_t d,
                              double *restrict out) {
  const size_t padded = (n + 7) & ~(size_t)7;
  for (size_t i = 0; i < padded; i++) out[i] = 0;
  for (size_t a = 0; a < d; a++) {
    const double *u = x + a * stride;
    for (size_t i = 0; i < padded; i++) out[i] += u[i] * u[i];
  }
}

CLONED void vm_add_triangular_quadratic(const double *restrict inverse_factor,
                                        const double *restrict x, size_t stride, size_t n,
                                        size_t d, double c, double *restrict out) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 square = {0};
    for (size_t a = 0; a < d; a++) {
      const double *row = inverse_factor + a * d;
      lanes8 z = {0};
      for (size_t b = 0; b <= a; b++) z += LOAD8(x + b * stride + i) * row[b];
      square += z * z;
    }
    STORE8(out + i, LOAD8(out + i) + (c - square * 0.5));
  }
}
