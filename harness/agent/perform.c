/* A call, from its text to the answer. */
#include "agent/perform.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/arguments.h"
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
};

static long long perform(void *context)
{
    struct performance *performance = context;
    return performance->route(&performance->call);
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

/* Performs the call with its arguments read, and writes the answer. */
static void perform_row(const struct agent *agent, const struct call_row *row, unsigned long times,
                        const struct arguments *arguments, struct message *answer)
{
    struct performance performance = {agent->raw ? row->raw : row->libc, {arguments, answer, NULL}};
    long long result;
    struct fault fault;
    bool returned;
    int error;
    do {
        if (!ledger_announce(row->name, &performance.call))
            _exit(0);
        answer->length = 0;
        message_word(answer, answer_start);
        returned = faults_guard(perform, &performance, &result, &fault);
        error = errno;
        ledger_record(returned ? result : -1);
    } while (returned && result != -1 && !performance.call.complaint && times-- > 1);
    if (performance.call.complaint) {
        channel_complain(agent->channel, performance.call.complaint, NULL);
        return;
    }
    if (returned) {
        write_result(answer, result, error);
        arguments_write_filled(answer, arguments);
    } else {
        write_fault(answer, &fault);
    }
    if (answer->overflow)
        channel_complain(agent->channel, row->name, "gives more than an answer can hold");
    else
        channel_send(agent->channel, answer);
}

/* "repeat 5 shmat 0 0 0": moves `rest` and `name` behind the count. False when it is malformed. */
static bool read_repeat(const char **name, const char **rest, unsigned long *times)
{
    static char verb[VERB_MAX];
    char *end;
    *times = strtoul(*rest, &end, 10);
    size_t length = *end == ' ' ? strcspn(end + 1, " ") : 0;
    if (*times == 0 || length == 0 || length >= sizeof(verb))
        return false;
    memcpy(verb, end + 1, length);
    verb[length] = '\0';
    *name = verb;
    *rest = end + 1 + length;
    return true;
}

void perform_call(const struct agent *agent, const char *name, const char *rest)
{
    unsigned long times = 1;
    if (strcmp(name, "repeat") == 0 && !read_repeat(&name, &rest, &times)) {
        channel_complain(agent->channel, "repeat wants a count and a call", NULL);
        return;
    }
    static struct arguments arguments;
    static char text[WIRE_MESSAGE_MAX];
    struct message answer = message_in(text, sizeof(text));
    const struct call_row *row = calls_find(name);
    if (!row) {
        channel_complain(agent->channel, "unknown call", name);
        return;
    }
    const char *complaint = NULL;
    buffers_reset();
    if (arguments_read(&arguments, rest, &complaint))
        complaint = wrong_count(name, arguments.count);
    if (complaint)
        channel_complain(agent->channel, name, complaint);
    else
        perform_row(agent, row, times, &arguments, &answer);
}
