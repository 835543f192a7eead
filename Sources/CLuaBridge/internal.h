// What the files of this target share.
#pragma once

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdatomic.h>

#include "CLuaBridge.h"

struct lb_flag {
  atomic_bool raised;
};

struct lb_bridge {
  lb_host host;
  lb_flag *flag;
  lua_State *main;
  size_t used;    // bytes that Lua holds (an own state only)
  size_t native;  // bytes that Swift objects report
  size_t debt;    // of these, what has come since the last collection
  size_t kept;    // bytes that the last collection left
  size_t limit;   // 0: none
  long fail_after;
  struct lb_holding *holdings;
};

// Keys in the registry, by address: no script can name them.
extern char lb_key_bridge, lb_key_interrupt, lb_key_traceback, lb_key_memory, lb_key_overflow, lb_key_object;

/// Releases every object that is still held: Lua does not finalize what is made while a state
/// closes, nor what it has no memory left to finalize.
void lb_release_holdings(lb_bridge *bridge);
/// The bridge of a state. Never raises.
lb_bridge *lb_bridge_of(lua_State *L);
/// Raises the interrupt value if the flag is up.
void lb_poll(lua_State *L, const lb_flag *flag);
/// Sets what both kinds of state need. May raise.
void lb_prepare_registry(lua_State *L, lb_bridge *bridge);
/// Opens the libraries. May raise.
void lb_open_libraries(lua_State *L, lb_bridge *bridge, bool trusted);
/// Compiles text, as `luaL_loadbufferx` does, so that an interrupt is heard. Does not raise.
int lb_compile(lua_State *L, const char *bytes, size_t count, const char *name);
/// Replaces the string functions that match patterns. May raise.
void lb_open_patterns(lua_State *L);
/// Replaces library functions that can run for ever inside C. May raise.
void lb_replace_endless(lua_State *L);
/// Runs `action` in protected mode on the top `arguments` values and a request as light userdata.
int lb_protect(lua_State *L, lua_CFunction action, void *request, int arguments, int results);
