/* Failures before the first success: p(x) = p (1 - p)^x for whole numbers x >= 0. Several columns are
 * independent given the component.
 *
 * The M step is p = n / (n + sum of x) (Johnson, Kemp & Kotz 2005, section 5.2).
 */
#include <math.h>
#include <stdio.h>

#include "emulsion_plugin.h"

static const emulsion_parameter parameters[] = {
    {.name = "probability", .domain = "numbers above 0, at most 1", .shape = EMULSION_VECTOR},
};

static int supports(void *context, uint32_t column, double value) {
  return value >= 0 && value == floor(value);
}

static int allows(void *context, size_t parameter, double value) { return value > 0 && value <= 1; }

static int neutral(void *context, uint32_t columns, double *p, char *error) {
  for (uint32_t j = 0; j < columns; j++) p[j] = 0.5;
  return EMULSION_OK;
}

static int add_log_density(void *context, const emulsion_block *block, const double *p,
                           double *lanes, char *error) {
  for (uint32_t j = 0; j < block->columns; j++) {
    const double *x = block->values + j * block->stride;
    /* A probability of 1 is evaluated as e^-700 away from it: 0 times minus infinity is no number. */
    double success = log(p[j]), failure = p[j] < 1 ? log1p(-p[j]) : -700;
    for (size_t i = 0; i < block->rows; i++) lanes[i] += success + x[i] * failure;
  }
  return EMULSION_OK;
}

static size_t statistic_count(void *context, uint32_t columns) { return columns; }

static int accumulate(void *context, const emulsion_block *block, const double *weights,
                      const double *p, double *sums, char *error) {
  for (uint32_t j = 0; j < block->columns; j++) {
    const double *x = block->values + j * block->stride;
    double sum = 0;
    for (size_t i = 0; i < block->rows; i++) sum += weights[i] * x[i];
    sums[j] += sum;
  }
  return EMULSION_OK;
}

static int estimate(void *context, uint32_t columns, const double *sums, double count,
                    const double *previous, double *p, char *error) {
  for (uint32_t j = 0; j < columns; j++) {
    p[j] = count / (count + sums[j]);
    if (!(p[j] > 0)) {
      snprintf(error, EMULSION_TEXT_SIZE, "the numbers of column %u are too large", j + 1);
      return EMULSION_FAILED;
    }
  }
  return EMULSION_OK;
}

static int sample(void *context, uint32_t columns, const double *p, const emulsion_random *random,
                  double *row, char *error) {
  for (uint32_t j = 0; j < columns; j++)
    row[j] = p[j] < 1 ? floor(log1p(-random->uniform(random->state)) / log1p(-p[j])) : 0;
  return EMULSION_OK;
}

static int moments(void *context, uint32_t columns, const double *p, double *mean,
                   double *covariance, char *error) {
  for (uint32_t j = 0; j < columns; j++) {
    mean[j] = (1 - p[j]) / p[j];
    for (uint32_t l = 0; l < columns; l++)
      covariance[j * columns + l] = j == l ? (1 - p[j]) / (p[j] * p[j]) : 0;
  }
  return EMULSION_OK;
}

static const emulsion_family geometric = {
    .size = sizeof(emulsion_family),
    .name = "geometric",
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .support = "whole numbers >= 0",
    .supports = supports,
    .allows = allows,
    .neutral = neutral,
    .add_log_density = add_log_density,
    .statistic_count = statistic_count,
    .accumulate = accumulate,
    .estimate = estimate,
    .sample = sample,
    .moments = moments,
};

static const emulsion_family *const families[] = {&geometric};

static const emulsion_plugin plugin = {
    .abi = EMULSION_PLUGIN_ABI,
    .size = sizeof(emulsion_plugin),
    .family_count = sizeof families / sizeof families[0],
    .families = families,
};

const emulsion_plugin *emulsion_plugin_v1(void) { return &plugin; }
