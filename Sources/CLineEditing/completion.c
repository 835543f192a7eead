// Tab: extends the word before the cursor as far as its completions agree, or lists them.
#define _GNU_SOURCE
#include "line_editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct completion {
  char *text;
  char *shown;
};

struct line_completions {
  struct completion *items;
  size_t count;
  size_t typed;
};

void line_editor_complete_with(
    struct line_editor *editor, line_completer completer, void *context) {
  editor->completer = completer;
  editor->completer_context = context;
}

void line_completions_set_typed(struct line_completions *completions, size_t bytes) {
  completions->typed = bytes;
}

void line_completions_add(
    struct line_completions *completions, const char *text, const char *shown) {
  if (strlen(text) < completions->typed) return;
  struct completion *items =
      realloc(completions->items, (completions->count + 1) * sizeof *items);
  if (!items) return;
  completions->items = items;
  struct completion item = {strdup(text), strdup(shown)};
  if (item.text && item.shown) {
    items[completions->count++] = item;
  } else {
    free(item.text);
    free(item.shown);
  }
}

static void release(struct line_completions *completions) {
  for (size_t i = 0; i < completions->count; i++) {
    free(completions->items[i].text);
    free(completions->items[i].shown);
  }
  free(completions->items);
}

/// The number of bytes that all completions begin with; never half a character.
static size_t shared_length(const struct line_completions *completions) {
  const char *first = completions->items[0].text;
  size_t length = strlen(first);
  for (size_t i = 1; i < completions->count; i++) {
    size_t j = 0;
    while (j < length && first[j] == completions->items[i].text[j]) j++;
    length = j;
  }
  while (length > 0 && (first[length] & 0xC0) == 0x80) length--;
  return length;
}

/// Prints the candidates in columns below the line, read downwards as `ls` has them.
static void list(const struct line_completions *completions) {
  enum { most = 200 };
  size_t count = completions->count < most ? completions->count : most;
  int widest = 0;
  for (size_t i = 0; i < count; i++) {
    int columns = line_editor_width(completions->items[i].shown);
    if (columns > widest) widest = columns;
  }
  size_t across = (size_t)line_editor_screen_columns() / (size_t)(widest + 2);
  if (across == 0) across = 1;
  size_t down = (count + across - 1) / across;
  putchar('\n');
  for (size_t row = 0; row < down; row++) {
    for (size_t i = row; i < count; i += down) {
      const char *shown = completions->items[i].shown;
      fputs(shown, stdout);
      if (i + down < count) printf("%*s", widest + 2 - line_editor_width(shown), "");
    }
    putchar('\n');
  }
  if (count < completions->count) printf("… and %zu more\n", completions->count - count);
  fflush(stdout);
}

unsigned char line_editor_complete(EditLine *edit, int key) {
  (void)key;
  struct line_editor *editor = line_editor_of(edit);
  if (!editor->completer) return CC_ERROR;
  const LineInfo *info = el_line(edit);
  char *line = strndup(info->buffer, (size_t)(info->lastchar - info->buffer));
  if (!line) return CC_ERROR;
  struct line_completions completions = {0};
  editor->completer(
      editor->completer_context, line, (size_t)(info->cursor - info->buffer), &completions);
  unsigned char result = CC_ERROR;
  if (completions.count > 0) {
    size_t shared = shared_length(&completions);
    if (shared > completions.typed) {
      char *added = strndup(
          completions.items[0].text + completions.typed, shared - completions.typed);
      if (added && el_insertstr(edit, added) == 0) result = CC_REFRESH;
      free(added);
    } else if (completions.count > 1) {
      list(&completions);
      result = CC_REDISPLAY;
    }
  }
  release(&completions);
  free(line);
  return result;
}
