// C, since it may raise: no jump must cross a frame of Swift.
#define _GNU_SOURCE  // for dladdr

#include "CStockLua.h"

#include <dlfcn.h>

#include "CLuaBridge.h"

// Lua unloads a module when its state closes; the Swift runtime keeps addresses of what was loaded once.
static void stay_loaded(void) {
  Dl_info info;
  if (dladdr((void *)luaopen_emulsion, &info) != 0 && info.dli_fname != NULL)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

int luaopen_emulsion(lua_State *L) {
  stay_loaded();
  return lb_open_module(L, emulsion_open_module);
}
