#pragma once

#include <stddef.h>

#include "elementary.h"

// What the kernels of the mixture share.

// Thirty-two rows of data at a time, in three steps: all K terms of a row stay in the L1 cache, and
// no step waits for the end of another.
enum { STRETCH = 32 };

// z to exp(z − largest) of eight rows; their largest terms and the sums.
typedef void Exponentials(double *restrict z, size_t stride, size_t k, double *restrict largest,
                          double *restrict sum);

INLINED void posterior(Exponentials *const exponentials, double *restrict z, size_t stride,
                       size_t n, size_t k, double *restrict log_density, double *restrict sums) {
  const lanes8 place = {0, 1, 2, 3, 4, 5, 6, 7};
  double scale[STRETCH] __attribute__((aligned(64)));
  for (size_t j = 0; j < k; j++) store8(sums + 8 * j, broadcast(0.0));
  for (size_t start = 0; start < n; start += STRETCH) {
    const size_t count = n - start < STRETCH ? n - start : STRETCH;
    double *part = z + start, *density = log_density + start;
    for (size_t i = 0; i < count; i += 8) exponentials(part + i, stride, k, density + i, scale + i);
    for (size_t i = 0; i < count; i += 8) {
      const lanes8 sum = load8(scale + i), logarithm = load8(density + i) + log_of_normal(sum);
      const bits8 none = sum == 0.0, used = place < (double)(count - i);
      store8(density + i, choose(none, broadcast(-1.0 / 0.0), logarithm));
      store8(scale + i, (lanes8)(used & (bits8)(1.0 / choose(none, broadcast(1.0), sum))));
    }
    for (size_t j = 0; j < k; j++) {
      lanes8 sum = load8(sums + 8 * j);
      for (size_t i = 0; i < count; i += 8) {
        const lanes8 share = load8(part + j * stride + i) * load8(scale + i);
        store8(part + j * stride + i, share);
        sum += share;
      }
      store8(sums + 8 * j, sum);
    }
  }
}

#ifdef WIDE
// The same on AVX-512.
void vm_posterior_wide(double *z, size_t stride, size_t n, size_t k, double *log_density,
                       double *sums);
#endif
