#pragma once

// Numeric kernels over contiguous lanes, compiled once per CPU level and chosen at load time.
//
// A lane matrix has its rows `stride` doubles apart; `stride` is a multiple of 8 and rows are padded
// to it. Kernels whose comment says "padded" read and write ⌈n/8⌉·8 lanes; the caller keeps the
// padding finite (features) or zero (responsibilities). Logarithms are natural.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Hidden: in a shared library the address of a kernel that others may replace is looked for before the addresses of
// its forms are there.
#pragma GCC visibility push(hidden)

// --- elementary functions over lanes (1 ulp or better on normal numbers) ---
void vm_exp(const double *x, double *out, size_t n);
void vm_log(const double *x, double *out, size_t n);
// log(1 + x) − x, to relative errors of a few ulps also for small x
void vm_log1p_minus(const double *x, double *out, size_t n);
// out −= table[x] for whole x below count; false, and nothing is done, where some x is none
bool vm_subtract_looked_up(const double *x, size_t n, const double *table, size_t count,
                           double *out);

// --- lane arithmetic ---
double vm_sum(const double *x, size_t n);
double vm_dot(const double *x, const double *y, size_t n);
void vm_multiply(const double *x, const double *y, double *out, size_t n);
void vm_add(const double *x, const double *y, double *out, size_t n);
void vm_subtract(const double *x, const double *y, double *out, size_t n);
void vm_divide(const double *x, const double *y, double *out, size_t n);
// x + c, c − x, x·c, x/c, c/x
void vm_add_scalar(const double *x, double c, double *out, size_t n);
void vm_subtract_from_scalar(const double *x, double c, double *out, size_t n);
void vm_multiply_by_scalar(const double *x, double c, double *out, size_t n);
void vm_divide_by_scalar(const double *x, double c, double *out, size_t n);
void vm_divide_scalar(const double *x, double c, double *out, size_t n);
void vm_negate(const double *x, double *out, size_t n);
void vm_absolute(const double *x, double *out, size_t n);
void vm_square_root(const double *x, double *out, size_t n);
// out = (x − origin)·scale − reference
void vm_standardise(const double *x, double origin, double scale, double reference, double *out,
                    size_t n);
// every row k of z: z = value[k]; padded
void vm_fill_rows(double *z, size_t stride, size_t n, size_t k, const double *value);
// every row of z plus the lanes x
void vm_add_lanes(double *z, size_t stride, size_t n, size_t k, const double *x);
// every row of z times the lanes w
void vm_scale_rows(double *z, size_t stride, size_t n, size_t k, const double *w);
// sums[k] += the sum of row k; padded with zeros
void vm_row_sums(const double *z, size_t stride, size_t n, size_t k, double *sums);

// --- filling lanes; floats are widened ---
// numbers at[0] … at[d − 1] of each of n rows of `width` to d lane rows
void vm_transpose_doubles(const double *x, size_t n, size_t width, const size_t *at, size_t d,
                          double *out, size_t stride);
void vm_transpose_floats(const float *x, size_t n, size_t width, const size_t *at, size_t d,
                         double *out, size_t stride);
// the same of the n rows at row[0] … row[n − 1], in this order; the rows at `upcoming` more are read
// next
void vm_gather_doubles(const double *x, const size_t *row, size_t n, size_t upcoming, size_t width,
                       const size_t *at, size_t d, double *out, size_t stride);
void vm_gather_floats(const float *x, const size_t *row, size_t n, size_t upcoming, size_t width,
                      const size_t *at, size_t d, double *out, size_t stride);
void vm_widen(const float *x, double *out, size_t n);

// --- nearest centres: rows are lanes x, centres k × d row-major, labels from 0 ---
// Which centre is nearest, ties to the first, given the centres' squared norms; returns how many labels
// changed. Padded. Where `reach` is not null, no centre but its own lies nearer to row i than
// reach[i] − moved: rows for which that settles the label are left alone, and the others get a new
// reach (Hamerly 2010).
size_t vm_nearest(const double *x, size_t stride, size_t n, size_t d, const double *centres,
                  const double *squares, size_t k, int32_t *label, float *reach, double moved);
// Adds w·(x − c) to the shifts (k × d) and w to the counts of each row's cluster; returns
// Σ w |x − c|². Every w is 1 where `weight` is null; rows of weight 0 are skipped.
double vm_add_to_clusters(const double *x, size_t stride, size_t n, size_t d,
                          const double *centres, const int32_t *label, const double *weight,
                          double *shifts, double *counts);
// |x − c|² of each row and its centre
void vm_cluster_distance(const double *x, size_t stride, size_t n, size_t d,
                         const double *centres, const int32_t *label, double *distance);
// row label[i] of z is 1 in lane i, the others 0
void vm_one_hot(const int32_t *label, size_t n, size_t k, double *z, size_t stride);

// --- drawing rows as centres; padded, with weights of 0 ---
// potentials[c] = Σ w·min(distance, |x − candidate c|²)
void vm_seeding_potentials(const double *x, size_t stride, size_t n, size_t d,
                           const double *candidates, size_t count, const double *distance,
                           const double *weight, double *potentials);
// distance = min(distance, |x − centre|²)
void vm_seeding_update(const double *x, size_t stride, size_t n, size_t d, const double *centre,
                       double *distance);
// |x − centre|² of each row
void vm_squared_distances(const double *x, size_t stride, size_t n, size_t d, const double *centre,
                          double *distance);
// Which of k centres is nearest to a row and which other one next, and the squared distance of that.
struct vm_two_nearest {
  double second;
  int32_t nearest, other;
};
// How much less Σ w·distance is with a further centre, at the distances `candidate`; losses[q]: how
// much of that is lost if it takes the place of centre q.
double vm_swap_gain(size_t n, size_t k, const struct vm_two_nearest *two, const double *weight,
                    const double *distance, const double *candidate, double *losses);
// Brings `two` and the distances from the nearest centre up to date once centre `changed` lies at the
// distances `candidate`; centres k × d row-major, k > 1.
void vm_two_nearest_update(const double *x, size_t stride, size_t n, size_t d,
                           const double *centres, size_t k, size_t changed,
                           const double *candidate, struct vm_two_nearest *two, double *distance);
// a hash of each row's place (x − minimum)·factor, rounded, in every column
void vm_content_hash(const double *x, size_t stride, size_t n, size_t d, const double *minima,
                     const double *factors, uint64_t *hash);

// Of n clusters, whose centres are the columns of x and which weigh `weight`, the one whose merger with `cluster` lets
// the sums of squares grow least: `previous` where others are no better, else the first of these; n for no previous.
// Both hold a multiple of 8 numbers, of which those that are no clusters stand at infinity.
size_t vm_ward_nearest(const double *x, size_t stride, size_t n, size_t d, const double *weight,
                       size_t cluster, size_t previous);

// --- balls around blocks ---
// z: K rows of ln π_k + ln p(c|k) at the centres c of n balls. A component's joint is
// peak_k − ½q(x)², and q changes by at most steepness_k·|x − c|. Turns z into the upper bound of each
// component in each ball and writes the largest of the lower bounds into `floor`.
void vm_ball_bounds(double *z, size_t stride, size_t n, size_t k, const double *peak,
                    const double *steepness, const double *radius, double *floor);
// Lists, for each of the n lanes, the rows of z that are at least floor − margin: `list` has room for
// k entries a lane, `count` says how many are used.
void vm_list_above(const double *z, size_t stride, size_t n, size_t k, const double *floor,
                   double margin, int32_t *list, int32_t *count);
// z: upper bounds. Lowers them to those at distances stretch_k·known − shift_k, where these are more,
// and writes what the distances are by then into `known`, k × n.
void vm_apply_distances(double *z, size_t stride, size_t n, size_t k, const double *peak,
                        const double *stretch, const double *shift, float *known);
// The least and the largest number of each of the k rows; what is not a number is −DBL_MAX.
void vm_row_ranges(const double *z, size_t stride, size_t n, size_t k, double *least,
                   double *largest);
// The largest Σ_j ((x_j − c_j)·factor_j)² among the lanes; ∞ where one is not a number.
double vm_largest_squared_distance(const double *x, size_t stride, size_t n, size_t d,
                                   const double *centre, const double *factor);

// --- the mixture ---
// z: K rows of ln π_k + ln p(x|k) to responsibilities; log_density[i] = ln Σ_k exp z. A row that is
// −∞ throughout has log-density −∞ and responsibilities 0; not-a-number counts as −∞. Padded, also
// log_density; the padding of z becomes 0. sums (k × 8): the sums of every eighth responsibility.
void vm_posterior(double *z, size_t stride, size_t n, size_t k, double *log_density, double *sums);

// --- features of a block ---
// out row f = product of rows a ≤ b of x, packed by rows of the upper triangle; padded
void vm_pair_products(const double *x, size_t stride, size_t n, size_t d, double *out);
void vm_squares(const double *x, size_t stride, size_t n, size_t d, double *out);
void vm_sum_of_squares(const double *x, size_t stride, size_t n, size_t d, double *out);
// out += c − ½ |L⁻¹x|², L⁻¹ lower triangular d × d row-major; padded
void vm_add_triangular_quadratic(const double *inverse_factor, const double *x, size_t stride,
                                 size_t n, size_t d, double c, double *out);

// --- the two products; padded ---
// Z (k × n) += offset (k, or null) + W (k × f, row-major) · Phi (f × n), f > 0; a new Z, which needs
// offsets, is 0 until then
void vm_expectation_product(size_t k, size_t n, size_t f, const double *w, const double *offset,
                            const double *phi, size_t phi_stride, bool is_new, double *z,
                            size_t z_stride);
// S (k × f, row-major) += R (k × n) · Phiᵀ (n × f)
void vm_maximisation_product(size_t k, size_t f, size_t n, const double *r, size_t r_stride,
                             const double *phi, size_t phi_stride, double *s);

// --- rows with errors of their own: x ~ N(μ, T), T = V + S with each lane's S; padded ---
// V is packed by rows of the lower triangle, m(m + 1)/2, and so are the lane rows of S where it is full; else these are
// its diagonal. Scratch holds 8(m(m + 1)/2 + m + md + 2d + d(d + 1)/2) numbers, aligned to 64 bytes.
// out += c − ½(ln |T| + (x − μ)ᵀT⁻¹(x − μ))
void vm_add_noisy_density(const double *x, size_t stride, size_t n, size_t m, const double *mean,
                          const double *v, const double *s, bool is_full, double c, double *scratch,
                          double *out);
// with C (m × d) the covariance of x with d numbers, and a = CᵀT⁻¹(x − μ): first += Σ ra, and second += Σ r(aaᵀ −
// CᵀT⁻¹C), packed by rows of the upper triangle
void vm_noisy_moments(const double *x, size_t stride, size_t n, size_t m, size_t d,
                      const double *mean, const double *v, const double *across, const double *s,
                      bool is_full, const double *r, double *scratch, double *first,
                      double *second);
// the same where V and S are diagonal, and the d numbers the m columns; of the second sums the diagonal
void vm_add_noisy_density_by_column(const double *x, size_t stride, size_t n, size_t m,
                                    const double *mean, const double *variance, const double *s,
                                    double c, double *out);
void vm_noisy_moments_by_column(const double *x, size_t stride, size_t n, size_t m,
                                const double *mean, const double *variance, const double *s,
                                const double *r, double *first, double *second);

// --- results: from lanes back to rows ---
// lane rows z (k × n) to row-major n × k
void vm_write_rows(const double *z, size_t stride, size_t n, size_t k, double *out);
// which of the K lane rows is largest, ties and not-a-number to the first; padded
void vm_largest(const double *z, size_t stride, size_t n, size_t k, int64_t *label);
// of responsibilities z: ln of the largest, and −Σ γ ln γ; padded
void vm_classification(const double *z, size_t stride, size_t n, size_t k, double *log_largest,
                       double *entropy);
int vm_all_finite(const double *x, size_t n);

// --- random numbers: number i of a stream is a function of its key and i alone ---
// n pairs of independent standard normal numbers, from pair `first`
void vm_normal_pairs(uint64_t key, uint64_t first, size_t n, double *a, double *b);
// n draws of 0 … k − 1, from draw `first`: the number of cumulative probabilities ≤ a uniform number
void vm_categories(uint64_t key, uint64_t first, size_t n, const double *cumulative, size_t k,
                   int64_t *label);
// row i (of d) = mean + factor · normals of component label[i], 0 … k − 1; the first ⌈d/2⌉ normals of
// each row stand in a, the others in b. Means are k × stride; factors are k × d columns of `stride`, a
// multiple of 8, lower triangular; padding is 0. There is scratch for n + k + 1 numbers.
void vm_affine_rows(const int64_t *label, size_t n, size_t d, size_t k, const double *means,
                    const double *factors, size_t stride, const double *a, const double *b,
                    int32_t *scratch, double *out);
// the same for factors that are diagonal; means and deviations are k × d
void vm_scaled_rows(const int64_t *label, size_t n, size_t d, const double *means,
                    const double *deviations, const double *a, const double *b, double *out);

#pragma GCC visibility pop
