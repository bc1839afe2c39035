/* A call, from its text to the answer. */
#include "agent/perform.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/arguments.h"
#include "agent/barrier.h"
#include "agent/buffers.h"
#include "agent/calls.h"
#include "agent/constants.h"
#include "agent/faults.h"
#include "agent/ledger.h"

static const char answer_start[] = "= ";

enum { VERB_MAX = 32 }; /* bytes of a call's name */

struct performance {
    call_route *route;
    struct call call;
    struct fail_nth *fail_nth;
};

static long long perform(void *context)
{
    struct performance *performance = context;
    fail_nth_arm(performance->fail_nth);
    long long result = performance->route(&performance->call);
    fail_nth_disarm(performance->fail_nth);
    return result;
}

static const char *wrong_count(const char *name, int count)
{
    const struct call_description *description = vocabulary_call(name);
    int required = 0;
    while (required < description->parameter_count && !description->parameters[required].optional)
        required++;
    if (count < required)
        return "too few arguments";
    return count > description->parameter_count ? "too many arguments" : NULL;
}

static void write_fault(struct message *answer, const struct fault *fault)
{
    answer->length = 0;
    message_word(answer, "! ");
    constants_write_signal(answer, fault->signal);
    message_word(answer, " si_code=");
    message_number(answer, fault->code);
    message_word(answer, " si_addr=");
    message_unsigned(answer, fault->address);
}

/* Writes what stands behind "= ", unless the call has written its value itself. */
static void write_result(struct message *answer, long long result, int error)
{
    size_t start = sizeof(answer_start) - 1;
    if (result == -1) {
        answer->length = start;
        message_word(answer, "-1 ");
        constants_write_errno(answer, error);
    } else if (answer->length == start) {
        message_number(answer, result);
    }
}

/* How a call is to be made, other than once and at once. */
struct manner {
    unsigned long times;
    bool together;
    unsigned arrivals; /* at the barrier, together */
    int processor;     /* to be on, together; -1: any */
};

/* Performs the call with its arguments read, and writes the answer. */
static void perform_row(struct agent *agent, const struct call_row *row, const struct manner *manner,
                        const struct arguments *arguments, struct message *answer)
{
    struct performance performance = {
        agent->raw ? row->raw : row->libc, {arguments, answer, NULL}, &agent->fail_nth};
    long long result;
    struct fault fault;
    unsigned long left = manner->times;
    bool returned;
    int error;
    if (manner->together && !barrier_wait(manner->arrivals)) {
        channel_complain(agent->channel, "together", "the others did not come");
        return;
    }
    do {
        if (!ledger_announce(row->name, &performance.call))
            _exit(0);
        answer->length = 0;
        message_word(answer, answer_start);
        returned = faults_guard(perform, &performance, &result, &fault);
        error = errno;
        ledger_record(returned ? result : -1);
    } while (returned && result != -1 && !performance.call.complaint && left-- > 1);
    if (performance.call.complaint) {
        channel_complain(agent->channel, performance.call.complaint, NULL);
        return;
    }
    if (returned) {
        write_result(answer, result, error);
        arguments_write_filled(answer, arguments);
        agent_write_fired(agent, answer);
    } else {
        fail_nth_disarm(&agent->fail_nth); /* the fault jumped over it */
        write_fault(answer, &fault);
    }
    if (answer->overflow)
        channel_complain(agent->channel, row->name, "gives more than an answer can hold");
    else
        channel_send(agent->channel, answer);
}

/* Moves `name` to the call behind a prefix, and `rest` behind that. False when there is none. */
static bool read_name(const char **name, const char **rest)
{
    static _Thread_local char verb[VERB_MAX];
    size_t length = **rest == ' ' ? strcspn(*rest + 1, " ") : 0;
    if (length == 0 || length >= sizeof(verb))
        return false;
    memcpy(verb, *rest + 1, length);
    verb[length] = '\0';
    *name = verb;
    *rest += 1 + length;
    return true;
}

/* "repeat 5 shmat 0 0 0", "together 2 1 repeat 5 shmat 0 0 0": a prefix has one or two numbers. */
static bool read_manner(const char **name, const char **rest, struct manner *manner)
{
    *manner = (struct manner){.times = 1, .processor = -1};
    for (;;) {
        char *end;
        if (strcmp(*name, "repeat") == 0) {
            manner->times = strtoul(*rest, &end, 10);
        } else if (strcmp(*name, "together") == 0) {
            manner->together = true;
            manner->arrivals = (unsigned)strtoul(*rest, &end, 10);
            manner->processor = (int)strtol(end, &end, 10);
        } else {
            return true;
        }
        *rest = end;
        if (manner->times == 0 || !read_name(name, rest))
            return false;
    }
}

static void move_to(int processor)
{
    static _Thread_local int current = -1;
    cpu_set_t set;
    if (processor < 0 || processor >= CPU_SETSIZE || processor == current)
        return;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    if (sched_setaffinity(0, sizeof(set), &set) == 0)
        current = processor;
}

void perform_call(struct agent *agent, const char *name, const char *rest)
{
    struct manner manner;
    if (!read_manner(&name, &rest, &manner)) {
        channel_complain(agent->channel, name, "wants its numbers and a call");
        return;
    }
    static _Thread_local struct arguments arguments;
    static _Thread_local char text[WIRE_MESSAGE_MAX];
    struct message answer = message_in(text, sizeof(text));
    const struct call_row *row = calls_find(name);
    if (!row) {
        channel_complain(agent->channel, "unknown call", name);
        return;
    }
    const char *complaint = NULL;
    move_to(manner.processor);
    buffers_reset();
    if (arguments_read(&arguments, rest, &complaint))
        complaint = wrong_count(name, arguments.count);
    if (complaint)
        channel_complain(agent->channel, name, complaint);
    else
        perform_row(agent, row, &manner, &arguments, &answer);
}
