// The matcher of Lua patterns, and what it remembers of a match.
#pragma once

#include <stdint.h>

#include "internal.h"

enum {
  most_captures = 32,
  most_nested = 200,        // calls of match inside each other
  poll_every = 1 << 16,     // steps between looks at the flag
  unclosed = -1, position = -2,
};

typedef struct {
  lua_State *L;
  const lb_flag *flag;
  const char *subject, *subject_end, *pattern_end;
  uint32_t steps;
  int nesting, captures;
  struct {
    const char *start;
    ptrdiff_t length;  // or unclosed, or position
  } capture[most_captures];
} matcher;

/// Makes ready to match a pattern with a subject.
void lb_matcher_prepare(matcher *m, lua_State *L, const char *s, size_t s_length, const char *p,
                        size_t p_length);
/// The end of a match of the pattern from `p` with the subject from `s`, or NULL. May raise.
const char *lb_match(matcher *m, const char *s, const char *p);
