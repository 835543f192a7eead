// Swift functions and objects as Lua values.
#include <stdlib.h>

#include "internal.h"

typedef struct lb_holding holding;

// What is in a userdata.
typedef struct {
  holding *held;  // NULL once closed
  lb_bridge *bridge;
} box;

// One retained reference to a Swift object, in a list of all of them.
struct lb_holding {
  void *object;
  size_t native_size;
  holding *previous, *next;
  box *owner;
};

static void hold(box *b, lb_bridge *bridge, holding *held) {
  held->next = bridge->holdings;
  if (held->next != NULL) held->next->previous = held;
  bridge->holdings = held;
  bridge->native += held->native_size;
  held->owner = b;
  b->held = held;
}

static void let_go(lb_bridge *bridge, holding *held) {
  if (held->next != NULL) held->next->previous = held->previous;
  *(held->previous != NULL ? &held->previous->next : &bridge->holdings) = held->next;
  bridge->native -= held->native_size;
  void *object = held->object;
  free(held);
  bridge->host.release(object);
}

static void empty(box *b) {
  holding *held = b->held;
  if (held == NULL) return;
  b->held = NULL;
  let_go(b->bridge, held);
}

void lb_release_holdings(lb_bridge *bridge) {
  while (bridge->holdings != NULL) {
    // A state of our own is gone by now; in a guest's, finalizers that are older may come across the userdata.
    if (bridge->is_guest) empty(bridge->holdings->owner);
    else let_go(bridge, bridge->holdings);
  }
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
  if (b->held == NULL) return LB_CLOSED;
  *object = b->held->object;
  return LB_LIVE;
}

const char *lb_class_name(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_checkstack(L, 2)) return NULL;
  if (!lua_getmetatable(L, index)) return NULL;
  // The name is also kept under a key of our own: looking for "__name" would make a string.
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
  bool both = a != NULL && b != NULL && a->held != NULL && b->held != NULL;
  lua_pushboolean(L, both && a->held->object == b->held->object);
  return 1;
}

// Upvalues: methods by name, getters by name, a function (self, key) for everything else, and one or nil
// that is asked first.
static int index_object(lua_State *L) {
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING) {
    if (!lua_isnil(L, lua_upvalueindex(4))) {
      lua_pushvalue(L, lua_upvalueindex(4));
      lua_pushvalue(L, 1);
      lua_pushvalue(L, 2);
      lua_call(L, 2, 1);
      if (!lua_isnil(L, -1)) return 1;
    }
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
  lua_settop(L, 5);
  lua_pushcclosure(L, index_object, 4);
  lua_setfield(L, 1, "__index");
  return 1;
}

int lb_end_class(lua_State *L) { return lb_protect(L, end_class, NULL, 5, 1); }

// MARK: Objects

typedef struct {
  holding *held;
  lb_bridge *bridge;
  int class_reference;
} construction;

static bool construct(construction *request, lua_State *L, void *object, int class_reference,
                      size_t native_size) {
  *request = (construction){NULL, lb_bridge_of(L), class_reference};
  if (request->bridge != NULL) request->held = calloc(1, sizeof(holding));
  if (request->held == NULL) return false;
  request->held->object = object;
  request->held->native_size = native_size;
  return true;
}

static int push_object(lua_State *L) {
  construction *request = lua_touserdata(L, -1);
  lua_settop(L, 0);
  box *b = lua_newuserdatauv(L, sizeof(box), 0);
  b->held = NULL;
  b->bridge = request->bridge;
  lua_rawgeti(L, LUA_REGISTRYINDEX, request->class_reference);
  lua_setmetatable(L, 1);
  // Only now does Lua own the reference: nothing after this fails.
  hold(b, request->bridge, request->held);
  return 1;
}

static int pay_debt(lua_State *L) {
  lb_bridge *bridge = lua_touserdata(L, -1);
  lua_settop(L, 0);
  if (lua_gc(L, LUA_GCISRUNNING) == 1) {
    lua_gc(L, LUA_GCCOLLECT);
    bridge->debt = 0;
    bridge->kept = lb_memory_used(bridge);
  }
  return 0;
}

// Whether what Swift holds has doubled what the last collection left: Lua's own collector waits for that
// as well, and sees a gigabyte as some bytes. Vectors come by the thousand; a collection looks at all
// there is, so that a few megabytes must come together first.
static bool is_due(lb_bridge *bridge, size_t native_size) {
  enum { least = 16 << 20 };
  bridge->debt += native_size;
  return bridge->debt > least && bridge->debt > bridge->kept;
}

int lb_push_object(lua_State *L, void *object, int class_reference, size_t native_size) {
  construction request;
  if (!construct(&request, L, object, class_reference, native_size)) return LB_NO_STACK;
  int status = lb_protect(L, push_object, &request, 0, 1);
  if (status != LB_OK) {
    free(request.held);
    return status;
  }
  if (is_due(request.bridge, native_size)) {
    int paid = lb_protect(L, pay_debt, request.bridge, 0, 0);
    if (paid != LB_OK && paid != LB_NO_STACK) lua_pop(L, 1);
  }
  return LB_OK;
}

// MARK: Functions

static char key_function_class;

// The trampoline: the one place where an error from Swift becomes a Lua error.
static int call_function(lua_State *L) {
  box *b = lua_touserdata(L, lua_upvalueindex(1));
  // A finalizer may call what was finalized before it, while the state closes.
  if (b->held == NULL) return luaL_error(L, "the Lua state is closing");
  lb_bridge *bridge = b->bridge;
  int results;
  if (bridge->is_guest) {
    // Nothing is raised before: the program may be asking for an interrupt's text.
    lua_State *outer = lb_enter(L, bridge);
    results = bridge->host.call(L, b->held->object);
    lb_leave(L, bridge, outer);
  } else {
    lb_poll(L, bridge->flag);
    results = bridge->host.call(L, b->held->object);
  }
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
  b->held = NULL;
  b->bridge = request->bridge;
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
  hold(b, request->bridge, request->held);
  return 1;
}

int lb_push_function(lua_State *L, void *function) {
  construction request;
  // What a Swift function takes, roughly.
  if (!construct(&request, L, function, 0, 256)) return LB_NO_STACK;
  int status = lb_protect(L, push_function, &request, 0, 1);
  if (status != LB_OK) free(request.held);
  return status;
}
