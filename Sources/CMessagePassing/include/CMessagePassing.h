#pragma once

// Messages between the processes that `mpirun` started. Built without MPI, the functions say that there is none.

#include <stdbool.h>
#include <stddef.h>

// Whether this was built with MPI.
bool mp_is_built(void);

// Begins; false where MPI can't. Ends by itself when the program does.
bool mp_begin(void);

int mp_rank(void);
int mp_count(void);

// Sends bytes, or waits for the next ones from `rank`: first their number, then they themselves. False where that fails.
bool mp_send(const void *bytes, size_t count, int rank);
bool mp_receive_count(size_t *count, int rank);
bool mp_receive(void *bytes, size_t count, int rank);

// Waits up to so many seconds until all ranks are here; false where some did not come.
bool mp_meet(double seconds);

// Ends all ranks at once.
void mp_abort(int status);
