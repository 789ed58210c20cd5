#ifndef EIGENCODER_CMPI_SHIM_H
#define EIGENCODER_CMPI_SHIM_H

#include <mpi.h>
#include <sched.h>
#include <string.h>

// MPI's constants are macros with casts, which Swift does not see. Every call ends the job where it fails: MPI's default.

static inline int ek_mpi_start(void) {
  int provided = 0;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

static inline int ek_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int ek_mpi_size(void) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

// Ranks on this machine that may run on the same processors as this one, itself among them.
static inline int ek_mpi_sharing(void) {
  MPI_Comm local;
  int size = 1, sharing = 0;
  unsigned char own[1024] = {0}, other[1024];
  sched_getaffinity(0, sizeof own, (cpu_set_t *)own);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  MPI_Comm_size(local, &size);
  for (int i = 0; i < size; i++) {
    memcpy(other, own, sizeof own);
    MPI_Bcast(other, sizeof other, MPI_BYTE, i, local);
    sharing += memcmp(own, other, sizeof own) == 0;
  }
  MPI_Comm_free(&local);
  return sharing > 0 ? sharing : 1;
}

static inline void ek_mpi_sum_f32(float *x, int count) {
  MPI_Allreduce(MPI_IN_PLACE, x, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

// By way of one rank: an all-reduce may leave other last bits at each.
static inline void ek_mpi_sum_f64(double *x, int count) {
  int rank = ek_mpi_rank();
  MPI_Reduce(rank == 0 ? MPI_IN_PLACE : x, x, count, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  MPI_Bcast(x, count, MPI_DOUBLE, 0, MPI_COMM_WORLD);
}

static inline void ek_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

#endif
