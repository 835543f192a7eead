#include "CVectorMath.h"
#include "cloned.h"

// Features of a block: second moments, and the quadratic form of components measured apart.

CLONED void vm_pair_products(const double *restrict x, size_t stride, size_t n, size_t d,
                             double *restrict out) {
  const size_t padded = (n + 7) & ~(size_t)7;
  for (size_t a = 0; a < d; a++)
    for (size_t b = a; b < d; b++) {
      const double *u = x + a * stride, *v = x + b * stride;
      for (size_t i = 0; i < padded; i += 8) store8(out + i, load8(u + i) * load8(v + i));
      out += stride;
    }
}

CLONED void vm_squares(const double *restrict x, size_t stride, size_t n, size_t d,
                       double *restrict out) {
  for (size_t a = 0; a < d; a++) {
    const double *u = x + a * stride;
    for (size_t i = 0; i < n; i += 8) store8(out + a * stride + i, load8(u + i) * load8(u + i));
  }
}

CLONED void vm_sum_of_squares(const double *restrict x, size_t stride, size_t n, size_t d,
                              double *restrict out) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 sum = broadcast(0.0);
    for (size_t a = 0; a < d; a++) sum += load8(x + a * stride + i) * load8(x + a * stride + i);
    store8(out + i, sum);
  }
}

CLONED void vm_add_triangular_quadratic(const double *restrict inverse_factor,
                                        const double *restrict x, size_t stride, size_t n,
                                        size_t d, double c, double *restrict out) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 square = broadcast(0.0);
    for (size_t a = 0; a < d; a++) {
      const double *row = inverse_factor + a * d;
      lanes8 z = broadcast(0.0);
      for (size_t b = 0; b <= a; b++) z += load8(x + b * stride + i) * row[b];
      square += z * z;
    }
    store8(out + i, load8(out + i) + (c - square * 0.5));
  }
}
