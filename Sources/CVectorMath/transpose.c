#include "CVectorMath.h"
#include "cloned.h"

// Rows to lanes.

// Four rows of four, transposed.
INLINED void four_by_four(const double *restrict x, size_t d, double *restrict out, size_t stride) {
  const lanes4 a = load4(x), b = load4(x + d), c = load4(x + 2 * d), e = load4(x + 3 * d);
  const lanes4 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
  const lanes4 AB = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const lanes4 ce = __builtin_shufflevector(c, e, 0, 4, 2, 6);
  const lanes4 CE = __builtin_shufflevector(c, e, 1, 5, 3, 7);
  store4(out, __builtin_shufflevector(ab, ce, 0, 1, 4, 5));
  store4(out + stride, __builtin_shufflevector(AB, CE, 0, 1, 4, 5));
  store4(out + 2 * stride, __builtin_shufflevector(ab, ce, 2, 3, 6, 7));
  store4(out + 3 * stride, __builtin_shufflevector(AB, CE, 2, 3, 6, 7));
}

// Two rows of two, transposed.
INLINED void two_by_two(const double *restrict x, size_t d, double *restrict out, size_t stride) {
  const lanes2 a = load2(x), b = load2(x + d);
  store2(out, __builtin_shufflevector(a, b, 0, 2));
  store2(out + stride, __builtin_shufflevector(a, b, 1, 3));
}

CLONED void vm_transpose(const double *restrict x, size_t n, size_t d, double *restrict out,
                         size_t stride) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const double *rows = x + i * d;
    // What comes next is most likely as many rows further on: from memory to the L2 cache.
    for (size_t q = 0; q < 8 * d; q += 8) __builtin_prefetch(rows + n * d + q, 0, 2);
    size_t j = 0;
    for (; j + 4 <= d; j += 4)
      for (size_t q = 0; q < 8; q += 4)
        four_by_four(rows + q * d + j, d, out + j * stride + i + q, stride);
    for (; j + 2 <= d; j += 2)
      for (size_t q = 0; q < 8; q += 2)
        two_by_two(rows + q * d + j, d, out + j * stride + i + q, stride);
    for (; j < d; j++)
      for (size_t q = 0; q < 8; q++) out[j * stride + i + q] = rows[q * d + j];
  }
  for (; i < n; i++)
    for (size_t j = 0; j < d; j++) out[j * stride + i] = x[i * d + j];
}
