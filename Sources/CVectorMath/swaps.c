#include <float.h>

#include "CVectorMath.h"
#include "cloned.h"

// Swapping a centre for a row: what it gains, and doing it.

CLONED void vm_squared_distances(const double *restrict x, size_t stride, size_t n, size_t d,
                                 const double *restrict centre, double *restrict distance) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 sum = broadcast(0.0);
    for (size_t j = 0; j < d; j++) {
      const lanes8 t = load8(x + j * stride + i) - centre[j];
      sum += t * t;
    }
    store8(distance + i, sum);
  }
}

double vm_swap_gain(size_t n, size_t k, const struct vm_two_nearest *restrict two,
                    const double *restrict weight, const double *restrict first,
                    const double *restrict candidate, double *restrict losses) {
  for (size_t q = 0; q < k; q++) losses[q] = 0;
  double gain = 0;
  for (size_t i = 0; i < n; i++) {
    const double near = first[i], second = two[i].second, c = candidate[i];
    const double with = c < near ? c : near, without = c < second ? c : second;
    gain += weight[i] * (near - with);
    losses[two[i].nearest] += weight[i] * (without - with);
  }
  return gain;
}

CLONED void vm_two_nearest_update(const double *restrict x, size_t stride, size_t n, size_t d,
                                  const double *restrict centres, size_t k, size_t changed,
                                  const double *restrict candidate,
                                  struct vm_two_nearest *restrict two, double *restrict first) {
  for (size_t i = 0; i < n; i++) {
    struct vm_two_nearest *row = two + i;
    const int32_t moved = (int32_t)changed;
    if (row->nearest != moved && row->other != moved) {
      if (candidate[i] < first[i]) {
        *row = (struct vm_two_nearest){first[i], moved, row->nearest};
        first[i] = candidate[i];
      } else if (candidate[i] < row->second) {
        row->second = candidate[i];
        row->other = moved;
      }
      continue;
    }
    double least = DBL_MAX;
    *row = (struct vm_two_nearest){DBL_MAX, 0, 0};
    for (size_t q = 0; q < k; q++) {
      double sum = 0;
      for (size_t j = 0; j < d; j++) {
        const double t = x[j * stride + i] - centres[q * d + j];
        sum += t * t;
      }
      if (sum < least) {
        *row = (struct vm_two_nearest){least, (int32_t)q, row->nearest};
        least = sum;
      } else if (sum < row->second) {
        row->second = sum;
        row->other = (int32_t)q;
      }
    }
    first[i] = least;
  }
}
