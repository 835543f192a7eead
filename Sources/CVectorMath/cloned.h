#pragma once

#include <stddef.h>
#include <stdint.h>

// One binary runs everywhere: kernels are compiled for baseline x86-64, AVX2 and AVX-512, and the
// loader picks. Elsewhere the compiler's default target is used. What is inlined asks for vectors
// as wide as `lanes8`, since compilers prefer half of that on AVX-512. The loader picks before the thread
// sanitizer has begun, whose code within the choice would crash.
#if defined(__x86_64__) && defined(__gnu_linux__) && !__has_feature(thread_sanitizer)
#define CLONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#define INLINED static inline __attribute__((always_inline, min_vector_width(512)))
// A few kernels have a form of their own for AVX-512, which is taken where WIDE is true.
#define CLONED_NARROW __attribute__((target_clones("default", "arch=x86-64-v3")))
#define WIDE __builtin_cpu_supports("x86-64-v4")
#else
#define CLONED
#define CLONED_NARROW
#define INLINED static inline __attribute__((always_inline))
#endif

// Vectors are passed to inlined functions alone, where no calling convention applies.
#pragma clang diagnostic ignored "-Wpsabi"

// Eight, four and two doubles at once; the compiler maps them to the registers a clone has.
typedef double lanes8 __attribute__((vector_size(64), aligned(8)));
typedef double lanes4 __attribute__((vector_size(32), aligned(8)));
typedef double lanes2 __attribute__((vector_size(16), aligned(8)));
// Their bits, or the masks (0 or −1) that comparisons of them yield.
typedef int64_t bits8 __attribute__((vector_size(64), aligned(8)));

INLINED lanes8 load8(const double *p) { return *(const lanes8 *)p; }
INLINED lanes4 load4(const double *p) { return *(const lanes4 *)p; }
INLINED lanes2 load2(const double *p) { return *(const lanes2 *)p; }
INLINED void store8(double *p, lanes8 x) { *(lanes8 *)p = x; }
INLINED void store4(double *p, lanes4 x) { *(lanes4 *)p = x; }
INLINED void store2(double *p, lanes2 x) { *(lanes2 *)p = x; }

// yes where the mask is set, no elsewhere
INLINED lanes8 choose(bits8 mask, lanes8 yes, lanes8 no) {
  return (lanes8)((mask & (bits8)yes) | (~mask & (bits8)no));
}

INLINED lanes8 broadcast(double x) { return (lanes8){x, x, x, x, x, x, x, x}; }

// The sums of the lanes of a, b, c and d.
INLINED lanes4 lane_sums(lanes4 a, lanes4 b, lanes4 c, lanes4 d) {
  const lanes4 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6) +
                    __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const lanes4 cd = __builtin_shufflevector(c, d, 0, 4, 2, 6) +
                    __builtin_shufflevector(c, d, 1, 5, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

// The sum of both halves.
INLINED lanes4 halves_sum(lanes8 x) {
  return __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
}
