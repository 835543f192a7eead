#define _GNU_SOURCE

#include "CMappedFile.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// Mappings stay in the list for good and are used again, so that the handler can walk it at any time.
struct mf_mapping {
  atomic_uintptr_t start;  // 0 while not in use
  atomic_size_t length;
  atomic_bool is_damaged;
  mf_mapping *next;
};

static _Atomic(mf_mapping *) mappings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction previous;
static uintptr_t page_size;

// Puts zeros from the page of `address` to the end of its mapping; false where it is in none.
static bool cover(uintptr_t address) {
  for (mf_mapping *m = atomic_load(&mappings); m; m = m->next) {
    const uintptr_t start = atomic_load(&m->start);
    const uintptr_t end = start + atomic_load(&m->length);
    if (!start || address < start || address >= end) continue;
    const uintptr_t page = address & ~(page_size - 1);
    atomic_store(&m->is_damaged, true);
    return mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                0) != MAP_FAILED;
  }
  return false;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  (void)context;
  const int code = errno;
  const bool is_fault = info->si_code > 0;
  if (!is_fault || !cover((uintptr_t)info->si_addr)) {
    // The fault comes again, for who was there before; a signal that was sent has to be sent again.
    sigaction(number, &previous, NULL);
    if (!is_fault) raise(number);
  }
  errno = code;
}

static void install(void) {
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {0};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

mf_mapping *mf_map(int descriptor, size_t length) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (bytes == MAP_FAILED) return NULL;

  pthread_mutex_lock(&lock);
  mf_mapping *m = atomic_load(&mappings);
  while (m && atomic_load(&m->start)) m = m->next;
  const bool is_new = !m;
  if (is_new) m = calloc(1, sizeof *m);
  if (m) {
    atomic_store(&m->is_damaged, false);
    atomic_store(&m->length, length);
    atomic_store(&m->start, (uintptr_t)bytes);
    if (is_new) {
      m->next = atomic_load(&mappings);
      atomic_store(&mappings, m);
    }
  }
  pthread_mutex_unlock(&lock);
  if (!m) {
    munmap(bytes, length);
    errno = ENOMEM;
  }
  return m;
}

const void *mf_bytes(const mf_mapping *mapping) { return (const void *)atomic_load(&mapping->start); }

bool mf_is_damaged(const mf_mapping *mapping) { return atomic_load(&mapping->is_damaged); }

void mf_release(const mf_mapping *mapping, size_t start, size_t count) {
  const uintptr_t base = atomic_load(&mapping->start);
  const uintptr_t first = (base + start + page_size - 1) & ~(page_size - 1);
  const uintptr_t end = (base + start + count) & ~(page_size - 1);
  if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
}

void mf_fetch(const mf_mapping *mapping, size_t start, size_t count) {
  const size_t length = atomic_load(&mapping->length);
  if (start >= length) return;
  const uintptr_t base = atomic_load(&mapping->start);
  const uintptr_t first = (base + start) & ~(page_size - 1);
  const uintptr_t end = base + start + (count < length - start ? count : length - start);
  madvise((void *)first, end - first, MADV_WILLNEED);
}

void mf_unmap(mf_mapping *mapping) {
  void *bytes = (void *)atomic_load(&mapping->start);
  const size_t length = atomic_load(&mapping->length);
  // The addresses may be another's as soon as they are free.
  pthread_mutex_lock(&lock);
  atomic_store(&mapping->start, 0);
  pthread_mutex_unlock(&lock);
  munmap(bytes, length);
}
