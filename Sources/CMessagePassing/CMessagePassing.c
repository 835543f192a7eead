#define _POSIX_C_SOURCE 200809L

#include "CMessagePassing.h"

#ifdef EMULSION_MPI

#include <mpi.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

// MPI counts by int.
static const size_t most = (size_t)1 << 30;

bool mp_is_built(void) { return true; }

static void finish(void) {
  int is_finished = 0;
  MPI_Finalized(&is_finished);
  if (!is_finished) MPI_Finalize();
}

bool mp_begin(void) {
  int level = 0;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS) return false;
  atexit(finish);
  return true;
}

int mp_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int mp_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

bool mp_send(const void *bytes, size_t count, int rank) {
  uint64_t size = count;
  if (MPI_Send(&size, 8, MPI_BYTE, rank, 1, MPI_COMM_WORLD) != MPI_SUCCESS) return false;
  for (size_t done = 0; done < count; done += most) {
    const int part = (int)(count - done < most ? count - done : most);
    if (MPI_Send((const char *)bytes + done, part, MPI_BYTE, rank, 2, MPI_COMM_WORLD) != MPI_SUCCESS)
      return false;
  }
  return true;
}

bool mp_receive_count(size_t *count, int rank) {
  uint64_t size = 0;
  if (MPI_Recv(&size, 8, MPI_BYTE, rank, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE) != MPI_SUCCESS)
    return false;
  *count = size;
  return true;
}

bool mp_receive(void *bytes, size_t count, int rank) {
  for (size_t done = 0; done < count; done += most) {
    const int part = (int)(count - done < most ? count - done : most);
    if (MPI_Recv((char *)bytes + done, part, MPI_BYTE, rank, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE) !=
        MPI_SUCCESS)
      return false;
  }
  return true;
}

bool mp_meet(double seconds) {
  MPI_Request request;
  if (MPI_Ibarrier(MPI_COMM_WORLD, &request) != MPI_SUCCESS) return false;
  const struct timespec pause = {0, 1000000};
  for (double waited = 0; waited < seconds; waited += 0.001) {
    int is_done = 0;
    MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
    if (is_done) return true;
    nanosleep(&pause, NULL);
  }
  return false;
}

void mp_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

#else

bool mp_is_built(void) { return false; }
bool mp_begin(void) { return false; }
int mp_rank(void) { return 0; }
int mp_count(void) { return 1; }

bool mp_send(const void *bytes, size_t count, int rank) {
  (void)bytes, (void)count, (void)rank;
  return false;
}

bool mp_receive_count(size_t *count, int rank) {
  (void)count, (void)rank;
  return false;
}

bool mp_receive(void *bytes, size_t count, int rank) {
  (void)bytes, (void)count, (void)rank;
  return false;
}

bool mp_meet(double seconds) {
  (void)seconds;
  return true;
}

void mp_abort(int status) { (void)status; }

#endif
