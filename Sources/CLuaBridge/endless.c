// Library functions that run as long as their arguments say inside C, where no hook runs: these look at
// the interrupt flag as they go.
#include <ctype.h>
#include <string.h>

#include "internal.h"

enum { part = 1 << 16 };  // elements or bytes between looks at the flag

static const lb_flag *flag_of(lua_State *L) { return lb_bridge_of(L)->flag; }

static void poll_at(lua_State *L, const lb_flag *flag, size_t i) {
  if (i % part == 0) lb_poll(L, flag);
}

// MARK: Strings

typedef void change(char *to, const char *from, size_t count, size_t at);

// A string of the same length, made a part at a time.
static int changed(lua_State *L, change *change_part) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const lb_flag *flag = flag_of(L);
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, length);
  for (size_t done = 0; done < length;) {
    lb_poll(L, flag);
    size_t count = length - done < part ? length - done : part;
    change_part(out, text, count, done);
    done += count;
  }
  luaL_pushresultsize(&b, length);
  return 1;
}

static void to_upper(char *to, const char *from, size_t count, size_t at) {
  for (size_t i = at; i < at + count; i++) to[i] = (char)toupper((unsigned char)from[i]);
}
static void to_lower(char *to, const char *from, size_t count, size_t at) {
  for (size_t i = at; i < at + count; i++) to[i] = (char)tolower((unsigned char)from[i]);
}
static int string_upper(lua_State *L) { return changed(L, to_upper); }
static int string_lower(lua_State *L) { return changed(L, to_lower); }

static int string_reverse(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const lb_flag *flag = flag_of(L);
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, length);
  for (size_t i = 0; i < length; i++) {
    poll_at(L, flag, i);
    out[i] = text[length - 1 - i];
  }
  luaL_pushresultsize(&b, length);
  return 1;
}

static int string_rep(lua_State *L) {
  size_t length, between;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer times = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &between);
  size_t unit = length + between;
  if (times <= 0 || unit == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (unit < length || (size_t)times > (size_t)PTRDIFF_MAX / unit)
    return luaL_error(L, "resulting string too large");
  const lb_flag *flag = flag_of(L);
  size_t total = (size_t)times * unit - between;
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, total);
  memcpy(out, text, length);
  size_t done = total < unit ? total : unit;
  memcpy(out + length, separator, done - length);
  // What is there is copied behind itself: whole units, or a part of a long one.
  enum { most = 1 << 20 };
  while (done < total) {
    lb_poll(L, flag);
    size_t count = unit > most ? most : done <= most ? done : most / unit * unit;
    if (count > total - done) count = total - done;
    memcpy(out + done, out + (unit > most ? done % unit : 0), count);
    done += count;
  }
  luaL_pushresultsize(&b, total);
  return 1;
}

// MARK: UTF-8

static bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The end of the character at `s`, or NULL where there is none.
static const char *character_end(const char *s, const char *end, bool is_lax) {
  unsigned char first = (unsigned char)*s;
  if (first < 0x80) return s + 1;
  int more = first >= 0xFE ? -1
             : first >= 0xFC ? 5 : first >= 0xF8 ? 4 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2
             : first >= 0xC0 ? 1 : -1;
  if (more < 0 || end - s <= more) return NULL;
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  uint32_t code = first & (0x3Fu >> more);
  for (int i = 1; i <= more; i++) {
    if (!continues((unsigned char)s[i])) return NULL;
    code = code << 6 | ((unsigned char)s[i] & 0x3F);
  }
  if (code < least[more]) return NULL;
  if (!is_lax && (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))) return NULL;
  return s + more + 1;
}

// A position from 1, or from the end where negative, as an offset from 0.
static lua_Integer offset_of(lua_Integer position, size_t length) {
  if (position >= 0) return position - 1;
  return (size_t)-position > length ? -1 : (lua_Integer)length + position;
}

static int utf8_len(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer from = offset_of(luaL_optinteger(L, 2, 1), length);
  lua_Integer last = offset_of(luaL_optinteger(L, 3, -1), length);
  bool is_lax = lua_toboolean(L, 4);
  luaL_argcheck(L, 0 <= from && from <= (lua_Integer)length, 2, "initial position out of bounds");
  luaL_argcheck(L, last < (lua_Integer)length, 3, "final position out of bounds");
  const lb_flag *flag = flag_of(L);
  const char *s = text + from, *end = text + length;
  lua_Integer count = 0;
  while (s - text <= last) {
    poll_at(L, flag, (size_t)count);
    const char *next = character_end(s, end, is_lax);
    if (next == NULL) {
      luaL_pushfail(L);
      lua_pushinteger(L, s - text + 1);
      return 2;
    }
    s = next;
    count++;
  }
  lua_pushinteger(L, count);
  return 1;
}

static int utf8_offset(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer n = luaL_checkinteger(L, 2);
  lua_Integer size = (lua_Integer)length;
  lua_Integer at = offset_of(luaL_optinteger(L, 3, n > 0 ? 1 : size + 1), length);
  luaL_argcheck(L, 0 <= at && at <= size, 3, "position out of bounds");
  const lb_flag *flag = flag_of(L);
#define CONTINUES(i) ((i) < size && continues((unsigned char)text[i]))
  if (n == 0) {
    while (at > 0 && CONTINUES(at)) poll_at(L, flag, (size_t)at), at--;
    lua_pushinteger(L, at + 1);
    return 1;
  }
  if (CONTINUES(at)) return luaL_error(L, "initial position is a continuation byte");
  for (; n < 0 && at > 0; n++) {
    do poll_at(L, flag, (size_t)at), at--;
    while (at > 0 && CONTINUES(at));
  }
  for (n = n > 0 ? n - 1 : n; n > 0 && at < size; n--) {
    do poll_at(L, flag, (size_t)at), at++;
    while (CONTINUES(at));
  }
#undef CONTINUES
  if (n == 0) lua_pushinteger(L, at + 1);
  else luaL_pushfail(L);
  return 1;
}

// MARK: Tables

// What counts as a table for a library function: a table, or what has the metamethods that are used.
static void check_table(lua_State *L, int index, const char *const *events) {
  if (lua_type(L, index) == LUA_TTABLE) return;
  for (; *events != NULL; events++) {
    if (luaL_getmetafield(L, index, *events) == LUA_TNIL) luaL_checktype(L, index, LUA_TTABLE);
    else lua_pop(L, 1);
  }
}

static const char *const reading[] = {"__index", "__len", NULL};
static const char *const writing[] = {"__index", "__newindex", "__len", NULL};

static int table_insert(lua_State *L) {
  check_table(L, 1, writing);
  // It may wrap, as Lua's own does.
  lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
  int count = lua_gettop(L);
  if (count == 2) {
    lua_seti(L, 1, end);
    return 0;
  }
  if (count != 3) return luaL_error(L, "wrong number of arguments to 'insert'");
  lua_Integer at = luaL_checkinteger(L, 2);
  luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2, "position out of bounds");
  const lb_flag *flag = flag_of(L);
  for (lua_Integer i = end; i > at; i--) {
    poll_at(L, flag, (size_t)(end - i));
    lua_geti(L, 1, i - 1);
    lua_seti(L, 1, i);
  }
  lua_seti(L, 1, at);
  return 0;
}

static int table_remove(lua_State *L) {
  check_table(L, 1, writing);
  lua_Integer size = luaL_len(L, 1);
  lua_Integer at = luaL_optinteger(L, 2, size);
  if (at != size)
    luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
  lua_geti(L, 1, at);
  const lb_flag *flag = at < size ? flag_of(L) : NULL;
  lua_Integer first = at;
  for (; at < size; at++) {
    poll_at(L, flag, (size_t)(at - first));
    lua_geti(L, 1, at + 1);
    lua_seti(L, 1, at);
  }
  lua_pushnil(L);
  lua_seti(L, 1, at);
  return 1;
}

static int table_concat(lua_State *L) {
  check_table(L, 1, reading);
  size_t between;
  const char *separator = luaL_optlstring(L, 2, "", &between);
  lua_Integer first = luaL_optinteger(L, 3, 1);
  lua_Integer last = luaL_opt(L, luaL_checkinteger, 4, luaL_len(L, 1));
  const lb_flag *flag = flag_of(L);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (lua_Integer i = first; i <= last; i++) {
    poll_at(L, flag, (size_t)i - (size_t)first);
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
      return luaL_error(L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
    luaL_addvalue(&b);
    if (i == last) break;  // the next index may not fit
    luaL_addlstring(&b, separator, between);
  }
  luaL_pushresult(&b);
  return 1;
}

// Upvalue: what compares, or nil for `<`.
static int compare(lua_State *L) {
  lb_poll(L, flag_of(L));
  lua_settop(L, 2);
  if (lua_isnil(L, lua_upvalueindex(1))) {
    lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
    return 1;
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

// Upvalue: the original. Functions in Lua are interrupted themselves, and short lists are sorted soon.
static int table_sort(lua_State *L) {
  enum { short_list = 20000 };
  lua_settop(L, 2);
  bool is_short =
    lua_istable(L, 1) && !luaL_getmetafield(L, 1, "__len") && lua_rawlen(L, 1) < short_list;
  lua_settop(L, 2);
  bool is_own = lua_isnil(L, 2) ? !is_short : lua_iscfunction(L, 2);
  if (is_own) {
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, compare, 1);
    lua_replace(L, 2);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 2, 0);
  return 0;
}

// Upvalue: the original, called for a part at a time.
static int table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  luaL_argexpected(
    L, lua_istable(L, 1) || luaL_getmetafield(L, 1, "__index") != LUA_TNIL, 1, "table");
  lua_settop(L, 5);
  if (last < first) {
    lua_pushvalue(L, target);
    return 1;
  }
  luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
  lua_Integer count = last - first + 1;
  luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
  bool is_forward = to > last || to <= first || (target != 1 && !lua_rawequal(L, 1, target));
  const lb_flag *flag = flag_of(L);
  for (lua_Integer done = 0; done < count; done += part) {
    lb_poll(L, flag);
    lua_Integer size = count - done < part ? count - done : part;
    lua_Integer offset = is_forward ? done : count - done - size;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushinteger(L, first + offset);
    lua_pushinteger(L, first + offset + size - 1);
    lua_pushinteger(L, to + offset);
    lua_pushvalue(L, target);
    lua_call(L, 5, 0);
  }
  lua_pushvalue(L, target);
  return 1;
}

// MARK: Opening

// Puts functions that have their originals as upvalue into a library.
static void replace(lua_State *L, const char *library, const luaL_Reg *functions) {
  lua_getglobal(L, library);
  for (; functions->name != NULL; functions++) {
    lua_getfield(L, -1, functions->name);
    lua_pushcclosure(L, functions->func, 1);
    lua_setfield(L, -2, functions->name);
  }
  lua_pop(L, 1);
}

void lb_replace_endless(lua_State *L) {
  static const luaL_Reg strings[] = {
    {"rep", string_rep}, {"upper", string_upper}, {"lower", string_lower},
    {"reverse", string_reverse}, {NULL, NULL}};
  static const luaL_Reg characters[] = {
    {"len", utf8_len}, {"offset", utf8_offset}, {NULL, NULL}};
  static const luaL_Reg tables[] = {
    {"insert", table_insert}, {"remove", table_remove}, {"concat", table_concat},
    {"sort", table_sort}, {"move", table_move}, {NULL, NULL}};
  replace(L, LUA_STRLIBNAME, strings);
  replace(L, LUA_UTF8LIBNAME, characters);
  replace(L, LUA_TABLIBNAME, tables);
}
