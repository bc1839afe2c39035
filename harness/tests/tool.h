/* build/ipcdrill as a child process: started, read, killed, and waited for with all that it started. */
#ifndef IPCDRILL_TESTS_TOOL_H
#define IPCDRILL_TESTS_TOOL_H

#include <stdbool.h>
#include <sys/types.h>

enum { TOOL_WORDS_MAX = 32 };

/* What came of it. Both texts are to be freed with tool_free. */
struct tool_result {
    int status; /* as waitpid tells */
    char *out;
    char *error;
};

/*
 * Runs the tool with the words of `command`, which blanks separate (a word holds none; quotes are not looked at), in
 * the folder of the test, without NO_COLOR and with its input from /dev/null, to its end.
 */
struct tool_result tool_run(const char *command, ...) __attribute__((format(printf, 1, 2)));

/* As tool_run; fails the test unless it exits with `code`. */
struct tool_result tool_expect(int code, const char *command, ...) __attribute__((format(printf, 2, 3)));

void tool_free(struct tool_result *result);

/* Starts it with its output and errors thrown away and returns its pid. */
pid_t tool_start(const char *command, ...) __attribute__((format(printf, 1, 2)));

/* Whether it has ended; it still is to be waited for. */
bool tool_has_ended(pid_t tool);

/* Makes this process the parent of everything below it that loses its own. */
void tool_adopt_orphans(void);

/*
 * Waits until nothing that was started below this process is left, at most `limit_ms`. Returns false, having told
 * which and killed them, when something is.
 */
bool tool_wait_for_all(int limit_ms);

#endif
