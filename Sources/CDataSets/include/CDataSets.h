#pragma once
#include <stddef.h>

/// One bundled data set: its name and the bytes of its CSV file.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} emulsion_data_set;

/// Number of bundled data sets.
size_t emulsion_data_set_count(void);

/// The data set at `position`, from 0; in alphabetical order.
emulsion_data_set emulsion_data_set_at(size_t position);
