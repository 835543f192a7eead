#include "CVectorMath.h"
#include "cloned.h"

// The two products of an exponential family's EM pass. K and the block are small and F is at most a
// few thousand, so that packing would cost more than it gains: the tiles below read W, R and Phi in
// place. Tile sizes fill the 16 vector registers of AVX2.

// `components` × 8 lanes of Z stay in registers while the features stream by.
INLINED void expectation_tile(const size_t components, size_t f, const double *restrict w,
                              size_t w_stride, const double *restrict phi, size_t phi_stride,
                              double *restrict z, size_t z_stride) {
  lanes8 sum[6];
  for (size_t q = 0; q < components; q++) sum[q] = LOAD8(z + q * z_stride);
  for (size_t t = 0; t < f; t++) {
    const lanes8 p = LOAD8(phi + t * phi_stride);
    for (size_t q = 0; q < components; q++) sum[q] += p * w[q * w_stride + t];
  }
  for (size_t q = 0; q < components; q++) STORE8(z + q * z_stride, sum[q]);
}

CLONED void vm_expectation_product(size_t k, size_t n, size_t f, const double *w, const double *phi,
                                   size_t phi_stride, double *z, size_t z_stride) {
  const size_t slice = 128;  // features at a time, so that a slice of Phi stays in the L1 cache
  for (size_t f0 = 0; f0 < f; f0 += slice) {
    const size_t fn = f - f0 < slice ? f - f0 : slice;
    for (size_t i = 0; i < n; i += 8) {
      const double *p = phi + f0 * phi_stride + i;
      size_t j = 0;
      for (; j + 6 <= k && k - j != 8; j += 6)
        expectation_tile(6, fn, w + j * f + f0, f, p, phi_stride, z + j * z_stride + i, z_stride);
      for (; j + 4 <= k; j += 4)
        expectation_tile(4, fn, w + j * f + f0, f, p, phi_stride, z + j * z_stride + i, z_stride);
      for (; j + 2 <= k; j += 2)
        expectation_tile(2, fn, w + j * f + f0, f, p, phi_stride, z + j * z_stride + i, z_stride);
      for (; j < k; j++)
        expectation_tile(1, fn, w + j * f + f0, f, p, phi_stride, z + j * z_stride + i, z_stride);
    }
  }
}

// `components` × `features` dot products over the lanes of a block.
INLINED void maximisation_tile(const size_t components, const size_t features, size_t n,
                               const double *restrict r, size_t r_stride,
                               const double *restrict phi, size_t phi_stride, double *restrict s,
                               size_t s_stride) {
  lanes4 sum[4][3];
  for (size_t q = 0; q < components; q++)
    for (size_t g = 0; g < features; g++) sum[q][g] = (lanes4){0, 0, 0, 0};
  for (size_t i = 0; i < n; i += 4) {
    lanes4 p[3];
    for (size_t g = 0; g < features; g++) p[g] = LOAD4(phi + g * phi_stride + i);
    for (size_t q = 0; q < components; q++) {
      const lanes4 v = LOAD4(r + q * r_stride + i);
      for (size_t g = 0; g < features; g++) sum[q][g] += v * p[g];
    }
  }
  for (size_t q = 0; q < components; q++)
    for (size_t g = 0; g < features; g++)
      s[q * s_stride + g] += (sum[q][g][0] + sum[q][g][1]) + (sum[q][g][2] + sum[q][g][3]);
}

CLONED void vm_maximisation_product(size_t k, size_t f, size_t n, const double *r, size_t r_stride,
                                    const double *phi, size_t phi_stride, double *s) {
  size_t g = 0;
  for (; g + 3 <= f; g += 3) {
    const double *p = phi + g * phi_stride;
    size_t j = 0;
    for (; j + 4 <= k; j += 4)
      maximisation_tile(4, 3, n, r + j * r_stride, r_stride, p, phi_stride, s + j * f + g, f);
    for (; j < k; j++)
      maximisation_tile(1, 3, n, r + j * r_stride, r_stride, p, phi_stride, s + j * f + g, f);
  }
  for (; g < f; g++) {
    const double *p = phi + g * phi_stride;
    size_t j = 0;
    for (; j + 4 <= k; j += 4)
      maximisation_tile(4, 1, n, r + j * r_stride, r_stride, p, phi_stride, s + j * f + g, f);
    for (; j < k; j++)
      maximisation_tile(1, 1, n, r + j * r_stride, r_stride, p, phi_stride, s + j * f + g, f);
  }
}
