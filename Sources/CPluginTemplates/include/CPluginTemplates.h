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

/// A family and an initializer in Lua.
emulsion_template emulsion_template_family_lua(void);
emulsion_template emulsion_template_initializer_lua(void);

/// A covariance model, an initializer and a selection criterion in Swift.
emulsion_template emulsion_template_covariance(void);
emulsion_template emulsion_template_initializer(void);
emulsion_template emulsion_template_criterion(void);

/// The interface.
emulsion_template emulsion_template_header(void);
