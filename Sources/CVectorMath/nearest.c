#include <float.h>

#include "CVectorMath.h"
#include "cloned.h"

// |c|² − 2c·x of some centres for 8 rows, kept if it is the least or the second least so far.
INLINED void compare(const size_t centres, size_t d, const double *restrict x, size_t stride,
                     const double *restrict c, const double *restrict squares, size_t first,
                     lanes8 *best, lanes8 *second, lanes8 *label) {
  lanes8 sum[4];
  for (size_t q = 0; q < centres; q++) sum[q] = broadcast(squares[q]);
  for (size_t j = 0; j < d; j++) {
    const lanes8 p = load8(x + j * stride) * -2.0;
    for (size_t q = 0; q < centres; q++) sum[q] += p * c[q * d + j];
  }
  for (size_t q = 0; q < centres; q++) {
    const bits8 nearer = (bits8)(sum[q] < *best);
    *second = choose(nearer, *best, choose((bits8)(sum[q] < *second), sum[q], *second));
    *label = choose(nearer, broadcast((double)(first + q)), *label);
    *best = choose(nearer, sum[q], *best);
  }
}

INLINED size_t nearest_by_differences(const double *x, size_t stride, size_t d, const double *c,
                                      size_t k) {
  double least = DBL_MAX;
  size_t label = 0;
  for (size_t q = 0; q < k; q++) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
      const double t = x[j * stride] - c[q * d + j];
      sum += t * t;
    }
    if (sum < least) {
      least = sum;
      label = q;
    }
  }
  return label;
}

// Whether each of up to 8 rows lies nearer to its own centre than any other one can.
INLINED int all_within_reach(size_t rows, const double *restrict x, size_t stride, size_t d,
                             const double *restrict c, const int32_t *restrict label,
                             const float *restrict reach, double moved) {
  lanes8 gap = broadcast(DBL_MAX), square = {0};
  size_t at[8] = {0};
  for (size_t r = 0; r < rows; r++) {
    gap[r] = (double)reach[r] - moved;
    if (!(gap[r] > 0)) return 0;
    at[r] = (size_t)label[r] * d;
  }
  for (size_t j = 0; j < d; j++) {
    const lanes8 own = {c[at[0] + j], c[at[1] + j], c[at[2] + j], c[at[3] + j],
                        c[at[4] + j], c[at[5] + j], c[at[6] + j], c[at[7] + j]};
    const lanes8 t = load8(x + j * stride) - own;
    square += t * t;
  }
  for (size_t r = 0; r < rows; r++)
    if (!(square[r] < gap[r] * gap[r])) return 0;
  return 1;
}

CLONED size_t vm_nearest(const double *restrict x, size_t stride, size_t n, size_t d,
                         const double *restrict c, const double *restrict squares, size_t k,
                         int32_t *restrict label, float *restrict reach, double moved) {
  double largest = 0;
  for (size_t q = 0; q < k; q++) largest = squares[q] > largest ? squares[q] : largest;
  // Twice the rounding of two scores, in units of |x|² + |c|².
  const double rounding = 8 * (double)(d + 4) * DBL_EPSILON;
  const double slack = moved + 1e-12 * __builtin_elementwise_sqrt(largest);
  size_t changed = 0;
  for (size_t i = 0; i < n; i += 8) {
    const size_t rows = n - i < 8 ? n - i : 8;
    if (reach && all_within_reach(rows, x + i, stride, d, c, label + i, reach + i, slack)) continue;
    lanes8 best = broadcast(DBL_MAX), second = best, nearest = {0}, norm = {0};
    size_t q = 0;
    for (; q + 4 <= k; q += 4)
      compare(4, d, x + i, stride, c + q * d, squares + q, q, &best, &second, &nearest);
    for (; q < k; q++)
      compare(1, d, x + i, stride, c + q * d, squares + q, q, &best, &second, &nearest);
    for (size_t j = 0; j < d; j++) norm += load8(x + j * stride + i) * load8(x + j * stride + i);
    const lanes8 error = rounding * (norm + largest), margin = second - best - error;
    for (size_t r = 0; r < rows; r++) {
      // As near to rounding, or not a number: the differences tell.
      const size_t found = margin[r] > 0 ? (size_t)nearest[r]
                                         : nearest_by_differences(x + i + r, stride, d, c, k);
      changed += label[i + r] != (int32_t)found;
      label[i + r] = (int32_t)found;
      if (!reach) continue;
      const double other = (margin[r] > 0 ? second[r] : best[r]) + norm[r] - error[r];
      const double distance = __builtin_elementwise_sqrt(other > 0 ? other : 0.0);
      // Less by more than the rounding of a float.
      reach[i + r] = (float)((distance + moved) * (1 - 1e-6));
    }
  }
  return changed;
}

CLONED double vm_add_to_clusters(const double *restrict x, size_t stride, size_t n, size_t d,
                                 const double *restrict c, const int32_t *restrict label,
                                 const double *restrict weight, double *restrict shifts,
                                 double *restrict counts) {
  double inertia = 0;
  for (size_t i = 0; i < n; i++) {
    const double w = weight ? weight[i] : 1.0;
    if (!(w > 0)) continue;
    const size_t q = (size_t)label[i];
    const double *centre = c + q * d;
    double *shift = shifts + q * d, square = 0;
    for (size_t j = 0; j < d; j++) {
      const double t = x[j * stride + i] - centre[j];
      shift[j] += w * t;
      square += t * t;
    }
    counts[q] += w;
    inertia += w * square;
  }
  return inertia;
}

CLONED void vm_cluster_distance(const double *restrict x, size_t stride, size_t n, size_t d,
                                const double *restrict c, const int32_t *restrict label,
                                double *restrict distance) {
  for (size_t i = 0; i < n; i++) {
    double square = 0;
    for (size_t j = 0; j < d; j++) {
      const double t = x[j * stride + i] - c[(size_t)label[i] * d + j];
      square += t * t;
    }
    distance[i] = square;
  }
}

CLONED void vm_one_hot(const int32_t *restrict label, size_t n, size_t k, double *restrict z,
                       size_t stride) {
  for (size_t q = 0; q < k; q++)
    for (size_t i = 0; i < n; i++) z[q * stride + i] = label[i] == (int32_t)q ? 1.0 : 0.0;
}
