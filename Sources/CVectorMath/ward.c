#include "CVectorMath.h"
#include "cloned.h"

// Ward's clustering: which cluster is nearest to one, by how much the sums of squares would grow with both in one:
// w·w'/(w + w')·|c − c'|².

CLONED size_t vm_ward_nearest(const double *restrict x, size_t stride, size_t n, size_t d,
                              const double *restrict weight, size_t cluster, size_t previous) {
  // Growth is q/s; quotients are compared without division. Products of the same numbers are rounded alike in both
  // directions, so that chains of nearest neighbours get strictly shorter and end.
  lanes8 q = broadcast(__builtin_inf()), s = broadcast(1);
  if (previous < n) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
      const double t = x[j * stride + previous] - x[j * stride + cluster];
      sum += t * t;
    }
    q = broadcast(weight[previous] * weight[cluster] * sum);
    s = broadcast(weight[previous] + weight[cluster]);
  }
  const int64_t none = (int64_t)previous;
  bits8 place = {none, none, none, none, none, none, none, none};
  const lanes8 own = broadcast(weight[cluster]);
  for (size_t i = 0; i < n; i += 8) {
    lanes8 sum = {0};
    for (size_t j = 0; j < d; j++) {
      const lanes8 t = load8(x + j * stride + i) - x[j * stride + cluster];
      sum += t * t;
    }
    const lanes8 w = load8(weight + i);
    const lanes8 growth = w * own * sum, total = w + own;
    const int64_t first = (int64_t)i, self = (int64_t)cluster;
    const bits8 here = {first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7};
    const bits8 nearer = (bits8)(growth * s < q * total) & (bits8)(here != self);
    q = choose(nearer, growth, q);
    s = choose(nearer, total, s);
    place = (nearer & here) | (~nearer & place);
  }
  int best = 0;
  for (int l = 1; l < 8; l++) {
    const double left = q[l] * s[best], right = q[best] * s[l];
    if (place[l] == place[best]) continue;
    // Of those that are alike, the one before in the chain, or else the first.
    const int comes_first = place[best] != none && (place[l] == none || place[l] < place[best]);
    if (left < right || (left == right && comes_first)) best = l;
  }
  return (size_t)place[best];
}
