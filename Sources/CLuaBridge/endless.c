// Library functions that count to any number inside C, where no hook runs: in parts, so that an
// interrupt is heard between them.
#include "internal.h"

// Upvalue: the original. Repeating nothing would count to n all the same.
static int string_rep(lua_State *L) {
  size_t length, separator_length = 0;
  luaL_checklstring(L, 1, &length);
  luaL_optlstring(L, 3, "", &separator_length);
  if (length + separator_length == 0) {
    luaL_checkinteger(L, 2);
    lua_pushliteral(L, "");
    return 1;
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

// Upvalue: the original, called for a part at a time.
static int table_move(lua_State *L) {
  enum { part = 1 << 16 };
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
  const lb_flag *flag = lb_bridge_of(L)->flag;
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

void lb_replace_endless(lua_State *L) {
  lua_getglobal(L, LUA_STRLIBNAME);
  lua_getfield(L, -1, "rep");
  lua_pushcclosure(L, string_rep, 1);
  lua_setfield(L, -2, "rep");
  lua_getglobal(L, LUA_TABLIBNAME);
  lua_getfield(L, -1, "move");
  lua_pushcclosure(L, table_move, 1);
  lua_setfield(L, -2, "move");
  lua_pop(L, 2);
}
