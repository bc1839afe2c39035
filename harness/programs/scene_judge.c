#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>

#include "programs/scene.h"

struct judging {
    const struct staged *staged;
    const struct session_record *record; /* without the objects that are another's */
    const char *shown;                   /* by all readers, in the order in which they started */
    size_t shown_length;
    struct arena *arena;
    struct problem *first;
};

/* At the end of the list, unless it is there already. */
static void blame(struct judging *judging, enum finding_severity severity, const char *program,
                  const char *sentence, const char *rule)
{
    struct problem **at = &judging->first;

    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->program, program) == 0 && strcmp((*at)->sentence, sentence) == 0)
            return;
    *at = arena_take(judging->arena, sizeof(**at));
    **at = (struct problem){.severity = severity, .program = program, .sentence = sentence, .rule = rule};
}

static void join_readers(struct judging *judging)
{
    const struct staged *staged = judging->staged;
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (size_t i = 0; i < staged->program_count; i++) {
        const struct program_outcome *outcome = &judging->record->programs[i];

        if (!scene_is_reader(&staged->programs[i]) || !outcome->output)
            continue;
        fwrite(outcome->output, 1, outcome->output_length, out);
        judging->shown_length += outcome->output_length;
    }
    judging->shown = arena_stream_close(&stream, judging->arena);
}

static bool is_shown(const struct judging *judging, const char *line)
{
    return memmem(judging->shown, judging->shown_length, line, strlen(line));
}

/* The program that removed an object of that kind last; the first one where the trace does not tell. */
static const char *remover(const struct judging *judging, bool segment)
{
    const char *name = judging->record->programs[0].name;

    for (const struct trace_line *line = judging->record->trace; line; line = line->next) {
        const struct step *step = line->step;

        if (step->kind == STEP_CALL && strcmp(step->call->name, segment ? "shmctl" : "semctl") == 0 &&
            strstr(trace_line_text(line, judging->arena), "IPC_RMID"))
            name = step->actor;
    }
    return name;
}

/* Takes it out of the list of what is left. */
static bool take_out(struct object_left **at, const struct made_object *made)
{
    for (; *at; at = &(*at)->next)
        if (scene_made(made, *at)) {
            *at = (*at)->next;
            return true;
        }
    return false;
}

static void judge_made(struct judging *judging, struct session_record *record)
{
    static const char rule[] =
        "who has not made an object, or does not share it, does not remove it: svipc(7)";

    for (size_t i = 0; i < judging->staged->made_count; i++) {
        const struct made_object *made = &judging->staged->made[i];

        if (!take_out(&record->objects, made))
            blame(judging, FINDING_CORRUPTS, remover(judging, made->segment),
                  made->segment ? "it removes a segment that is another's"
                                : "it removes a semaphore set that is another's",
                  rule);
    }
}

static const struct session_program *reader_of(const struct judging *judging)
{
    for (size_t i = 0; i < judging->staged->program_count; i++)
        if (scene_is_reader(&judging->staged->programs[i]))
            return &judging->staged->programs[i];
    return NULL;
}

/* What has to arrive in spite of all. */
static void judge_sure(struct judging *judging)
{
    const struct session_program *reader = reader_of(judging);

    for (size_t i = 0; reader && i < judging->staged->scene->sure; i++)
        if (!is_shown(judging, judging->staged->lines[i]))
            blame(judging, FINDING_CORRUPTS, reader->name, "a message is lost",
                  "every message is shown once, whole, in the order in which it was sent");
}

/* A writer that says that all is well has been heard. */
static void judge_claims(struct judging *judging)
{
    const struct staged *staged = judging->staged;

    for (size_t i = 0; i < staged->line_count; i++) {
        const struct program_outcome *writer = &judging->record->programs[staged->typed_by[i]];

        if (writer->ended && writer->status == 0 && !is_shown(judging, staged->lines[i]))
            blame(judging, FINDING_CORRUPTS, writer->name, "it exits with 0, and its message was never shown",
                  "the exit code tells whether the conversation was held");
    }
}

static size_t count(const char *text, size_t length, const char *wanted)
{
    const char *end = text + length, *found;
    size_t times = 0;

    for (; (found = memmem(text, (size_t)(end - text), wanted, strlen(wanted))); times++)
        text = found + strlen(wanted);
    return times;
}

/* A line is asked for before it is read. */
static void judge_prompts(struct judging *judging)
{
    const struct staged *staged = judging->staged;

    for (size_t i = 0; i < staged->program_count; i++) {
        const struct program_outcome *program = &judging->record->programs[i];
        size_t typed = 0;

        for (size_t k = 0; k < staged->act_count; k++)
            if (staged->acts[k].kind == ACT_TYPE && staged->acts[k].program == i)
                typed += count(staged->acts[k].text, staged->acts[k].length, "\n");
        if (program->ended && count(program->output, program->output_length, staged->pair->prompt) < typed)
            blame(judging, FINDING_SILENT, program->name, "it reads a line that it has not asked for",
                  "the prompt (--prompt) stands before every line that is read");
    }
}

static bool says(const struct program_outcome *program, const char *text)
{
    return memmem(program->output, program->output_length, text, strlen(text));
}

/* Names a key in any way, or an error in words or by its name. */
static bool explains(const struct program_outcome *program, const struct pair *pair, struct arena *arena)
{
    static const int errors[] = {EACCES, EEXIST, EINVAL, ENOENT, EPERM, EIDRM, ENOSPC, ENOMEM};
    const int keys[] = {pair->segment_key, pair->set_key};

    for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
        if (says(program, strerror(errors[i])) || says(program, strerrorname_np(errors[i])))
            return true;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (keys[i] != IPC_PRIVATE && (says(program, arena_print(arena, "%d", keys[i])) ||
                                       says(program, arena_print(arena, "%x", (unsigned)keys[i]))))
            return true;
    return false;
}

static void judge_explanations(struct judging *judging)
{
    for (size_t i = 0; i < judging->record->program_count; i++) {
        const struct program_outcome *program = &judging->record->programs[i];

        if (program->ended && WIFEXITED(program->status) && program->status != 0 &&
            !explains(program, judging->staged->pair, judging->arena))
            blame(judging, FINDING_SILENT, program->name, "it fails and tells neither the key nor the error",
                  "errno(3): the error number tells what is wrong");
    }
}

static bool is_of_order(const struct problem *problem)
{
    return strstr(problem->sentence, "another order");
}

static void judge_conversation(struct judging *judging, const struct session_record *record)
{
    const struct staged *staged = judging->staged;
    struct session_record joined = *record;
    struct conversation conversation = {.lines = staged->lines,
                                        .disturbed = staged->scene->flags & SCENE_DISTURBED};

    while (conversation.reader < staged->program_count &&
           !scene_is_reader(&staged->programs[conversation.reader]))
        conversation.reader++;
    if (conversation.reader == staged->program_count)
        conversation.reader = 0; /* nobody is there to read, and something disturbs them */
    else {
        joined.programs[conversation.reader].output = judging->shown;
        joined.programs[conversation.reader].output_length = judging->shown_length;
    }
    for (const struct problem *problem = conversation_judge(&joined, &conversation, judging->arena); problem;
         problem = problem->next)
        if (!(staged->scene->flags & SCENE_CONCURRENT) || !is_of_order(problem))
            blame(judging, problem->severity, problem->program, problem->sentence, problem->rule);
}

struct problem *scene_judge(const struct staged *staged, const struct session_record *record,
                            struct arena *arena)
{
    struct session_record own = *record;
    struct judging judging = {.staged = staged, .record = &own, .arena = arena};

    join_readers(&judging);
    judge_made(&judging, &own);
    judge_conversation(&judging, &own);
    judge_sure(&judging);
    if (staged->scene->flags & SCENE_DISTURBED)
        judge_claims(&judging);
    else if (staged->pair->prompt)
        judge_prompts(&judging);
    if (staged->scene->flags & SCENE_EXPLAINS)
        judge_explanations(&judging);
    return judging.first;
}

struct problem *scene_compare(const struct scene *scene, const char *program, const char *printed,
                              const char *in_base, struct arena *arena)
{
    if (strcmp(printed, in_base) == 0)
        return NULL;
    struct problem *problem = arena_take(arena, sizeof(*problem));

    *problem = (struct problem){.severity = FINDING_SILENT,
                                .program = program,
                                .sentence = "it takes that for a failure: it prints something else",
                                .rule = scene->rule};
    return problem;
}
