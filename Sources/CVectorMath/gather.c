#include "CVectorMath.h"
#include "cloned.h"

// Rows are fetched ahead: they lie anywhere in memory, and one takes as long as a hundred of cache.
#define GATHER(name, number)                                                                    \
  CLONED void name(const number *restrict x, const size_t *restrict row, size_t n, size_t width, \
                   const size_t *restrict at, size_t d, double *restrict out, size_t stride) {  \
    const size_t ahead = 16, line = 64 / sizeof(number);                                        \
    for (size_t i = 0; i < n; i++) {                                                            \
      if (i + ahead < n) {                                                                      \
        const number *next = x + row[i + ahead] * width;                                        \
        for (size_t j = 0; j < d; j += line) __builtin_prefetch(next + at[j]);                  \
        __builtin_prefetch(next + at[d - 1]);                                                   \
      }                                                                                         \
      const number *numbers = x + row[i] * width;                                               \
      for (size_t j = 0; j < d; j++) out[j * stride + i] = numbers[at[j]];                      \
    }                                                                                           \
  }

GATHER(vm_gather_doubles, double)
GATHER(vm_gather_floats, float)
