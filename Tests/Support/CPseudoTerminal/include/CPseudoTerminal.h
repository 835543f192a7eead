// A program on a terminal of its own, for tests: Swift can not fork.
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/// Starts a program on a new terminal; `*terminal` is the end that a person would sit at. The
/// lists end in null. Returns its process, or -1.
pid_t pseudo_terminal_start(
    const char *path, char *const arguments[], char *const environment[], int columns, int rows,
    int *terminal);

/// Gives the terminal another size.
bool pseudo_terminal_resize(int terminal, int columns, int rows);

/// Waits for the program's end; its exit code, or 128 + the signal that ended it.
int pseudo_terminal_wait(pid_t process);
