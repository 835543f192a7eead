#include "CVectorMath.h"
#include "transpose.h"

// Rows to lanes; floats are widened on the way.

// The column at p of eight rows and those beside it, as many as it says.
#define EIGHT_ROWS(p, width, out, stride, beside, LOAD4, LOAD2)                               \
  if (beside == 4)                                                                            \
    for (size_t q = 0; q < 8; q += 4)                                                         \
      four_by_four(LOAD4(p + q * width), LOAD4(p + (q + 1) * width), LOAD4(p + (q + 2) * width), \
                   LOAD4(p + (q + 3) * width), out + q, stride);                              \
  else if (beside >= 2)                                                                       \
    for (size_t q = 0; q < 8; q += 2)                                                         \
      two_by_two(LOAD2(p + q * width), LOAD2(p + (q + 1) * width), out + q, stride);          \
  else                                                                                        \
    for (size_t q = 0; q < 8; q++) out[q] = p[q * width];

#define TRANSPOSE(name, number, LOAD4, LOAD2)                                                     \
  CLONED void name(const number *restrict x, size_t n, size_t width, const size_t *restrict at, \
                   size_t d, double *restrict out, size_t stride) {                            \
    const size_t line = 64 / sizeof(number);                                                   \
    size_t i = 0;                                                                              \
    if (d == 2 && width == 2 && at[0] < at[1])                                                 \
      for (; i + 4 <= n; i += 4) {                                                             \
        __builtin_prefetch(x + 2 * (i + n), 0, 2);                                             \
        const lanes4 a = LOAD4(x + 2 * i), b = LOAD4(x + 2 * i + 4);                           \
        store4(out + i, __builtin_shufflevector(a, b, 0, 2, 4, 6));                            \
        store4(out + stride + i, __builtin_shufflevector(a, b, 1, 3, 5, 7));                   \
      }                                                                                        \
    for (; i + 8 <= n; i += 8) {                                                               \
      const number *rows = x + i * width;                                                      \
      /* What comes next is most likely as many rows further on: from memory to the L2 cache. */ \
      if (d == width)                                                                          \
        for (size_t q = 0; q < 8 * d; q += line) __builtin_prefetch(rows + n * d + q, 0, 2);   \
      for (size_t j = 0; j < d;) {                                                             \
        const size_t beside = adjacent(at + j, d - j);                                         \
        const number *p = rows + at[j];                                                        \
        double *lanes = out + j * stride + i;                                                  \
        EIGHT_ROWS(p, width, lanes, stride, beside, LOAD4, LOAD2)                              \
        j += beside == 3 ? 2 : beside;                                                         \
      }                                                                                        \
    }                                                                                          \
    for (; i < n; i++)                                                                         \
      for (size_t j = 0; j < d; j++) out[j * stride + i] = x[i * width + at[j]];               \
  }

TRANSPOSE(vm_transpose_doubles, double, load4, load2)
TRANSPOSE(vm_transpose_floats, float, load4_floats, load2_floats)

CLONED void vm_widen(const float *restrict x, double *restrict out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = x[i];
}
