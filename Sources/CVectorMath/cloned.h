#pragma once

// One binary runs everywhere: kernels are compiled for baseline x86-64, AVX2 and AVX-512, and the
// loader picks. Elsewhere the compiler's default target is used.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONED
#endif

#define INLINED static inline __attribute__((always_inline))

// Eight and four doubles at once; the compiler maps them to the registers a clone has.
typedef double lanes8 __attribute__((vector_size(64), aligned(8)));
typedef double lanes4 __attribute__((vector_size(32), aligned(8)));

#define LOAD8(p) (*(const lanes8 *)(p))
#define STORE8(p, v) (*(lanes8 *)(p) = (v))
#define LOAD4(p) (*(const lanes4 *)(p))
