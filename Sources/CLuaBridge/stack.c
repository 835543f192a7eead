// Plain reads and pushes: none of these can raise.
#include "internal.h"

int lb_top(lua_State *L) { return lua_gettop(L); }
void lb_set_top(lua_State *L, int top) { lua_settop(L, top); }
bool lb_reserve(lua_State *L, int slots) { return lua_checkstack(L, slots); }
void lb_push_nil(lua_State *L) { lua_pushnil(L); }
void lb_push_boolean(lua_State *L, bool value) { lua_pushboolean(L, value); }
void lb_push_integer(lua_State *L, long long value) { lua_pushinteger(L, value); }
void lb_push_number(lua_State *L, double value) { lua_pushnumber(L, value); }
void lb_push_copy(lua_State *L, int index) { lua_pushvalue(L, index); }
void lb_push_globals(lua_State *L) { lua_pushglobaltable(L); }
void lb_set_metatable(lua_State *L) { lua_setmetatable(L, -2); }

lua_State *lb_main_state(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State *main = lua_tothread(L, -1);
  lua_pop(L, 1);
  return main;
}

lb_type lb_type_at(lua_State *L, int index) { return (lb_type)lua_type(L, index); }
bool lb_is_integer(lua_State *L, int index) { return lua_isinteger(L, index); }
bool lb_to_boolean(lua_State *L, int index) { return lua_toboolean(L, index); }
long long lb_to_integer(lua_State *L, int index) { return lua_tointeger(L, index); }
double lb_to_number(lua_State *L, int index) { return lua_tonumber(L, index); }

const char *lb_to_string(lua_State *L, int index, size_t *count) {
  // A number would be converted in place, which allocates.
  return lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, count) : NULL;
}

const void *lb_identity(lua_State *L, int index) { return lua_topointer(L, index); }
bool lb_raw_equal(lua_State *L, int a, int b) { return lua_rawequal(L, a, b); }
size_t lb_raw_length(lua_State *L, int index) { return lua_rawlen(L, index); }
void lb_raw_index(lua_State *L, int index, long long i) { lua_rawgeti(L, index, i); }
void lb_push_reference(lua_State *L, int reference) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
}

size_t lb_read_numbers(lua_State *L, int index, double *values, size_t count) {
  const lb_flag *flag = lb_bridge_of(L)->flag;
  for (size_t i = 0; i < count; i++) {
    if (i % (1 << 16) == 0 && lb_flag_get(flag)) return i;
    bool number = lua_rawgeti(L, index, (lua_Integer)i + 1) == LUA_TNUMBER;
    if (number) values[i] = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (!number) return i;
  }
  return count;
}

size_t lb_first_inexact(lua_State *L, int index, size_t count) {
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    lua_Integer value = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
    lua_pop(L, 1);
    // 2^63 is no integer any more, and converting it back is undefined.
    double rounded = (double)value;
    if (rounded >= 0x1p63 || (lua_Integer)rounded != value) return i;
  }
  return count;
}

const char *lb_last_traceback(lua_State *L, size_t *count) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_traceback);
  const char *text = lb_to_string(L, -1, count);  // the registry keeps it alive
  lua_pop(L, 1);
  return text;
}
