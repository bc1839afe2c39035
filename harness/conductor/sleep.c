#include "conductor/sleep.h"

#include <string.h>
#include <sys/syscall.h>

#include "conductor/injections.h"
#include "conductor/process.h"

/* The system calls by which a C library or a kernel may perform a call. */
static bool is_in_call(const struct instance *instance, const struct process_state *state, const char *call)
{
    static const struct {
        const char *call, *performed_as;
    } others[] = {
        {"semop", "SYS_semtimedop"}, {"semop", "SYS_semtimedop_time64"},
        {"semop", "SYS_ipc"},        {"semtimedop", "SYS_semtimedop_time64"},
        {"semtimedop", "SYS_ipc"},   {"clock_nanosleep", "SYS_clock_nanosleep_time64"},
        {"wait4", "SYS_waitid"},     {"wait4", "SYS_wait4"},
        {"vfork", "SYS_clone"},
    };
    /* The conductor's own numbers, whatever the agent is built for: those of programs under test, and under an emulator. */
    static const struct {
        const char *call;
        long number;
    } own[] = {
#ifdef SYS_semop
        {"semop", SYS_semop},
#endif
#ifdef SYS_semtimedop
        {"semop", SYS_semtimedop}, {"semtimedop", SYS_semtimedop},
#endif
#ifdef SYS_vfork
        {"vfork", SYS_vfork},
#endif
        {"read", SYS_read},        {"wait4", SYS_wait4},
        {"wait4", SYS_waitid},     {"clock_nanosleep", SYS_clock_nanosleep},
        {"vfork", SYS_clone},
    };
    char name[64];
    const struct value *number;

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (strcmp(own[i].call, call) == 0 && own[i].number == state->system_call)
            return true;
    snprintf(name, sizeof(name), "SYS_%s", call);
    if ((number = target_constant(instance->target, name)) && number->number == state->system_call)
        return true;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(others[i].call, call) == 0 &&
            (number = target_constant(instance->target, others[i].performed_as)) &&
            number->number == state->system_call)
            return true;
    return false;
}

/*
 * The sleep of a call: interruptible, but for vfork's. That for a lock, a page that is being read, or namespaces that are
 * still being freed (clone, unshare) is not: it ends by itself.
 */
static char sleeping_state(const struct step *step)
{
    return strcmp(step->call->name, "vfork") == 0 ? 'D' : 'S';
}

static struct process_state state_of(const struct actor *actor)
{
    return actor->injections ? injections_state(actor->injections, actor->host_tid)
                             : process_state(actor->host_tid);
}

bool sleep_is_in(const struct instance *instance, const struct actor *actor, const struct step *step)
{
    const struct process_state state = state_of(actor);

    return state.state == sleeping_state(step) &&
           (!state.call_is_told || is_in_call(instance, &state, step->call->name));
}

const char *sleep_describe(struct instance *instance, const struct actor *actor, const struct step *step)
{
    const struct process_state state = state_of(actor);

    if (step && step->call && state.state == sleeping_state(step) &&
        is_in_call(instance, &state, step->call->name))
        return arena_print(instance->arena, "asleep in %s", step->call->name);
    if (state.system_call >= 0)
        return arena_print(instance->arena, "in system call %ld, state %c", state.system_call, state.state);
    return state.state ? arena_print(instance->arena, "not asleep, state %c", state.state) : "gone";
}

/*
 * Whether the sleep ends though no other actor does anything: a timeout, a timer that some line has set, or a new thread,
 * which has no line yet, begins.
 */
static bool ends_by_itself(const struct instance *instance, const struct step *asked)
{
    const struct element *last = asked->arguments;

    for (const struct step *step = instance->drill_case->steps; step; step = step->next)
        if (step->kind == STEP_CALL &&
            (strcmp(step->call->name, "alarm") == 0 || strcmp(step->call->name, "setitimer") == 0))
            return true;
    while (last && last->next)
        last = last->next;
    return strcmp(asked->call->name, "clock_nanosleep") == 0 || strcmp(asked->call->name, "thread") == 0 ||
           (strcmp(asked->call->name, "semtimedop") == 0 && last &&
            last->value->kind == EXPRESSION_STRUCTURE);
}

bool sleep_is_for_ever(const struct instance *instance, const struct actor *actor, const struct step *asked)
{
    if (ends_by_itself(instance, asked))
        return false;
    for (const struct actor *other = instance->actors; other; other = other->next) {
        char state = other->started && other != actor ? process_state(other->host_tid).state : 'Z';
        bool suspended = other->unfinished && sleeping_state(other->unfinished) == 'D';

        if (state == 'R' || (state == 'D' && !suspended) ||
            (other->terminal >= 0 && state != 'Z' && state != '\0'))
            return false;
    }
    return sleep_is_in(instance, actor, asked);
}
