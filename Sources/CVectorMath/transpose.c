#include "CVectorMath.h"
#include "cloned.h"

// Rows to lanes; floats are widened on the way.

typedef float floats4 __attribute__((vector_size(16), aligned(4)));
typedef float floats2 __attribute__((vector_size(8), aligned(4)));

INLINED lanes4 load4_floats(const float *p) {
  return __builtin_convertvector(*(const floats4 *)p, lanes4);
}
INLINED lanes2 load2_floats(const float *p) {
  return __builtin_convertvector(*(const floats2 *)p, lanes2);
}

// Four rows of four, transposed.
INLINED void four_by_four(lanes4 a, lanes4 b, lanes4 c, lanes4 d, double *restrict out,
                          size_t stride) {
  const lanes4 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
  const lanes4 AB = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const lanes4 cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
  const lanes4 CD = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  store4(out, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  store4(out + stride, __builtin_shufflevector(AB, CD, 0, 1, 4, 5));
  store4(out + 2 * stride, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  store4(out + 3 * stride, __builtin_shufflevector(AB, CD, 2, 3, 6, 7));
}

// Two rows of two, transposed.
INLINED void two_by_two(lanes2 a, lanes2 b, double *restrict out, size_t stride) {
  store2(out, __builtin_shufflevector(a, b, 0, 2));
  store2(out + stride, __builtin_shufflevector(a, b, 1, 3));
}

// How many of the columns from at[0] on stand side by side, 4 at most; d are left.
INLINED size_t adjacent(const size_t *at, size_t d) {
  size_t count = 1;
  while (count < d && count < 4 && at[count] == at[0] + count) count++;
  return count;
}

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
