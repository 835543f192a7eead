#include "CVectorMath.h"
#include "cloned.h"

CLONED bool vm_subtract_looked_up(const double *x, size_t n, const double *table, size_t count,
                                  double *out) {
  const double limit = (double)count;
  int outside = 0;
  for (size_t i = 0; i < n; i++) outside |= !(x[i] >= 0.0 && x[i] < limit);
  if (outside) return false;
  for (size_t i = 0; i < n; i++) out[i] -= table[(int)x[i]];
  return true;
}
