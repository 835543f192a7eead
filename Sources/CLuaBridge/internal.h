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
  bool is_guest;     // the state is another program's
  int depth;         // of a guest: Swift functions that run
  bool listens;      // and whether Ctrl-C raises its flag meanwhile
  int below_script;  // and the program's own functions, below those of a script that is interrupted
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
/// A bridge without a state; NULL without memory.
lb_bridge *lb_new_bridge(lb_host host, lb_flag *flag, size_t limit);
/// Hears Ctrl-C while a guest's Swift function runs; gives what `lb_leave` gets.
lua_State *lb_enter(lua_State *L, lb_bridge *bridge);
/// Leaves Ctrl-C to the program again, and sees to it that an interrupt is raised.
void lb_leave(lua_State *L, lb_bridge *bridge, lua_State *outer);
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
