// string.find, match, gmatch and gsub, on the bridge's own matcher.
#define _GNU_SOURCE  // memmem, which is linear
#include <ctype.h>
#include <string.h>

#include "matcher.h"

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
  lb_matcher_prepare(&m, L, s, s_length, p, p_length);
  bool is_anchored = p_length > 0 && *p == '^';
  const char *from = s + start;
  do {
    const char *end = lb_match(&m, from, p + is_anchored);
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
  lb_matcher_prepare(&m, L, s, s_length, p, p_length);
  for (size_t from = state->from; from <= s_length; from++) {
    const char *end = lb_match(&m, s + from, p);
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
  lb_matcher_prepare(&m, L, s, s_length, p, p_length);
  const char *last = NULL;
  lua_Integer count = 0;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (count < most) {
    const char *end = lb_match(&m, s, p + is_anchored);
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
