#include "notation/injection.h"

#include <errno.h>
#include <limits.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "vocabulary/vocabulary.h"

enum { ERRNO_MAX = 133 }; /* EHWPOISON: the last of Linux */

struct reader {
    const char *text, *at;
    struct injection *injection;
    struct arena *arena;
    const char *problem;
};

static bool fail(struct reader *reader, const char *at, const char *problem)
{
    reader->at = at;
    reader->problem = problem;
    return false;
}

/* "WHAT 'word', did you mean NEAREST?", or what else was expected. */
static const char *unknown(struct reader *reader, const char *what, const char *word, const char *nearest,
                           const char *expected)
{
    if (nearest)
        return arena_print(reader->arena, "unknown %s %s, did you mean %s?", what, word, nearest);
    return arena_print(reader->arena, "unknown %s %s: %s expected", what, word, expected);
}

/* strerrorname_np for the numbers that have a name. */
static const char *errno_at(void *context, size_t index)
{
    (void)context;
    if (index >= ERRNO_MAX)
        return NULL;
    const char *name = strerrorname_np((int)index + 1);

    return name ? name : "";
}

int injection_errno(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (*text && !*end)
        return number > 0 && number <= ERRNO_MAX ? (int)number : 0;
    for (int i = 0; i < ERRNO_MAX; i++)
        if (strcmp(errno_at(NULL, (size_t)i), text) == 0)
            return i + 1;
    return 0;
}

static const char *signal_at(void *context, size_t index)
{
    struct arena *arena = context;
    const char *name = index + 1 < NSIG ? sigabbrev_np((int)index + 1) : NULL;

    if (index + 1 >= NSIG)
        return NULL;
    return name ? arena_print(arena, "SIG%s", name) : "";
}

int injection_signal(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (*text && !*end)
        return number > 0 && number < NSIG ? (int)number : 0;
    if (strncmp(text, "SIG", 3) == 0)
        text += 3;
    for (int i = 1; i < NSIG; i++) {
        const char *name = sigabbrev_np(i);

        if (name && strcmp(name, text) == 0)
            return i;
    }
    return 0;
}

static const char *call_at(void *context, size_t index)
{
    (void)context;
    const struct call_description *call = vocabulary_call_at(index);

    return call ? call->name : NULL;
}

/* Moves behind the word up to one of `ends` and gives it. */
static const char *take_word(struct reader *reader, const char *ends)
{
    size_t length = strcspn(reader->at, ends);
    const char *word = arena_copy(reader->arena, reader->at, length);

    reader->at += length;
    return word;
}

static bool read_calls(struct reader *reader)
{
    struct injection *injection = reader->injection;

    do {
        const char *start = reader->at, *name = take_word(reader, ",:");

        if (!*name)
            return fail(reader, start, "the name of a system call expected");
        if (injection->call_count == INJECTION_CALLS_MAX)
            return fail(reader, start, "fewer system calls expected");
        if (seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
            return fail(reader, start,
                        unknown(reader, "system call", name, vocabulary_nearest(name, call_at, NULL),
                                "a name of syscalls(2)"));
        injection->calls[injection->call_count++] = name;
    } while (*reader->at++ == ',');
    reader->at--;
    return true;
}

static bool read_error(struct reader *reader)
{
    const char *start = reader->at, *name = take_word(reader, ":");

    reader->injection->error = injection_errno(name);
    if (!reader->injection->error)
        return fail(reader, start,
                    unknown(reader, "errno", name, vocabulary_nearest(name, errno_at, NULL),
                            "a name of errno(3), or its number,"));
    return true;
}

static bool read_signal(struct reader *reader)
{
    const char *start = reader->at, *name = take_word(reader, ":");

    reader->injection->signal = injection_signal(name);
    if (!reader->injection->signal)
        return fail(reader, start,
                    unknown(reader, "signal", name, vocabulary_nearest(name, signal_at, reader->arena),
                            "a name of signal(7), or its number,"));
    return true;
}

static bool read_value(struct reader *reader)
{
    const char *start = reader->at;
    char *end;

    errno = 0;
    reader->injection->value = strtoll(start, &end, 0);
    reader->at = end;
    reader->injection->gives_value = true;
    return (end > start && !errno) || fail(reader, start, "a number expected");
}

/* A delay's length is read and means nothing: time is virtual. */
static bool read_delay(struct reader *reader)
{
    const char *start = reader->at;

    reader->at += strspn(start, "0123456789");
    if (reader->at == start)
        return fail(reader, start, "a number expected (of microseconds; time is virtual)");
    reader->at += strspn(reader->at, "smun");
    return true;
}

static bool read_delay_enter(struct reader *reader)
{
    reader->injection->delay_enter = true;
    return read_delay(reader);
}

static bool read_delay_exit(struct reader *reader)
{
    reader->injection->delay_exit = true;
    return read_delay(reader);
}

/* A count from 1; false when there is none. */
static bool read_count(struct reader *reader, unsigned *count)
{
    char *end;
    unsigned long number = strtoul(reader->at, &end, 10);

    if (*reader->at < '0' || *reader->at > '9' || number < 1 || number >= UINT_MAX)
        return fail(reader, reader->at, "a number from 1 expected");
    *count = (unsigned)number;
    reader->at = end;
    return true;
}

static bool read_when(struct reader *reader)
{
    struct injection *injection = reader->injection;

    if (!read_count(reader, &injection->first))
        return false;
    injection->last = injection->first;
    injection->step = 1;
    if (strncmp(reader->at, "..", 2) == 0) {
        const char *start = reader->at += 2;

        if (!read_count(reader, &injection->last))
            return false;
        if (injection->last < injection->first)
            return fail(reader, start, "a number not below the first expected");
    }
    if (*reader->at != '+')
        return true;
    if (injection->last == injection->first)
        injection->last = UINT_MAX;
    reader->at++;
    return !*reader->at || *reader->at == ':' || read_count(reader, &injection->step);
}

static const struct {
    const char *word;
    bool (*read)(struct reader *reader);
} options[] = {
    {"error=", read_error},           {"retval=", read_value},
    {"signal=", read_signal},         {"delay_enter=", read_delay_enter},
    {"delay_exit=", read_delay_exit}, {"when=", read_when},
};

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

static const char *option_at(void *context, size_t index)
{
    (void)context;
    return index < OPTION_COUNT ? options[index].word : NULL;
}

static bool read_option(struct reader *reader)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        size_t length = strlen(options[i].word);

        if (strncmp(reader->at, options[i].word, length) != 0)
            continue;
        reader->at += length;
        return options[i].read(reader);
    }
    const char *start = reader->at, *word = take_word(reader, "=:");

    if (*reader->at == '=')
        word = arena_print(reader->arena, "%s=", word);
    return fail(reader, start,
                unknown(reader, "option", *word ? word : "''", vocabulary_nearest(word, option_at, NULL),
                        "error=, retval=, signal=, delay_enter=, delay_exit= or when="));
}

static bool read_all(struct reader *reader)
{
    const struct injection *injection = reader->injection;

    if (!read_calls(reader))
        return false;
    while (*reader->at == ':') {
        reader->at++;
        if (!read_option(reader))
            return false;
        if (*reader->at && *reader->at != ':')
            return fail(reader, reader->at, "a colon or the end expected");
    }
    if (injection->error && injection->gives_value)
        return fail(reader, reader->text, "error= or retval= expected, not both");
    if (!injection->error && !injection->gives_value && !injection->signal && !injection->delay_enter &&
        !injection->delay_exit)
        return fail(reader, reader->at, ":error=ERRNO, :retval=N, :signal=SIG or a delay expected");
    return true;
}

bool injection_read(const char *text, struct injection *injection, struct arena *arena, int *at,
                    const char **problem)
{
    struct reader reader = {.text = text, .at = text, .injection = injection, .arena = arena};

    *injection = (struct injection){.first = 1, .last = UINT_MAX, .step = 1};
    if (read_all(&reader))
        return true;
    *at = (int)(reader.at - text);
    *problem = reader.problem;
    return false;
}

/* glibc's semop() is semtimedop without a timeout, so a call of either kernel name is known as semop then. */
static bool is_named(const char *named, const char *call)
{
    return strcmp(named, call) == 0 || (strcmp(named, "semtimedop") == 0 && strcmp(call, "semop") == 0);
}

bool injection_applies(const struct injection *injection, const char *call, unsigned occurrence)
{
    bool named = false;

    for (int i = 0; i < injection->call_count && !named; i++)
        named = is_named(injection->calls[i], call);
    return named && occurrence >= injection->first && occurrence <= injection->last &&
           (occurrence - injection->first) % injection->step == 0;
}
