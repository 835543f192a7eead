// Lua patterns (manual, section 6.4.1), matched so that an interrupt is heard.
//
// A pattern such as ("a*"):rep(20) .. "b" takes exponential time inside one C call, where no hook
// runs. This matcher does what Lua's own does, and looks at the interrupt flag now and then.
#include "matcher.h"

#include <ctype.h>
#include <string.h>

static void step(matcher *m) {
  if (++m->steps % poll_every == 0) lb_poll(m->L, m->flag);
}

// MARK: Single characters

// The end of the single-character class that begins at `p`.
static const char *class_end(matcher *m, const char *p) {
  char first = *p++;
  if (first == '%') {
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (first != '[') return p;
  if (p < m->pattern_end && *p == '^') p++;
  do {  // a ']' right at the beginning stands for itself
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
    if (*p++ == '%') {
      if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
      p++;
    }
  } while (p == m->pattern_end || *p != ']');
  return p + 1;
}

static bool in_class(int c, int class) {
  bool result;
  switch (tolower(class)) {
    case 'a': result = isalpha(c); break;
    case 'c': result = iscntrl(c); break;
    case 'd': result = isdigit(c); break;
    case 'g': result = isgraph(c); break;
    case 'l': result = islower(c); break;
    case 'p': result = ispunct(c); break;
    case 's': result = isspace(c); break;
    case 'u': result = isupper(c); break;
    case 'w': result = isalnum(c); break;
    case 'x': result = isxdigit(c); break;
    default: return class == c;
  }
  return isupper(class) ? !result : result;
}

// Whether the set from '[' at `p` to ']' at `last` has `c` in it.
static bool in_set(int c, const char *p, const char *last) {
  bool found = true;
  p++;
  if (*p == '^') {
    found = false;
    p++;
  }
  while (p < last) {
    if (*p == '%') {
      if (in_class(c, (unsigned char)p[1])) return found;
      p += 2;
    } else if (p[1] == '-' && p + 2 < last) {
      if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2]) return found;
      p += 3;
    } else {
      if ((unsigned char)*p == c) return found;
      p++;
    }
  }
  return !found;
}

// Whether the character at `s` belongs to the class from `p` to `end`.
static bool fits(matcher *m, const char *s, const char *p, const char *end) {
  if (s >= m->subject_end) return false;
  step(m);
  int c = (unsigned char)*s;
  switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(c, p, end - 1);
    default: return (unsigned char)*p == c;
  }
}

// MARK: Items

static const char *match(matcher *m, const char *s, const char *p);

static const char *balanced(matcher *m, const char *s, const char *p) {
  if (m->pattern_end - p < 2)
    luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  if (s == m->subject_end || *s != p[0]) return NULL;
  size_t depth = 1;
  while (++s < m->subject_end) {
    step(m);
    if (*s == p[1]) {
      if (--depth == 0) return s + 1;
    } else if (*s == p[0]) {
      depth++;
    }
  }
  return NULL;
}

static const char *longest(matcher *m, const char *s, const char *p, const char *end) {
  ptrdiff_t count = 0;
  while (fits(m, s + count, p, end)) count++;
  for (; count >= 0; count--) {
    const char *result = match(m, s + count, end + 1);
    if (result != NULL) return result;
  }
  return NULL;
}

static const char *shortest(matcher *m, const char *s, const char *p, const char *end) {
  for (;;) {
    const char *result = match(m, s, end + 1);
    if (result != NULL) return result;
    if (!fits(m, s, p, end)) return NULL;
    s++;
  }
}

static const char *open_capture(matcher *m, const char *s, const char *p, ptrdiff_t kind) {
  if (m->captures >= most_captures) luaL_error(m->L, "too many captures");
  m->capture[m->captures].start = s;
  m->capture[m->captures].length = kind;
  m->captures++;
  const char *result = match(m, s, p);
  if (result == NULL) m->captures--;
  return result;
}

static const char *close_capture(matcher *m, const char *s, const char *p) {
  int i = m->captures - 1;
  while (i >= 0 && m->capture[i].length != unclosed) i--;
  if (i < 0) luaL_error(m->L, "invalid pattern capture");
  m->capture[i].length = s - m->capture[i].start;
  const char *result = match(m, s, p);
  if (result == NULL) m->capture[i].length = unclosed;
  return result;
}

static const char *same_as_capture(matcher *m, const char *s, int digit) {
  int i = digit - '1';
  if (i < 0 || i >= m->captures || m->capture[i].length == unclosed)
    luaL_error(m->L, "invalid capture index %%%d", i + 1);
  size_t length = (size_t)m->capture[i].length;
  bool same = (size_t)(m->subject_end - s) >= length
              && memcmp(m->capture[i].start, s, length) == 0;
  return same ? s + length : NULL;
}

static const char *at_frontier(matcher *m, const char *s, const char *p) {
  if (p == m->pattern_end || *p != '[')
    luaL_error(m->L, "missing '[' after '%%f' in pattern");
  const char *end = class_end(m, p);
  int before = s == m->subject ? '\0' : (unsigned char)s[-1];
  int here = s == m->subject_end ? '\0' : (unsigned char)*s;
  return !in_set(before, p, end - 1) && in_set(here, p, end - 1) ? end : NULL;
}

// MARK: The pattern

// The end of a match of the pattern from `p` with the subject from `s`, or NULL.
static const char *match_items(matcher *m, const char *s, const char *p) {
  while (p != m->pattern_end) {
    step(m);
    if (*p == '(') {
      bool is_position = p + 1 != m->pattern_end && p[1] == ')';
      return open_capture(m, s, p + (is_position ? 2 : 1), is_position ? position : unclosed);
    }
    if (*p == ')') return close_capture(m, s, p + 1);
    if (*p == '$' && p + 1 == m->pattern_end) return s == m->subject_end ? s : NULL;
    if (*p == '%' && p + 1 != m->pattern_end) {
      if (p[1] == 'b') {
        if ((s = balanced(m, s, p + 2)) == NULL) return NULL;
        p += 4;
        continue;
      }
      if (p[1] == 'f') {
        if ((p = at_frontier(m, s, p + 2)) == NULL) return NULL;
        continue;
      }
      if (isdigit((unsigned char)p[1])) {
        if ((s = same_as_capture(m, s, (unsigned char)p[1])) == NULL) return NULL;
        p += 2;
        continue;
      }
    }
    const char *end = class_end(m, p);
    char suffix = end == m->pattern_end ? '\0' : *end;
    if (suffix == '*') return longest(m, s, p, end);
    if (suffix == '-') return shortest(m, s, p, end);
    bool is_fit = fits(m, s, p, end);
    if (suffix == '+') return is_fit ? longest(m, s + 1, p, end) : NULL;
    if (suffix == '?') {
      const char *result = is_fit ? match(m, s + 1, end + 1) : NULL;
      if (result != NULL) return result;
      p = end + 1;
      continue;
    }
    if (!is_fit) return NULL;
    s++;
    p = end;
  }
  return s;
}

static const char *match(matcher *m, const char *s, const char *p) {
  if (m->nesting++ == most_nested) luaL_error(m->L, "pattern too complex");
  const char *result = match_items(m, s, p);
  m->nesting--;
  return result;
}

const char *lb_match(matcher *m, const char *s, const char *p) {
  m->nesting = 0;
  m->captures = 0;
  return match(m, s, p);
}

void lb_matcher_prepare(matcher *m, lua_State *L, const char *s, size_t s_length, const char *p,
                        size_t p_length) {
  m->L = L;
  m->flag = lb_bridge_of(L)->flag;
  m->subject = s;
  m->subject_end = s + s_length;
  m->pattern_end = p + p_length;
  m->steps = 0;
}
