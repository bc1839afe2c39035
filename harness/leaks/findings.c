#include "leaks/findings.h"

#include <string.h>

#include "supervisor/text.h"

enum { TEXT_BYTES_MAX = 4096 };

static const struct {
    enum finding_severity severity;
    const char *rule;
} kinds[] = {
    [LEAK_SEGMENT] = {FINDING_LEAVES, "shmctl(2): a segment lives until it is removed, whoever has ended"},
    [LEAK_SET] = {FINDING_LEAVES, "semctl(2): a semaphore set lives until it is removed, whoever has ended"},
    [LEAK_CHILD_RUNNING] = {FINDING_LEAVES, "wait(2): a child that is not waited for becomes another's"},
    [LEAK_CHILD_ZOMBIE] = {FINDING_LEAVES, "wait(2): a child that has ended stays until it is waited for"},
    [LEAK_ATTACH] = {FINDING_LEAVES, "shmdt(2): what is attached is to be detached"},
    [LEAK_DESCRIPTOR] = {FINDING_LEAVES, "close(2): what is opened is to be closed"},
    [LEAK_HEAP] = {FINDING_LEAVES, "malloc(3): what is allocated is to be freed"},
    [LEAK_UNINITIALISED] = {FINDING_CORRUPTS, "malloc(3): the memory is not initialised"},
    [LEAK_MEMORY] = {FINDING_CORRUPTS, "memcheck: see its manual for this kind of error"},
};

enum finding_severity leak_severity(enum leak_kind kind)
{
    return kinds[kind].severity;
}

const char *leak_rule(enum leak_kind kind)
{
    return kinds[kind].rule;
}

/* What leads to the place: the call that made it, or where memcheck saw it. In `arena`. */
static const char *evidence(const struct leak *leak, struct arena *arena)
{
    if (leak->object)
        return leak->object->made_by;
    return leak->error ? memcheck_stack_text(leak->error, arena) : NULL;
}

static struct finding finding_of(const struct leak *leak, const char *program, const char *how,
                                 struct arena *arena)
{
    return (struct finding){.severity = leak_severity(leak->kind),
                            .kind = "leak",
                            .program = program,
                            .sentence = leak->sentence,
                            .how = how,
                            .trace = evidence(leak, arena),
                            .rule = leak_rule(leak->kind)};
}

void leaks_add_findings(const struct leaks_report *report, const char *program, const char *how,
                        struct findings *findings)
{
    struct arena arena = {0};

    for (const struct leak *leak = report->leaks; leak; leak = leak->next) {
        const struct finding finding = finding_of(leak, program, how, &arena);

        findings_add(findings, &finding, NULL);
    }
    arena_free(&arena);
}

/* NULL for NULL: json_object_set_new then sets nothing. */
static json_t *to_string(const char *text)
{
    struct arena arena = {0};
    json_t *string = text ? json_string(text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, &arena)) : NULL;

    arena_free(&arena);
    return string;
}

static json_t *stack_to_json(const struct memcheck_frame *frame)
{
    json_t *stack = frame ? json_array() : NULL;

    for (; frame; frame = frame->next) {
        json_t *object = json_object();

        json_object_set_new(object, "function", to_string(frame->function));
        json_object_set_new(object, "file", to_string(frame->file));
        json_object_set_new(object, "line", frame->line ? json_integer(frame->line) : NULL);
        json_object_set_new(object, "object", to_string(frame->object));
        json_array_append_new(stack, object);
    }
    return stack;
}

static json_t *object_to_json(const struct object_left *object)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "id", (json_int_t)object->id, "key",
                     (json_int_t)object->key, "mode", (json_int_t)object->mode, "uid",
                     (json_int_t)object->uid, "cuid", (json_int_t)object->cuid, "creator_pid",
                     (json_int_t)object->creator, "last_user_pid", (json_int_t)object->last_user, "attached",
                     (json_int_t)object->attached, "size", (json_int_t)object->size);
}

/* The finding alone, as every tool writes it. */
static json_t *finding_to_json(const struct leak *leak, const char *program, const char *how)
{
    struct leaks_report alone = {.leaks = &(struct leak){0}};
    struct findings findings = {0};

    *alone.leaks = *leak;
    alone.leaks->next = NULL;
    leaks_add_findings(&alone, program, how, &findings);
    json_t *array = findings_to_json(&findings), *object = json_incref(json_array_get(array, 0));

    json_decref(array);
    findings_free(&findings);
    return object;
}

json_t *leaks_to_json(const struct leaks_report *report, const char *program, const char *how)
{
    json_t *leaks = json_array();

    for (const struct leak *leak = report->leaks; leak; leak = leak->next) {
        const struct memcheck_error *error = leak->error;
        json_t *object = finding_to_json(leak, program, how);

        json_object_set_new(object, "leak", json_string(leak_name(leak->kind)));
        if (leak->object)
            json_object_set_new(object, "object", object_to_json(leak->object));
        if (error) {
            json_object_set_new(object, "memcheck", to_string(error->kind));
            json_object_set_new(object, "stack", stack_to_json(error->stack));
            json_object_set_new(object, "origin", to_string(error->origin));
            json_object_set_new(object, "origin_stack", stack_to_json(error->origin_stack));
        }
        json_array_append_new(leaks, object);
    }
    return leaks;
}
