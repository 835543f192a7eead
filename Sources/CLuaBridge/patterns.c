// Lua patterns (manual, section 6.4.1), matched so that an interrupt is heard.
//
// A pattern such as ("a*"):rep(20) .. "b" takes exponential time inside one C call, where no hook
// runs. This matcher does what Lua's own does, and looks at the interrupt flag now and then.
#define _GNU_SOURCE  // memmem, which is linear
#include <ctype.h>
#include <stdint.h>
#include <string.h>

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

static const char *match_afresh(matcher *m, const char *s, const char *p) {
  m->nesting = 0;
  m->captures = 0;
  return match(m, s, p);
}

static void prepare(matcher *m, lua_State *L, const char *s, size_t s_length, const char *p,
                    size_t p_length) {
  m->L = L;
  m->flag = lb_bridge_of(L)->flag;
  m->subject = s;
  m->subject_end = s + s_length;
  m->pattern_end = p + p_length;
  m->steps = 0;
}

// MARK: Captures

static void push_capture(matcher *m, int i, const char *s, const char *end) {
  if (i >= m->captures) {
    if (i != 0) luaL_error(m->L, "invalid capture index %%%d", i + 1);
    lua_pushlstring(m->L, s, (size_t)(end - s));  // the whole match
    return;
  }
  ptrdiff_t length = m->capture[i].length;
  if (length == unclosed) luaL_error(m->L, "unfinished capture");
  if (length == position)
    lua_pushinteger(m->L, m->capture[i].start - m->subject + 1);
  else
    lua_pushlstring(m->L, m->capture[i].start, (size_t)length);
}

// Pushes all captures; the whole match where there are none, unless `s` is NULL.
static int push_captures(matcher *m, const char *s, const char *end) {
  int count = m->captures == 0 && s != NULL ? 1 : m->captures;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) push_capture(m, i, s, end);
  return count;
}

// MARK: find and match

// Where a search begins, from 0, for the position that argument `index` gives.
static size_t initial(lua_State *L, int index, size_t length) {
  lua_Integer i = luaL_optinteger(L, index, 1);
  if (i > 0) return (size_t)i - 1;
  if (i == 0 || i < -(lua_Integer)length) return 0;
  return length + (size_t)i;
}

static bool is_plain(const char *p, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (p[i] != '\0' && strchr("^$*+?.([%-", p[i]) != NULL) return false;
  return true;
}

static int search(lua_State *L, bool is_find) {
  size_t s_length, p_length;
  const char *s = luaL_checklstring(L, 1, &s_length);
  const char *p = luaL_checklstring(L, 2, &p_length);
  size_t start = initial(L, 3, s_length);
  if (start > s_length) {
    luaL_pushfail(L);
    return 1;
  }
  if (is_find && (lua_toboolean(L, 4) || is_plain(p, p_length))) {
    const char *found = memmem(s + start, s_length - start, p, p_length);
    if (found == NULL) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - s + 1);
    lua_pushinteger(L, found - s + (ptrdiff_t)p_length);
    return 2;
  }
  matcher m;
  prepare(&m, L, s, s_length, p, p_length);
  bool is_anchored = p_length > 0 && *p == '^';
  const char *from = s + start;
  do {
    const char *end = match_afresh(&m, from, p + is_anchored);
    if (end == NULL) continue;
    if (!is_find) return push_captures(&m, from, end);
    lua_pushinteger(L, from - s + 1);
    lua_pushinteger(L, end - s);
    return push_captures(&m, NULL, NULL) + 2;
  } while (from++ < m.subject_end && !is_anchored);
  luaL_pushfail(L);
  return 1;
}

static int string_find(lua_State *L) { return search(L, true); }
static int string_match(lua_State *L) { return search(L, false); }

// MARK: gmatch

// What an iteration keeps; its strings are upvalues 1 and 2 of the iterator.
typedef struct {
  size_t from, last_end;
  bool has_last;
} iteration;

static int next_match(lua_State *L) {
  size_t s_length, p_length;
  const char *s = lua_tolstring(L, lua_upvalueindex(1), &s_length);
  const char *p = lua_tolstring(L, lua_upvalueindex(2), &p_length);
  iteration *state = lua_touserdata(L, lua_upvalueindex(3));
  matcher m;
  prepare(&m, L, s, s_length, p, p_length);
  for (size_t from = state->from; from <= s_length; from++) {
    const char *end = match_afresh(&m, s + from, p);
    // An empty match right behind the last one is none.
    if (end == NULL || (state->has_last && (size_t)(end - s) == state->last_end)) continue;
    *state = (iteration){(size_t)(end - s), (size_t)(end - s), true};
    return push_captures(&m, s + from, end);
  }
  state->from = s_length + 1;
  return 0;
}

static int string_gmatch(lua_State *L) {
  size_t length;
  luaL_checklstring(L, 1, &length);
  luaL_checkstring(L, 2);
  size_t from = initial(L, 3, length);
  lua_settop(L, 2);
  iteration *state = lua_newuserdatauv(L, sizeof(iteration), 0);
  *state = (iteration){from > length ? length + 1 : from, 0, false};
  lua_pushcclosure(L, next_match, 3);
  return 1;
}

// MARK: gsub

static void add_replacement_text(matcher *m, luaL_Buffer *b, const char *s, const char *end) {
  size_t length;
  const char *text = lua_tolstring(m->L, 3, &length);
  for (size_t i = 0; i < length; i++) {
    if (text[i] != '%') {
      luaL_addchar(b, text[i]);
      continue;
    }
    char c = ++i < length ? text[i] : '\0';
    if (c == '%') {
      luaL_addchar(b, c);
    } else if (c == '0') {
      luaL_addlstring(b, s, (size_t)(end - s));
    } else if (isdigit((unsigned char)c)) {
      push_capture(m, c - '1', s, end);
      luaL_tolstring(m->L, -1, NULL);  // a position is a number
      lua_remove(m->L, -2);
      luaL_addvalue(b);
    } else {
      luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
  }
}

// Adds what replaces the match; whether that differs from the match itself.
static bool add_replacement(matcher *m, luaL_Buffer *b, const char *s, const char *end, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(m, s, end), 1);
  } else if (type == LUA_TTABLE) {
    push_capture(m, 0, s, end);
    lua_gettable(L, 3);
  } else {
    add_replacement_text(m, b, s, end);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(b, s, (size_t)(end - s));
    return false;
  }
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(b);
  return true;
}

static int string_gsub(lua_State *L) {
  size_t s_length, p_length;
  const char *s = luaL_checklstring(L, 1, &s_length);
  const char *p = luaL_checklstring(L, 2, &p_length);
  int type = lua_type(L, 3);
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION
                   || type == LUA_TTABLE, 3, "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)s_length + 1);
  if (type == LUA_TNUMBER) lua_tolstring(L, 3, NULL);
  bool is_anchored = p_length > 0 && *p == '^', has_changed = false;
  matcher m;
  prepare(&m, L, s, s_length, p, p_length);
  const char *last = NULL;
  lua_Integer count = 0;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (count < most) {
    const char *end = match_afresh(&m, s, p + is_anchored);
    if (end != NULL && end != last) {
      count++;
      has_changed = add_replacement(&m, &b, s, end, type) || has_changed;
      s = last = end;
    } else if (s < m.subject_end) {
      luaL_addchar(&b, *s++);
    } else {
      break;
    }
    if (is_anchored) break;
  }
  if (has_changed) {
    luaL_addlstring(&b, s, (size_t)(m.subject_end - s));
    luaL_pushresult(&b);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}

void lb_open_patterns(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch},
    {"gsub", string_gsub}, {NULL, NULL}};
  lua_getglobal(L, LUA_STRLIBNAME);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
