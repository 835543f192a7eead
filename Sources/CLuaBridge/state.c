// States: allocator with a limit, interrupts, opening and closing.
#include <stdlib.h>

#include "internal.h"

char lb_key_bridge, lb_key_interrupt, lb_key_traceback, lb_key_memory, lb_key_overflow, lb_key_object;

enum {
  poll_interval = 1000,           // VM instructions between looks at the flag
  large_allocation = 256 * 1024,  // refused while the flag is up: what takes long takes memory
};

// MARK: Flag

lb_flag *lb_flag_new(void) { return calloc(1, sizeof(lb_flag)); }
void lb_flag_free(lb_flag *flag) { free(flag); }
void lb_flag_set(lb_flag *flag, bool value) { atomic_store(&flag->raised, value); }
bool lb_flag_get(const lb_flag *flag) {
  return atomic_load_explicit(&flag->raised, memory_order_relaxed);
}

const void *lb_thread(void) {
  static _Thread_local char here;
  return &here;
}

static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  lb_bridge *bridge = lb_bridge_of(L);
  if (bridge == NULL) return;
  // After the first interrupt every instruction raises it, so that no pcall can outrun it.
  int interval = lb_flag_get(bridge->flag) ? 1 : poll_interval;
  // Setting a hook walks all calls of the stack, so only where it changes.
  if (lua_gethookcount(L) != interval) lua_sethook(L, hook, LUA_MASKCOUNT, interval);
  lb_poll(L, bridge->flag);
}

void lb_poll(lua_State *L, const lb_flag *flag) {
  if (!lb_flag_get(flag)) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_interrupt);
  lua_error(L);
}

// MARK: Memory

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
  lb_bridge *bridge = context;
  if (block == NULL) old_size = 0;  // Lua passes the kind of object there
  if (new_size == 0) {
    free(block);
    bridge->used -= old_size;
    return NULL;
  }
  if (new_size > old_size) {
    size_t more = new_size - old_size;
    if (bridge->limit != 0) {
      size_t held = bridge->used + bridge->native;
      if (held > bridge->limit || more > bridge->limit - held) return NULL;
    }
    if (more >= large_allocation && lb_flag_get(bridge->flag)) return NULL;
    if (bridge->fail_after == 0) return NULL;
    if (bridge->fail_after > 0) bridge->fail_after--;
  }
  void *result = realloc(block, new_size);
  if (result != NULL) bridge->used += new_size - old_size;
  return result;
}

size_t lb_memory_used(const lb_bridge *bridge) {
  if (!bridge->is_guest) return bridge->used + bridge->native;
  int kilobytes = lua_gc(bridge->main, LUA_GCCOUNT);  // negative while it collects
  return (kilobytes > 0 ? (size_t)kilobytes * 1024 : 0) + bridge->native;
}

void lb_fail_after(lb_bridge *bridge, long count) { bridge->fail_after = count < 0 ? -1 : count; }

static bool fits(const lb_bridge *bridge, size_t bytes) {
  size_t held = lb_memory_used(bridge);
  return bridge->limit == 0 || (held <= bridge->limit && bytes <= bridge->limit - held);
}

bool lb_has_room(lb_bridge *bridge, lua_State *L, size_t bytes) {
  if (fits(bridge, bytes)) return true;
  lb_collect(L);
  return fits(bridge, bytes);
}

// MARK: Registry

lb_bridge *lb_bridge_of(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_bridge);
  lb_bridge **box = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return box == NULL ? NULL : *box;
}

int lb_set_interrupt_value(lua_State *L) {
  // The slot exists since the state was prepared, so this allocates nothing.
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_interrupt);
  return LB_OK;
}

static int state_closed(lua_State *L) {
  lb_bridge **box = lua_touserdata(L, 1);
  lb_bridge *bridge = *box;
  if (bridge == NULL) return 0;
  *box = NULL;
  bridge->host.closed(bridge->host.context);
  if (bridge->is_guest) {  // nobody else will
    lb_release_holdings(bridge);
    free(bridge);
  }
  return 0;
}

void lb_prepare_registry(lua_State *L, lb_bridge *bridge) {
  // Made before any object, so finalized after all of them.
  lb_bridge **box = lua_newuserdatauv(L, sizeof(lb_bridge *), 0);
  *box = NULL;
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, state_closed);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pushliteral(L, "not enough memory");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_memory);
  lua_pushliteral(L, "stack overflow");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_overflow);
  lua_pushliteral(L, "interrupted");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_interrupt);
  lua_pushboolean(L, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_traceback);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_bridge);
  *box = bridge;
}

// MARK: Opening and closing

typedef struct {
  lb_bridge *bridge;
  bool trusted;
} opening;

static int open_state(lua_State *L) {
  opening *request = lua_touserdata(L, 1);
  lb_prepare_registry(L, request->bridge);
  lb_open_libraries(L, request->bridge, request->trusted);
  return 0;
}

lb_bridge *lb_new_bridge(lb_host host, lb_flag *flag, size_t limit) {
  lb_bridge *bridge = calloc(1, sizeof(lb_bridge));
  if (bridge == NULL) return NULL;
  bridge->host = host;
  bridge->flag = flag;
  bridge->limit = limit;
  bridge->fail_after = -1;
  return bridge;
}

lb_bridge *lb_open(lb_host host, lb_flag *flag, size_t limit, bool trusted) {
  lb_bridge *bridge = lb_new_bridge(host, flag, limit);
  if (bridge == NULL) return NULL;
  lua_State *L = lua_newstate(allocate, bridge);
  if (L == NULL) {
    free(bridge);
    return NULL;
  }
  bridge->main = L;
  opening request = {bridge, trusted};
  if (lb_protect(L, open_state, &request, 0, 0) != LB_OK) {
    lua_close(L);
    free(bridge);
    return NULL;
  }
  lua_sethook(L, hook, LUA_MASKCOUNT, poll_interval);  // coroutines inherit it
  return bridge;
}

void lb_close(lb_bridge *bridge) {
  lua_close(bridge->main);
  lb_release_holdings(bridge);
  free(bridge);
}

lua_State *lb_state(lb_bridge *bridge) { return bridge->main; }
