// The libraries a script gets: no debug, no binary chunks; io, os and files only where trusted.
#define _POSIX_C_SOURCE 200809L  // for locks of files

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

// MARK: Loading text

// A text, given to the compiler in parts, so that an interrupt is heard between them.
typedef struct {
  const char *rest;
  size_t count;
  const lb_flag *flag;
} parts;

static const char *next_part(lua_State *L, void *context, size_t *size) {
  enum { most = 1 << 16 };
  parts *text = context;
  lb_poll(L, text->flag);
  *size = text->count < most ? text->count : most;
  const char *part = text->rest;
  text->rest += *size;
  text->count -= *size;
  return *size == 0 ? NULL : part;
}

int lb_compile(lua_State *L, const char *bytes, size_t count, const char *name) {
  parts text = {bytes, count, lb_bridge_of(L)->flag};
  return lua_load(L, next_part, &text, name, "t");
}

enum { piece_slot = 5 };  // keeps the piece that a reading function gave

// What the function in slot 1 gives, until that is nothing.
static const char *next_piece(lua_State *L, void *context, size_t *size) {
  lb_poll(L, context);
  luaL_checkstack(L, 2, "too many nested functions");
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    *size = 0;
    return NULL;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
  lua_replace(L, piece_slot);
  return lua_tolstring(L, piece_slot, size);
}

// As Lua's own `load`, but of text alone, whatever mode was asked.
static int load_text(lua_State *L) {
  bool has_environment = !lua_isnone(L, 4);
  size_t count;
  const char *text = lua_tolstring(L, 1, &count);
  const char *name = luaL_optstring(L, 2, text != NULL ? text : "=(load)");
  if (text == NULL) luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, piece_slot);
  int status = text != NULL
                 ? lb_compile(L, text, count, name)
                 : lua_load(L, next_piece, (void *)(uintptr_t)lb_bridge_of(L)->flag, name, "t");
  if (status != LUA_OK) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  }
  return 1;
}

static int load_text_file(lua_State *L) {
  const char *path = luaL_optstring(L, 1, NULL);
  int environment = lua_isnone(L, 3) ? 0 : 3;
  if (luaL_loadfilex(L, path, "t") != LUA_OK) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (environment != 0) {
    lua_pushvalue(L, environment);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  }
  return 1;
}

static int do_text_file(lua_State *L) {
  const char *path = luaL_optstring(L, 1, NULL);
  lua_settop(L, 1);
  if (luaL_loadfilex(L, path, "t") != LUA_OK) return lua_error(L);
  lua_call(L, 0, LUA_MULTRET);
  return lua_gettop(L) - 1;
}

// `package.searchers[2]` where files are allowed. Upvalues: package, package.searchpath.
static int search_text_file(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_pushvalue(L, 1);
  if (lua_getfield(L, lua_upvalueindex(1), "path") != LUA_TSTRING)
    return luaL_error(L, "'package.path' must be a string");
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) return 1;  // the reason
  lua_pop(L, 1);
  const char *file = lua_tostring(L, -1);
  if (luaL_loadfilex(L, file, "t") != LUA_OK)
    return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", name, file,
                      lua_tostring(L, -1));
  lua_insert(L, -2);
  return 2;
}

// MARK: Names of files

// C takes a text to end at its first NUL: another file than was meant. Upvalue: the original.
static int with_whole_texts(lua_State *L) {
  for (int i = 1; i <= lua_gettop(L); i++) {
    size_t length;
    const char *text = lua_type(L, i) == LUA_TSTRING ? lua_tolstring(L, i, &length) : NULL;
    if (text != NULL && memchr(text, 0, length) != NULL)
      return luaL_argerror(L, i, "it has a NUL byte, which no file's name or command has");
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static void check_texts(lua_State *L, const char *library, const char *const *names) {
  lua_getglobal(L, library);
  for (; *names != NULL; names++) {
    lua_getfield(L, -1, *names);
    lua_pushcclosure(L, with_whole_texts, 1);
    lua_setfield(L, -2, *names);
  }
  lua_pop(L, 1);
}

// MARK: Reading all of a file, or a line

// The open file that a reading function is called for, or NULL.
static FILE *read_file(lua_State *L, bool is_method) {
  if (!is_method) lua_getfield(L, LUA_REGISTRYINDEX, "_IO_input");
  luaL_Stream *stream = luaL_testudata(L, is_method ? 1 : -1, LUA_FILEHANDLE);
  if (!is_method) lua_pop(L, 1);
  return stream != NULL && stream->closef != NULL ? stream->f : NULL;
}

// Reads a line as Lua does, which may have no end, so that an interrupt is heard.
static int read_line(lua_State *L, FILE *file, bool keeps_end) {
  const lb_flag *flag = lb_bridge_of(L)->flag;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  bool is_any = false;
  int c = 0;
  clearerr(file);
  do {
    lb_poll(L, flag);
    char *piece = luaL_prepbuffer(&b);
    size_t count = 0;
    flockfile(file);
    while (count < LUAL_BUFFERSIZE && (c = getc_unlocked(file)) != EOF && c != '\n') piece[count++] = (char)c;
    funlockfile(file);
    luaL_addsize(&b, count);
    is_any = is_any || count > 0 || c == '\n';
  } while (c != EOF && c != '\n');
  if (keeps_end && c == '\n') luaL_addchar(&b, '\n');
  luaL_pushresult(&b);
  if (ferror(file)) return luaL_fileresult(L, 0, NULL);
  if (!is_any) lua_pushnil(L);
  return 1;
}

// As the original, upvalue 1, but `read("a")` goes part by part: a file may have no end, nor may a line.
// Upvalue 2: whether it is called with a file first.
static int read_parts(lua_State *L) {
  bool is_method = lua_toboolean(L, lua_upvalueindex(2));
  int first = is_method ? 2 : 1;
  bool is_line = lua_gettop(L) == first - 1;
  bool keeps_end = false;
  if (lua_gettop(L) == first && lua_type(L, first) == LUA_TSTRING) {
    const char *name = lua_tostring(L, first);
    name += *name == '*';
    keeps_end = *name == 'L';
    is_line = *name == 'l' || keeps_end;
  }
  FILE *file = is_line ? read_file(L, is_method) : NULL;
  if (file != NULL) return read_line(L, file, keeps_end);
  // A number must not become a string where it stands.
  bool is_one = lua_gettop(L) == first && lua_type(L, first) == LUA_TSTRING;
  const char *format = is_one ? lua_tostring(L, first) : NULL;
  if (format == NULL || strcmp(format + (*format == '*'), "a") != 0) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
  }
  enum { part = 1 << 20 };
  const lb_flag *flag = lb_bridge_of(L)->flag;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (;;) {
    lb_poll(L, flag);
    lua_pushvalue(L, lua_upvalueindex(1));
    if (first == 2) lua_pushvalue(L, 1);
    lua_pushinteger(L, part);
    lua_call(L, first, 2);
    if (lua_isnil(L, -2)) {
      if (lua_isnil(L, -1)) break;  // the end
      lua_pushnil(L);               // nil and what is wrong
      lua_insert(L, -2);
      return 2;
    }
    lua_pop(L, 1);
    luaL_addvalue(&b);
  }
  lua_pop(L, 2);
  luaL_pushresult(&b);
  return 1;
}

// As the original, upvalue 1. While a command runs Ctrl-C is its own, and this program does not hear it; a command
// that it ended is an interrupt of the script as well.
static int execute(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  int count = lua_gettop(L);
  if (count == 3 && lua_type(L, 2) == LUA_TSTRING) {
    lua_Integer code = lua_tointeger(L, 3);
    bool is_signal = strcmp(lua_tostring(L, 2), "signal") == 0 && code == SIGINT;
    // What a shell makes of it.
    if (is_signal || code == 128 + SIGINT) lb_flag_set(lb_bridge_of(L)->flag, true);
    lb_poll(L, lb_bridge_of(L)->flag);
  }
  return count;
}

static void open_commands(lua_State *L) {
  lua_getglobal(L, LUA_OSLIBNAME);
  lua_getfield(L, -1, "execute");
  lua_pushcclosure(L, execute, 1);
  lua_setfield(L, -2, "execute");
  lua_pop(L, 1);
}

static void open_reading(lua_State *L) {
  lua_getglobal(L, LUA_IOLIBNAME);
  lua_getfield(L, -1, "read");
  lua_pushboolean(L, false);
  lua_pushcclosure(L, read_parts, 2);
  lua_setfield(L, -2, "read");
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getfield(L, -1, "__index");
  lua_getfield(L, -1, "read");
  lua_pushboolean(L, true);
  lua_pushcclosure(L, read_parts, 2);
  lua_setfield(L, -2, "read");
  lua_pop(L, 3);
}

// MARK: Finalizers

// Lua runs finalizers with hooks off, where an endless one could never be interrupted; so a
// script's finalizer runs in a coroutine of its own, which has them on. Upvalue: the finalizer.
static int finalize(lua_State *L) {
  lua_State *own = lua_newthread(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_xmove(L, own, 2);
  int results;
  int status = lua_resume(own, L, 1, &results);
  if (status == LUA_OK) return 0;
  if (status == LUA_YIELD) return luaL_error(L, "attempt to yield from a finalizer");
  lua_xmove(own, L, 1);
  return lua_error(L);
}

// As Lua's own `setmetatable`, but wraps a finalizer.
static int set_metatable(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
    return luaL_error(L, "cannot change a protected metatable");
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) == LUA_TFUNCTION && lua_tocfunction(L, -1) != finalize) {
      lua_pushcclosure(L, finalize, 1);
      lua_pushliteral(L, "__gc");
      lua_insert(L, -2);
      lua_rawset(L, 2);
    }
    lua_settop(L, 2);
  }
  lua_setmetatable(L, 1);
  return 1;
}

// MARK: Message handlers

// An interrupt is raised inside a hook, where hooks are off: a script's message handler could then
// run for ever. So it is left out while the flag is up. Upvalue: the script's handler.
static int handle_message(lua_State *L) {
  lb_bridge *bridge = lb_bridge_of(L);
  if (bridge != NULL && lb_flag_get(bridge->flag)) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

static int finish_xpcall(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return lua_gettop(L);
}

// Upvalue: the original `xpcall`.
static int guarded_xpcall(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, handle_message, 1);
  lua_replace(L, 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, finish_xpcall);
  return lua_gettop(L);
}

// MARK: Opening

// Replaces the global function `name` by `replacement`, which has the original as its upvalue.
static void wrap(lua_State *L, const char *name, lua_CFunction replacement) {
  lua_getglobal(L, name);
  lua_pushcclosure(L, replacement, 1);
  lua_setglobal(L, name);
}

static void remove_field(lua_State *L, const char *library, const char *name) {
  lua_getglobal(L, library);
  lua_pushnil(L);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

static void open_package(lua_State *L, bool trusted) {
  luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
  int package = lua_gettop(L);
  lua_createtable(L, 2, 0);
  lua_getfield(L, package, "searchers");
  lua_rawgeti(L, -1, 1);  // package.preload
  lua_rawseti(L, -3, 1);
  lua_pop(L, 1);
  if (trusted) {
    lua_pushvalue(L, package);
    lua_getfield(L, package, "searchpath");
    lua_pushcclosure(L, search_text_file, 2);
    lua_rawseti(L, -2, 2);
  }
  lua_setfield(L, package, "searchers");
  lua_pop(L, 1);
  remove_field(L, LUA_LOADLIBNAME, "loadlib");
  remove_field(L, LUA_LOADLIBNAME, "cpath");
  if (trusted) return;
  remove_field(L, LUA_LOADLIBNAME, "searchpath");
  remove_field(L, LUA_LOADLIBNAME, "path");
}

void lb_open_libraries(lua_State *L, lb_bridge *bridge, bool trusted) {
  (void)bridge;
  static const luaL_Reg safe[] = {
    {LUA_GNAME, luaopen_base}, {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},
    {LUA_COLIBNAME, luaopen_coroutine}, {NULL, NULL}};
  static const luaL_Reg trusting[] = {
    {LUA_IOLIBNAME, luaopen_io}, {LUA_OSLIBNAME, luaopen_os}, {NULL, NULL}};
  for (const luaL_Reg *library = safe; library->name != NULL; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
  for (const luaL_Reg *library = trusting; trusted && library->name != NULL; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
  open_package(L, trusted);
  lb_open_patterns(L);
  lb_replace_endless(L);
  lua_pushcfunction(L, load_text);
  lua_setglobal(L, "load");
  wrap(L, "xpcall", guarded_xpcall);
  lua_pushcfunction(L, set_metatable);
  lua_setglobal(L, "setmetatable");
  lua_pushcfunction(L, load_text_file);
  lua_setglobal(L, "loadfile");
  lua_pushcfunction(L, do_text_file);
  lua_setglobal(L, "dofile");
  remove_field(L, LUA_STRLIBNAME, "dump");
  if (trusted) {
    static const char *const files[] = {"open", "lines", "input", "output", "popen", NULL};
    static const char *const system[] = {"remove", "rename", "execute", "getenv", NULL};
    static const char *const loaders[] = {"loadfile", "dofile", NULL};
    open_reading(L);
    open_commands(L);
    check_texts(L, LUA_IOLIBNAME, files);
    check_texts(L, LUA_OSLIBNAME, system);
    check_texts(L, LUA_GNAME, loaders);
    remove_field(L, LUA_OSLIBNAME, "setlocale");  // a decimal comma would break reading numbers
  } else {
    lua_pushnil(L);
    lua_setglobal(L, "loadfile");
    lua_pushnil(L);
    lua_setglobal(L, "dofile");
  }
}
