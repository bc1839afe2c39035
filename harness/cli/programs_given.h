/*
 * The programs under test that the command line names, for sweep, interleave, leaks and programs. Everything made
 * is in the arena given; problems say what was expected.
 */
#ifndef IPCDRILL_PROGRAMS_GIVEN_H
#define IPCDRILL_PROGRAMS_GIVEN_H

#include "cli/options.h"
#include "leaks/memcheck.h"
#include "session/session.h"

struct conversation;

/* The path of a command as a shell finds it; NULL when it does not. */
const char *find_command(const char *name, struct arena *arena);

/*
 * How memcheck is to look: as --suppressions says, and if `wanted`. Returns EXIT_GOOD, or the exit code with *problem: the file
 * cannot be read, or Valgrind is not there though --valgrind asks for it.
 */
int memcheck_given(const struct options *options, bool wanted, struct memcheck_choice *choice,
                   struct arena *arena, const char **problem);

/*
 * --reader and --writer, both needed: as session programs with terminals, the writer typed all --line texts and the --end
 * word as one piece. The conversation is theirs. False with *problem.
 */
bool programs_given_pair(const struct options *options, struct session_program *programs, size_t *count,
                         struct conversation *conversation, struct arena *arena, const char **problem);

/*
 * COMMAND ARGUMENT..., with a terminal to type the --type lines at, one by one, or a pipe in which the --stdin file lies
 * ready. `subcommand` is named where one is missing. False with *problem.
 */
bool programs_given_one(const struct options *options, const char *subcommand,
                        struct session_program *program, struct arena *arena, const char **problem);

/* COMMAND ARGUMENT... -- COMMAND ARGUMENT...: named by their files. False with *problem. */
bool programs_given_list(const struct options *options, struct session_program *programs, size_t *count,
                         struct arena *arena, const char **problem);

#endif
