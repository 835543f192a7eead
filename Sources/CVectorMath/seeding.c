#include <string.h>

#include "CVectorMath.h"
#include "elementary.h"

// Drawing rows as centres: which rows of many are looked at, and what a further centre would gain.

// The lesser of |x − c|² and `distance` for 8 rows.
INLINED lanes8 nearer_distance(const double *restrict x, size_t stride, size_t d,
                               const double *restrict c, const double *restrict distance) {
  lanes8 sum = {0};
  for (size_t j = 0; j < d; j++) {
    const lanes8 t = load8(x + j * stride) - c[j];
    sum += t * t;
  }
  return __builtin_elementwise_min(load8(distance), sum);
}

CLONED void vm_seeding_potentials(const double *restrict x, size_t stride, size_t n, size_t d,
                                  const double *restrict candidates, size_t count,
                                  const double *restrict distance, const double *restrict weight,
                                  double *restrict potentials) {
  for (size_t c = 0; c < count; c++) potentials[c] = 0;
  // Some rows at a time, so that they stay in cache for all candidates.
  for (size_t first = 0; first < n; first += 256) {
    const size_t end = first + 256 < n ? first + 256 : n;
    for (size_t c = 0; c < count; c++) {
      lanes8 sum = {0};
      for (size_t i = first; i < end; i += 8)
        sum += load8(weight + i)
               * nearer_distance(x + i, stride, d, candidates + c * d, distance + i);
      for (int q = 0; q < 8; q++) potentials[c] += sum[q];
    }
  }
}

CLONED void vm_seeding_update(const double *restrict x, size_t stride, size_t n, size_t d,
                              const double *restrict centre, double *restrict distance) {
  for (size_t i = 0; i < n; i += 8)
    store8(distance + i, nearer_distance(x + i, stride, d, centre, distance + i));
}

CLONED void vm_content_hash(const double *restrict x, size_t stride, size_t n, size_t d,
                            const double *restrict minima, const double *restrict factors,
                            uint64_t *restrict hash) {
  for (size_t i = 0; i < n; i++) hash[i] = 0;
  for (size_t j = 0; j < d; j++) {
    const double *row = x + j * stride;
    const double least = minima[j], factor = factors[j];
    for (size_t i = 0; i < n; i++) {
      const double place = (row[i] - least) * factor;
      // Adding 2^52 leaves the nearest whole number in the low bits.
      const double shifted = (place > 0 ? (place < 0x1p21 ? place : 0x1p21) : 0.0) + 0x1p52;
      uint64_t bits;
      memcpy(&bits, &shifted, 8);
      const uint64_t key = (hash[i] ^ bits) * 0x9E3779B97F4A7C15ULL;
      hash[i] = key ^ (key >> 29);
    }
  }
  for (size_t i = 0; i < n; i += 8) {
    counts8 *const eight = (counts8 *)(hash + i);
    *eight = random_lanes(0, *eight);
  }
}
