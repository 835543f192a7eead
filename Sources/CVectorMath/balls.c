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

CLONED void vm_apply_distances(double *restrict z, size_t stride, size_t n, size_t k,
                               const double *restrict peak, const double *restrict stretch,
                               const double *restrict shift, float *restrict known) {
  for (size_t j = 0; j < k; j++) {
    double *row = z + j * stride;
    float *before = known + j * n;
    const double p = peak[j], a = stretch[j], b = shift[j];
    for (size_t i = 0; i < n; i++) {
      const double depth = p - row[i], drifted = a * before[i] - b;
      // Not a number: as deep as can be, unless it is so for the component's weight alone.
      double q = depth == depth ? __builtin_elementwise_sqrt(depth > 0 ? 2 * depth : 0.0)
                 : p >= -DBL_MAX ? 1e30
                                 : 0.0;
      q = drifted > q ? drifted : q;
      row[i] = p - 0.5 * q * q;
      // Rounded down, within the range of a float.
      const double least = q * (1 - 0x1p-22);
      before[i] = (float)(least < 1e30 ? least : 1e30);
    }
  }
}

CLONED void vm_row_ranges(const double *restrict z, size_t stride, size_t n, size_t k,
                          double *restrict least, double *restrict largest) {
  for (size_t j = 0; j < k; j++) {
    const double *row = z + j * stride;
    // Eight of each, side by side.
    double low[8], high[8];
    for (size_t q = 0; q < 8; q++) low[q] = DBL_MAX, high[q] = -DBL_MAX;
    for (size_t i = 0; i < n; i += 8) {
      const size_t end = i + 8 < n ? 8 : n - i;
      for (size_t q = 0; q < end; q++) {
        // Not a number is the least there is.
        const double value = row[i + q] >= -DBL_MAX ? row[i + q] : -DBL_MAX;
        low[q] = value < low[q] ? value : low[q];
        high[q] = value > high[q] ? value : high[q];
      }
    }
    least[j] = low[0];
    largest[j] = high[0];
    for (size_t q = 1; q < 8; q++) {
      least[j] = low[q] < least[j] ? low[q] : least[j];
      largest[j] = high[q] > largest[j] ? high[q] : largest[j];
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
