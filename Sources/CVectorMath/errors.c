#include "CVectorMath.h"
#include "cloned.h"
#include "elementary.h"

// Rows that were measured with errors of their own: x = v + ε with v ~ N(μ, V) and ε ~ N(0, S), so that
// x ~ N(μ, T), T = V + S (Bovy, Hogg & Roweis 2011). Each of eight lanes has its own T = LLᵀ.

// L with the reciprocals of its diagonal, packed by rows, and u = L⁻¹(x − μ); gives ln |T|
INLINED lanes8 factorise(const double *restrict x, size_t stride, size_t i, size_t m,
                         const double *restrict mean, const double *restrict v,
                         const double *restrict s, bool is_full, lanes8 *restrict l,
                         lanes8 *restrict u) {
  lanes8 logs = broadcast(0.0), pivots = broadcast(1.0);
  size_t at = 0;
  for (size_t a = 0; a < m; a++) {
    lanes8 *row = l + at, z = load8(x + a * stride + i) - mean[a];
    for (size_t b = 0; b <= a; b++) {
      lanes8 sum = broadcast(v[at + b]);
      if (is_full)
        sum += load8(s + (at + b) * stride + i);
      else if (a == b)
        sum += load8(s + a * stride + i);
      const lanes8 *other = l + b * (b + 1) / 2;
      for (size_t q = 0; q < b; q++) sum -= row[q] * other[q];
      if (b < a) {
        row[b] = sum * other[b];
        z -= row[b] * u[b];
      } else {
        row[a] = 1.0 / __builtin_elementwise_sqrt(sum);
        u[a] = z * row[a];
        pivots *= sum;
        if (a % 4 == 3 || a + 1 == m) {
          logs += log_lanes(pivots);
          pivots = broadcast(1.0);
        }
      }
    }
    at += a + 1;
  }
  return logs;
}

CLONED void vm_add_noisy_density(const double *restrict x, size_t stride, size_t n, size_t m,
                                 const double *restrict mean, const double *restrict v,
                                 const double *restrict s, bool is_full, double c,
                                 double *restrict scratch, double *restrict out) {
  lanes8 *l = (lanes8 *)scratch, *u = l + m * (m + 1) / 2;
  for (size_t i = 0; i < n; i += 8) {
    lanes8 sum = factorise(x, stride, i, m, mean, v, s, is_full, l, u);
    for (size_t a = 0; a < m; a++) sum += u[a] * u[a];
    store8(out + i, load8(out + i) + (c - sum * 0.5));
  }
}

CLONED void vm_noisy_moments(const double *restrict x, size_t stride, size_t n, size_t m, size_t d,
                             const double *restrict mean, const double *restrict v,
                             const double *restrict across, const double *restrict s, bool is_full,
                             const double *restrict r, double *restrict scratch,
                             double *restrict first, double *restrict second) {
  lanes8 *l = (lanes8 *)scratch, *u = l + m * (m + 1) / 2, *w = u + m, *moves = w + m * d;
  lanes8 *firsts = moves + d, *seconds = firsts + d;
  for (size_t j = 0; j < d + d * (d + 1) / 2; j++) firsts[j] = broadcast(0.0);
  for (size_t i = 0; i < n; i += 8) {
    (void)factorise(x, stride, i, m, mean, v, s, is_full, l, u);
    const lanes8 weight = load8(r + i);
    // W = L⁻¹V, column by column, and Wᵀu.
    for (size_t j = 0; j < d; j++) {
      lanes8 *column = w + j * m, move = broadcast(0.0);
      for (size_t a = 0, at = 0; a < m; at += a + 1, a++) {
        lanes8 sum = broadcast(across[a * d + j]);
        for (size_t q = 0; q < a; q++) sum -= l[at + q] * column[q];
        column[a] = sum * l[at + a];
        move += column[a] * u[a];
      }
      moves[j] = move;
      firsts[j] += weight * move;
    }
    for (size_t j = 0, at = 0; j < d; j++) {
      for (size_t k = j; k < d; k++, at++) {
        lanes8 sum = moves[j] * moves[k];
        for (size_t a = 0; a < m; a++) sum -= w[j * m + a] * w[k * m + a];
        seconds[at] += weight * sum;
      }
    }
  }
  for (size_t j = 0; j < d; j++)
    for (int lane = 0; lane < 8; lane++) first[j] += firsts[j][lane];
  for (size_t j = 0; j < d * (d + 1) / 2; j++)
    for (int lane = 0; lane < 8; lane++) second[j] += seconds[j][lane];
}

CLONED void vm_add_noisy_density_by_column(const double *restrict x, size_t stride, size_t n,
                                           size_t m, const double *restrict mean,
                                           const double *restrict variance,
                                           const double *restrict s, double c,
                                           double *restrict out) {
  for (size_t i = 0; i < n; i += 8) {
    lanes8 sum = broadcast(0.0);
    for (size_t a = 0; a < m; a++) {
      const lanes8 t = load8(s + a * stride + i) + variance[a];
      const lanes8 z = load8(x + a * stride + i) - mean[a];
      sum += log_lanes(t) + z * z / t;
    }
    store8(out + i, load8(out + i) + (c - sum * 0.5));
  }
}

CLONED void vm_noisy_moments_by_column(const double *restrict x, size_t stride, size_t n, size_t m,
                                       const double *restrict mean,
                                       const double *restrict variance, const double *restrict s,
                                       const double *restrict r, double *restrict first,
                                       double *restrict second) {
  for (size_t a = 0; a < m; a++) {
    lanes8 moved = broadcast(0.0), squared = broadcast(0.0);
    for (size_t i = 0; i < n; i += 8) {
      const lanes8 weight = load8(r + i);
      const lanes8 gain = variance[a] / (load8(s + a * stride + i) + variance[a]);
      const lanes8 move = gain * (load8(x + a * stride + i) - mean[a]);
      moved += weight * move;
      squared += weight * (move * move - gain * variance[a]);
    }
    for (int lane = 0; lane < 8; lane++) {
      first[a] += moved[lane];
      second[a] += squared[lane];
    }
  }
}
