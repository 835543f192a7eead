/* The geometric family with one FAULT: a statement on `family` or `plugin`. */
#define emulsion_plugin_v1 sound_plugin
#include "../../../Plugins/Examples/Geometric/geometric.c"
#undef emulsion_plugin_v1

#define UNUSED __attribute__((unused))

UNUSED static int unlucky(void *context, uint32_t columns, const double *sums, double count,
                          const double *previous, double *p, char *error) {
  snprintf(error, EMULSION_TEXT_SIZE, "out of\nluck");
  return EMULSION_FAILED;
}

UNUSED static int silent(void *context, uint32_t columns, double *p, char *error) { return 7; }

/* It sets what it must add to. */
UNUSED static int setting(void *context, const emulsion_block *block, const double *p,
                          double *lanes, char *error) {
  for (size_t i = 0; i < block->rows; i++) lanes[i] = 0;
  return add_log_density(context, block, p, lanes, error);
}

/* It writes one number too many. */
UNUSED static int beyond(void *context, uint32_t columns, const double *sums, double count,
                         const double *previous, double *p, char *error) {
  for (uint32_t j = 0; j <= columns; j++) p[j] = 0.5;
  return EMULSION_OK;
}

UNUSED static int spilling(void *context, const emulsion_block *block, const double *weights,
                           const double *p, double *sums, char *error) {
  sums[block->columns] = 1;
  return accumulate(context, block, weights, p, sums, error);
}

UNUSED static int idle(void *context, uint32_t columns, double *p, char *error) {
  return EMULSION_OK;
}

UNUSED static int wordy(void *context, uint32_t columns, const double *p,
                        const emulsion_random *random, double *row, char *error) {
  for (int i = 0; i < EMULSION_TEXT_SIZE; i++) error[i] = 'x';
  return EMULSION_FAILED;
}

UNUSED static int infinite(void *context, const emulsion_block *block, const double *p,
                           double *lanes, char *error) {
  lanes[block->rows - 1] = INFINITY;
  return EMULSION_OK;
}

UNUSED static int unknown(void *context, const emulsion_block *block, const double *p,
                          double *lanes, char *error) {
  lanes[2] = NAN;
  return EMULSION_OK;
}

/* A density that sums to e^0.1. */
UNUSED static int drifting(void *context, const emulsion_block *block, const double *p,
                           double *lanes, char *error) {
  for (size_t i = 0; i < block->rows; i++) lanes[i] += 0.1;
  return add_log_density(context, block, p, lanes, error);
}

UNUSED static int poisoned(void *context, const emulsion_block *block, const double *weights,
                           const double *p, double *sums, char *error) {
  sums[0] = NAN;
  return EMULSION_OK;
}

/* Counts that no memory holds, and that are negative as signed numbers. */
UNUSED static size_t countless(void *context, uint32_t columns) { return SIZE_MAX; }
UNUSED static size_t half(void *context, uint32_t columns) { return (size_t)1 << 62; }
UNUSED static size_t free_of_all(void *context, uint32_t columns, size_t k) { return SIZE_MAX; }
UNUSED static size_t free_of_half(void *context, uint32_t columns, size_t k) {
  return (size_t)1 << 63;
}
UNUSED static size_t free_of_most(void *context, uint32_t columns, size_t k) {
  return k == 1 ? 1 : ((size_t)1 << 63) - 1;
}

/* The geometric family by its features, the numbers themselves: eta = ln(1 - p), -A = sum of ln p. */
UNUSED static int features(void *context, const emulsion_block *block, double *features,
                           size_t stride, char *error) {
  for (uint32_t j = 0; j < block->columns; j++)
    for (size_t i = 0; i < block->rows; i++)
      features[j * stride + i] = block->values[j * block->stride + i];
  return EMULSION_OK;
}

UNUSED static int natural(void *context, uint32_t columns, const double *p, double *eta,
                          double *offset, char *error) {
  *offset = 0;
  for (uint32_t j = 0; j < columns; j++) {
    eta[j] = p[j] < 1 ? log1p(-p[j]) : -700;
    *offset += log(p[j]);
  }
  return EMULSION_OK;
}

/* Likely numbers are evaluated one component at a time. */
UNUSED static int often_apart(void *context, uint32_t columns, const double *p, double *eta,
                              double *offset, char *error) {
  return p[0] > 0.2 ? EMULSION_APART : natural(context, columns, p, eta, offset, error);
}

UNUSED static int no_eta(void *context, uint32_t columns, const double *p, double *eta,
                         double *offset, char *error) {
  *offset = 0;
  return EMULSION_OK;
}

UNUSED static int lost_features(void *context, const emulsion_block *block, double *lanes,
                                size_t stride, char *error) {
  features(context, block, lanes, stride, error);
  lanes[3] = NAN;
  return EMULSION_OK;
}

const emulsion_plugin *emulsion_plugin_v1(void) {
  static emulsion_family family;
  static emulsion_plugin broken;
  static const emulsion_family *list[] = {&family, &family};
  family = geometric;
  broken = plugin;
  broken.families = list;
  FAULT;
  return &broken;
}
