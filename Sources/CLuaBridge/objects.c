// Swift functions and objects as Lua values.
#include <stdlib.h>

#include "internal.h"

// One retained reference to a Swift object.
typedef struct {
  void *object;  // NULL once closed
  lb_bridge *bridge;
  size_t native_size;
} box;

// Notes an object that a finalizer makes while the state closes; false without memory.
static bool note_late(lb_bridge *bridge, void *object) {
  void **list = realloc(bridge->late, (bridge->late_count + 1) * sizeof(void *));
  if (list == NULL) return false;
  list[bridge->late_count++] = object;
  bridge->late = list;
  return true;
}

static void forget_late(lb_bridge *bridge, void *object) {
  for (size_t i = 0; i < bridge->late_count; i++) {
    if (bridge->late[i] != object) continue;
    bridge->late[i] = bridge->late[--bridge->late_count];
    return;
  }
}

static void empty(box *b) {
  void *object = b->object;
  if (object == NULL) return;
  b->object = NULL;
  if (b->bridge->is_closing) forget_late(b->bridge, object);
  b->bridge->native -= b->native_size;
  b->bridge->host.release(object);
}

// MARK: Identity

lb_object_state lb_object_at(lua_State *L, int index, void **object) {
  *object = NULL;
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_checkstack(L, 2)) return LB_FOREIGN;
  if (!lua_getmetatable(L, index)) return LB_FOREIGN;
  // Only metatables made here carry this key, which no script can name or copy.
  bool ours = lua_rawgetp(L, -1, &lb_key_object) == LUA_TBOOLEAN;
  lua_pop(L, 2);
  if (!ours) return LB_FOREIGN;
  box *b = lua_touserdata(L, index);
  *object = b->object;
  return b->object == NULL ? LB_CLOSED : LB_LIVE;
}

const char *lb_class_name(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_checkstack(L, 2)) return NULL;
  if (!lua_getmetatable(L, index)) return NULL;
  // "__name" is in the registry of strings already, as every class has it; but look without making
  // a string: the name is the value kept under our own key.
  const char *name = NULL;
  if (lua_rawgetp(L, -1, &lb_key_bridge) == LUA_TSTRING) name = lua_tostring(L, -1);
  lua_pop(L, 2);
  return name;
}

static box *check_box(lua_State *L, int index) {
  void *object;
  if (lb_object_at(L, index, &object) == LB_FOREIGN) return NULL;
  return lua_touserdata(L, index);
}

// MARK: Metamethods every class has

static int close_object(lua_State *L) {
  box *b = check_box(L, 1);
  if (b != NULL) empty(b);
  return 0;
}

static int equal_objects(lua_State *L) {
  box *a = check_box(L, 1), *b = check_box(L, 2);
  lua_pushboolean(L, a != NULL && b != NULL && a->object != NULL && a->object == b->object);
  return 1;
}

// Upvalues: methods by name, getters by name, a function (self, key) for everything else.
static int index_object(lua_State *L) {
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) {
      lua_pushvalue(L, 1);
      lua_call(L, 1, 1);
      return 1;
    }
  }
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(3));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

// MARK: Classes

static int begin_class(lua_State *L) {
  const char *name = lua_touserdata(L, -1);
  lua_settop(L, 0);
  lua_createtable(L, 0, 16);
  lua_pushboolean(L, 1);
  lua_rawsetp(L, 1, &lb_key_object);
  lua_pushstring(L, name);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, 1, &lb_key_bridge);
  lua_pushvalue(L, -1);
  lua_setfield(L, 1, "__name");
  lua_setfield(L, 1, "__metatable");  // hides and protects it
  lua_pushcfunction(L, close_object);
  lua_setfield(L, 1, "__gc");
  lua_pushcfunction(L, close_object);
  lua_setfield(L, 1, "__close");
  lua_pushcfunction(L, equal_objects);
  lua_setfield(L, 1, "__eq");
  lua_newtable(L);
  lua_newtable(L);
  return 3;
}

int lb_begin_class(lua_State *L, const char *name) {
  return lb_protect(L, begin_class, (void *)(uintptr_t)name, 0, 3);
}

static int end_class(lua_State *L) {
  lua_settop(L, 4);
  lua_pushcclosure(L, index_object, 3);
  lua_setfield(L, 1, "__index");
  return 1;
}

int lb_end_class(lua_State *L) { return lb_protect(L, end_class, NULL, 4, 1); }

// MARK: Objects

typedef struct {
  void *object;
  lb_bridge *bridge;
  int class_reference;
  size_t native_size;
} construction;

static int push_object(lua_State *L) {
  construction *request = lua_touserdata(L, -1);
  lua_settop(L, 0);
  box *b = lua_newuserdatauv(L, sizeof(box), 0);
  b->object = NULL;
  b->bridge = request->bridge;
  b->native_size = request->native_size;
  lua_rawgeti(L, LUA_REGISTRYINDEX, request->class_reference);
  lua_setmetatable(L, 1);
  return 1;
}

// Adds what Swift holds to the collector's debt: it sees a gigabyte as one.
static int pay_debt(lua_State *L) {
  size_t *size = lua_touserdata(L, -1);
  lua_settop(L, 0);
  if (lua_gc(L, LUA_GCISRUNNING) == 1) {
    size_t kilobytes = *size / 1024;
    lua_gc(L, LUA_GCSTEP, kilobytes > INT32_MAX / 2 ? INT32_MAX / 2 : (int)kilobytes);
  }
  return 0;
}

int lb_push_object(lua_State *L, void *object, int class_reference, size_t native_size) {
  enum { worth_reporting = 4096 };
  construction request = {object, lb_bridge_of(L), class_reference, native_size};
  if (request.bridge == NULL) return LB_NO_STACK;
  int status = lb_protect(L, push_object, &request, 0, 1);
  if (status != LB_OK) return status;
  if (request.bridge->is_closing && !note_late(request.bridge, object)) {
    lua_pop(L, 1);
    return LB_NO_STACK;
  }
  // Only now does Lua own the reference: nothing after this point fails the call.
  box *b = lua_touserdata(L, -1);
  b->object = object;
  b->bridge->native += native_size;
  if (native_size >= worth_reporting) {
    int paid = lb_protect(L, pay_debt, &native_size, 0, 0);
    if (paid != LB_OK && paid != LB_NO_STACK) lua_pop(L, 1);
  }
  return LB_OK;
}

// MARK: Functions

static char key_function_class;

// The trampoline: the one place where an error from Swift becomes a Lua error.
static int call_function(lua_State *L) {
  box *b = lua_touserdata(L, lua_upvalueindex(1));
  lb_poll(L, b->bridge->flag);
  int results = b->bridge->host.call(L, b->object);
  if (results >= 0) return results;
  if (results != LB_FAILED) {
    lua_settop(L, 0);
    lua_rawgetp(
      L, LUA_REGISTRYINDEX, results == LB_NO_MEMORY ? &lb_key_memory : &lb_key_overflow);
  }
  return lua_error(L);
}

static int push_function(lua_State *L) {
  construction *request = lua_touserdata(L, -1);
  lua_settop(L, 0);
  box *b = lua_newuserdatauv(L, sizeof(box), 0);
  b->object = NULL;
  b->bridge = request->bridge;
  b->native_size = 0;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_function_class) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &lb_key_object);
    lua_pushcfunction(L, close_object);
    lua_setfield(L, -2, "__gc");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_function_class);
  }
  lua_setmetatable(L, 1);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, call_function, 1);
  b->object = request->object;
  return 1;
}

int lb_push_function(lua_State *L, void *function) {
  construction request = {function, lb_bridge_of(L), 0, 0};
  if (request.bridge == NULL) return LB_NO_STACK;
  int status = lb_protect(L, push_function, &request, 0, 1);
  if (status == LB_OK && request.bridge->is_closing) note_late(request.bridge, function);
  return status;
}
