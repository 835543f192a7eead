/* Families of densities in a shared library, for Emulsion: version 1 of the interface.
 *
 * The library exports one function, emulsion_plugin_v1, which returns a table of families. A family
 * is a table of functions over whole blocks of rows. Everything that they are given belongs to
 * Emulsion and is good for the one call; everything in the tables belongs to the library and must
 * stay as it is. Functions may be called from several threads at once (see maximum_threads), and
 * never hold on to what they were given.
 *
 * Functions that can fail return one of the statuses below and then write one line into `error`.
 * Log-densities are in nats. Parameters are one array of doubles: those of the first
 * emulsion_parameter, then those of the second, and so on.
 */
#ifndef EMULSION_PLUGIN_H
#define EMULSION_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. */
#define EMULSION_PLUGIN_ABI 1

/* Bytes that an error or a problem may take, the final zero among them. */
#define EMULSION_TEXT_SIZE 512

/* It went well. */
#define EMULSION_OK 0
/* It went wrong: the fit ends with the text in `error`. */
#define EMULSION_FAILED 1
/* A component has collapsed: the fit goes on with another start, where there is one. */
#define EMULSION_DEGENERATE 2
/* Of `natural` alone: eta . phi would lose digits. */
#define EMULSION_APART 3

/* Rows of data. Column j is the `rows` doubles from values + j * stride on. */
typedef struct emulsion_block {
  const double *values;
  size_t stride;
  size_t rows;
  uint32_t columns;
} emulsion_block;

/* Where random numbers come from: each call of a function gives the next one of a stream that
 * belongs to the row that is drawn. Give the function `state`. */
typedef struct emulsion_random {
  void *state;
  uint64_t (*bits)(void *state);   /* 64 random bits */
  double (*uniform)(void *state);  /* in [0, 1) */
  double (*normal)(void *state);   /* standard normal */
} emulsion_random;

/* How many numbers a parameter has, given d columns. */
#define EMULSION_SCALAR 0 /* one */
#define EMULSION_VECTOR 1 /* d, one a column */
#define EMULSION_MATRIX 2 /* d x d, row after row */

/* A parameter of a component, as users see it. */
typedef struct emulsion_parameter {
  const char *name;   /* rate: lower-case letters, digits and underscores */
  const char *domain; /* what `allows` accepts, as the end of a sentence: numbers > 0 */
  uint32_t shape;     /* EMULSION_SCALAR, EMULSION_VECTOR or EMULSION_MATRIX */
} emulsion_parameter;

/* A family of densities. Functions that may be NULL are marked so. */
typedef struct emulsion_family {
  size_t size;      /* sizeof(emulsion_family) */
  const char *name; /* poisson: lower-case letters, digits and underscores */
  /* The number of columns it describes; 0 where any number will do. */
  uint32_t columns;
  /* How many threads may call at once; 0 for no limit. */
  uint32_t maximum_threads;
  const emulsion_parameter *parameters;
  size_t parameter_count;
  /* Given to every function. */
  void *context;

  /* What `supports` accepts, as the end of a sentence: whole numbers >= 0. */
  const char *support;
  /* Whether a finite number of that column has a density; NULL where all have. Emulsion refuses
   * other data, so that no other function need look. */
  int (*supports)(void *context, uint32_t column, double value);
  /* Whether a finite number is allowed for the parameter at that position; NULL where all are. */
  int (*allows)(void *context, size_t parameter, double value);

  /* Writes parameters to begin with where nothing is known. */
  int (*neutral)(void *context, uint32_t columns, double *parameters, char *error);
  /* Adds ln p(row | parameters) of every row to `lanes`; minus infinity is allowed. */
  int (*add_log_density)(void *context, const emulsion_block *block, const double *parameters,
                         double *lanes, char *error);
  /* The number of sums from which a component is estimated. */
  size_t (*statistic_count)(void *context, uint32_t columns);
  /* Adds every row, times its weight (one a row, >= 0), to the sums of the component that has these
   * parameters. Sums of different rows are added up by Emulsion. */
  int (*accumulate)(void *context, const emulsion_block *block, const double *weights,
                    const double *parameters, double *sums, char *error);
  /* Writes the parameters that are most likely given the sums and the summed weights, which are
   * above 0; `previous` are those the sums were taken under. */
  int (*estimate)(void *context, uint32_t columns, const double *sums, double count,
                  const double *previous, double *parameters, char *error);
  /* Draws a row. */
  int (*sample)(void *context, uint32_t columns, const double *parameters,
                const emulsion_random *random, double *row, char *error);

  /* The number of free parameters of that many components; all of them where NULL. */
  size_t (*free_parameters)(void *context, uint32_t columns, size_t components);
  /* Writes d means and the d x d covariance, row after row; EMULSION_DEGENERATE where they don't
   * exist. NULL for families without. */
  int (*moments)(void *context, uint32_t columns, const double *parameters, double *mean,
                 double *covariance, char *error);
  /* Whether an estimate is untrustworthy; then writes why, as the end of a sentence that begins
   * with the component's name, into `text`. NULL where none is. */
  int (*problem)(void *context, uint32_t columns, const double *parameters, double count,
                 char *text);

  /* An exponential family, ln p(row) = eta . phi(row) - A + ln h(row), may say so by `features` and
   * `natural`: a block's features are then written once for all components, and evaluated and summed
   * by matrix products. Its sums are those of the features: statistic_count says how many there are.
   * All three may be NULL; libraries that were built before these members existed lack them. */

  /* Writes feature i of every row from features + i * stride on; none may be NaN. Each feature's
   * numbers begin at a multiple of 64 bytes, and may be written up to the next multiple of 8. */
  int (*features)(void *context, const emulsion_block *block, double *features, size_t stride,
                  char *error);
  /* Writes eta, one number a feature, and -A with what is constant in ln h. Where it returns
   * EMULSION_APART, all components are evaluated by add_log_density and summed by accumulate. */
  int (*natural)(void *context, uint32_t columns, const double *parameters, double *eta,
                 double *offset, char *error);
  /* Adds ln h of every row to `lanes`; NULL where it is constant. */
  int (*add_log_base_measure)(void *context, const emulsion_block *block, double *lanes,
                              char *error);
} emulsion_family;

/* What a library has. The first two members are the same in all versions. */
typedef struct emulsion_plugin {
  uint32_t abi;  /* EMULSION_PLUGIN_ABI */
  uint32_t size; /* sizeof(emulsion_plugin) */
  size_t family_count;
  const emulsion_family *const *families;
} emulsion_plugin;

/* What Emulsion looks for in the library; it must be visible outside of it. */
const emulsion_plugin *emulsion_plugin_v1(void);

#ifdef __cplusplus
}
#endif

#endif
