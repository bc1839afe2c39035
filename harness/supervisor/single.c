#include "supervisor/single.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conductor/process.h"
#include "supervisor/family.h"
#include "supervisor/machine.h"
#include "supervisor/processors.h"
#include "supervisor/worker.h"

enum { SINGLE_END_MS = 5000 };

struct single {
    struct arena arena;
    struct job job;
    struct worker worker;
    struct machine machine;
};

/* Waits for the worker's next message. Returns false when it is dead or overdue. */
static bool wait_for_message(struct single *single, struct message *message)
{
    struct worker *worker = &single->worker;

    for (;;) {
        enum receipt receipt = worker_receive(worker, &single->job, message);

        if (receipt != RECEIPT_NOTHING)
            return receipt == RECEIPT_MESSAGE;
        struct pollfd wait = {.fd = worker->socket, .events = POLLIN};
        int64_t left_ms = worker->deadline_ms - monotonic_ms();

        if (left_ms <= 0) {
            worker->overdue = true;
            return false;
        }
        poll(&wait, 1, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
    }
}

/* Starts the worker and waits until it is ready. Returns what went wrong, in `arena`, or NULL. */
static const char *start(struct single *single, struct arena *arena)
{
    struct message message;

    if (!worker_start(&single->worker, &single->job, processors_at(0)))
        return arena_print(arena, "cannot start a worker: %s", strerror(errno));
    if (!wait_for_message(single, &message))
        return worker_bury(&single->worker, arena);
    const char *problem = NULL;

    if (message.header.kind == MESSAGE_READY) {
        single->worker.ready = true;
        worker_learn_target(&message, &single->job.target, &single->arena);
    } else {
        problem = arena_print(arena, "%s", message.body);
        worker_bury(&single->worker, arena);
    }
    free(message.body);
    return problem;
}

struct single *single_start(const struct instances *instances, const struct conductor_options *options,
                            bool no_settings, struct arena *arena, const char **problem)
{
    struct single *single = calloc(1, sizeof(*single));

    if (!single) {
        *problem = "out of memory";
        return NULL;
    }
    family_adopt_orphans();
    single->job = (struct job){
        .instances = instances,
        .conductor = *options,
        .target = worker_target(options, &single->arena),
    };
    machine_enter(&single->machine, no_settings);
    if (instances_limit_memory(instances))
        single->job.conductor.memory_cgroups =
            machine_make_cgroups(&single->machine, &single->job.conductor.no_memory_cgroups);
    *problem = start(single, arena);
    if (*problem) {
        single_stop(single);
        return NULL;
    }
    return single;
}

/* Has the worker run it. */
static void run(struct single *single, size_t position, struct arena *arena, struct record *record)
{
    const char *problem = single->worker.ready ? NULL : start(single, arena);
    struct message message;
    const char *line = NULL;

    if (!problem && worker_assign(&single->worker, &single->job, position) &&
        wait_for_message(single, &message)) {
        line = arena_print(arena, "%s", message.body);
        free(message.body);
    } else if (!problem) {
        problem = worker_bury(&single->worker, arena);
    }
    if (!line || !record_from_json(line, record, arena, &problem))
        *record = worker_verdict(&single->job, position, VERDICT_ERROR, problem, arena);
}

void single_run(struct single *single, size_t position, struct arena *arena, struct record *record)
{
    struct selected_instance instance = instances_at(single->job.instances, position);
    const char *problem = machine_set(&single->machine, &instance, single->job.conductor.profile, arena);

    if (problem) {
        *record = worker_verdict(&single->job, position, VERDICT_SKIP, problem, arena);
        return;
    }
    run(single, position, arena, record);
    problem = machine_put_back(&single->machine, arena);
    if (problem)
        *record = worker_verdict(&single->job, position, VERDICT_ERROR, problem, arena);
}

void single_stop(struct single *single)
{
    if (!single)
        return;
    if (single->worker.pid) {
        struct pollfd end = {.fd = worker_end_descriptor(&single->worker), .events = POLLIN};

        shutdown(single->worker.socket, SHUT_WR);
        poll(&end, 1, SINGLE_END_MS);
        worker_bury(&single->worker, &single->arena);
    }
    machine_leave(&single->machine);
    family_wait(SINGLE_END_MS);
    arena_free(&single->arena);
    free(single);
}
