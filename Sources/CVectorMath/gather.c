#include "CVectorMath.h"
#include "transpose.h"

// Rows from anywhere in memory to lanes. They are fetched a good part of a block ahead, beyond its
// end as well, and to the L2 cache: the L1 cache has too few misses in flight.
#define AHEAD 96

#define GATHER(name, number, LOAD4)                                                                \
  CLONED void name(const number *restrict x, const size_t *restrict row, size_t n, size_t upcoming, \
                   size_t width, const size_t *restrict at, size_t d, double *restrict out,         \
                   size_t stride) {                                                                 \
    const size_t line = 64 / sizeof(number);                                                        \
    size_t i = 0;                                                                                   \
    for (; i + 4 <= n; i += 4) {                                                                    \
      const number *rows[4];                                                                        \
      for (size_t q = 0; q < 4; q++) {                                                              \
        rows[q] = x + row[i + q] * width;                                                           \
        if (i + q + AHEAD >= n + upcoming) continue;                                                \
        const number *next = x + row[i + q + AHEAD] * width;                                        \
        for (size_t j = 0; j < d; j += line) __builtin_prefetch(next + at[j], 0, 2);                \
        __builtin_prefetch(next + at[d - 1], 0, 2);                                                 \
      }                                                                                             \
      for (size_t j = 0; j < d;) {                                                                  \
        double *lanes = out + j * stride + i;                                                       \
        const size_t p = at[j];                                                                     \
        if (adjacent(at + j, d - j) == 4) {                                                         \
          four_by_four(LOAD4(rows[0] + p), LOAD4(rows[1] + p), LOAD4(rows[2] + p),                  \
                       LOAD4(rows[3] + p), lanes, stride);                                          \
          j += 4;                                                                                   \
        } else {                                                                                    \
          for (size_t q = 0; q < 4; q++) lanes[q] = rows[q][p];                                     \
          j += 1;                                                                                   \
        }                                                                                           \
      }                                                                                             \
    }                                                                                               \
    for (; i < n; i++)                                                                              \
      for (size_t j = 0; j < d; j++) out[j * stride + i] = x[row[i] * width + at[j]];               \
  }

GATHER(vm_gather_doubles, double, load4)
GATHER(vm_gather_floats, float, load4_floats)
