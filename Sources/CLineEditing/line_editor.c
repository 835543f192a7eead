// An editor's life and the reading of a line.
#define _GNU_SOURCE
#include "line_editor.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line_editor *line_editor_of(EditLine *edit) {
  void *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  return editor;
}

static char *prompt_of(EditLine *edit) { return (char *)line_editor_of(edit)->prompt; }

bool line_editor_has_escapes(void) {
  const char *terminal = getenv("TERM");
  return terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

/// Text is UTF-8 whatever the locale says; numbers stay as they are ("1,5" is no number in Lua).
static void use_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static void bind_keys(EditLine *edit) {
  static const char *const keys[][2] = {
      {"^I", "emulsion-complete"},        {"\\e[200~", "emulsion-paste"},
      {"^R", "em-inc-search-prev"},       {"^W", "ed-delete-prev-word"},
      {"\\e[3~", "ed-delete-next-char"},  {"\\e[H", "ed-move-to-beg"},
      {"\\e[1~", "ed-move-to-beg"},       {"\\eOH", "ed-move-to-beg"},
      {"\\e[F", "ed-move-to-end"},        {"\\e[4~", "ed-move-to-end"},
      {"\\eOF", "ed-move-to-end"},        {"\\e[1;5D", "ed-prev-word"},
      {"\\e[1;5C", "em-next-word"},       {"\\e[1;3D", "ed-prev-word"},
      {"\\e[1;3C", "em-next-word"},       {"\\e[5~", "ed-search-prev-history"},
      {"\\e[6~", "ed-search-next-history"},
  };
  el_set(edit, EL_ADDFN, "emulsion-complete", "Complete the name before the cursor",
         line_editor_complete);
  el_set(edit, EL_ADDFN, "emulsion-paste", "Insert what is pasted", line_editor_paste);
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    el_set(edit, EL_BIND, keys[i][0], keys[i][1], NULL);
  }
}

struct line_editor *line_editor_create(const char *program) {
  use_utf8();
  struct line_editor *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  editor->edit = el_init(program, stdin, stdout, stderr);
  editor->history = history_init();
  if (!editor->edit || !editor->history) {
    line_editor_destroy(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, 1000);
  history(editor->history, &event, H_SETUNIQUE, 1);
  EditLine *edit = editor->edit;
  el_set(edit, EL_CLIENTDATA, editor);
  el_set(edit, EL_SIGNAL, 0);
  el_set(edit, EL_EDITOR, "emacs");
  el_set(edit, EL_PROMPT_ESC, prompt_of, '\1');
  el_set(edit, EL_HIST, history, editor->history);
  el_set(edit, EL_GETCFN, line_editor_read_character);
  bind_keys(edit);
  el_source(edit, NULL);
  return editor;
}

void line_editor_destroy(struct line_editor *editor) {
  if (!editor) return;
  if (editor->edit) el_end(editor->edit);
  if (editor->history) history_end(editor->history);
  free(editor->history_path);
  free(editor->line);
  free(editor);
}

static void ask_for_marked_pastes(bool on) {
  if (!line_editor_has_escapes()) return;
  fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
  fflush(stdout);
}

enum line_status line_editor_read(
    struct line_editor *editor, const char *prompt, const char **line) {
  *line = "";
  editor->prompt = prompt;
  editor->interrupted = false;
  editor->stopped = false;
  if (!line_editor_catch_signals()) return line_status_end;
  // libedit would do so only after the prompt: what is typed at once would be echoed twice.
  el_set(editor->edit, EL_PREP_TERM, 1);
  ask_for_marked_pastes(true);
  int length = 0;
  const char *text = el_gets(editor->edit, &length);
  ask_for_marked_pastes(false);
  if (!text) el_reset(editor->edit);  // the terminal as it was, nothing typed
  line_editor_release_signals();
  if (editor->interrupted) {
    fputs("^C\n", stdout);
    fflush(stdout);
    return line_status_interrupted;
  }
  if (!text || length <= 0) return line_status_end;
  // el_gets ends a line by a newline, but not one that the end of the input cut short.
  free(editor->line);
  editor->line = strndup(text, strlen(text) - (text[strlen(text) - 1] == '\n'));
  if (!editor->line) return line_status_end;
  *line = editor->line;
  return line_status_line;
}
