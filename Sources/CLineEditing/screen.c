// The screen: its width, what a text takes of it, and drawing the line anew when it has changed.
#define _GNU_SOURCE
#include "line_editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

int line_editor_screen_columns(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

int line_editor_width(const char *text) {
  wchar_t wide[256];
  size_t count = mbstowcs(wide, text, sizeof wide / sizeof wide[0]);
  if (count == (size_t)-1) return (int)strlen(text);
  int columns = wcswidth(wide, count);
  return columns < 0 ? (int)count : columns;
}

/// Columns that the prompt takes: without what stands between two U+0001.
static int prompt_width(const char *prompt) {
  int columns = 0;
  bool hidden = false;
  for (; *prompt; prompt++) {
    if (*prompt == '\1') {
      hidden = !hidden;
    } else if (!hidden && (*prompt & 0xC0) != 0x80) {
      columns++;
    }
  }
  return columns;
}

/// Rows of the screen between the prompt's and the cursor's.
static int rows_above(EditLine *edit, int screen) {
  const LineInfoW *info = el_wline(edit);
  int rows = 0, column = prompt_width(line_editor_of(edit)->prompt);
  for (const wchar_t *c = info->buffer; c < info->cursor; c++) {
    int columns = wcwidth(*c);
    column += columns < 0 ? 1 : columns;
    if (*c != L'\n' && column < screen) continue;
    rows++;
    column = 0;
  }
  return rows;
}

// libedit draws from where the cursor is, and takes that for the prompt's row.
void line_editor_redraw(EditLine *edit) {
  if (line_editor_has_escapes()) {
    int rows = rows_above(edit, line_editor_screen_columns());
    if (rows > 0) printf("\033[%dA", rows);
    fputs("\r\033[J", stdout);
    fflush(stdout);
  }
  el_resize(edit);
  el_set(edit, EL_REFRESH);
}
