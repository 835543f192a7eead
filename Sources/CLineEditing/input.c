// Waiting for keys and signals alike, and reading what is pasted.
#define _GNU_SOURCE
#include "line_editor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

// A handler may do next to nothing: it writes the signal's number into a pipe, and the loop that
// waits for keys reads it there.
static int signal_pipe[2] = {-1, -1};
static const int caught[] = {SIGINT, SIGWINCH, SIGCONT, SIGTERM, SIGHUP};
enum { caught_count = sizeof caught / sizeof caught[0] };
static struct sigaction previous[caught_count];
static int fatal_signal;

static void note_signal(int number) {
  int error = errno;
  unsigned char byte = (unsigned char)number;
  ssize_t written = write(signal_pipe[1], &byte, 1);
  (void)written;  // a full pipe holds signals enough
  errno = error;
}

bool line_editor_catch_signals(void) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  fatal_signal = 0;
  struct sigaction action = {.sa_handler = note_signal};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < caught_count; i++) sigaction(caught[i], &action, &previous[i]);
  return true;
}

void line_editor_release_signals(void) {
  for (int i = 0; i < caught_count; i++) sigaction(caught[i], &previous[i], NULL);
  if (fatal_signal) raise(fatal_signal);
}

/// Answers one signal; true when the reading of the line is over.
static bool answer(EditLine *edit, int number) {
  struct line_editor *editor = line_editor_of(edit);
  switch (number) {
    case SIGINT:
      editor->interrupted = true;
      return true;
    case SIGTERM:
    case SIGHUP:
      fatal_signal = number;
      editor->stopped = true;
      return true;
    case SIGCONT:  // back from Ctrl-Z: the shell has left the terminal in its own mode
      el_set(edit, EL_PREP_TERM, 0);
      el_set(edit, EL_PREP_TERM, 1);
      el_set(edit, EL_REFRESH);
      return false;
    default:
      line_editor_redraw(edit);
      return false;
  }
}

/// Adds a byte to the UTF-8 character being read; true when it is whole. What is no UTF-8 is U+FFFD.
static bool assemble(mbstate_t *state, char byte, wchar_t *character) {
  size_t used = mbrtowc(character, &byte, 1, state);
  if (used == (size_t)-2) return false;
  if (used == (size_t)-1) {
    memset(state, 0, sizeof *state);
    *character = 0xFFFD;
  }
  return true;
}

int line_editor_read_character(EditLine *edit, wchar_t *character) {
  mbstate_t state = {0};
  for (;;) {
    struct pollfd sources[2] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = signal_pipe[0], .events = POLLIN},
    };
    if (poll(sources, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    unsigned char number;
    if (sources[1].revents && read(signal_pipe[0], &number, 1) == 1) {
      if (answer(edit, number)) return -1;
      continue;
    }
    if (!sources[0].revents) continue;
    char byte;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 0) return 0;
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return -1;
    if (assemble(&state, byte, character)) return 1;
  }
}

// Pasted text arrives between two marks. It goes into the line as it is, line breaks included and
// no key obeyed, so that a function can be pasted whole, looked at and then entered.
unsigned char line_editor_paste(EditLine *edit, int key) {
  (void)key;
  static const wchar_t end_mark[] = L"\033[201~";
  const size_t mark_length = sizeof end_mark / sizeof end_mark[0] - 1;
  wchar_t *text = NULL;
  size_t length = 0;
  FILE *stream = open_wmemstream(&text, &length);
  if (!stream) return CC_ERROR;
  size_t matched = 0;
  wint_t before = 0;
  wchar_t character;
  while (matched < mark_length && el_wgetc(edit, &character) == 1) {
    if (character == end_mark[matched]) {
      matched++;
      continue;
    }
    matched = character == end_mark[0];
    if (matched) continue;
    bool broken = character == '\r' || character == '\n';
    if (broken && !(character == '\n' && before == '\r')) putwc('\n', stream);
    if (!broken && (character >= ' ' || character == '\t')) putwc(character, stream);
    before = (wint_t)character;
  }
  fclose(stream);
  while (length > 0 && text[length - 1] == '\n') text[--length] = 0;
  int failed = length > 0 && el_winsertstr(edit, text) != 0;
  free(text);
  return failed ? CC_ERROR : CC_REFRESH;
}
