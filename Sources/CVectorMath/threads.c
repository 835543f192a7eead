// OpenBLAS asks this function how many threads it shall start when it is loaded. The core has threads of its
// own and wants none, and where address space is short OpenBLAS would try to start them for ever. A
// program's function goes before the library's; where it doesn't, there are threads that get no work.
int openblas_num_threads_env(void);
int openblas_num_threads_env(void) { return 1; }
