#include "CVectorMath.h"
#include "cloned.h"

// The two products of an exponential family's EM pass. K and the block are small and F is at most a
// few thousand, so that packing would cost more than it gains: the tiles below read W, R and Phi in
// place. Tile sizes fill the 16 vector registers of AVX2; on AVX-512 larger ones gain nothing.

// `components` × 8 lanes of Z stay in registers while the features stream by. Offsets may be null,
// unless Z is new.
INLINED void expectation_tile(const size_t components, size_t f, const double *restrict w,
                              size_t w_stride, bool is_new, const double *restrict offset,
                              const double *restrict phi, size_t phi_stride, double *restrict z,
                              size_t z_stride) {
  lanes8 sum[6];
  for (size_t q = 0; q < components; q++)
    sum[q] = is_new   ? broadcast(offset[q])
             : offset ? load8(z + q * z_stride) + offset[q]
                      : load8(z + q * z_stride);
  for (size_t t = 0; t < f; t++) {
    const lanes8 p = load8(phi + t * phi_stride);
    for (size_t q = 0; q < components; q++) sum[q] += p * w[q * w_stride + t];
  }
  for (size_t q = 0; q < components; q++) store8(z + q * z_stride, sum[q]);
}

CLONED void vm_expectation_product(size_t k, size_t n, size_t f, const double *w,
                                   const double *offset, const double *phi, size_t phi_stride,
                                   bool is_new, double *z, size_t z_stride) {
  // Features at a time, so that eight lanes of Phi and as much of W stay in the L1 cache.
  const size_t slice = 128;
  for (size_t f0 = 0; f0 < f; f0 += slice) {
    const size_t fn = f - f0 < slice ? f - f0 : slice;
    const double *first = f0 == 0 ? offset : 0;
    for (size_t i = 0; i < n; i += 8) {
      const double *p = phi + f0 * phi_stride + i;
      size_t j = 0;
#define TILE(components)                                                         \
  expectation_tile(components, fn, w + j * f + f0, f, is_new && f0 == 0,         \
                   first ? first + j : first, p, phi_stride, z + j * z_stride + i, z_stride)
      for (; j + 6 <= k && k - j != 8; j += 6) TILE(6);
      for (; j + 4 <= k; j += 4) TILE(4);
      for (; j + 2 <= k; j += 2) TILE(2);
      for (; j < k; j++) TILE(1);
#undef TILE
    }
  }
}

// `components` × `features` dot products over the lanes of a block.
INLINED void maximisation_tile(const size_t components, const size_t features, size_t n,
                               const double *restrict r, size_t r_stride,
                               const double *restrict phi, size_t phi_stride, double *restrict s,
                               size_t s_stride) {
  const lanes4 zero = {0, 0, 0, 0};
  lanes4 sum[4][3];
  for (size_t q = 0; q < 4; q++)
    for (size_t g = 0; g < features; g++) sum[q][g] = zero;
  for (size_t i = 0; i < n; i += 4) {
    lanes4 p[3];
    for (size_t g = 0; g < features; g++) p[g] = load4(phi + g * phi_stride + i);
    for (size_t q = 0; q < components; q++) {
      const lanes4 v = load4(r + q * r_stride + i);
      for (size_t g = 0; g < features; g++) sum[q][g] += v * p[g];
    }
  }
  for (size_t g = 0; g < features; g++) {
    const lanes4 total = lane_sums(sum[0][g], sum[1][g], sum[2][g], sum[3][g]);
    for (size_t q = 0; q < components; q++) s[q * s_stride + g] += total[q];
  }
}

INLINED void maximisation_tiles(const size_t components, size_t f, size_t n, const double *r,
                                size_t r_stride, const double *phi, size_t phi_stride, double *s,
                                size_t s_stride) {
  size_t g = 0;
#define TILE(features)                                                                         \
  maximisation_tile(components, features, n, r, r_stride, phi + g * phi_stride, phi_stride, s + g, \
                    s_stride)
  // Four are two and two: one alone would wait for its own sums.
  for (; g + 3 <= f && f - g != 4; g += 3) TILE(3);
  for (; g + 2 <= f; g += 2) TILE(2);
  if (g < f) TILE(1);
#undef TILE
}

CLONED void vm_maximisation_product(size_t k, size_t f, size_t n, const double *r, size_t r_stride,
                                    const double *phi, size_t phi_stride, double *s) {
  // Features at a time, so that they stay in the L2 cache, and those of R's tile in the L1 cache.
  const size_t slice = 96;
  for (size_t f0 = 0; f0 < f; f0 += slice) {
    const size_t fn = f - f0 < slice ? f - f0 : slice;
    const double *p = phi + f0 * phi_stride;
    size_t j = 0;
#define TILES(components)                                                         \
  maximisation_tiles(components, fn, n, r + j * r_stride, r_stride, p, phi_stride, \
                     s + j * f + f0, f)
    for (; j + 4 <= k; j += 4) TILES(4);
    if (k - j == 3) TILES(3);
    if (k - j == 2) TILES(2);
    if (k - j == 1) TILES(1);
#undef TILES
  }
}
