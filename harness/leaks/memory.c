#include "leaks/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inject/system_call.h"
#include "leaks/findings.h"
#include "leaks/leaks.h"

const struct session_bounds memory_bounds = {
    .processor_ns = UINT64_C(120) * 1000000000,
    .guard_ms = 300 * 1000,
};

static const char *folder_of(const struct memory_run *run, size_t program, struct arena *arena)
{
    return arena_print(arena, "%s/%zu", run->folder, program);
}

bool memory_can_follow(const struct injection *injection)
{
    for (int i = 0; i < injection->call_count; i++) {
        enum call_set set = system_call_set(injection->calls[i]);
        bool fails = injection->error || injection->gives_value;

        if (!(set & (CALLS_SYSTEM_V | CALLS_EXIT)) || (fails && strcmp(injection->calls[i], "shmctl") == 0))
            return false;
    }
    return true;
}

bool memory_run_prepare(struct memory_run *run, const struct memcheck_choice *choice,
                        const struct session_program *programs, size_t program_count, struct arena *arena,
                        const char **problem)
{
    const char *where = getenv("TMPDIR");
    char *folder = arena_print(arena, "%s/ipcdrill-memcheck.XXXXXX", where && *where ? where : "/tmp");

    if (!mkdtemp(folder)) {
        *problem = arena_print(arena, "%s: %s", folder, strerror(errno));
        return false;
    }
    chmod(folder, 0711); /* programs of other users find theirs */
    *run = (struct memory_run){.folder = folder, .program_count = program_count};
    for (size_t i = 0; i < program_count; i++) {
        const char *own = folder_of(run, i, arena);

        run->programs[i] = programs[i];
        run->programs[i].words = memcheck_words(choice, programs[i].words, own, arena);
        if (mkdir(own, 0777) != 0 || chmod(own, 0777) != 0) {
            *problem = arena_print(arena, "%s: %s", own, strerror(errno));
            memory_run_end(run);
            return false;
        }
    }
    return true;
}

/* One file for each process. That of one that was killed ends in its middle. */
struct memcheck_error *memory_run_errors(const struct memory_run *run, size_t program, struct arena *arena,
                                         const char **unseen)
{
    const char *folder = folder_of(run, program, arena), *problem = "valgrind has written nothing";
    struct memcheck_error *first = NULL, **last = &first;
    DIR *directory = opendir(folder);
    size_t count = 0;

    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *path = arena_print(arena, "%s/%s", folder, entry->d_name), *cut_off;

        if (entry->d_name[0] == '.')
            continue;
        *last = memcheck_read(path, arena, &cut_off);
        while (*last)
            last = &(*last)->next;
        unlink(path);
        problem = count++ && problem ? problem : cut_off;
    }
    if (directory)
        closedir(directory);
    if (problem && unseen && !*unseen)
        *unseen = problem;
    return first;
}

void memory_run_end(const struct memory_run *run)
{
    struct arena arena = {0};

    for (size_t i = 0; i < run->program_count; i++) {
        const char *folder = folder_of(run, i, &arena);
        DIR *directory = opendir(folder);

        for (struct dirent *entry; directory && (entry = readdir(directory));)
            if (entry->d_name[0] != '.')
                unlink(arena_print(&arena, "%s/%s", folder, entry->d_name));
        if (directory)
            closedir(directory);
        rmdir(folder);
    }
    rmdir(run->folder);
    arena_free(&arena);
}

/* The C library's, or Valgrind's own in place of it: there no program has a mistake. */
static bool is_of_system(const struct memcheck_frame *frame)
{
    static const char *const folders[] = {"/lib", "/usr/lib"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        if (frame->object && strncmp(frame->object, folders[i], strlen(folders[i])) == 0)
            return true;
    return false;
}

/* The innermost frame that is the program's own. */
static const struct memcheck_frame *place_of(const struct memcheck_error *error)
{
    const struct memcheck_frame *frame = error->stack;

    while (frame && is_of_system(frame))
        frame = frame->next;
    return frame ? frame : error->stack;
}

const char *memory_sentence(const struct memcheck_error *error, struct arena *arena)
{
    const struct memcheck_frame *frame = place_of(error);
    const char *what = error->what ? error->what : error->kind, *number = strstr(what, " in loss record ");
    int length = (int)(number ? (size_t)(number - what) : strlen(what));

    if (!frame || !frame->function)
        return arena_print(arena, "%.*s", length, what);
    if (!frame->file)
        return arena_print(arena, "%.*s, in %s", length, what, frame->function);
    return arena_print(arena, "%.*s, in %s (%s:%d)", length, what, frame->function, frame->file, frame->line);
}

/* `program` NULL: of any. */
static bool has(const struct problem *problems, const char *program, const char *sentence)
{
    while (problems && ((program && strcmp(problems->program, program) != 0) ||
                        strcmp(problems->sentence, sentence) != 0))
        problems = problems->next;
    return problems;
}

/* In one line. */
static const char *say_where(const struct memcheck_error *error, struct arena *arena)
{
    const char *lines = memcheck_stack_text(error, arena), *text = "";

    for (size_t length; *lines; lines += length + (lines[length] == '\n')) {
        length = strcspn(lines, "\n");
        text = arena_print(arena, "%s%s%.*s", text, *text ? "; " : "", (int)length, lines);
    }
    return text;
}

struct problem *memory_run_judge(const struct memory_run *run, const struct session_record *record,
                                 const struct problem *known, struct arena *arena)
{
    struct problem *first = NULL, **last = &first;

    for (size_t i = 0; i < run->program_count; i++) {
        const struct program_outcome *program = &record->programs[i];

        for (const struct memcheck_error *error = memory_run_errors(run, i, arena, NULL); error;
             error = error->next) {
            enum leak_kind kind = leak_kind_of_error(error);
            const char *sentence = memory_sentence(error, arena);

            if ((kind == LEAK_HEAP && (!program->ended || program->status != 0)) ||
                has(known, NULL, sentence) || has(first, program->name, sentence))
                continue;
            *last = arena_take(arena, sizeof(**last));
            **last = (struct problem){.severity = leak_severity(kind),
                                      .program = program->name,
                                      .sentence = sentence,
                                      .why = say_where(error, arena),
                                      .rule = leak_rule(kind)};
            last = &(*last)->next;
        }
    }
    memory_run_end(run);
    return first;
}
