// States of another program, such as the stock `lua` that loads a module: joining them, and Ctrl-C there.
//
// The program has a handler of its own for the time that scripts run. While a Swift function runs, which that
// handler can not end, this one listens instead. An interrupt must then outrun every `pcall`, so the state raises it
// anew at each instruction, until the script is left: no one else tells that it was.
#define _XOPEN_SOURCE 700  // for sigaction

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "internal.h"

// MARK: Raising

static int count_levels(lua_State *L) {
  lua_Debug record;
  int count = 0;
  while (lua_getstack(L, count, &record)) count++;
  return count;
}

static bool is_script(lua_State *L, lua_Debug *record) {
  return lua_getinfo(L, "S", record) && *record->what != 'C';
}

// How many functions of the program are below the first of a script; -1 where there is none of a script.
static int count_below_script(lua_State *L) {
  int levels = count_levels(L);
  lua_Debug record;
  for (int below = 0; below < levels; below++)
    if (lua_getstack(L, levels - 1 - below, &record) && is_script(L, &record)) return below;
  return -1;
}

static void hook(lua_State *L, lua_Debug *record) {
  lb_bridge *bridge = lb_bridge_of(L);
  if (bridge == NULL) return;
  if (record->event == LUA_HOOKCOUNT) lb_poll(L, bridge->flag);
  // Where the script began another one begins.
  bool is_new = record->event == LUA_HOOKCALL && L == bridge->main && is_script(L, record)
                && count_levels(L) == bridge->below_script + 1;
  if (is_new) lb_flag_set(bridge->flag, false);
  if (!lb_flag_get(bridge->flag)) lua_sethook(L, NULL, 0, 0);
}

// Safe in a signal handler, as what `lua` itself does there.
static void raise_in(lua_State *L) { lua_sethook(L, hook, LUA_MASKCALL | LUA_MASKCOUNT, 1); }

// MARK: Listening

// Of several states in as many threads one listens at a time.
static struct {
  atomic_flag is_taken;
  pthread_t thread;
  lua_State *_Atomic running;
  lb_flag *flag;
  struct sigaction previous;
} listener = {.is_taken = ATOMIC_FLAG_INIT};

static void interrupt(int number) {
  if (!pthread_equal(pthread_self(), listener.thread)) {
    pthread_kill(listener.thread, number);
    return;
  }
  // The next one ends the program, should it not hear this one.
  signal(number, SIG_DFL);
  lb_flag_set(listener.flag, true);
  raise_in(atomic_load(&listener.running));
}

static bool begin_listening(lua_State *L, lb_bridge *bridge) {
  if (atomic_flag_test_and_set(&listener.is_taken)) return false;
  listener.thread = pthread_self();
  listener.flag = bridge->flag;
  atomic_store(&listener.running, L);
  struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &listener.previous);
  // Who ignores Ctrl-C, such as a program in the background, goes on ignoring it.
  if (listener.previous.sa_handler == SIG_IGN) sigaction(SIGINT, &listener.previous, NULL);
  return true;
}

static void stop_listening(void) {
  sigaction(SIGINT, &listener.previous, NULL);
  atomic_flag_clear(&listener.is_taken);
}

lua_State *lb_enter(lua_State *L, lb_bridge *bridge) {
  if (bridge->depth++ == 0) {
    bridge->listens = begin_listening(L, bridge);
    return NULL;
  }
  return bridge->listens ? atomic_exchange(&listener.running, L) : NULL;
}

void lb_leave(lua_State *L, lb_bridge *bridge, lua_State *outer) {
  if (--bridge->depth > 0) {
    if (bridge->listens) atomic_store(&listener.running, outer);
  } else if (bridge->listens) {
    stop_listening();
  }
  if (!lb_flag_get(bridge->flag)) return;
  bridge->below_script = count_below_script(bridge->main);
  if (bridge->below_script < 0 && bridge->depth == 0) {
    lb_flag_set(bridge->flag, false);
    return;
  }
  raise_in(L);
  raise_in(bridge->main);
}

// MARK: Joining

void *lb_joined(lua_State *L) {
  lb_bridge *bridge = lb_bridge_of(L);
  return bridge != NULL && bridge->is_guest ? bridge->host.context : NULL;
}

static int join(lua_State *L) {
  lb_prepare_registry(L, lua_touserdata(L, 1));
  return 0;
}

lb_bridge *lb_join(lua_State *L, lb_host host, lb_flag *flag, size_t limit) {
  lb_bridge *bridge = lb_new_bridge(host, flag, limit);
  if (bridge == NULL) return NULL;
  bridge->is_guest = true;
  bridge->main = lb_main_state(L);
  int status = lb_protect(L, join, bridge, 0, 0);
  if (status == LB_OK) return bridge;
  if (status != LB_NO_STACK) lua_pop(L, 1);
  free(bridge);
  return NULL;
}

int lb_open_module(lua_State *L, int (*open)(lua_State *)) {
  luaL_checkversion(L);
  lua_settop(L, 0);
  int results = open(L);
  if (results >= 0) return results;
  if (results != LB_FAILED) return luaL_error(L, "not enough memory");
  return lua_error(L);
}
