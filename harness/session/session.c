#include "session/session.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/process.h"
#include "session/run.h"

enum {
    YIELDS_BEFORE_LOOK = 3,
    YIELDS_MAX = 200,   /* to let others run, before the processor is left to them for a while */
    PAUSE_FIRST_MS = 1, /* then doubled up to */
    PAUSE_LAST_MS = 16,
    WATCHED_MAX = TRACER_LISTENERS_MAX + 3 * SESSION_PROGRAMS_MAX,
};

static const struct session_bounds defaults = {
    .calls = 5000,
    .wakeups = 1000,
    .processes = 200,
    .output_bytes = 1024 * 1024,
    .processor_ns = 2000 * UINT64_C(1000000),
    .guard_ms = 20 * 1000,
};

int session_filter(const struct filter_names *more, const char **problem)
{
    struct filter_names names = {0};

    filter_names_add_sets(&names, CALLS_SYSTEM_V | CALLS_SLEEP | CALLS_FORK | CALLS_EXIT | CALLS_TIMER);
    for (size_t i = 0; more && i < more->count; i++)
        filter_names_add(&names, more->names[i]);
    return filter_open(&names, problem);
}

void session_end(struct session *session, enum session_end end, const char *culprit, const char *format, ...)
{
    va_list arguments;

    if (session->over)
        return;
    session->over = true;
    session->record->end = end;
    session->record->culprit = culprit;
    if (!format)
        return;
    va_start(arguments, format);
    session->record->reason = arena_vprint(session->arena, format, arguments);
    va_end(arguments);
}

/* What is watched, and whose it is: one list for poll, one beside it. */
struct watch {
    struct pollfd descriptors[WATCHED_MAX];
    struct running *owners[WATCHED_MAX];
    size_t count;
};

static void add(struct watch *watch, int descriptor, struct running *owner)
{
    if (descriptor < 0)
        return;
    watch->descriptors[watch->count] = (struct pollfd){.fd = descriptor, .events = POLLIN};
    watch->owners[watch->count++] = owner;
}

/* Output before calls: it was printed before them. Ends last: a program says its last word before. */
static void list_watched(struct session *session, struct watch *watch)
{
    int listener;

    watch->count = 0;
    for (size_t i = 0; i < session->started; i++) {
        struct running *running = &session->programs[i];

        add(watch, running->output, running);
        add(watch, running->channel.descriptor, running);
    }
    for (size_t i = 0; (listener = tracer_listener(session->tracer, i)) >= 0; i++)
        add(watch, listener, NULL);
    for (size_t i = 0; i < session->started; i++)
        add(watch, session->programs[i].pidfd, &session->programs[i]);
}

static void serve(struct session *session, const struct pollfd *watched, struct running *owner)
{
    if (!owner)
        calls_take(session, watched->fd);
    else if (watched->fd == owner->output)
        launch_read_output(session, owner);
    else if (watched->fd == owner->channel.descriptor)
        launch_hear(session, owner);
    else
        launch_note_end(session, owner);
}

/* Serves what is there, waiting up to `wait_ms` for it. Returns false when nothing came. */
static bool serve_all(struct session *session, int wait_ms)
{
    struct watch watch;
    bool any = false;

    list_watched(session, &watch);
    if (poll(watch.descriptors, watch.count, wait_ms) <= 0)
        return false;
    for (size_t i = 0; i < watch.count && !session->over; i++) {
        if (!watch.owners[i] && (watch.descriptors[i].revents & (POLLIN | POLLHUP)) == POLLHUP)
            tracer_drop(session->tracer, watch.descriptors[i].fd); /* its processes are gone */
        if (!(watch.owners[i] ? watch.descriptors[i].revents : watch.descriptors[i].revents & POLLIN))
            continue;
        serve(session, &watch.descriptors[i], watch.owners[i]);
        any = true;
    }
    return any;
}

/* Lets the programs run: they may share our processor. Returns how long to wait for them, in ms. */
static int give_way(unsigned idle)
{
    if (idle < YIELDS_MAX) {
        sched_yield();
        return 0;
    }
    unsigned doublings = (idle - YIELDS_MAX) / 4;

    return doublings > 4 ? PAUSE_LAST_MS : PAUSE_FIRST_MS << doublings;
}

static void check_guard(struct session *session)
{
    if (monotonic_ns() > session->deadline_ns)
        session_end(session, SESSION_OVERDUE, NULL,
                    "no end within %d s, and not known why: it waits for something that is not seen here",
                    session->bounds.guard_ms / 1000);
}

/*
 * Who shares our processor first gets it. A look costs more than a step of a program: the longer nothing happens, the
 * fewer there are.
 */
static bool look_is_due(struct session *session, unsigned idle)
{
    bool often = idle <= YIELDS_MAX && (idle & (idle - 1)) != 0;

    return idle > 0 && !often && (rest_is_known(session) || idle > YIELDS_BEFORE_LOOK);
}

static void loop(struct session *session)
{
    unsigned idle = 0;
    int wait_ms = 0;

    while (!session->over && !session->problem) {
        while (launch_is_due(session, false) && launch(session))
            ;
        if (session->problem)
            return;
        if (serve_all(session, wait_ms)) {
            idle = 0;
            wait_ms = 0;
            session->at_rest = false;
            session->processor_ns = UINT64_MAX;
            continue;
        }
        /* At rest when looked at, and nothing has come since. */
        if (session->at_rest && rest_move_on(session)) {
            idle = 0;
            wait_ms = 0;
            continue;
        }
        if (look_is_due(session, idle) && rest_look(session) && !session->waits) {
            wait_ms = 0;
            continue;
        }
        wait_ms = session->waits ? PAUSE_LAST_MS : give_way(idle);
        idle++;
        if (wait_ms > 0) {
            rest_bound_processor_time(session);
            check_guard(session);
        }
    }
}

const char *session_where(struct session *session, const struct life *life)
{
    const struct trace_line *last = trace_last_call(session, life->thread);
    const char *kernel;

    if (last && !last->result)
        for (size_t i = 0; (kernel = system_call_kernel_name_of(last->step->call->name, i)); i++)
            if (strcmp(kernel, life->call) == 0)
                return trace_call_text(last, session->arena);
    return *life->call ? life->call : "a call that the kernel does not tell";
}

static const char *say_where(struct session *session, const struct life *life)
{
    switch (life->rest) {
    case REST_NONE:
    case REST_DEEP:
        return "running";
    case REST_STOPPED:
        return "stopped";
    case REST_FOREVER:
    case REST_READING:
    case REST_TIMED:
        break;
    }
    return arena_print(session->arena, "asleep in %s", session_where(session, life));
}

/* Threads that are gone have left their last call, one way or another. */
static void trace_the_gone(struct session *session)
{
    for (struct caller *caller = session->callers; caller; caller = caller->next) {
        size_t i = 0;

        while (i < session->now->count && session->now->lives[i].thread != caller->thread)
            i++;
        if (i == session->now->count)
            trace_came_back(session, caller->thread);
    }
}

const char *session_name_of(struct session *session, pid_t process, bool *is_main)
{
    char name[17];

    for (size_t i = 0; i < session->started; i++)
        if (session->programs[i].host_pid == process) {
            if (is_main)
                *is_main = true;
            return session->programs[i].program->name;
        }
    process_name(process, name);
    return arena_copy(session->arena, name, strlen(name));
}

/* Who still lives. */
static void note_processes(struct session *session)
{
    struct process_left **last = &session->record->processes;

    processes_look(session->first.host_pid, session->before, session->now);
    trace_the_gone(session);
    for (size_t i = 0; i < session->now->count; i++) {
        const struct life *life = &session->now->lives[i];

        if (life->thread != life->process || session->record->end == SESSION_NOT_STARTED)
            continue;
        *last = arena_take(session->arena, sizeof(**last));
        **last = (struct process_left){.process = life->process, .where = say_where(session, life)};
        (*last)->name = session_name_of(session, life->process, &(*last)->is_main);
        last = &(*last)->next;
    }
}

static void keep_output(struct session *session)
{
    for (size_t i = 0; i < session->started; i++) {
        struct running *running = &session->programs[i];

        running->outcome->output =
            arena_copy(session->arena, running->printed ? running->printed : "", running->printed_length);
        running->outcome->output_length = running->printed_length;
    }
}

static void close_session(struct session *session)
{
    for (size_t i = 0; i < session->started; i++)
        launch_close(&session->programs[i]);
    /* A PID namespace dies with its first process; without one that process has to clean up first. */
    if (session->target->isolation == ISOLATION_FULL)
        kill(session->first.host_pid, SIGKILL);
    else
        target_ask(session->target, &session->first, session->arena, -1, "end");
    channel_close(&session->first);
    calls_free(session);
    tracer_free(session->tracer);
    free(session->now);
    free(session->before);
}

static void choose_bounds(struct session *session)
{
    const struct session_bounds *given = &session->settings->bounds;

    session->bounds = (struct session_bounds){
        .calls = given->calls ? given->calls : defaults.calls,
        .wakeups = given->wakeups ? given->wakeups : defaults.wakeups,
        .processes = given->processes ? given->processes : defaults.processes,
        .output_bytes = given->output_bytes ? given->output_bytes : defaults.output_bytes,
        .processor_ns = given->processor_ns ? given->processor_ns : defaults.processor_ns,
        .guard_ms = given->guard_ms ? given->guard_ms : defaults.guard_ms,
    };
    session->deadline_ns = monotonic_ns() + session->bounds.guard_ms * INT64_C(1000000);
}

static void prepare_programs(struct session *session)
{
    struct session_record *record = session->record;

    record->program_count = session->settings->program_count;
    for (size_t i = 0; i < record->program_count; i++) {
        record->programs[i].name = session->settings->programs[i].name;
        session->programs[i] = (struct running){.program = &session->settings->programs[i],
                                                .outcome = &record->programs[i],
                                                .channel = {.descriptor = -1, .received = -1},
                                                .pidfd = -1,
                                                .slave = -1,
                                                .input = -1,
                                                .output = -1};
    }
}

bool session_run(struct target *target, const struct session_settings *settings, struct arena *arena,
                 struct session_record *record, const char **problem)
{
    struct session session = {.target = target,
                              .settings = settings,
                              .arena = arena,
                              .record = record,
                              .first = {.descriptor = -1},
                              .trace_end = &record->trace,
                              .processor_ns = UINT64_MAX};

    *record = (struct session_record){0};
    if (target->isolation == ISOLATION_NONE) {
        *problem = "programs are judged in an IPC namespace of their own, and this machine refuses one";
        return false;
    }
    if (!target_open_case(target, &session.first, arena, problem))
        return false;
    target_ask(target, &session.first, arena, -1, "reap");
    session.tracer = tracer_new();
    session.now = calloc(1, sizeof(*session.now));
    session.before = calloc(1, sizeof(*session.before));
    if (!session.now || !session.before)
        abort();
    choose_bounds(&session);
    prepare_programs(&session);
    loop(&session);
    keep_output(&session);
    if (!session.problem) {
        note_processes(&session);
        objects_find(&session);
    }
    close_session(&session);
    *problem = session.problem;
    return !session.problem;
}
