#include "bench/selection.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/drill_files.h"
#include "notation/notation.h"

/* Calls that return when time has passed, or make a signal that comes then. */
static const char *const clock_calls[] = {"clock_nanosleep", "semtimedop", "alarm", "setitimer"};

enum { CLOCK_CALL_COUNT = sizeof(clock_calls) / sizeof(clock_calls[0]) };

static bool runs_programs(const struct drill_case *drill_case)
{
    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next)
        if (actor->program)
            return true;
    return false;
}

static bool waits_for_clock(const struct drill_case *drill_case)
{
    for (const struct step *step = drill_case->steps; step; step = step->next)
        for (int i = 0; step->kind == STEP_CALL && i < CLOCK_CALL_COUNT; i++)
            if (step->call && strcmp(step->call->name, clock_calls[i]) == 0)
                return true;
    return false;
}

static bool races(const struct drill_case *drill_case)
{
    for (const struct step *step = drill_case->steps; step; step = step->next)
        if (step->kind == STEP_ROUNDS)
            return true;
    return false;
}

/* Takes the cases that are left out off the file's list. */
static void leave_out(struct case_file *file, struct selection *selection)
{
    struct drill_case **link = &file->cases;

    while (*link) {
        bool programs = runs_programs(*link), clock = !programs && waits_for_clock(*link),
             race = !programs && !clock && races(*link);

        selection->program_cases += programs;
        selection->clock_cases += clock;
        selection->race_cases += race;
        if (programs || clock || race) {
            *link = (*link)->next;
        } else {
            selection->case_count++;
            link = &(*link)->next;
        }
    }
}

static bool write_file(const struct case_file *file, const char *path)
{
    FILE *out = fopen(path, "we");

    if (!out)
        return false;
    notation_print_file(file, out);
    bool good = !ferror(out);

    return fclose(out) == 0 && good;
}

/* The copy has one flat folder: the group of a case is no matter of time. */
static bool copy_file(const char *path, const char *copy, struct selection *selection, struct arena *arena,
                      struct diagnostics *diagnostics)
{
    struct case_file *file = notation_read(path, diagnostics);
    const char *target = arena_print(arena, "%s/%zu.drill", copy, selection->file_count);
    bool good = file != NULL;

    if (!file)
        return false;
    leave_out(file, selection);
    if (file->cases) {
        selection->file_count++;
        good = write_file(file, target);
        if (!good)
            diagnostics_add(diagnostics, target, (struct position){0}, NULL, "cannot be written: %s",
                            strerror(errno));
    }
    notation_free(file);
    return good;
}

bool selection_write(const char *cases, const char *copy, struct selection *selection,
                     struct diagnostics *diagnostics)
{
    struct arena arena = {0};
    struct word *paths = NULL;
    bool good = true;

    *selection = (struct selection){0};
    drill_files_find(cases, &paths, &arena, diagnostics);
    for (const struct word *path = paths; path; path = path->next)
        good &= copy_file(path->text, copy, selection, &arena, diagnostics);
    arena_free(&arena);
    return good && diagnostics->count == 0;
}
