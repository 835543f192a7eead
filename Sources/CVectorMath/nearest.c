#include <float.h>

#include "CVectorMath.h"
#include "cloned.h"

CLONED void vm_nearest(const double *restrict x, size_t stride, size_t n, size_t d,
                       const double *restrict centres, size_t k, const double *restrict factor,
                       double *restrict distance, double *restrict label,
                       double *restrict scratch) {
  for (size_t i = 0; i < n; i++) {
    distance[i] = DBL_MAX;
    label[i] = 0;
  }
  for (size_t q = 0; q < k; q++) {
    for (size_t i = 0; i < n; i++) scratch[i] = 0;
    for (size_t j = 0; j < d; j++) {
      const double *row = x + j * stride;
      const double c = centres[q * d + j], f = factor[j];
      for (size_t i = 0; i < n; i++) {
        const double t = (row[i] - c) * f;
        scratch[i] += t * t;
      }
    }
    const double candidate = (double)q;
    for (size_t i = 0; i < n; i++) {
      const int nearer = scratch[i] < distance[i];
      label[i] = nearer ? candidate : label[i];
      distance[i] = nearer ? scratch[i] : distance[i];
    }
  }
}
