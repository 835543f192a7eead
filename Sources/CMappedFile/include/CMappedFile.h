#pragma once

// Files mapped into memory for reading, safe from files that shrink.
//
// Reading a mapped page that its file no longer has raises SIGBUS. A handler puts zeros in the place
// of such pages and marks the mapping as damaged, so that any code may read mapped bytes; whoever
// did asks afterwards whether they were the file's. Signals from elsewhere go to the handler there
// was before. Source: the journal of systemd does the same (sigbus.c).

#include <stdbool.h>
#include <stddef.h>

typedef struct mf_mapping mf_mapping;

// Maps the first `length` > 0 bytes of the file; NULL with `errno` set where that fails.
mf_mapping *mf_map(int descriptor, size_t length);

// The bytes, until the mapping is unmapped.
const void *mf_bytes(const mf_mapping *mapping);

// Whether a page that was read was no longer there.
bool mf_is_damaged(const mf_mapping *mapping);

// Gives the memory of whole pages among `count` bytes from `start` back; they are read again if needed.
void mf_release(const mf_mapping *mapping, size_t start, size_t count);

// Asks the system to have `count` bytes from `start` in memory soon.
void mf_fetch(const mf_mapping *mapping, size_t start, size_t count);

void mf_unmap(mf_mapping *mapping);
