#include "judge/conversation.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "conductor/process.h"
#include "judge/crash.h"

enum { SHORT_BYTES_MAX = 64 }; /* of a longer line a part may be lost, and which one is often chance */

struct judging {
    const struct session_record *record;
    struct arena *arena;
    struct problem *first, **end;
};

static void blame(struct judging *judging, enum finding_severity severity, const char *program,
                  const char *sentence, const char *rule)
{
    struct problem *problem = arena_take(judging->arena, sizeof(*problem));

    *problem = (struct problem){.severity = severity, .program = program, .sentence = sentence, .rule = rule};
    *judging->end = problem;
    judging->end = &problem->next;
}

static void blame_unreleased(struct judging *judging, const struct program_outcome *program,
                             const struct unreleased_counts *before)
{
    *judging->end = unreleased_judge(program, before, judging->arena);
    while (*judging->end)
        judging->end = &(*judging->end)->next;
}

/* The processes that live on, each with where it sleeps: without arguments, for identifiers differ from run to run. */
static void blame_sleepers(struct judging *judging)
{
    for (const struct process_left *left = judging->record->processes; left; left = left->next)
        blame(judging, FINDING_HANGS, left->name,
              arena_print(judging->arena, "it never ends: %.*s", (int)strcspn(left->where, "("), left->where),
              "who waits is woken, or learns that nobody is left to wake it: semop(2)");
}

static void judge_end(struct judging *judging)
{
    static const struct {
        const char *sentence, *rule;
    } endless[] = {
        [SESSION_SPINS] = {"it never ends: it goes on and on",
                           "a loop ends when what it waits for cannot come any more"},
        [SESSION_FLOODS] = {"it never ends: it prints without end",
                            "a loop ends when what it waits for cannot come any more"},
        [SESSION_FORKS] = {"it makes processes without end", "fork(2)"},
    };
    const struct session_record *record = judging->record;

    switch (record->end) {
    case SESSION_ENDED:
    case SESSION_NOT_STARTED:
        break;
    case SESSION_OVERDUE:
        blame(judging, FINDING_HANGS, record->programs[0].name, "it does not end, and why is not seen",
              "a loop ends when what it waits for cannot come any more");
        break;
    case SESSION_HANGS:
        blame_sleepers(judging);
        break;
    case SESSION_SPINS:
    case SESSION_FLOODS:
    case SESSION_FORKS:
        blame(judging, FINDING_HANGS, record->culprit ? record->culprit : record->programs[0].name,
              endless[record->end].sentence, endless[record->end].rule);
        break;
    }
}

static void judge_crashes(struct judging *judging)
{
    for (size_t i = 0; i < judging->record->program_count; i++) {
        const struct program_outcome *program = &judging->record->programs[i];

        if (program->ended && status_is_crash(program->status))
            blame(
                judging, FINDING_CRASHES, program->name,
                arena_print(judging->arena, "it is %s", process_status_text(program->status, judging->arena)),
                "signal(7)");
    }
}

/* The program whose line in the trace made the object; the first one where the trace does not tell. */
static const char *maker_of(const struct judging *judging, const struct object_left *left)
{
    for (size_t i = 0; left->made_by && i < judging->record->program_count; i++) {
        const char *name = judging->record->programs[i].name;
        size_t length = strlen(name);

        if (strncmp(left->made_by, name, length) == 0 && left->made_by[length] == ' ')
            return name;
    }
    return judging->record->programs[0].name;
}

static void judge_left(struct judging *judging)
{
    if (judging->record->end != SESSION_ENDED)
        return;
    for (const struct object_left *left = judging->record->objects; left; left = left->next)
        blame(judging, FINDING_LEAVES, maker_of(judging, left),
              left->segment ? "its segment is left behind" : "its semaphore set is left behind",
              "whoever ends last removes what nobody needs any more: IPC_RMID, svipc(7)");
}

/* How often `line` stands in the output, and where it does first. */
static unsigned count_line(const struct program_outcome *program, const char *line, size_t *first)
{
    const char *at = program->output, *end = program->output + program->output_length;
    size_t size = strlen(line);
    unsigned count = 0;

    for (; (at = memmem(at, (size_t)(end - at), line, size)); at += size)
        if (count++ == 0)
            *first = (size_t)(at - program->output);
    return count;
}

static void judge_messages(struct judging *judging, const struct conversation *conversation)
{
    static const char *const rule = "every message is shown once, whole, in the order in which it was sent";
    const struct program_outcome *reader = &judging->record->programs[conversation->reader];
    size_t before = 0, at = 0;
    bool lost = false, cut = false, repeated = false, disordered = false;

    for (const char *const *line = conversation->lines; *line; line++) {
        unsigned count = count_line(reader, *line, &at);

        if (count == 0)
            *(strlen(*line) > SHORT_BYTES_MAX ? &cut : &lost) = true;
        repeated = repeated || count > 1;
        disordered = disordered || (count > 0 && at < before);
        before = count > 0 ? at : before;
    }
    if (lost)
        blame(judging, FINDING_CORRUPTS, reader->name, "a message is lost", rule);
    if (cut)
        blame(judging, FINDING_CORRUPTS, reader->name, "a long message is not shown whole", rule);
    if (repeated)
        blame(judging, FINDING_CORRUPTS, reader->name, "a message is shown twice", rule);
    if (disordered)
        blame(judging, FINDING_CORRUPTS, reader->name, "messages are shown in another order", rule);
}

/* Nothing was done to them: there is no reason to fail. */
static void judge_statuses(struct judging *judging)
{
    for (size_t i = 0; i < judging->record->program_count; i++) {
        const struct program_outcome *program = &judging->record->programs[i];

        if (program->ended && program->status != 0 && !status_is_crash(program->status))
            blame(judging, FINDING_SILENT, program->name,
                  arena_print(judging->arena, "it %s, though nothing was done to it",
                              process_status_text(program->status, judging->arena)),
                  "the exit code tells whether the conversation was held");
    }
}

static bool all_say_well(const struct session_record *record)
{
    for (size_t i = 0; i < record->program_count; i++)
        if (record->programs[i].started && (!record->programs[i].ended || record->programs[i].status != 0))
            return false;
    return true;
}

struct problem *conversation_judge(const struct session_record *record,
                                   const struct conversation *conversation, struct arena *arena)
{
    struct judging judging = {.record = record, .arena = arena};

    judging.end = &judging.first;
    judge_end(&judging);
    judge_crashes(&judging);
    if (record->end == SESSION_OVERDUE)
        return judging.first;
    if (!conversation->disturbed || all_say_well(record))
        judge_messages(&judging, conversation);
    if (!conversation->disturbed)
        judge_statuses(&judging);
    judge_left(&judging);
    for (size_t i = 0; conversation->releases && i < record->program_count; i++)
        blame_unreleased(&judging, &record->programs[i], &(struct unreleased_counts){0});
    return judging.first;
}

struct run_end run_end_of(const struct session_record *record)
{
    struct run_end end = {.ended = record->end == SESSION_ENDED};

    for (size_t i = 0; i < record->program_count; i++) {
        end.statuses[i] = record->programs[i].ended ? record->programs[i].status : -1;
        end.unreleased[i] = unreleased_count(&record->programs[i]);
    }
    for (const struct object_left *left = record->objects; left; left = left->next)
        *(left->segment ? &end.segments : &end.sets) += 1;
    return end;
}

static void compare_ends(struct judging *judging, const struct run_end *now, const struct run_end *first)
{
    const struct session_record *record = judging->record;

    for (size_t i = 0; i < record->program_count; i++)
        if (now->statuses[i] != -1 && first->statuses[i] != -1 && now->statuses[i] != first->statuses[i] &&
            !status_is_crash(now->statuses[i]))
            blame(judging, FINDING_CORRUPTS, record->programs[i].name,
                  arena_print(judging->arena, "it %s here, and %s elsewhere",
                              process_status_text(now->statuses[i], judging->arena),
                              process_status_text(first->statuses[i], judging->arena)),
                  NULL);
    if (!now->ended || !first->ended)
        return;
    for (size_t i = 0; i < record->program_count; i++)
        blame_unreleased(judging, &record->programs[i], &first->unreleased[i]);
    if (now->segments > first->segments)
        blame(judging, FINDING_LEAVES, record->programs[0].name,
              "a segment is left behind here, and not elsewhere", NULL);
    if (now->sets > first->sets)
        blame(judging, FINDING_LEAVES, record->programs[0].name,
              "a semaphore set is left behind here, and not elsewhere", NULL);
}

struct problem *run_judge(const struct session_record *record, const struct run_end *first,
                          struct arena *arena)
{
    struct judging judging = {.record = record, .arena = arena};
    struct run_end now = run_end_of(record);

    judging.end = &judging.first;
    judge_end(&judging);
    judge_crashes(&judging);
    if (first)
        compare_ends(&judging, &now, first);
    return judging.first;
}
