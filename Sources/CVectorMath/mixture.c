#include "mixture.h"

#include <float.h>

#include "CVectorMath.h"

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

CLONED_NARROW static void posterior_narrow(double *restrict z, size_t stride, size_t n, size_t k,
                                           double *restrict log_density, double *restrict sums) {
  posterior(exponentials, z, stride, n, k, log_density, sums);
}

void vm_posterior(double *restrict z, size_t stride, size_t n, size_t k,
                  double *restrict log_density, double *restrict sums) {
#ifdef WIDE
  if (WIDE) return vm_posterior_wide(z, stride, n, k, log_density, sums);
#endif
  posterior_narrow(z, stride, n, k, log_density, sums);
}
