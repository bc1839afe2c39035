#include "cli/option_values.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"

enum {
    SHARDS_MAX = 100000,
    TIMEOUT_MS_MAX = 60 * 60 * 1000,
    EXIT_CODE_MAX = 255,
    SLOWER_MAX = 1000,
};

bool read_number(const char *text, unsigned long long least, unsigned long long most,
                 unsigned long long *number)
{
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *number >= least && *number <= most;
}

/* The number before `end`, which has to follow at once. */
static bool read_number_before(const char *text, const char *end, unsigned long long *number)
{
    char digits[32];
    size_t length = (size_t)(end - text);

    if (length == 0 || length >= sizeof(digits))
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    return read_number(digits, 0, UINT64_MAX, number);
}

bool read_shard(const char *text, struct options *options)
{
    const char *slash = strchr(text, '/');
    unsigned long long shard, count;

    if (!slash || !read_number_before(text, slash, &shard) ||
        !read_number(slash + 1, 1, SHARDS_MAX, &count) || shard < 1 || shard > count)
        return false;
    options->shard = (size_t)shard;
    options->shard_count = (size_t)count;
    return true;
}

bool read_shuffle(const char *text, struct options *options)
{
    unsigned long long seed = 0;

    options->shuffle = true;
    options->seed_given = text != NULL;
    if (text && !read_number(text, 0, UINT64_MAX, &seed))
        return false;
    options->seed = seed;
    return true;
}

bool read_timeout(const char *text, struct options *options)
{
    static const struct {
        const char *name;
        unsigned long long ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}};
    const char *unit = text + strspn(text, "0123456789");
    unsigned long long number;

    if (!read_number_before(text, unit, &number))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(unit, units[i].name) != 0)
            continue;
        if (number < 1 || number > TIMEOUT_MS_MAX / units[i].ms)
            return false;
        options->timeout_ms = (int)(number * units[i].ms);
        return true;
    }
    return false;
}

bool read_preemptions(const char *text, struct options *options)
{
    unsigned long long number;

    if (!read_number(text, 0, 16, &number))
        return false;
    options->preemptions = (long)number;
    return true;
}

static bool read_key(const char *text, int *key)
{
    char *end;

    errno = 0;
    unsigned long number = isdigit((unsigned char)*text) ? strtoul(text, &end, 0) : 0;

    *key = (int)number;
    return number > 0 && number <= UINT32_MAX && errno == 0 && *end == '\0';
}

bool read_segment_key(const char *text, struct options *options)
{
    return read_key(text, &options->segment_key);
}

bool read_set_key(const char *text, struct options *options)
{
    return read_key(text, &options->set_key);
}

bool read_all_skipped(const char *text, struct options *options)
{
    unsigned long long code;

    if (!read_number(text, 0, EXIT_CODE_MAX, &code))
        return false;
    options->all_skipped = (int)code;
    return true;
}

bool read_slower(const char *text, struct options *options)
{
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    options->slower = strtod(text, &end);
    return *end == '\0' && options->slower > 1 && options->slower <= SLOWER_MAX;
}

bool read_formats(const char *text, struct options *options)
{
    options->formats = 0;
    while (*text) {
        size_t length = strcspn(text, ",");
        size_t i = 0;

        while (format_at(i) &&
               (strlen(format_at(i)->name) != length || strncmp(format_at(i)->name, text, length) != 0))
            i++;
        if (!format_at(i))
            return false;
        options->formats |= 1U << i;
        text += length;
        text += *text == ',';
    }
    return options->formats != 0;
}
