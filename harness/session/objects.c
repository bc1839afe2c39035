#include <string.h>

#include "session/run.h"

/* The two kinds, and how the agent is asked for them: "shmctl INDEX COMMAND BUFFER". */
static const struct kind {
    bool segment;
    const char *get;           /* the call that makes one */
    const char *call, *number; /* the call that tells of them; what stands between index and command */
    const char *info, *info_buffer;
    const char *count; /* the field of info_buffer that says how many there are */
    const char *stat, *stat_buffer;
    int output; /* the argument that is filled */
} kinds[] = {
    {true, "shmget", "shmctl", "", "SHM_INFO", "shm_info?", "used_ids", "SHM_STAT_ANY", "shmid_ds?", 2},
    {false, "semget", "semctl", "0 ", "SEM_INFO", "seminfo?", "semusz", "SEM_STAT_ANY", "semid_ds?", 3},
};

static const char *constant(const struct session *session, const char *name)
{
    const struct value *value = target_constant(session->target, name);

    return integer_print(value ? value->number : -1, session->arena);
}

static long long field(const struct value *list, const char *name)
{
    const struct value *value = value_field(list, name);

    return value ? (long long)value->number : 0;
}

/* The first line of the trace that may have made it: of its key, and with IPC_CREAT unless it has none. */
static const char *find_maker(const struct session *session, const struct kind *kind, long long key)
{
    const char *wanted = key ? arena_print(session->arena, "%#x", (unsigned)key) : "IPC_PRIVATE";

    for (const struct trace_line *line = session->record->trace; line; line = line->next) {
        const struct step *step = line->step;
        const struct element *flags;

        if (step->kind != STEP_CALL || strcmp(step->call->name, kind->get) != 0 || step->argument_count < 3 ||
            strcmp(step->arguments->value->text, wanted) != 0)
            continue;
        flags = step->arguments->next->next;
        if (!key || strstr(flags->value->text, "IPC_CREAT"))
            return trace_line_text(line, session->arena);
    }
    return NULL;
}

static bool list_object(struct session *session, const struct kind *kind, long long index)
{
    struct arena *arena = session->arena;
    const char *request = arena_print(arena, "%s %lld %s%s %s", kind->call, index, kind->number,
                                      constant(session, kind->stat), kind->stat_buffer);
    const struct answer *answer = target_ask(session->target, &session->first, arena, -1, request);
    const struct value *status = answer_output(answer, kind->output);

    if (answer->kind != ANSWER_RETURNED || !status)
        return answer->kind == ANSWER_FAILED; /* nothing at this index */
    struct object_left *object = arena_take(arena, sizeof(*object)), **last = &session->record->objects;

    *object = (struct object_left){
        .segment = kind->segment,
        .id = (long long)answer->value.number,
        .key = field(status, kind->segment ? "shm_perm.key" : "sem_perm.key"),
        .mode = field(status, kind->segment ? "shm_perm.mode" : "sem_perm.mode"),
        .uid = field(status, kind->segment ? "shm_perm.uid" : "sem_perm.uid"),
        .cuid = field(status, kind->segment ? "shm_perm.cuid" : "sem_perm.cuid"),
        .creator = field(status, "shm_cpid"),
        .last_user = field(status, "shm_lpid"),
        .attached = field(status, "shm_nattch"),
        .size = field(status, kind->segment ? "shm_segsz" : "sem_nsems"),
    };
    object->made_by = find_maker(session, kind, object->key);
    while (*last)
        last = &(*last)->next;
    *last = object;
    return true;
}

static bool list_kind(struct session *session, const struct kind *kind)
{
    const char *request = arena_print(session->arena, "%s 0 %s%s %s", kind->call, kind->number,
                                      constant(session, kind->info), kind->info_buffer);
    const struct answer *answer = target_ask(session->target, &session->first, session->arena, -1, request);
    const struct value *info = answer_output(answer, kind->output);

    if (answer->kind != ANSWER_RETURNED || !info)
        return false;
    bool good = true;

    for (long long index = 0;
         field(info, kind->count) > 0 && index <= (long long)answer->value.number && good; index++)
        good = list_object(session, kind, index);
    return good;
}

bool objects_find(struct session *session)
{
    if (list_kind(session, &kinds[0]) && list_kind(session, &kinds[1]))
        return true;
    session->problem = "the objects of the case cannot be listed";
    return false;
}
