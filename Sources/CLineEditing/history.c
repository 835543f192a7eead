// History that outlives the session. Each entry is appended when it is made, so that sessions side
// by side, and one that is killed, lose none.
#define _GNU_SOURCE
#include "line_editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// Opens the history file readable for its owner alone.
static FILE *open_private(const char *path, const char *mode) {
  mode_t mask = umask(077);
  FILE *file = fopen(path, mode);
  umask(mask);
  return file;
}

static size_t count_lines(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  size_t lines = 0;
  for (int c; (c = getc(file)) != EOF;) lines += c == '\n';
  fclose(file);
  return lines;
}

/// Writes what is in memory in place of the file, which has grown past twice the limit.
static void compact(struct line_editor *editor) {
  char *temporary = NULL;
  if (asprintf(&temporary, "%s.new", editor->history_path) < 0) return;
  FILE *file = open_private(temporary, "we");
  if (file) {
    HistEvent event;
    int written = history(editor->history, &event, H_SAVE_FP, file);
    if (fclose(file) == 0 && written >= 0) {
      rename(temporary, editor->history_path);
    } else {
      remove(temporary);
    }
  }
  free(temporary);
}

void line_editor_open_history(struct line_editor *editor, const char *path, int limit) {
  free(editor->history_path);
  editor->history_path = strdup(path);
  if (!editor->history_path) return;
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, limit);
  history(editor->history, &event, H_LOAD, path);
  if (count_lines(path) > 2 * (size_t)limit) compact(editor);
}

void line_editor_remember(struct line_editor *editor, const char *entry) {
  HistEvent event;
  // 0 tells that the entry repeats the last one.
  if (history(editor->history, &event, H_ENTER, entry) <= 0 || !editor->history_path) return;
  FILE *file = open_private(editor->history_path, "ae");
  if (!file) return;
  // At the start of a file libedit writes the mark by which it knows its files. It writes one entry
  // more than it is asked for: 0 is the newest alone.
  fseek(file, 0, SEEK_END);
  history(editor->history, &event, H_NSAVE_FP, (size_t)0, file);
  fclose(file);
}
