// What the parts of the editor share.
#pragma once
#include <histedit.h>
#include "CLineEditing.h"

struct line_editor {
  EditLine *edit;
  History *history;
  char *history_path;  // null until a history is opened
  const char *prompt;  // the caller's, while a line is being read
  char *line;          // the last line read
  bool interrupted;    // Ctrl-C ended the reading
  bool stopped;        // a signal that ends programs did
  line_completer completer;
  void *completer_context;
};

/// The editor that `edit` belongs to.
struct line_editor *line_editor_of(EditLine *edit);

/// libedit asks this for a character: it waits for input and for signals alike.
int line_editor_read_character(EditLine *edit, wchar_t *character);

/// Answers signals from here on; false where no pipe could be made.
bool line_editor_catch_signals(void);
/// Gives the signals back, and raises the one that should have ended the program, if any did.
void line_editor_release_signals(void);

/// Columns of the screen, and those that `text` takes on it.
int line_editor_screen_columns(void);
int line_editor_width(const char *text);

/// Draws the line being edited anew after the screen has changed its width.
void line_editor_redraw(EditLine *edit);

/// The functions bound to Tab and to the beginning of a paste.
unsigned char line_editor_complete(EditLine *edit, int character);
unsigned char line_editor_paste(EditLine *edit, int character);
