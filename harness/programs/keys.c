#include "programs/keys.h"

#include <string.h>
#include <sys/ipc.h>
#include <unistd.h>

enum { KEYS_MAX = 32, BOTH = 3 };

struct used_key {
    bool segment;
    int key;
    unsigned programs; /* a bit for each that uses it */
};

struct used_keys {
    struct used_key list[KEYS_MAX]; /* in the order of their first use */
    size_t count;
};

static void note(struct used_keys *used, bool segment, int key, int program)
{
    size_t i = 0;

    while (i < used->count && (used->list[i].segment != segment || used->list[i].key != key))
        i++;
    if (i == KEYS_MAX || key == IPC_PRIVATE)
        return;
    if (i == used->count)
        used->list[used->count++] = (struct used_key){segment, key, 0};
    used->list[i].programs |= 1U << program;
}

/* A policy that only looks. */
static struct ruling look(void *context, const struct traced_call *call, const struct step *line)
{
    bool segment = strcmp(call->call.name, "shmget") == 0;

    (void)line;
    if (segment || strcmp(call->call.name, "semget") == 0)
        note(context, segment, (int)call->call.arguments[0], call->program);
    return (struct ruling){.hold = false};
}

static int choose(const struct used_keys *used, bool segment)
{
    const struct used_key *chosen = NULL;

    for (const struct used_key *key = used->list; key < used->list + used->count; key++)
        if (key->segment == segment && (!chosen || (chosen->programs != BOTH && key->programs == BOTH)))
            chosen = key;
    return chosen ? chosen->key : IPC_PRIVATE;
}

static bool run_plain(struct target *target, const struct pair *pair, struct used_keys *used,
                      struct arena *arena, const char **problem)
{
    struct staged staged;
    struct session_record record;

    if (!scene_stage(scene_at(0), pair, &staged, arena, problem))
        return false;
    int filter = session_filter(NULL, problem);
    struct session_settings session = scene_session(&staged, filter);

    if (filter < 0)
        return false;
    session.policy = (struct session_policy){.call = look, .context = used};
    bool good = session_run(target, &session, arena, &record, problem);

    close(filter);
    if (good && record.end == SESSION_NOT_STARTED)
        *problem = record.reason;
    return good && record.end != SESSION_NOT_STARTED;
}

bool keys_learn(const struct conductor_options *conductor, struct pair *pair, struct arena *arena,
                const char **problem)
{
    struct used_keys used = {.count = 0};
    struct target target;

    if (pair->segment_key != IPC_PRIVATE && pair->set_key != IPC_PRIVATE)
        return true;
    if (!target_start_shortly(&target, conductor, arena, problem))
        return false;
    bool good = run_plain(&target, pair, &used, arena, problem);

    target_stop(&target);
    if (pair->segment_key == IPC_PRIVATE)
        pair->segment_key = choose(&used, true);
    if (pair->set_key == IPC_PRIVATE)
        pair->set_key = choose(&used, false);
    return good;
}
