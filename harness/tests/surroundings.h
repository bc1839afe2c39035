/*
 * What the tests find around them: the built programs, a folder to write in, files. Each path comes from the
 * environment when it is set there, else it is where `make` puts it.
 */
#ifndef IPCDRILL_TESTS_SURROUNDINGS_H
#define IPCDRILL_TESTS_SURROUNDINGS_H

#include <stdbool.h>
#include <stddef.h>

enum { ORDINARY = 65534 }; /* nobody, on every system: newuidmap wants a user with a name */

const char *tool_path(void);       /* IPCDRILL, build/ipcdrill */
const char *agent_path(void);      /* IPCDRILL_AGENT, build/ipcdrill-agent */
const char *fake_agent_path(void); /* IPCDRILL_FAKE_AGENT, build/fake-agent */
const char *specimen_path(void);   /* IPCDRILL_SPECIMEN, build/specimen */
const char *programs_path(void);   /* IPCDRILL_PROGRAMS, build/fixtures */
const char *cases_path(void);      /* IPCDRILL_CASES, cases */

/*
 * Makes an empty folder for this test and returns its path, which every user may enter. It is removed, with all that
 * is in it, by scratch_remove. One at a time.
 */
const char *scratch_make(void);
void scratch_remove(void);

/* The path of `name` in the scratch folder; valid until eight more were asked for. */
const char *scratch_path(const char *name);

/* Writes a file of the scratch folder and returns its path, as scratch_path. */
const char *scratch_write(const char *name, const char *text);
const char *scratch_write_bytes(const char *name, const void *bytes, size_t length);

/* The whole file as a string, to be freed; fails the test when it cannot be read. */
char *read_whole(const char *path);

/* /proc/sysvipc/shm and sem without their headings: every object of this IPC namespace. To be freed. */
char *objects_here(void);

#endif
