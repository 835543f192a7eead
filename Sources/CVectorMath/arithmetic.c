#include "CVectorMath.h"
#include "cloned.h"

// Elementwise arithmetic of whole vectors, as scripts write it.

#define OF_LANES(name, value)                                                             \
  CLONED void vm_##name(const double *x, const double *y, double *out, size_t n) {        \
    for (size_t i = 0; i < n; i++) out[i] = value;                                        \
  }
#define OF_SCALAR(name, value)                                                            \
  CLONED void vm_##name(const double *x, double c, double *out, size_t n) {               \
    for (size_t i = 0; i < n; i++) out[i] = value;                                        \
  }
#define OF_ONE(name, value)                                                               \
  CLONED void vm_##name(const double *x, double *out, size_t n) {                         \
    for (size_t i = 0; i < n; i++) out[i] = value;                                        \
  }

OF_LANES(add, x[i] + y[i])
OF_LANES(subtract, x[i] - y[i])
OF_LANES(divide, x[i] / y[i])
OF_SCALAR(add_scalar, x[i] + c)
OF_SCALAR(subtract_from_scalar, c - x[i])
OF_SCALAR(multiply_by_scalar, x[i] * c)
OF_SCALAR(divide_by_scalar, x[i] / c)
OF_SCALAR(divide_scalar, c / x[i])
OF_ONE(negate, -x[i])
OF_ONE(absolute, __builtin_fabs(x[i]))
OF_ONE(square_root, __builtin_sqrt(x[i]))
