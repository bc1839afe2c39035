#include <string.h>
#include <sys/wait.h>

#include "conductor/process.h"
#include "session/run.h"

enum {
    TRACE_LINES_MAX = 20000, /* more are not kept */
    ALIKE_SHOWN_MAX = 4,     /* lines that repeat the one before; from here on they are counted */
};

static struct trace_line *add(struct session *session, struct step *step, pid_t thread, const char *result)
{
    struct trace_line *line = arena_take(session->arena, sizeof(*line));

    *line = (struct trace_line){.step = step, .thread = thread, .result = result};
    if (session->trace_length++ < TRACE_LINES_MAX) {
        *session->trace_end = line;
        session->trace_end = &line->next;
    }
    return line;
}

void trace_text(struct session *session, const char *actor, enum step_kind kind, const char *bytes,
                size_t length)
{
    struct step *step = arena_take(session->arena, sizeof(*step));

    *step = (struct step){.kind = kind, .actor = actor, .end_of_input = !bytes};
    if (bytes) {
        struct expression *text = arena_take(session->arena, sizeof(*text));

        *text = (struct expression){
            .kind = EXPRESSION_STRING, .bytes = arena_copy(session->arena, bytes, length), .length = length};
        step->arguments = arena_take(session->arena, sizeof(*step->arguments));
        step->arguments->value = text;
        step->argument_count = 1;
    }
    add(session, step, 0, "");
}

void trace_ended(struct session *session, const char *actor, int status)
{
    struct step *step = arena_take(session->arena, sizeof(*step));
    struct expression *value = arena_take(session->arena, sizeof(*value));

    /* The last word of "exited with 0". */
    *value = (struct expression){.kind = EXPRESSION_NUMBER,
                                 .text = strrchr(process_status_text(status, session->arena), ' ') + 1};
    *step = (struct step){
        .kind = WIFSIGNALED(status) ? STEP_KILLED : STEP_EXITED, .actor = actor, .value = value};
    add(session, step, 0, "");
}

struct caller *trace_caller(const struct session *session, pid_t thread)
{
    struct caller *caller = session->callers;

    while (caller && caller->thread != thread)
        caller = caller->next;
    return caller;
}

struct trace_line *trace_call(struct session *session, struct step *step, pid_t thread)
{
    struct caller *caller = trace_caller(session, thread);

    if (!caller) {
        caller = arena_take(session->arena, sizeof(*caller));
        *caller = (struct caller){.thread = thread, .next = session->callers};
        session->callers = caller;
    }
    return caller->last = add(session, step, thread, NULL);
}

void trace_move_to_end(struct session *session, struct trace_line *line)
{
    struct trace_line **at = &session->record->trace;

    while (*at && *at != line)
        at = &(*at)->next;
    if (!*at || !line->next) /* beyond what is kept, or there already */
        return;
    *at = line->next;
    line->next = NULL;
    *session->trace_end = line;
    session->trace_end = &line->next;
}

const struct trace_line *trace_last_call(struct session *session, pid_t thread)
{
    const struct caller *caller = trace_caller(session, thread);

    return caller ? caller->last : NULL;
}

void trace_came_back(struct session *session, pid_t thread)
{
    struct caller *caller = trace_caller(session, thread);

    if (caller && !caller->last->result)
        caller->last->result = " = ?";
}

const char *trace_line_text(const struct trace_line *line, struct arena *arena)
{
    struct step step = *line->step;
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    step.unfinished = !line->result;
    notation_print_step(&step, out);
    if (line->result)
        fputs(line->result, out);
    return arena_stream_close(&stream, arena);
}

const char *trace_call_text(const struct trace_line *line, struct arena *arena)
{
    struct step step = *line->step;
    struct arena_stream stream;

    step.actor = "";
    notation_print_step(&step, arena_stream_open(&stream));
    const char *text = arena_stream_close(&stream, arena);

    return text + strspn(text, " ");
}

void trace_step(struct session *session, struct step *step)
{
    add(session, step, 0, "");
}

/* How many lines from here on read the same. */
static unsigned count_alike(const struct trace_line *line, const char *text, struct arena *arena)
{
    unsigned count = 0;

    for (; line && strcmp(trace_line_text(line, arena), text) == 0; line = line->next)
        count++;
    return count;
}

const char *session_trace_text(const struct session_record *record, struct arena *arena)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (const struct trace_line *line = record->trace; line; line = line->next) {
        const char *text = trace_line_text(line, arena);
        unsigned more = count_alike(line->next, text, arena);

        fprintf(out, "%s\n", text);
        if (more < ALIKE_SHOWN_MAX)
            continue;
        fprintf(out, "# the same %u times more\n", more);
        for (; more > 0; more--)
            line = line->next;
    }
    return arena_stream_close(&stream, arena);
}
