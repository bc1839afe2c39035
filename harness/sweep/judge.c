#include "sweep/judge.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "conductor/process.h"
#include "judge/crash.h"
#include "supervisor/text.h"

int judge_count_left(const struct session_record *record, bool segments)
{
    int count = 0;

    for (const struct object_left *object = record->objects; object; object = object->next)
        count += object->segment == segments;
    return count;
}

static struct verdict_on_run found(enum finding_severity severity, const char *what, const char *why)
{
    return (struct verdict_on_run){.found = true, .severity = severity, .what = what, .why = why};
}

static const struct verdict_on_run nothing = {.found = false};

static struct verdict_on_run judge_end(const struct session_record *record)
{
    switch (record->end) {
    case SESSION_ENDED:
        return nothing;
    case SESSION_HANGS:
        return found(FINDING_HANGS, "hangs", record->reason);
    case SESSION_SPINS:
    case SESSION_FLOODS:
    case SESSION_FORKS:
        return found(FINDING_HANGS, "goes on without end", record->reason);
    case SESSION_OVERDUE:
    case SESSION_NOT_STARTED:
        break;
    }
    return found(FINDING_HANGS, "does not end", record->reason);
}

static const char *plural(int count, const char *one, const char *many, struct arena *arena)
{
    return arena_print(arena, "%d %s", count, count == 1 ? one : many);
}

/* A removal was made to fail: then something stays, and it is not the program's fault. */
static bool removal_failed(const struct session_record *record)
{
    for (const struct trace_line *line = record->trace; line; line = line->next)
        if (line->step->kind == STEP_CALL && line->result && strstr(line->result, "(INJECTED)"))
            for (const struct element *argument = line->step->arguments; argument; argument = argument->next)
                if (strcmp(argument->value->text, "IPC_RMID") == 0)
                    return true;
    return false;
}

static const char *list_left(const struct session_record *record, struct arena *arena)
{
    const char *text = "";

    for (const struct object_left *object = record->objects; object; object = object->next)
        text = arena_print(arena, "%s%s%s %lld under key %#llx%s%s", text, *text ? "; " : "",
                           object->segment ? "segment" : "set", object->id, object->key,
                           object->made_by ? ", made by " : "", object->made_by ? object->made_by : "");
    return text;
}

/* It was told that the object is gone: it need not remove it. */
static bool was_told_gone(const struct fault *fault)
{
    return fault && fault->kind != FAULT_SIGNAL && (fault->error == EIDRM || fault->error == EINVAL);
}

static struct verdict_on_run judge_left(const struct session_record *record, const struct fault *fault,
                                        const struct baseline *baseline, struct arena *arena)
{
    int segments = judge_count_left(record, true), sets = judge_count_left(record, false);
    int lives = (int)record->program_count;

    /* What it is meant to leave, it may leave once in each of its lives. */
    if ((segments <= baseline->segments * lives && sets <= baseline->sets * lives) ||
        removal_failed(record) || was_told_gone(fault))
        return nothing;
    const char *what =
        segments && sets
            ? arena_print(arena, "leaves %s and %s behind", plural(segments, "segment", "segments", arena),
                          plural(sets, "set", "sets", arena))
        : segments ? arena_print(arena, "leaves %s behind", plural(segments, "segment", "segments", arena))
                   : arena_print(arena, "leaves %s behind", plural(sets, "set", "sets", arena));

    return found(FINDING_LEAVES, what, list_left(record, arena));
}

/* The call that gives it back was made to fail. */
static bool is_excused(const struct fault *fault, enum unreleased_class which)
{
    return fault->kind != FAULT_SIGNAL && unreleased_is_given_back_by(which, fault->call);
}

static struct verdict_on_run judge_unreleased(const struct program_outcome *program,
                                              const struct fault *fault, const struct baseline *baseline,
                                              struct arena *arena)
{
    for (const struct problem *problem = unreleased_judge(program, &baseline->unreleased, arena); problem;
         problem = problem->next)
        if (!is_excused(fault, unreleased_class_of(problem->sentence)))
            return found(problem->severity, problem->sentence + strlen("it "), problem->why);
    return nothing;
}

static const char *say_prints(const char *output, const struct baseline *baseline, struct arena *arena)
{
    return arena_print(arena, "it prints '%s' instead of '%s'", text_visible(output, arena),
                       text_visible(baseline->output, arena));
}

/* The last program is as in the undisturbed run; else what differs. */
static const char *differs(const struct program_outcome *program, const struct baseline *baseline,
                           struct arena *arena)
{
    if (program->status != baseline->status)
        return arena_print(arena, "it %s instead of %s", process_status_text(program->status, arena),
                           process_status_text(baseline->status, arena));
    if (baseline->output && strcmp(judge_output(program, arena), baseline->output) != 0)
        return say_prints(judge_output(program, arena), baseline, arena);
    return NULL;
}

/* A failure that it saw: it coped, or said so and exits with another code. */
static struct verdict_on_run judge_failure(const struct program_outcome *program,
                                           const struct baseline *baseline, struct arena *arena)
{
    const char *output = judge_output(program, arena);

    if (!baseline->output)
        return nothing;

    if (program->status == 0 && strcmp(output, baseline->output) != 0)
        return found(FINDING_CORRUPTS, "exits with 0, but prints something else",
                     say_prints(judge_output(program, arena), baseline, arena));
    /* What stands at the beginning of the undisturbed output too says nothing of the failure. */
    if (program->status != 0 && strncmp(baseline->output, output, strlen(output)) == 0)
        return found(
            FINDING_SILENT,
            arena_print(arena, "%s and does not say why", process_status_text(program->status, arena)), NULL);
    return nothing;
}

static struct verdict_on_run judge_signal(const struct session_record *record, const struct fault *fault,
                                          const struct baseline *baseline, struct arena *arena)
{
    const struct program_outcome *last = &record->programs[record->program_count - 1];
    const char *difference = differs(last, baseline, arena);

    if (fault->signal == SIGSTOP && difference)
        return found(FINDING_CORRUPTS, "does not end as it does undisturbed", difference);
    /* What it finds of its first life it may well tell; that it works is told by its status. */
    if (fault->signal == SIGKILL && record->program_count > 1 && last->status != baseline->status)
        return found(FINDING_HANGS, "does not work when it is started again", difference);
    return nothing;
}

struct verdict_on_run judge_run(const struct session_record *record, const struct fault *fault,
                                const struct baseline *baseline, struct arena *arena)
{
    static const struct baseline nothing_left = {0};
    const struct program_outcome *last = &record->programs[record->program_count - 1];
    struct verdict_on_run verdict = judge_end(record);

    if (verdict.found && fault && fault->kind == FAULT_SIGNAL && fault->signal == SIGKILL &&
        record->programs[record->program_count - 1].started)
        verdict.what = arena_print(arena, "%s when it is started again", verdict.what);
    if (!verdict.found && status_is_crash(last->status))
        verdict = found(FINDING_CRASHES,
                        arena_print(arena, "is %s", process_status_text(last->status, arena)), NULL);
    if (!verdict.found && fault && fault->kind == FAULT_SIGNAL)
        verdict = judge_signal(record, fault, baseline, arena);
    if (!verdict.found)
        verdict = judge_left(record, fault, fault ? baseline : &nothing_left, arena);
    if (!verdict.found && fault)
        verdict = judge_unreleased(last, fault, baseline, arena);
    if (!verdict.found && fault && fault->kind != FAULT_SIGNAL)
        verdict = judge_failure(last, baseline, arena);
    return verdict;
}
