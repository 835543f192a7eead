#pragma once
#include <cblas.h>

// Debian's OpenBLAS exports LAPACK under its Fortran names, without a C header.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dtrtri_(const char *uplo, const char *diag, const int *n, double *a, const int *lda, int *info);
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, int *info);

// Not in every build of OpenBLAS.
int blas_thread_shutdown_(void) __attribute__((weak));

// OpenBLAS starts threads when it is loaded, which spin for a tenth of a second and then wait for
// work. Ours use the cores: it is told to work in the caller's, and its own are ended.
static inline void use_callers_thread(void) {
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
