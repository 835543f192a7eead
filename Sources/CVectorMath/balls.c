#include <float.h>
#include <math.h>

#include "CVectorMath.h"
#include "cloned.h"

// Bounds of log-densities in balls, and what is chosen by them.

CLONED void vm_ball_bounds(double *restrict z, size_t stride, size_t n, size_t k,
                           const double *restrict peak, const double *restrict steepness,
                           const double *restrict radius, double *restrict floor) {
  for (size_t i = 0; i < n; i++) floor[i] = -DBL_MAX;
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    const double p = peak[j], s = steepness[j];
    for (size_t i = 0; i < n; i++) {
      const double depth = p - row[i], reach = s * radius[i];
      // Not a number: too far for the doubles, as deep as can be.
      const double q = depth == depth ? __builtin_elementwise_sqrt(depth > 0 ? 2 * depth : 0.0) : DBL_MAX;
      const double near = q - reach, far = q + reach;
      const double lower = p - 0.5 * far * far;
      row[i] = near > 0 ? p - 0.5 * near * near : p;
      floor[i] = lower > floor[i] ? lower : floor[i];
    }
  }
}

CLONED void vm_list_above(const double *restrict z, size_t stride, size_t n, size_t k,
                          const double *restrict floor, double margin, int32_t *restrict list,
                          int32_t *restrict count) {
  for (size_t i = 0; i < n; i++) count[i] = 0;
  for (size_t j = 0; j < k; j++) {
    const double *row = z + j * stride;
    for (size_t i = 0; i < n; i += 8) {
      const size_t end = i + 8 < n ? i + 8 : n;
      int any = 0;
      for (size_t q = i; q < end; q++) any |= row[q] >= floor[q] - margin;
      if (!any) continue;
      for (size_t q = i; q < end; q++)
        if (row[q] >= floor[q] - margin) list[q * k + (size_t)count[q]++] = (int32_t)j;
    }
  }
}

CLONED double vm_largest_squared_distance(const double *restrict x, size_t stride, size_t n,
                                          size_t d, const double *restrict centre,
                                          const double *restrict factor) {
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
      const double t = (x[j * stride + i] - centre[j]) * factor[j];
      sum += t * t;
    }
    largest = sum <= largest ? largest : (sum == sum ? sum : INFINITY);
  }
  return largest;
}
