#pragma once
#include <stddef.h>

/// The text of a file that `emulsion plugin new` writes; no zero at its end.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} emulsion_template;

/// The example in C.
emulsion_template emulsion_template_c(void);

/// The example in Swift.
emulsion_template emulsion_template_swift(void);

/// The interface.
emulsion_template emulsion_template_header(void);
