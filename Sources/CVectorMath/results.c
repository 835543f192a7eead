#include "CVectorMath.h"
#include "elementary.h"

// From the lanes of a block back to rows, and what is told of each row's responsibilities.

CLONED void vm_write_rows(const double *restrict z, size_t stride, size_t n, size_t k,
                          double *restrict out) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < k; j++) {
      const lanes8 v = LOAD8(z + j * stride + i);
      for (int q = 0; q < 8; q++) out[(i + q) * k + j] = v[q];
    }
  for (; i < n; i++)
    for (size_t j = 0; j < k; j++) out[i * k + j] = z[j * stride + i];
}

CLONED void vm_largest(const double *restrict z, size_t stride, size_t n, size_t k,
                       double *restrict scratch, int64_t *restrict label) {
  for (size_t i = 0; i < n; i++) {
    scratch[i] = -1.0 / 0.0;
    label[i] = 0;
  }
  for (size_t j = 0; j < k; j++) {
    const double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) {
      const int larger = row[i] > scratch[i];
      label[i] = larger ? (int64_t)j : label[i];
      scratch[i] = larger ? row[i] : scratch[i];
    }
  }
}

CLONED void vm_classification(const double *restrict z, size_t stride, size_t n, size_t k,
                              double *restrict log_largest, double *restrict entropy) {
  for (size_t i = 0; i < n; i++) log_largest[i] = entropy[i] = 0;
  for (size_t j = 0; j < k; j++) {
    const double *row = z + j * stride;
    for (size_t i = 0; i < n; i++) {
      const double g = row[i];
      log_largest[i] = g > log_largest[i] ? g : log_largest[i];
      // What is denormal or 0 adds nothing that a double can tell.
      entropy[i] -= g >= 0x1p-1022 ? g * lane_log(g >= 0x1p-1022 ? g : 1.0) : 0.0;
    }
  }
  for (size_t i = 0; i < n; i++)
    log_largest[i] = log_largest[i] > 0.0 ? lane_log(log_largest[i]) : -1.0 / 0.0;
}

CLONED int vm_all_finite(const double *x, size_t n) {
  // x − x is 0 for finite numbers alone.
  double check = 0;
  size_t i = 0;
  double partial[16] = {0};
  for (; i + 16 <= n; i += 16)
    for (int q = 0; q < 16; q++) partial[q] += x[i + q] - x[i + q];
  for (; i < n; i++) check += x[i] - x[i];
  for (int q = 0; q < 16; q++) check += partial[q];
  return check == 0;
}
