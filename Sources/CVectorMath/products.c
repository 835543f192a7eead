#include "CVectorMath.h"
#include "cloned.h"

// The two products of an exponential family's EM pass. K and the block are small and F is at most a
// few thousand, so that packing would cost more than it gains: the tiles below read W, R and Phi in
// place. Tile sizes fill the 16 vector registers of AVX2; on AVX-512 larger ones gain nothing.

// `components` × 8 · `vectors` lanes of Z stay in registers while the features stream by. Offsets may
// be null, unless Z is new.
INLINED void expectation_tile(const size_t components, const size_t vectors, size_t f,
                              const double *restrict w, size_t w_stride, bool is_new,
                              const double *restrict offset, const double *restrict phi,
                              size_t phi_stride, double *restrict z, size_t z_stride) {
  lanes8 sum[6][4];
  for (size_t q = 0; q < components; q++)
    for (size_t v = 0; v < vectors; v++) {
      const double *lanes = z + q * z_stride + 8 * v;
      sum[q][v] = is_new ? broadcast(offset[q]) : offset ? load8(lanes) + offset[q] : load8(lanes);
    }
  for (size_t t = 0; t < f; t++) {
    lanes8 p[4];
    for (size_t v = 0; v < vectors; v++) p[v] = load8(phi + t * phi_stride + 8 * v);
    for (size_t q = 0; q < components; q++)
      for (size_t v = 0; v < vectors; v++) sum[q][v] += p[v] * w[q * w_stride + t];
  }
  for (size_t q = 0; q < components; q++)
    for (size_t v = 0; v < vectors; v++) store8(z + q * z_stride + 8 * v, sum[q][v]);
}

CLONED void vm_expectation_product(size_t k, size_t n, size_t f, const double *w,
                                   const double *offset, const double *phi, size_t phi_stride,
                                   bool is_new, double *z, size_t z_stride) {
  // Features at a time, so that eight lanes of Phi and as much of W stay in the L1 cache.
  const size_t slice = 128;
  for (size_t f0 = 0; f0 < f; f0 += slice) {
    const size_t fn = f - f0 < slice ? f - f0 : slice;
    const double *first = f0 == 0 ? offset : 0;
    size_t most = 0;
    while (most + 6 <= k && k - most != 8) most += 6;
    while (most + 4 <= k) most += 4;
#define TILE(components, vectors)                                                    \
  expectation_tile(components, vectors, fn, w + j * f + f0, f, is_new && f0 == 0,    \
                   first ? first + j : first, phi + f0 * phi_stride + i, phi_stride, \
                   z + j * z_stride + i, z_stride)
    for (size_t i = 0; i < n && most; i += 8) {
      size_t j = 0;
      for (; j + 6 <= most && most - j != 8; j += 6) TILE(6, 1);
      for (; j < most; j += 4) TILE(4, 1);
    }
    // Up to three are left. More lanes at a time: a few sums would wait for themselves.
    const size_t j = most;
    size_t i = 0;
#define TILES(components, vectors)                                     \
  for (; i + 8 * vectors <= n; i += 8 * vectors) TILE(components, vectors); \
  for (; i < n; i += 8) TILE(components, 1);
    if (k - most == 3) { TILES(3, 2) }
    if (k - most == 2) { TILES(2, 3) }
    if (k - most == 1) { TILES(1, 4) }
#undef TILES
#undef TILE
  }
}

// `components` × `features` dot products over the lanes of a block.
INLINED void maximisation_tile(const size_t components, const size_t features, size_t n,
                               const double *restrict r, size_t r_stride,
                               const double *restrict phi, size_t phi_stride, double *restrict s,
                               size_t s_stride) {
  const lanes4 zero = {0, 0, 0, 0};
  lanes4 sum[4][8];
  for (size_t q = 0; q < 4; q++)
    for (size_t g = 0; g < features; g++) sum[q][g] = zero;
  for (size_t i = 0; i < n; i += 4) {
    lanes4 p[8];
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
  // Few sums would wait for themselves.
  if (components == 1) for (; g + 8 <= f; g += 8) TILE(8);
  if (components == 2) for (; g + 6 <= f; g += 6) TILE(6);
  // Four are two and two.
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
