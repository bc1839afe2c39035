#include "report/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "conductor/process.h"
#include "report/failure.h"
#include "supervisor/text.h"

enum {
    REDRAW_NS = 50 * 1000 * 1000, /* of the live line, at most this often */
    WIDTH_DEFAULT = 80,
    GROUP_COLUMNS_MIN = 8,
    GROUP_COLUMNS_MAX = 40,
};

struct terminal {
    struct terminal_options options;
    const struct clause_table *clauses;
    const struct colours *colours;
    size_t expected;
    struct tally tally;
    int64_t start_ns;
    int64_t drawn_ns;
    bool drawn;
};

static size_t width(const struct terminal *terminal)
{
    struct winsize size;

    if (ioctl(fileno(terminal->options.out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

static void erase(struct terminal *terminal)
{
    if (terminal->drawn)
        fputs("\r\033[K", terminal->options.out);
    terminal->drawn = false;
}

/* One column stays free: a full last column makes some terminals wrap. */
static void draw(struct terminal *terminal, const char *group)
{
    const struct count *total = &terminal->tally.total;
    struct arena arena = {0};
    const char *line =
        arena_print(&arena, "%zu/%zu  pass %zu  fail %zu  skip %zu  error %zu  %s", count_sum(total),
                    terminal->expected, total->of[VERDICT_PASS], total->of[VERDICT_FAIL],
                    total->of[VERDICT_SKIP], total->of[VERDICT_ERROR], text_visible(group, &arena));
    size_t length = text_prefix(line, width(terminal) - 1);

    erase(terminal);
    fprintf(terminal->options.out, "%s%.*s%s", count_is_red(total) ? terminal->colours->red : "", (int)length,
            line, count_is_red(total) ? terminal->colours->plain : "");
    fflush(terminal->options.out);
    terminal->drawn = true;
    arena_free(&arena);
}

struct terminal *terminal_start(const struct terminal_options *options, size_t total,
                                const struct clause_table *clauses)
{
    struct terminal *terminal = calloc(1, sizeof(*terminal));

    if (!terminal)
        abort();
    terminal->options = *options;
    terminal->clauses = clauses;
    terminal->colours = options->colour ? &colours_terminal : &colours_none;
    terminal->expected = total;
    terminal->start_ns = monotonic_ns();
    if (terminal->options.live)
        draw(terminal, "");
    return terminal;
}

void terminal_take(void *context, const char *line, const struct record *record)
{
    struct terminal *terminal = context;
    enum verdict_kind kind = record->verdict.kind;

    (void)line;
    tally_add(&terminal->tally, record);
    if (kind == VERDICT_FAIL || kind == VERDICT_ERROR) {
        erase(terminal);
        failure_print(record, terminal->clauses, terminal->colours, terminal->options.out);
        fflush(terminal->options.out);
    }
    if (!terminal->options.live)
        return;
    int64_t now_ns = monotonic_ns();

    if (now_ns - terminal->drawn_ns >= REDRAW_NS) {
        terminal->drawn_ns = now_ns;
        draw(terminal, record->group);
    }
}

static int group_columns(const struct counts *groups)
{
    size_t columns = GROUP_COLUMNS_MIN;

    for (size_t i = 0; i < groups->count; i++) {
        size_t length = strlen(groups->list[i].name);

        columns = length > columns ? length : columns;
    }
    return columns > GROUP_COLUMNS_MAX ? GROUP_COLUMNS_MAX : (int)columns;
}

/* A number that is coloured only when it is not zero. */
static void print_number(const struct terminal *terminal, size_t number, const char *colour)
{
    bool coloured = number > 0 && *colour;

    fprintf(terminal->options.out, "  %s%6zu%s", coloured ? colour : "", number,
            coloured ? terminal->colours->plain : "");
}

static void print_groups(const struct terminal *terminal)
{
    const struct counts *groups = &terminal->tally.groups;
    const struct colours *colours = terminal->colours;
    FILE *out = terminal->options.out;
    int columns = group_columns(groups);

    fprintf(out, "%s%-*s    pass    fail    skip   error%s\n", colours->bold, columns, "group",
            colours->plain);
    for (size_t i = 0; i < groups->count; i++) {
        const struct count *group = &groups->list[i];
        struct arena arena = {0};

        fprintf(out, "%-*s", columns, text_visible(group->name, &arena));
        print_number(terminal, group->of[VERDICT_PASS], colours->green);
        print_number(terminal, group->of[VERDICT_FAIL], colours->red);
        print_number(terminal, group->of[VERDICT_SKIP], colours->yellow);
        print_number(terminal, group->of[VERDICT_ERROR], colours->red);
        fputc('\n', out);
        arena_free(&arena);
    }
}

static void print_reasons(const struct terminal *terminal)
{
    const struct counts *reasons = &terminal->tally.reasons;
    FILE *out = terminal->options.out;

    for (size_t i = 0; i < reasons->count; i++) {
        fprintf(out, "%sskipped%s %zu: ", terminal->colours->yellow, terminal->colours->plain,
                reasons->list[i].of[VERDICT_SKIP]);
        text_print_visible(reasons->list[i].name, out);
        fputc('\n', out);
    }
}

static void print_total(const struct terminal *terminal)
{
    const struct count *total = &terminal->tally.total;
    const struct colours *colours = terminal->colours;
    FILE *out = terminal->options.out;
    double seconds = (double)(monotonic_ns() - terminal->start_ns) / 1e9;
    size_t sum = count_sum(total);

    fprintf(out, "%s%zu instance%s: %zu pass, %zu fail, %zu skip, %zu error",
            count_is_red(total) ? colours->red : colours->green, sum, sum == 1 ? "" : "s",
            total->of[VERDICT_PASS], total->of[VERDICT_FAIL], total->of[VERDICT_SKIP],
            total->of[VERDICT_ERROR]);
    fputs(colours->plain, out);
    if (sum < terminal->expected)
        fprintf(out, " (%zu not run)", terminal->expected - sum);
    fprintf(out, "; %.2f s, %.0f a second\n", seconds, seconds > 0 ? (double)sum / seconds : 0.0);
    if (total->deviates)
        fprintf(out, "%zu passed with an answer that is Linux's and not POSIX's, as their cases document\n",
                total->deviates);
}

void terminal_end(struct terminal *terminal, struct count *total)
{
    erase(terminal);
    if (!terminal->options.quiet && terminal->tally.groups.count > 0) {
        print_groups(terminal);
        print_reasons(terminal);
    }
    print_total(terminal);
    fflush(terminal->options.out);
    if (total)
        *total = terminal->tally.total;
    tally_free(&terminal->tally);
    free(terminal);
}
