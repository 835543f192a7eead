#include "emulsion_plugin.h"

// Libraries that were built with version 1 rely on these places: what is added goes to the end.
#define AT(type, member, words) \
  _Static_assert(offsetof(type, member) == (words) * sizeof(void *), #type "." #member " has moved")

#if UINTPTR_MAX == UINT64_MAX
AT(emulsion_block, rows, 2);
AT(emulsion_block, columns, 3);
AT(emulsion_random, normal, 3);
AT(emulsion_parameter, shape, 2);
AT(emulsion_family, name, 1);
AT(emulsion_family, parameters, 3);
AT(emulsion_family, context, 5);
AT(emulsion_family, supports, 7);
AT(emulsion_family, add_log_density, 10);
AT(emulsion_family, sample, 14);
AT(emulsion_family, problem, 17);
AT(emulsion_family, features, 18);
AT(emulsion_plugin, family_count, 1);
AT(emulsion_plugin, families, 2);
#endif
