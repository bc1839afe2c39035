#include "cli/programs_given.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

#include "cli/subcommand.h"
#include "judge/conversation.h"

enum { COMMAND_WORDS_MAX = 256, INPUT_BYTES_MAX = 16 * 1024 * 1024 };

const char *find_command(const char *name, struct arena *arena)
{
    const char *folders = getenv("PATH");

    if (strchr(name, '/'))
        return name;
    while (folders && *folders) {
        size_t length = strcspn(folders, ":");
        const char *path = arena_print(arena, "%.*s%s%s", (int)length, folders, length ? "/" : "./", name);

        if (access(path, X_OK) == 0)
            return path;
        folders += length + (folders[length] == ':');
    }
    return NULL;
}

static bool resolve(const char **words, struct arena *arena, const char **problem)
{
    const char *path = find_command(words[0], arena);

    if (!path) {
        *problem = arena_print(arena, "no command %s in PATH", words[0]);
        return false;
    }
    words[0] = path;
    return true;
}

/* Splits a command as a shell does, quotes and all, but runs nothing. */
static const char *const *split(const char *option, const char *text, struct arena *arena,
                                const char **problem)
{
    const char **words = arena_take(arena, (COMMAND_WORDS_MAX + 1) * sizeof(*words));
    wordexp_t expansion;
    bool good = text && wordexp(text, &expansion, WRDE_NOCMD) == 0;

    if (!good || expansion.we_wordc < 1 || expansion.we_wordc > COMMAND_WORDS_MAX) {
        *problem = arena_print(arena, "%s: a command expected, a file and its arguments", option);
        if (good)
            wordfree(&expansion);
        return NULL;
    }
    for (size_t i = 0; i < expansion.we_wordc; i++)
        words[i] = arena_copy(arena, expansion.we_wordv[i], strlen(expansion.we_wordv[i]));
    wordfree(&expansion);
    return resolve(words, arena, problem) ? words : NULL;
}

/* The lines to be typed, and among them those to be shown: all but the end word, which may stand in other texts too. */
static bool choose_lines(const struct options *options, struct session_program *writer,
                         struct conversation *conversation, struct arena *arena, const char **problem)
{
    static const char *const usual[] = {"message-1", "message-2"};
    size_t count = options->lines.count ? options->lines.count : sizeof(usual) / sizeof(*usual);
    const char *const *given = options->lines.count ? options->lines.texts : usual;
    const char **lines = arena_take(arena, (count + 1) * sizeof(*lines));
    const char **input = arena_take(arena, 2 * sizeof(*input));

    input[0] = "";
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            if (strstr(given[i], given[j]) || strstr(given[j], given[i])) {
                *problem = arena_print(arena, "--line: '%s' and '%s': none may be a part of another",
                                       given[j], given[i]);
                return false;
            }
        lines[i] = given[i];
        input[0] = arena_print(arena, "%s%s\n", input[0], given[i]);
    }
    input[0] = arena_print(arena, "%s%s\n", input[0], options->end_word ? options->end_word : "end");
    writer->input = input;
    conversation->lines = lines;
    return true;
}

bool programs_given_pair(const struct options *options, struct session_program *programs, size_t *count,
                         struct conversation *conversation, struct arena *arena, const char **problem)
{
    *conversation = (struct conversation){.reader = 0};
    if (options->argument_count > 0) {
        *problem = arena_print(arena, "'%s': --reader and --writer expected, or commands behind --, not both",
                               options->arguments[0]);
        return false;
    }
    programs[0] = (struct session_program){.name = "reader", .terminal = true};
    programs[1] = (struct session_program){.name = "writer", .terminal = true};
    *count = 2;
    return (programs[0].words = split("--reader", options->reader, arena, problem)) &&
           (programs[1].words = split("--writer", options->writer, arena, problem)) &&
           choose_lines(options, &programs[1], conversation, arena, problem);
}

/* The whole file as one piece. A program reads text here: it ends at a NUL. */
static const char *read_input(const char *path, struct arena *arena)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *text = file < 0 ? NULL : arena_take(arena, INPUT_BYTES_MAX + 1);
    ssize_t length = text ? read(file, text, INPUT_BYTES_MAX) : -1;

    if (file >= 0)
        close(file);
    return length < 0 ? NULL : text;
}

static bool choose_input(const struct options *options, struct session_program *program, struct arena *arena,
                         const char **problem)
{
    size_t count = options->typed.count, used = 0;
    const char **pieces = arena_take(arena, (count + 2) * sizeof(*pieces));

    if (count > 0 && options->input_file) {
        *problem = "--type or --stdin expected, not both";
        return false;
    }
    for (; used < count; used++)
        pieces[used] = arena_print(arena, "%s\n", options->typed.texts[used]);
    if (options->input_file && !(pieces[used++] = read_input(options->input_file, arena))) {
        *problem = arena_print(arena, "--stdin %s: %s", options->input_file, strerror(errno));
        return false;
    }
    program->input = pieces;
    program->terminal = count > 0;
    program->input_at_once = !program->terminal;
    return true;
}

bool programs_given_one(const struct options *options, const char *subcommand,
                        struct session_program *program, struct arena *arena, const char **problem)
{
    if (options->argument_count == 0) {
        *problem = arena_print(arena, "a command expected: ipcdrill %s -- COMMAND [ARGUMENT]...", subcommand);
        return false;
    }
    const char **words = arena_take(arena, ((size_t)options->argument_count + 1) * sizeof(*words));

    for (int i = 0; i < options->argument_count; i++)
        words[i] = options->arguments[i];
    *program = (struct session_program){.name = "program", .words = words};
    return resolve(words, arena, problem) && choose_input(options, program, arena, problem);
}

/* The name of the file, told apart from those before it by a number. */
static const char *choose_name(const struct session_program *programs, size_t count, const char *path,
                               struct arena *arena)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *name = base;

    for (size_t i = 0, number = 2; i < count; i++)
        if (strcmp(programs[i].name, name) == 0) {
            name = arena_print(arena, "%s-%zu", base, number++);
            i = (size_t)-1;
        }
    return name;
}

bool programs_given_list(const struct options *options, struct session_program *programs, size_t *count,
                         struct arena *arena, const char **problem)
{
    *count = 0;
    for (int i = 0; i < options->argument_count; i++) {
        const char **words = arena_take(arena, ((size_t)options->argument_count + 1) * sizeof(*words));
        size_t length = 0;

        for (; i < options->argument_count && strcmp(options->arguments[i], "--") != 0; i++)
            words[length++] = options->arguments[i];
        if (length == 0 || *count == SESSION_PROGRAMS_MAX) {
            *problem = length ? arena_print(arena, "more than %d programs", SESSION_PROGRAMS_MAX)
                              : "a command expected between -- and --";
            return false;
        }
        if (!resolve(words, arena, problem))
            return false;
        programs[*count] =
            (struct session_program){.name = choose_name(programs, *count, words[0], arena), .words = words};
        ++*count;
    }
    if (*count < 2)
        *problem = "two programs expected, COMMAND ... -- COMMAND ..., or --reader and --writer";
    return *count >= 2;
}

int memcheck_given(const struct options *options, bool wanted, struct memcheck_choice *choice,
                   struct arena *arena, const char **problem)
{
    *choice = (struct memcheck_choice){.valgrind = wanted ? find_command("valgrind", arena) : NULL,
                                       .suppressions = options->suppressions};
    if (choice->suppressions && access(choice->suppressions, R_OK) != 0) {
        *problem = arena_print(arena, "--suppressions %s: %s", choice->suppressions, strerror(errno));
        return EXIT_USAGE;
    }
    if (options->valgrind && !choice->valgrind) {
        *problem = "--valgrind: it is not installed (no valgrind in PATH)";
        return EXIT_TROUBLE;
    }
    return EXIT_GOOD;
}
