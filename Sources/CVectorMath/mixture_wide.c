#if defined(__x86_64__) && defined(__gnu_linux__)

#include <float.h>
#include <immintrin.h>

// What is inlined must have the target of what it is inlined into.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)

#include "mixture.h"

// Powers of two by a table in registers, which saves half of the polynomial.

// 2^(i/16)
static const double roots[16] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};

// exp(z − top) in place of `count` terms of eight rows, each step for all of them, since what a
// processor looks ahead is less than one term takes; returns their sum. 0 below −1021·ln 2, and
// where z is not a number.
INLINED lanes8 some_exponentials(const size_t count, double *restrict z, size_t stride,
                                 lanes8 top) {
  const lanes8 low_roots = load8(roots), high_roots = load8(roots + 8);
  lanes8 x[3], n[3], f[3], p[3], root[3], total = broadcast(0.0);
#define EACH for (size_t q = 0; q < count; q++)
  // 2^x, x = n/16 + f, by 2^n/16 from the table and a minimax polynomial (relative error 7e-18).
  EACH x[q] = (load8(z + q * stride) - top) * 0x1.71547652b82fep+0;
  EACH n[q] = x[q] + 0x1.8p48;
  EACH f[q] = x[q] - (n[q] - 0x1.8p48);
  EACH p[q] = f[q] * 0x1.430818c6c8ad6p-13 + 0x1.5d89bdccf68dap-10;
  EACH root[q] = (lanes8)_mm512_permutex2var_pd((__m512d)low_roots, (__m512i)n[q],
                                                (__m512d)high_roots);
  EACH p[q] = p[q] * f[q] + 0x1.3b2ab6fe27081p-7;
  EACH p[q] = p[q] * f[q] + 0x1.c6b08d6e8ba0ap-5;
  EACH root[q] = (lanes8)((bits8)root[q] + ((bits8)n[q] >> 4 << 52));
  EACH p[q] = p[q] * f[q] + 0x1.ebfbdff82c553p-3;
  EACH p[q] = p[q] * f[q] + 0x1.62e42fefa39fdp-1;
  EACH p[q] = root[q] + root[q] * (p[q] * f[q]);
  EACH p[q] = (lanes8)((x[q] > broadcast(-1021.0)) & (bits8)p[q]);
  EACH store8(z + q * stride, p[q]);
  EACH total += p[q];
#undef EACH
  return total;
}

INLINED lanes8 larger(lanes8 a, lanes8 b) { return choose(a > b, a, b); }

INLINED void exponentials(double *restrict z, size_t stride, size_t k, double *restrict largest,
                          double *restrict sum) {
  // The finite start keeps (−∞) − top at −∞ where every term is −∞.
  lanes8 top = broadcast(-DBL_MAX), other = top, total = broadcast(0.0);
  size_t j = 0;
  for (; j + 2 <= k; j += 2) {
    top = larger(load8(z + j * stride), top);
    other = larger(load8(z + (j + 1) * stride), other);
  }
  if (j < k) top = larger(load8(z + j * stride), top);
  top = larger(other, top);
  j = 0;
  for (; j + 3 <= k; j += 3) total += some_exponentials(3, z + j * stride, stride, top);
  for (; j < k; j++) total += some_exponentials(1, z + j * stride, stride, top);
  store8(largest, top);
  store8(sum, total);
}

void vm_posterior_wide(double *restrict z, size_t stride, size_t n, size_t k,
                       double *restrict log_density, double *restrict sums) {
  posterior(exponentials, z, stride, n, k, log_density, sums);
}

#pragma clang attribute pop

#endif
