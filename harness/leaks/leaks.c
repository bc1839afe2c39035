#include "leaks/leaks.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/process.h"

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

/* Valgrind is slow, and its start alone takes a second of processor time. */
static const struct session_bounds valgrind_bounds = {
    .processor_ns = UINT64_C(120) * 1000000000,
    .guard_ms = 300 * 1000,
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

static enum leak_kind kind_of_error(const struct memcheck_error *error)
{
    const char *kind = error->kind ? error->kind : "";

    if (strncmp(kind, "Leak_", 5) == 0)
        return LEAK_HEAP;
    if (strncmp(kind, "Uninit", 6) == 0 || strcmp(kind, "SyscallParam") == 0)
        return LEAK_UNINITIALISED;
    return LEAK_MEMORY;
}

/* One file for each process. A process that was killed has left half a file. */
static void read_errors(const char *path, struct arena *arena, struct leaks_report *report)
{
    const char *problem;

    for (const struct memcheck_error *error = memcheck_read(path, arena, &problem); error;
         error = error->next)
        add(&report->leaks, kind_of_error(error), error->what ? error->what : error->kind, arena)->error =
            error;
    if (problem && !report->unseen)
        report->unseen = problem;
}

static void read_folder(const char *folder, struct arena *arena, struct leaks_report *report)
{
    DIR *directory = opendir(folder);
    size_t count = 0;

    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *path = arena_print(arena, "%s/%s", folder, entry->d_name);

        if (entry->d_name[0] == '.')
            continue;
        read_errors(path, arena, report);
        unlink(path);
        count++;
    }
    if (directory)
        closedir(directory);
    if (count == 0 && !report->unseen)
        report->unseen = "valgrind has written nothing";
}

/* All of them, that one under Valgrind. */
static bool run_valgrind(const struct leaks_settings *settings, size_t which, struct target *target,
                         struct arena *arena, struct leaks_report *report, const char **problem)
{
    const char *where = getenv("TMPDIR");
    char *folder = arena_print(arena, "%s/ipcdrill-memcheck.XXXXXX", where && *where ? where : "/tmp");
    struct session_program programs[SESSION_PROGRAMS_MAX];
    struct session_settings session = {.programs = programs, .bounds = valgrind_bounds};
    struct session_record record = {0};

    if (!mkdtemp(folder)) {
        *problem = arena_print(arena, "%s: %s", folder, strerror(errno));
        return false;
    }
    memcpy(programs, settings->programs, settings->program_count * sizeof(*programs));
    programs[which].words =
        memcheck_words(settings->valgrind, programs[which].words, folder, settings->suppressions, arena);
    bool good = run_session(settings, target, &session, arena, &record, problem);

    if (good)
        read_folder(folder, arena, report);
    rmdir(folder);
    return good;
}

bool leaks_run(const struct leaks_settings *settings, struct arena *arena, struct leaks_report *reports,
               const char **problem)
{
    struct target target = {0};

    memset(reports, 0, settings->program_count * sizeof(*reports));
    if (!target_start(&target, settings->conductor, problem)) {
        *problem = arena_print(arena, "%s", *problem);
        return false;
    }
    bool good = run_plain(settings, &target, arena, reports, problem);

    for (size_t i = 0; good && settings->valgrind && i < settings->program_count; i++)
        good = run_valgrind(settings, i, &target, arena, &reports[i], problem);
    target_stop(&target);
    return good;
}
