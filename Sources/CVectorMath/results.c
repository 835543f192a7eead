#include "CVectorMath.h"
#include "elementary.h"

// From the lanes of a block back to rows, and what is told of each row's responsibilities.

CLONED void vm_write_rows(const double *restrict z, size_t stride, size_t n, size_t k,
                          double *restrict out) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < k; j++) {
      const lanes8 v = load8(z + j * stride + i);
      for (int q = 0; q < 8; q++) out[(i + q) * k + j] = v[q];
    }
  for (; i < n; i++)
    for (size_t j = 0; j < k; j++) out[i * k + j] = z[j * stride + i];
}

CLONED void vm_largest(const double *restrict z, size_t stride, size_t n, size_t k,
                       int64_t *restrict label) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 largest = broadcast(-1.0 / 0.0);
    bits8 which = {0};
    for (size_t j = 0; j < k; j++) {
      const lanes8 value = load8(z + j * stride + i);
      const bits8 larger = value > largest;
      which = (larger & (int64_t)j) | (~larger & which);
      largest = choose(larger, value, largest);
    }
    for (size_t q = 0; q < 8 && i + q < n; q++) label[i + q] = which[q];
  }
}

CLONED void vm_classification(const double *restrict z, size_t stride, size_t n, size_t k,
                              double *restrict log_largest, double *restrict entropy) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 largest = broadcast(0.0), sum = broadcast(0.0);
    for (size_t j = 0; j < k; j++) {
      const lanes8 g = load8(z + j * stride + i);
      largest = choose(g > largest, g, largest);
      // What is denormal or 0 adds nothing that a double can tell: 1·ln 1.
      const lanes8 counted = choose(g >= 0x1p-1022, g, broadcast(1.0));
      sum -= counted * log_of_normal(counted);
    }
    store8(log_largest + i, log_lanes(largest));
    store8(entropy + i, sum);
  }
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
