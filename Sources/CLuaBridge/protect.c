// Everything that allocates, indexes or calls, in protected mode.
#include "internal.h"

int lb_protect(lua_State *L, lua_CFunction action, void *request, int arguments, int results) {
  if (!lua_checkstack(L, 4 + (results > 0 ? results : 0))) {
    lua_pop(L, arguments);
    return LB_NO_STACK;
  }
  lua_pushcfunction(L, action);
  lua_insert(L, -arguments - 1);
  lua_pushlightuserdata(L, request);
  return lua_pcall(L, arguments + 1, results, 0);
}

// The request is the last argument; takes it off the stack.
static void *take_request(lua_State *L) {
  void *request = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return request;
}

// Pushes a copy of the table or other value at `index` beneath the top `above` values.
static bool lend(lua_State *L, int index, int above) {
  index = lua_absindex(L, index);
  if (!lua_checkstack(L, 4)) {
    lua_pop(L, above);
    return false;
  }
  lua_pushvalue(L, index);
  lua_insert(L, -above - 1);
  return true;
}

// MARK: Pushing

typedef struct {
  const void *bytes;
  size_t count, other;
} span;

static int push_string(lua_State *L) {
  span *request = take_request(L);
  lua_pushlstring(L, request->bytes == NULL ? "" : request->bytes, request->count);
  return 1;
}

int lb_push_string(lua_State *L, const char *bytes, size_t count) {
  span request = {bytes, count, 0};
  return lb_protect(L, push_string, &request, 0, 1);
}

static int push_table(lua_State *L) {
  span *request = take_request(L);
  lua_createtable(L, (int)request->count, (int)request->other);
  return 1;
}

int lb_push_table(lua_State *L, int list, int fields) {
  span request = {NULL, (size_t)list, (size_t)fields};
  return lb_protect(L, push_table, &request, 0, 1);
}

static int push_numbers(lua_State *L) {
  span *request = take_request(L);
  const double *values = request->bytes;
  lua_createtable(L, request->count > INT32_MAX ? INT32_MAX : (int)request->count, 0);
  const lb_flag *flag = lb_bridge_of(L)->flag;
  for (size_t i = 0; i < request->count; i++) {
    if (i % (1 << 16) == 0) lb_poll(L, flag);
    lua_pushnumber(L, values[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

int lb_push_numbers(lua_State *L, const double *values, size_t count) {
  span request = {values, count, 0};
  return lb_protect(L, push_numbers, &request, 0, 1);
}

// MARK: Tables

static int raw_get(lua_State *L) {
  take_request(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_rawget(L, 1);
  return 1;
}

int lb_raw_get(lua_State *L, int table) {
  return lend(L, table, 1) ? lb_protect(L, raw_get, NULL, 2, 1) : LB_NO_STACK;
}

static int raw_set(lua_State *L) {
  take_request(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_rawset(L, 1);
  return 0;
}

int lb_raw_set(lua_State *L, int table) {
  return lend(L, table, 2) ? lb_protect(L, raw_set, NULL, 3, 0) : LB_NO_STACK;
}

static int next(lua_State *L) {
  bool *more = take_request(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  *more = lua_next(L, 1);
  if (!*more) {
    lua_pushnil(L);
    lua_pushnil(L);
  }
  return 2;
}

int lb_next(lua_State *L, int table, bool *more) {
  *more = false;
  return lend(L, table, 1) ? lb_protect(L, next, more, 2, 2) : LB_NO_STACK;
}

static int to_text(lua_State *L) {
  take_request(L);
  luaL_tolstring(L, 1, NULL);
  return 1;
}

int lb_to_text(lua_State *L, int index) {
  return lend(L, index, 0) ? lb_protect(L, to_text, NULL, 1, 1) : LB_NO_STACK;
}

// MARK: Loading and calling

typedef struct {
  const char *bytes, *name;
  size_t count;
  int status;
} source;

static int load(lua_State *L) {
  source *request = take_request(L);
  // Text only: the loader of binary chunks can be crashed.
  request->status = lb_compile(L, request->bytes, request->count, request->name);
  return 1;
}

int lb_load(lua_State *L, const char *bytes, size_t count, const char *name) {
  source request = {bytes, name, count, LB_OK};
  int status = lb_protect(L, load, &request, 0, 1);
  return status == LB_OK ? request.status : status;
}

static int load_file(lua_State *L) {
  source *request = take_request(L);
  request->status = luaL_loadfilex(L, request->name, "t");
  return 1;
}

int lb_load_file(lua_State *L, const char *path) {
  source request = {NULL, path, 0, LB_OK};
  int status = lb_protect(L, load_file, &request, 0, 1);
  return status == LB_OK ? request.status : status;
}

// Keeps the traceback in the registry and hands the error value on as it is.
static int handle_message(lua_State *L) {
  luaL_traceback(L, L, NULL, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_traceback);
  return 1;
}

int lb_call(lua_State *L, int arguments, int results) {
  if (!lua_checkstack(L, 4 + (results > 0 ? results : 0))) {
    lua_pop(L, arguments + 1);
    return LB_NO_STACK;
  }
  lua_pushboolean(L, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_traceback);  // the slot exists: no allocation
  int handler = lua_gettop(L) - arguments;
  lua_pushcfunction(L, handle_message);
  lua_insert(L, handler);
  int status = lua_pcall(L, arguments, results, handler);
  lua_remove(L, handler);
  return status;
}

static int traceback(lua_State *L) {
  take_request(L);
  // Level 1: the caller of this function, which is the Swift function that failed.
  luaL_traceback(L, L, NULL, 1);
  luaL_where(L, 2);
  return 2;
}

int lb_traceback(lua_State *L) { return lb_protect(L, traceback, NULL, 0, 2); }

// MARK: References

static int reference(lua_State *L) {
  int *result = take_request(L);
  *result = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

int lb_reference(lua_State *L, int *result) { return lb_protect(L, reference, result, 1, 0); }

static int release_reference(lua_State *L) {
  int *request = take_request(L);
  luaL_unref(L, LUA_REGISTRYINDEX, *request);
  return 0;
}

int lb_release_reference(lua_State *L, int reference) {
  return lb_protect(L, release_reference, &reference, 0, 0);
}

static int collect(lua_State *L) {
  take_request(L);
  lua_gc(L, LUA_GCCOLLECT);
  return 0;
}

int lb_collect(lua_State *L) { return lb_protect(L, collect, NULL, 0, 0); }

static int provide(lua_State *L) {
  const char *name = take_request(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, name);
  return 0;
}

int lb_provide(lua_State *L, const char *name) {
  return lb_protect(L, provide, (void *)(uintptr_t)name, 1, 0);
}
