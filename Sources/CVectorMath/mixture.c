#include <float.h>

#include "CVectorMath.h"
#include "elementary.h"

// Thirty-two rows of data at a time, in three steps: all K terms of a row stay in the L1 cache, and
// no step waits for the end of another.
enum { STRETCH = 32 };

// z to exp(z − largest) of eight rows; their largest terms and the sums.
INLINED void exponentials(double *restrict z, size_t stride, size_t k, double *restrict largest,
                          double *restrict sum) {
  // The finite start keeps (−∞) − top at −∞ where every term is −∞.
  lanes8 top = broadcast(-DBL_MAX), total = broadcast(0.0);
  for (size_t j = 0; j < k; j++) {
    const lanes8 term = load8(z + j * stride);
    top = choose(term > top, term, top);
  }
  for (size_t j = 0; j < k; j++) {
    // Not a number: terms beyond the doubles cancelled, so far away that the density is 0.
    const lanes8 term = exp_of_difference(load8(z + j * stride) - top);
    store8(z + j * stride, term);
    total += term;
  }
  store8(largest, top);
  store8(sum, total);
}

CLONED void vm_posterior(double *restrict z, size_t stride, size_t n, size_t k,
                         double *restrict log_density) {
  double scale[STRETCH];
  for (size_t start = 0; start < n; start += STRETCH) {
    const size_t count = n - start < STRETCH ? n - start : STRETCH;
    double *part = z + start, *density = log_density + start;
    for (size_t i = 0; i < count; i += 8) exponentials(part + i, stride, k, density + i, scale + i);
    for (size_t i = 0; i < count; i += 8) {
      const lanes8 sum = load8(scale + i), logarithm = load8(density + i) + log_of_normal(sum);
      const bits8 none = sum == 0.0;
      store8(density + i, choose(none, broadcast(-1.0 / 0.0), logarithm));
      store8(scale + i, 1.0 / choose(none, broadcast(1.0), sum));
    }
    for (size_t j = 0; j < k; j++)
      for (size_t i = 0; i < count; i += 8)
        store8(part + j * stride + i, load8(part + j * stride + i) * load8(scale + i));
  }
}
