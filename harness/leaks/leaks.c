#include "leaks/leaks.h"

#include <string.h>
#include <unistd.h>

#include "conductor/process.h"
#include "leaks/memory.h"

static const char *const names[] = {
    [LEAK_SEGMENT] = "segment",
    [LEAK_SET] = "set",
    [LEAK_CHILD_RUNNING] = "child-running",
    [LEAK_CHILD_ZOMBIE] = "child-zombie",
    [LEAK_ATTACH] = "attach",
    [LEAK_DESCRIPTOR] = "descriptor",
    [LEAK_HEAP] = "heap",
    [LEAK_UNINITIALISED] = "uninitialised",
    [LEAK_MEMORY] = "memory",
};

const char *leak_name(enum leak_kind kind)
{
    return names[kind];
}

static struct leak *add(struct leak **leaks, enum leak_kind kind, const char *sentence, struct arena *arena)
{
    struct leak *leak = arena_take(arena, sizeof(*leak));

    *leak = (struct leak){.kind = kind, .sentence = sentence};
    while (*leaks)
        leaks = &(*leaks)->next;
    return *leaks = leak;
}

/* The program whose line made the object. */
static size_t maker_of(const struct session_record *record, const struct object_left *object)
{
    for (size_t i = 0; object->made_by && i < record->program_count; i++) {
        size_t length = strlen(record->programs[i].name);

        if (strncmp(object->made_by, record->programs[i].name, length) == 0 && object->made_by[length] == ' ')
            return i;
    }
    return 0;
}

static const char *creator(const struct program_outcome *program, const struct object_left *object,
                           struct arena *arena)
{
    if (!object->segment)
        return ""; /* the kernel does not tell */
    if (object->creator == program->pid)
        return ", made by the program itself";
    return arena_print(arena, ", made by its child %lld", object->creator);
}

static void add_objects(const struct session_record *record, struct arena *arena,
                        struct leaks_report *reports)
{
    for (const struct object_left *object = record->objects; object; object = object->next) {
        const char *key = object->key ? arena_print(arena, "%#llx", object->key) : "IPC_PRIVATE";
        size_t maker = maker_of(record, object);

        add(&reports[maker].leaks, object->segment ? LEAK_SEGMENT : LEAK_SET,
            arena_print(arena, "%s %lld (key %s, %lld %s, mode %04llo, uid %lld) stays%s",
                        object->segment ? "segment" : "semaphore set", object->id, key, object->size,
                        object->segment     ? "bytes"
                        : object->size == 1 ? "semaphore"
                                            : "semaphores",
                        object->mode & 0777, object->uid, creator(&record->programs[maker], object, arena)),
            arena)
            ->object = object;
    }
}

static bool is_known_child(const struct session_record *record, pid_t process)
{
    for (size_t i = 0; i < record->program_count; i++)
        for (const struct unreleased *one = record->programs[i].unreleased; one; one = one->next)
            if (one->process == process)
                return true;
    return false;
}

static void add_unreleased(const struct program_outcome *program, struct arena *arena, struct leak **leaks)
{
    static const enum leak_kind kinds[] = {
        [UNRELEASED_ATTACH] = LEAK_ATTACH,
        [UNRELEASED_DESCRIPTOR] = LEAK_DESCRIPTOR,
        [UNRELEASED_CHILD_RUNNING] = LEAK_CHILD_RUNNING,
        [UNRELEASED_CHILD_ZOMBIE] = LEAK_CHILD_ZOMBIE,
    };

    for (const struct unreleased *one = program->unreleased; one; one = one->next)
        add(leaks, kinds[one->kind], one->sentence, arena)->process = one->process;
}

/* Children of children, and what a killed program has left. */
static void add_processes(const struct session_record *record, struct arena *arena, struct leak **leaks)
{
    for (const struct process_left *left = record->processes; left; left = left->next)
        if (!left->is_main && !is_known_child(record, left->process))
            add(leaks, LEAK_CHILD_RUNNING,
                arena_print(arena, "child %s still runs, %s", left->name, left->where), arena)
                ->process = left->process;
}

static bool run_session(const struct leaks_settings *settings, struct target *target,
                        struct session_settings *session, struct arena *arena, struct session_record *record,
                        const char **problem)
{
    session->program_count = settings->program_count;
    session->acts = settings->acts;
    session->act_count = settings->act_count;
    session->filter = session_filter(NULL, problem);
    if (session->filter < 0)
        return false;
    bool good = session_run(target, session, arena, record, problem);

    close(session->filter);
    if (good && record->end == SESSION_NOT_STARTED) {
        *problem = record->reason;
        return false;
    }
    return good;
}

static bool run_plain(const struct leaks_settings *settings, struct target *target, struct arena *arena,
                      struct leaks_report *reports, const char **problem)
{
    struct session_record record = {0};
    struct session_settings session = {.programs = settings->programs, .bounds = settings->bounds};

    if (!run_session(settings, target, &session, arena, &record, problem))
        return false;
    for (size_t i = 0; i < settings->program_count; i++) {
        const struct program_outcome *program = &record.programs[i];
        struct leaks_report *report = &reports[i];

        report->ended = program->ended;
        report->status = program->status;
        report->outcome = program->ended ? process_status_text(program->status, arena) : record.reason;
        report->unseen = program->exits
                             ? program->unseen
                             : "it did not exit: descriptors, attaches and children were not looked at";
        add_unreleased(program, arena, &report->leaks);
    }
    add_processes(&record, arena, &reports[0].leaks);
    add_objects(&record, arena, reports);
    return true;
}

enum leak_kind leak_kind_of_error(const struct memcheck_error *error)
{
    const char *kind = error->kind ? error->kind : "";

    if (memcheck_is_loss(error))
        return LEAK_HEAP;
    if (strncmp(kind, "Uninit", 6) == 0 || strcmp(kind, "SyscallParam") == 0)
        return LEAK_UNINITIALISED;
    return LEAK_MEMORY;
}

static bool run_memcheck(const struct leaks_settings *settings, struct target *target, struct arena *arena,
                         struct leaks_report *reports, const char **problem)
{
    struct memory_run memory;
    struct session_settings session = {.programs = memory.programs, .bounds = memory_bounds};
    struct session_record record = {0};

    if (!memory_run_prepare(&memory, &settings->memcheck, settings->programs, settings->program_count, arena,
                            problem))
        return false;
    bool good = run_session(settings, target, &session, arena, &record, problem);

    for (size_t i = 0; good && i < settings->program_count; i++)
        for (const struct memcheck_error *error =
                 memcheck_folder_read(memory.folders[i], arena, &reports[i].unseen);
             error; error = error->next)
            add(&reports[i].leaks, leak_kind_of_error(error), error->what ? error->what : error->kind, arena)
                ->error = error;
    memory_run_end(&memory);
    return good;
}

bool leaks_run(const struct leaks_settings *settings, struct arena *arena, struct leaks_report *reports,
               const char **problem)
{
    struct target target;

    memset(reports, 0, settings->program_count * sizeof(*reports));
    if (!target_start_shortly(&target, settings->conductor, arena, problem))
        return false;
    bool good = run_plain(settings, &target, arena, reports, problem);

    if (good && settings->memcheck.valgrind)
        good = run_memcheck(settings, &target, arena, reports, problem);
    target_stop(&target);
    return good;
}
