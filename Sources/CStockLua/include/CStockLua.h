// `require "emulsion"` in a Lua of another program.
#pragma once

typedef struct lua_State lua_State;

/// What `require` looks for in emulsion.so.
int luaopen_emulsion(lua_State *L);
/// Makes the module, in Swift: the number of results, or negative where it failed.
int emulsion_open_module(lua_State *L);
