#include "conductor/injections.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "conductor/show.h"
#include "inject/injector.h"
#include "inject/processes.h"

enum { INJECTIONS_MAX = INJECTOR_INJECTIONS_MAX, LOOK_AGAIN_MS = 1 };

/* What the thread has for itself, but for what `changes` guards. */
struct injections {
    pthread_t thread;
    pthread_mutex_t changes; /* held while a call is taken, answered, or made one of those that are held */
    struct tracer *tracer;
    struct injector injector;
    struct injection list[INJECTIONS_MAX];
    const struct step *lines[INJECTIONS_MAX];
    struct traced_call *held, **held_end;
    int listener, stop; /* an eventfd: the case is over */
    int terminal;
    pid_t first, conductor; /* whose descendants, and which thread, have to rest */
    atomic_bool awaited;    /* the conductor waits for a call that is held */
    struct lives before, now;
};

static void answer(struct injections *injections, struct traced_call *call)
{
    tracer_answer(injections->tracer, call, &call->decision);
}

static void take(struct injections *injections)
{
    bool hold;

    pthread_mutex_lock(&injections->changes);
    struct traced_call *call = tracer_take(injections->tracer, injections->listener);

    if (call) {
        call->decision = injector_decide(&injections->injector, call, &hold);
        if (hold) {
            *injections->held_end = call;
            injections->held_end = &call->next;
        } else {
            answer(injections, call);
        }
    }
    pthread_mutex_unlock(&injections->changes);
}

static void release_first(struct injections *injections)
{
    pthread_mutex_lock(&injections->changes);
    struct traced_call *first = injections->held;

    injections->held = first->next;
    if (!injections->held)
        injections->held_end = &injections->held;
    injections->awaited = false;
    answer(injections, first);
    pthread_mutex_unlock(&injections->changes);
}

/* A call that nobody has taken yet may be any thread's: the kernel does not say. */
static bool some_call_waits(const struct injections *injections)
{
    struct pollfd trapped = {.fd = injections->listener, .events = POLLIN};

    return poll(&trapped, 1, 0) > 0 && (trapped.revents & POLLIN);
}

struct process_state injections_state(struct injections *injections, pid_t thread)
{
    pthread_mutex_lock(&injections->changes);
    struct process_state state = process_state(thread);
    const struct traced_call *call = injections->held;

    while (call && call->thread != thread)
        call = call->next;
    injections->awaited = call;
    if (call || some_call_waits(injections))
        state = (struct process_state){.state = 'R', .system_call = -1, .call_is_told = state.call_is_told};
    pthread_mutex_unlock(&injections->changes);
    return state;
}

static void look(struct injections *injections)
{
    injections->before = injections->now;
    processes_look(injections->first, &injections->before, &injections->now);
    if (injections->awaited)
        return;
    processes_look_at_thread(getpid(), injections->conductor, &injections->before, &injections->now);
}

/* Nobody ran between two looks, and nothing that the program printed is on its way: asking the terminal brings it. */
static bool all_rest(struct injections *injections)
{
    struct pollfd printed = {.fd = injections->terminal, .events = POLLIN};

    look(injections);
    if (poll(&printed, 1, 0) > 0)
        return false;
    look(injections);
    return processes_are_at_rest(&injections->before, &injections->now);
}

static void *serve(void *context)
{
    struct injections *injections = context;
    struct pollfd watched[] = {{.fd = injections->stop, .events = POLLIN},
                               {.fd = injections->listener, .events = POLLIN}};

    for (;;) {
        int ready = poll(watched, 2, injections->held ? LOOK_AGAIN_MS : -1);

        if (ready > 0 && watched[0].revents)
            break;
        if (ready > 0 && watched[1].revents & POLLIN)
            take(injections);
        else if (ready > 0 && watched[1].revents)
            watched[1].fd = -1; /* its processes are gone */
        else if (injections->held && all_rest(injections))
            release_first(injections);
    }
    return NULL;
}

static bool is_about(const struct step *step, const struct actor *actor)
{
    return step->kind == STEP_INJECT && strcmp(step->actor, actor->name) == 0;
}

bool injections_are_for(struct instance *instance, const struct actor *actor, int *filter)
{
    struct filter_names names = {.count = 0};
    struct injection injection;
    const char *problem;
    int at;

    for (const struct step *step = instance->drill_case->steps; step; step = step->next)
        if (is_about(step, actor) && injection_read(step->text, &injection, instance->arena, &at, &problem))
            injector_add_names(&injection, 1, &names);
    if (names.count == 0)
        return false;
    /* Where a delay ends is at the next call, whichever it is. */
    filter_names_add_sets(&names, CALLS_SYSTEM_V | CALLS_EXIT);
    *filter = filter_open(&names, &problem);
    if (*filter < 0)
        instance_skip(instance, "inject: %s", problem);
    return true;
}

static void read_lines(struct instance *instance, const struct actor *actor, struct injections *injections)
{
    const char *problem;
    size_t count = 0;
    int at;

    for (const struct step *step = instance->drill_case->steps; step && count < INJECTIONS_MAX;
         step = step->next)
        if (is_about(step, actor) &&
            injection_read(step->text, &injections->list[count], instance->arena, &at, &problem))
            injections->lines[count++] = step;
    injections->injector = (struct injector){.injections = injections->list, .count = count};
}

bool injections_start(struct instance *instance, struct actor *actor, int listener)
{
    struct injections *injections = calloc(1, sizeof(*injections));

    if (!injections)
        abort();
    read_lines(instance, actor, injections);
    pthread_mutex_init(&injections->changes, NULL);
    injections->tracer = tracer_new();
    tracer_add(injections->tracer, listener, 0);
    injections->listener = listener;
    injections->held_end = &injections->held;
    injections->terminal = actor->terminal;
    injections->first = instance->first.host_pid;
    injections->conductor = gettid();
    injections->stop = eventfd(0, EFD_CLOEXEC);
    actor->injections = injections;
    errno = pthread_create(&injections->thread, NULL, serve, injections);
    if (errno == 0)
        return true;
    instance_error(instance, NULL, "a thread for the injections: %s", strerror(errno));
    injections->listener = -1;
    return false;
}

/* A fault that never came proves nothing of what the case says about it. */
static void require_fired(struct instance *instance, const struct injections *injections)
{
    for (size_t i = 0; i < injections->injector.count; i++)
        if (!injections->injector.fired_of[i])
            instance_fail(instance, injections->lines[i], show_step(instance, injections->lines[i]),
                          arena_print(instance->arena, "%s makes no such call", injections->lines[i]->actor),
                          "nothing was injected");
}

void injections_stop(struct instance *instance, struct actor *actor)
{
    struct injections *injections = actor->injections;
    const uint64_t now = 1;

    if (!injections)
        return;
    actor->injections = NULL;
    if (injections->listener >= 0 && write(injections->stop, &now, sizeof(now)) == (ssize_t)sizeof(now))
        pthread_join(injections->thread, NULL);
    require_fired(instance, injections);
    while (injections->held)
        release_first(injections);
    close(injections->stop);
    pthread_mutex_destroy(&injections->changes);
    tracer_free(injections->tracer);
    free(injections);
}
