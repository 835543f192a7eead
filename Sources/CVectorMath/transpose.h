#pragma once

#include "cloned.h"

// Small matrices transposed in registers; floats are widened on the way.

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
