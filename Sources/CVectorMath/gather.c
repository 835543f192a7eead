#include "CVectorMath.h"
#include "cloned.h"

// Rows are fetched ahead: they lie anywhere in memory, and one takes as long as a hundred of cache.
CLONED void vm_gather(const double *restrict x, const ptrdiff_t *restrict position, size_t n,
                      size_t d, double *restrict out, size_t stride) {
  const size_t ahead = 16;
  for (size_t i = 0; i < n; i++) {
    if (i + ahead < n) {
      const double *next = x + (size_t)position[i + ahead] * d;
      for (size_t j = 0; j < d; j += 8) __builtin_prefetch(next + j);
      __builtin_prefetch(next + d - 1);
    }
    const double *row = x + (size_t)position[i] * d;
    for (size_t j = 0; j < d; j++) out[j * stride + i] = row[j];
  }
}
