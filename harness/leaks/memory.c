#include "leaks/memory.h"

#include <string.h>

#include "inject/system_call.h"
#include "leaks/findings.h"
#include "leaks/leaks.h"

const struct session_bounds memory_bounds = {
    .processor_ns = UINT64_C(120) * 1000000000,
    .guard_ms = 300 * 1000,
};

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
    *run = (struct memory_run){.program_count = 0};
    for (; run->program_count < program_count; run->program_count++) {
        struct session_program *program = &run->programs[run->program_count];
        const char *folder = memcheck_folder_make(arena, problem);

        if (!folder) {
            memory_run_end(run);
            return false;
        }
        run->folders[run->program_count] = folder;
        *program = programs[run->program_count];
        /* The agent starts those of other users by a descriptor, and Debian's valgrind is a script. */
        if (!program->user)
            program->words = memcheck_words(choice, program->words, folder, arena);
    }
    return true;
}

void memory_run_end(const struct memory_run *run)
{
    for (size_t i = 0; i < run->program_count; i++)
        memcheck_folder_remove(run->folders[i]);
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

        for (const struct memcheck_error *error = memcheck_folder_read(run->folders[i], arena, NULL); error;
             error = error->next) {
            enum leak_kind kind = leak_kind_of_error(error);
            const char *sentence = memcheck_sentence(error, arena);

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

bool memory_run_session(struct target *target, const struct session_settings *settings,
                        const struct memcheck_choice *choice, const struct problem *known,
                        struct arena *arena, struct problem **problems, const char **problem)
{
    struct session_settings session = *settings;
    struct session_record record;
    struct memory_run memory;

    if (!choice->valgrind)
        return true;
    if (!memory_run_prepare(&memory, choice, settings->programs, settings->program_count, arena, problem))
        return false;
    session.programs = memory.programs;
    session.bounds = memory_bounds;
    bool good = session_run(target, &session, arena, &record, problem);

    if (good && record.end == SESSION_NOT_STARTED) {
        *problem = record.reason;
        good = false;
    }
    if (!good) {
        memory_run_end(&memory);
        return false;
    }
    while (*problems)
        problems = &(*problems)->next;
    *problems = memory_run_judge(&memory, &record, known, arena);
    return true;
}
