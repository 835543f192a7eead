// The only code that may raise a Lua error.
//
// Swift sees Lua through this header alone. Functions marked `status` run in protected mode: they
// return 0, or a Lua status with the error value on top of the stack (LB_NO_STACK leaves nothing
// there). All others can neither raise nor allocate. So no longjmp ever crosses a Swift frame.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lua_State lua_State;
typedef struct lb_bridge lb_bridge;

// MARK: Interrupts

/// A flag that a signal handler or another thread sets, and hooks and drivers poll.
typedef struct lb_flag lb_flag;
lb_flag *lb_flag_new(void);
void lb_flag_free(lb_flag *flag);
void lb_flag_set(lb_flag *flag, bool value);
bool lb_flag_get(const lb_flag *flag);

/// An address that differs between threads.
const void *lb_thread(void);

// MARK: States

/// What the bridge calls in Swift.
typedef struct {
  /// Calls a Swift function; returns the number of results on the stack, LB_FAILED with the error
  /// value on top of the stack, or LB_NO_MEMORY or LB_OVERFLOW where it could not be pushed.
  int (*call)(lua_State *L, void *function);
  /// Gives up the reference a userdata held.
  void (*release)(void *object);
  /// The state is going away: no call may reach it any more.
  void (*closed)(void *context);
  void *context;
} lb_host;

enum { LB_FAILED = -1, LB_NO_MEMORY = -2, LB_OVERFLOW = -3 };
enum { LB_OK = 0, LB_RUNTIME = 2, LB_SYNTAX = 3, LB_MEMORY = 4, LB_HANDLER = 5, LB_FILE = 6, LB_NO_STACK = 100 };

/// Makes a state with the safe libraries, and io, os and files where `trusted`; NULL without memory.
lb_bridge *lb_open(lb_host host, lb_flag *flag, size_t limit, bool trusted);
/// Joins a state that another program owns; NULL without memory.
lb_bridge *lb_join(lua_State *L, lb_host host, lb_flag *flag, size_t limit);
/// The host's context of a state that was joined, or NULL.
void *lb_joined(lua_State *L);
/// Answers `require`: calls `open` and raises what that fails with, as `lb_host.call` does. For C alone: it raises.
int lb_open_module(lua_State *L, int (*open)(lua_State *));
/// Closes a state made by `lb_open`.
void lb_close(lb_bridge *bridge);
/// The main thread of the state that `L` belongs to.
lua_State *lb_main_state(lua_State *L);
/// The state of a bridge made by `lb_open`.
lua_State *lb_state(lb_bridge *bridge);

/// Bytes held by Lua, and by Swift objects that Lua holds.
size_t lb_memory_used(const lb_bridge *bridge);
/// Makes the allocation after `count` further ones fail, and all after it; negative turns it off.
void lb_fail_after(lb_bridge *bridge, long count);
/// Whether `bytes` more would fit the limit, after a collection if need be.
bool lb_has_room(lb_bridge *bridge, lua_State *L, size_t bytes);
/// The error value that an interrupt raises: the one on top of the stack, popped (status).
int lb_set_interrupt_value(lua_State *L);

// MARK: The stack

int lb_top(lua_State *L);
void lb_set_top(lua_State *L, int top);
bool lb_reserve(lua_State *L, int slots);
void lb_push_nil(lua_State *L);
void lb_push_boolean(lua_State *L, bool value);
void lb_push_integer(lua_State *L, long long value);
void lb_push_number(lua_State *L, double value);
void lb_push_copy(lua_State *L, int index);
void lb_push_globals(lua_State *L);
/// Gives the table beneath the one on top of the stack that as its metatable, popped.
void lb_set_metatable(lua_State *L);
int lb_push_string(lua_State *L, const char *bytes, size_t count);  // status
int lb_push_table(lua_State *L, int list, int fields);              // status
int lb_push_numbers(lua_State *L, const double *values, size_t count);  // status

// MARK: Reading

typedef enum {
  LB_NONE = -1, LB_NIL, LB_BOOLEAN, LB_LIGHT, LB_NUMBER, LB_STRING, LB_TABLE, LB_FUNCTION, LB_USERDATA, LB_THREAD
} lb_type;
lb_type lb_type_at(lua_State *L, int index);
bool lb_is_integer(lua_State *L, int index);
bool lb_to_boolean(lua_State *L, int index);
long long lb_to_integer(lua_State *L, int index);
double lb_to_number(lua_State *L, int index);
/// The bytes of a string (no conversion: NULL for other types); they live as long as it does.
const char *lb_to_string(lua_State *L, int index, size_t *count);
const void *lb_identity(lua_State *L, int index);
bool lb_raw_equal(lua_State *L, int a, int b);
size_t lb_raw_length(lua_State *L, int index);
/// Pushes `list[i]`, without metamethods.
void lb_raw_index(lua_State *L, int index, long long i);
/// Copies `count` numbers of a list; returns how many were numbers before the first that was not. An
/// interrupt ends it as well.
size_t lb_read_numbers(lua_State *L, int index, double *values, size_t count);
/// Where in a list of `count` values the first integer stands, from 0, that no double equals; else `count`.
size_t lb_first_inexact(lua_State *L, int index, size_t count);

// MARK: Tables, functions, text (all status)

int lb_raw_get(lua_State *L, int table);             // key -> value
int lb_raw_set(lua_State *L, int table);             // key, value ->
int lb_next(lua_State *L, int table, bool *more);    // key -> key, value (two nils at the end)
int lb_to_text(lua_State *L, int index);             // -> string, as tostring does
int lb_load(lua_State *L, const char *bytes, size_t count, const char *name);  // -> function
int lb_load_file(lua_State *L, const char *path);    // -> function; LB_FILE where it cannot be read
/// Calls a function with a message handler that keeps a traceback: function, arguments -> results.
int lb_call(lua_State *L, int arguments, int results);
/// The traceback the last failed `lb_call` kept, or NULL.
const char *lb_last_traceback(lua_State *L, size_t *count);
/// Pushes a traceback of the running function, and where it was called ("name:line", or empty).
int lb_traceback(lua_State *L);
int lb_reference(lua_State *L, int *reference);      // value ->
int lb_release_reference(lua_State *L, int reference);
void lb_push_reference(lua_State *L, int reference);
/// Collects all garbage.
int lb_collect(lua_State *L);
/// Makes `require(name)` give the value on top of the stack, popped.
int lb_provide(lua_State *L, const char *name);

// MARK: Objects

/// Pushes a Lua function that calls the Swift one; on success Lua owns the reference (status).
int lb_push_function(lua_State *L, void *function);
/// Pushes a userdata of the class kept at `class_reference`; on success Lua owns the reference.
/// `native_size` counts against the memory limit and hastens the collector (status).
int lb_push_object(lua_State *L, void *object, int class_reference, size_t native_size);
/// Begins a class: -> metatable, methods, getters (status).
int lb_begin_class(lua_State *L, const char *name);
/// Ends it: metatable, methods, getters, fallback, own keys -> metatable (status). The last is asked before
/// methods and getters, and gives nil for what they have; where it is nil itself, no one is asked.
int lb_end_class(lua_State *L);

typedef enum { LB_FOREIGN, LB_LIVE, LB_CLOSED } lb_object_state;
/// Whether the value is one of our userdata, and which object it holds.
lb_object_state lb_object_at(lua_State *L, int index, void **object);
/// The class name of a userdata (`__name`), or NULL.
const char *lb_class_name(lua_State *L, int index);
