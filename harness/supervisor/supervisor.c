#include "supervisor/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conductor/process.h"
#include "supervisor/family.h"
#include "supervisor/machine.h"
#include "supervisor/order.h"
#include "supervisor/processors.h"
#include "supervisor/worker.h"

enum {
    WORKERS_MAX = JOBS_MAX + 1, /* one more for instances that wait */
    WORKER_END_MS = 5000,       /* for workers and agents to end when asked to */
};

struct supervisor {
    const struct run_settings *settings;
    struct job job;
    struct order order;
    struct machine machine;
    struct worker workers[WORKERS_MAX];
    int worker_count;
    int waiting_worker; /* its place in workers, or -1 */
    int restarts;       /* since the last result */
    int signals;        /* a signalfd */
    struct arena *arena;
    struct run_outcome *outcome;
    bool over;
};

static void give_up(struct supervisor *supervisor, const char *problem)
{
    if (supervisor->over)
        return;
    supervisor->over = true;
    supervisor->outcome->end = RUN_IMPOSSIBLE;
    supervisor->outcome->problem = arena_print(supervisor->arena, "%s", problem);
}

static void start_worker(struct supervisor *supervisor, int place)
{
    if (!worker_start(&supervisor->workers[place], &supervisor->job, processors_at(place)))
        give_up(supervisor, arena_print(supervisor->arena, "cannot start a worker: %s", strerror(errno)));
}

static void start_workers(struct supervisor *supervisor)
{
    const struct run_settings *settings = supervisor->settings;
    size_t count = instances_count(settings->instances);
    int jobs = settings->jobs > 0 ? settings->jobs : processors_count();

    if (jobs > JOBS_MAX)
        jobs = JOBS_MAX;
    if ((size_t)jobs > count)
        jobs = (int)count;
    supervisor->waiting_worker = instances_wait(settings->instances) && count > 1 ? jobs : -1;
    supervisor->worker_count = jobs + (supervisor->waiting_worker >= 0);
    for (int place = 0; place < supervisor->worker_count && !supervisor->over; place++)
        start_worker(supervisor, place);
}

/* Hands in what came of a position, the machine as it was before. */
static void finish(struct supervisor *supervisor, size_t position, enum verdict_kind kind, char *line)
{
    struct arena arena = {0};
    const char *changed = machine_put_back(&supervisor->machine, &arena);

    if (changed)
        give_up(supervisor, changed);
    order_done(&supervisor->order, position, line);
    if (supervisor->settings->fail_fast && verdict_is_red(kind))
        order_cut(&supervisor->order, position);
    arena_free(&arena);
}

/* As finish, for a position that no worker has answered for. */
static void finish_without(struct supervisor *supervisor, size_t position, enum verdict_kind kind,
                           const char *reason)
{
    struct arena arena = {0};
    struct record record = worker_verdict(&supervisor->job, position, kind, reason, &arena);

    finish(supervisor, position, record.verdict.kind, strdup(record_to_json(&record, &arena)));
    arena_free(&arena);
}

/* Sets what the instance says; a machine that cannot be set that way makes it a skip. */
static bool set_machine(struct supervisor *supervisor, size_t position)
{
    struct arena arena = {0};
    struct selected_instance instance = instances_at(supervisor->job.instances, position);
    const char *missing =
        machine_set(&supervisor->machine, &instance, supervisor->job.conductor.profile, &arena);

    if (missing)
        finish_without(supervisor, position, VERDICT_SKIP, missing);
    arena_free(&arena);
    return !missing;
}

static void fill_queue(struct supervisor *supervisor, int place)
{
    struct worker *worker = &supervisor->workers[place];
    bool waiting = place == supervisor->waiting_worker;
    bool sleeps =
        worker->position_count > 0 && instances_at(supervisor->job.instances, worker->positions[0]).waits;
    int room = waiting || sleeps ? 1 : WORKER_QUEUE_MAX; /* nothing should queue behind a sleeper */
    size_t position;

    while (worker->ready && worker->position_count < room &&
           order_take(&supervisor->order, waiting, waiting || worker->position_count > 0, &position)) {
        if (!set_machine(supervisor, position))
            continue;
        if (!worker_assign(worker, &supervisor->job, position)) {
            order_return(&supervisor->order, position);
            worker->ready = false;
        }
    }
}

static void learn_target(struct supervisor *supervisor, const struct message *message)
{
    struct run_outcome *outcome = supervisor->outcome;

    if (outcome->isolation)
        return;
    outcome->isolation_why = worker_learn_target(message, &supervisor->job.target, supervisor->arena);
    outcome->isolation = supervisor->job.target.isolation;
}

static void take_message(struct supervisor *supervisor, struct worker *worker, struct message *message)
{
    size_t position = (size_t)message->header.position;

    switch (message->header.kind) {
    case MESSAGE_READY:
        worker->ready = true;
        learn_target(supervisor, message);
        free(message->body);
        break;
    case MESSAGE_CANNOT_START:
        give_up(supervisor, message->body);
        free(message->body);
        break;
    default:
        supervisor->restarts = 0;
        finish(supervisor, position, (enum verdict_kind)message->header.verdict, message->body);
        break;
    }
}

/* Gives its instance a record, and its place to a new worker. */
static void replace_worker(struct supervisor *supervisor, int place)
{
    struct worker *worker = &supervisor->workers[place];
    struct arena arena = {0};
    int count = worker->position_count;
    const char *reason = worker_bury(worker, &arena);

    for (int i = 1; i < count; i++)
        order_return(&supervisor->order, worker->positions[i]);
    if (count > 0)
        finish_without(supervisor, worker->positions[0], VERDICT_ERROR, reason);
    if (++supervisor->restarts > RESTARTS_MAX)
        give_up(supervisor,
                arena_print(supervisor->arena, "%d workers were lost one after the other; the last: %s",
                            supervisor->restarts, reason));
    else if (!supervisor->over)
        start_worker(supervisor, place);
    arena_free(&arena);
}

/* Hears what a worker has to say. Returns false when it has gone silent for good. */
static bool hear(struct supervisor *supervisor, struct worker *worker)
{
    struct message message;
    enum receipt receipt;

    while ((receipt = worker_receive(worker, &supervisor->job, &message)) == RECEIPT_MESSAGE)
        take_message(supervisor, worker, &message);
    return receipt == RECEIPT_NOTHING;
}

/* Returns whether there was anything to give. */
static bool give_on(struct supervisor *supervisor)
{
    bool any = false;
    char *line;

    while ((line = order_give(&supervisor->order))) {
        const struct run_settings *settings = supervisor->settings;
        struct arena arena = {0};
        struct record record;
        const char *problem;

        if (!record_from_json(line, &record, &arena, &problem))
            give_up(supervisor, arena_print(supervisor->arena, "a worker sent no record: %s", problem));
        for (size_t i = 0; !supervisor->over && i < settings->sink_count; i++)
            settings->sinks[i].take(settings->sinks[i].context, line, &record);
        arena_free(&arena);
        free(line);
        any = true;
    }
    return any;
}

static int next_deadline_ms(const struct supervisor *supervisor)
{
    int64_t next_ms = INT64_MAX;

    for (int place = 0; place < supervisor->worker_count; place++) {
        if (supervisor->workers[place].deadline_ms < next_ms)
            next_ms = supervisor->workers[place].deadline_ms;
    }
    if (next_ms == INT64_MAX)
        return -1;
    int64_t left_ms = next_ms - monotonic_ms();

    return left_ms < 0 ? 0 : left_ms > INT32_MAX ? INT32_MAX : (int)left_ms;
}

static void kill_overdue(struct supervisor *supervisor)
{
    int64_t now_ms = monotonic_ms();

    for (int place = 0; place < supervisor->worker_count; place++) {
        struct worker *worker = &supervisor->workers[place];

        if (worker->deadline_ms <= now_ms) {
            worker->overdue = true;
            worker->deadline_ms = INT64_MAX;
            kill(worker->pid, SIGKILL);
        }
    }
}

static void take_signal(struct supervisor *supervisor)
{
    struct signalfd_siginfo taken;

    if (read(supervisor->signals, &taken, sizeof(taken)) != sizeof(taken))
        return;
    supervisor->over = true;
    supervisor->outcome->end = RUN_INTERRUPTED;
    supervisor->outcome->signal = (int)taken.ssi_signo;
}

/* Waits for something to happen and deals with it. Two descriptors a worker: what it says, and its end. */
static void turn(struct supervisor *supervisor)
{
    struct pollfd waits[2 * WORKERS_MAX + 1];
    int count = supervisor->worker_count;

    for (int place = 0; place < count; place++) {
        waits[2 * place] = (struct pollfd){.fd = supervisor->workers[place].socket, .events = POLLIN};
        waits[2 * place + 1] = (struct pollfd){.fd = supervisor->workers[place].pidfd, .events = POLLIN};
    }
    waits[2 * count] = (struct pollfd){.fd = supervisor->signals, .events = POLLIN};
    if (poll(waits, (nfds_t)(2 * count + 1), next_deadline_ms(supervisor)) < 0)
        return;
    if (waits[2 * count].revents)
        take_signal(supervisor);
    for (int place = 0; place < count && !supervisor->over; place++) {
        bool dead = waits[2 * place + 1].revents != 0;
        bool said = waits[2 * place].revents != 0;

        /* What it said before it died still counts. */
        if ((dead || said) && (!hear(supervisor, &supervisor->workers[place]) || dead) && !supervisor->over)
            replace_worker(supervisor, place);
    }
    kill_overdue(supervisor);
}

/* At the end of a complete run workers may end by themselves; else they are killed. */
static void end_workers(struct supervisor *supervisor)
{
    int64_t deadline_ms = monotonic_ms() + WORKER_END_MS;
    bool patient = supervisor->outcome->end == RUN_COMPLETE;

    for (int place = 0; place < supervisor->worker_count; place++) {
        if (supervisor->workers[place].pid)
            shutdown(supervisor->workers[place].socket, SHUT_WR);
    }
    for (int place = 0; place < supervisor->worker_count; place++) {
        struct worker *worker = &supervisor->workers[place];
        struct pollfd end = {.fd = worker_end_descriptor(worker), .events = POLLIN};
        int64_t left_ms = deadline_ms - monotonic_ms();

        if (!worker->pid)
            continue;
        if (patient && worker->position_count == 0 && left_ms > 0)
            poll(&end, 1, (int)left_ms);
        worker_bury(worker, supervisor->arena);
    }
}

/* Actors with a memory limit need cgroups; the workers are told of them before they start. */
static void enter_machine(struct supervisor *supervisor)
{
    struct conductor_options *conductor = &supervisor->job.conductor;

    machine_enter(&supervisor->machine, supervisor->settings->no_settings);
    supervisor->machine.waits = supervisor->settings->waits;
    supervisor->machine.context = supervisor->settings->context;
    if (instances_limit_memory(supervisor->settings->instances))
        conductor->memory_cgroups = machine_make_cgroups(&supervisor->machine, &conductor->no_memory_cgroups);
}

void supervisor_run(const struct run_settings *settings, struct arena *arena, struct run_outcome *outcome)
{
    struct supervisor *supervisor = arena_take(arena, sizeof(*supervisor));
    sigset_t ends, before;
    struct sigaction hangup;

    *outcome = (struct run_outcome){.end = RUN_COMPLETE};
    if (instances_count(settings->instances) == 0)
        return;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* nohup */
        sigaddset(&ends, SIGHUP);
    family_adopt_orphans();
    supervisor->settings = settings;
    supervisor->job = (struct job){
        .instances = settings->instances,
        .conductor = settings->conductor,
        .target = worker_target(&settings->conductor, arena),
        .known = settings->known,
    };
    supervisor->job.target.name = settings->target_name;
    enter_machine(supervisor);
    sigprocmask(SIG_BLOCK, &ends, &before);
    supervisor->machine.interrupt = supervisor->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    supervisor->arena = arena;
    supervisor->outcome = outcome;
    order_start(&supervisor->order, settings->instances);
    start_workers(supervisor);
    while (!supervisor->over && !order_finished(&supervisor->order)) {
        for (int place = 0; place < supervisor->worker_count; place++)
            fill_queue(supervisor, place);
        if (give_on(supervisor)) /* an instance that was skipped: nobody is at work on it */
            continue;
        turn(supervisor);
        give_on(supervisor);
    }
    end_workers(supervisor);
    machine_leave(&supervisor->machine);
    family_wait(WORKER_END_MS);
    order_end(&supervisor->order);
    if (supervisor->signals >= 0)
        close(supervisor->signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
}
