// Line editing on a terminal: libedit's variadic `el_*` calls behind a few plain functions.
//
// One editor at a time, on the standard streams, from one thread. While a line is being read the
// editor answers the signals of a terminal itself; at all other times they are the program's own.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct line_editor;

/// How the reading of a line ended.
enum line_status {
  line_status_line,         ///< A line is there.
  line_status_end,          ///< The input is over: Ctrl-D on an empty line, or the terminal went away.
  line_status_interrupted,  ///< Ctrl-C: what had been typed is dropped.
};

/// The editor for `program` (which ~/.editrc may name), or null when out of memory or descriptors.
struct line_editor *line_editor_create(const char *program);
void line_editor_destroy(struct line_editor *editor);

/// Reads a line; `*line` (null-terminated, no newline at its end) is valid until the next read.
///
/// In `prompt` the character U+0001 stands before and after what takes no room, such as colours.
enum line_status line_editor_read(
    struct line_editor *editor, const char *prompt, const char **line);

/// True where the terminal understands escape sequences.
bool line_editor_has_escapes(void);

// Completion

/// What a completer fills in: texts that could replace the word before the cursor.
struct line_completions;

/// Finds the completions of the word that ends at byte `cursor` of `line`.
typedef void (*line_completer)(
    void *context, const char *line, size_t cursor, struct line_completions *completions);

void line_editor_complete_with(struct line_editor *editor, line_completer completer, void *context);

/// Tells how many bytes before the cursor the completions are to replace.
void line_completions_set_typed(struct line_completions *completions, size_t bytes);

/// Adds a completion, which begins with the bytes typed; `shown` is how a list of candidates calls it.
void line_completions_add(
    struct line_completions *completions, const char *text, const char *shown);

// History: the entries of all sessions, each on a line of one file

/// Reads the history at `path` and keeps adding to that file. The newest `limit` entries are kept.
void line_editor_open_history(struct line_editor *editor, const char *path, int limit);

/// Remembers `entry`, which may have several lines, unless it repeats the one before.
void line_editor_remember(struct line_editor *editor, const char *entry);
