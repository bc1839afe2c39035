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
    NAME_COLUMNS_MIN = 8,
    NAME_COLUMNS_MAX = 72,
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
    if (verdict_is_red(kind) || kind == VERDICT_XPASS) {
        erase(terminal);
        failure_print(record, terminal->clauses, terminal->colours, terminal->options.name_targets,
                      terminal->options.out);
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

void terminal_waits(void *context)
{
    struct terminal *terminal = context;

    if (terminal->options.live)
        draw(terminal, "(waits for another ipcdrill to end)");
}

static int name_columns(const struct counts *counts)
{
    size_t columns = NAME_COLUMNS_MIN;

    for (size_t i = 0; i < counts->count; i++) {
        size_t length = strlen(counts->list[i].name);

        columns = length > columns ? length : columns;
    }
    return columns > NAME_COLUMNS_MAX ? NAME_COLUMNS_MAX : (int)columns;
}

struct column {
    enum verdict_kind kind;
    const char *colour;
    bool always; /* not only when there is any */
};

enum { COLUMNS = VERDICT_KINDS };

static void choose_columns(const struct colours *colours, struct column *columns)
{
    const struct column all[COLUMNS] = {
        {VERDICT_PASS, colours->green, true},    {VERDICT_FAIL, colours->red, true},
        {VERDICT_SKIP, colours->yellow, true},   {VERDICT_ERROR, colours->red, true},
        {VERDICT_XFAIL, colours->yellow, false}, {VERDICT_XPASS, colours->yellow, false},
    };

    memcpy(columns, all, sizeof(all));
}

/* Names with their counts. A number is coloured only when it is not zero. */
static void print_counts(const struct terminal *terminal, const char *heading, const struct counts *counts)
{
    const struct colours *colours = terminal->colours;
    const struct count *total = &terminal->tally.total;
    FILE *out = terminal->options.out;
    int width = name_columns(counts);
    struct column columns[COLUMNS];

    choose_columns(colours, columns);
    fprintf(out, "%s%-*s", colours->bold, width, heading);
    for (int i = 0; i < COLUMNS; i++) {
        if (columns[i].always || total->of[columns[i].kind])
            fprintf(out, "%8s", verdict_name(columns[i].kind));
    }
    fprintf(out, "%s\n", colours->plain);
    for (size_t row = 0; row < counts->count; row++) {
        struct arena arena = {0};

        fprintf(out, "%-*s", width, text_visible(counts->list[row].name, &arena));
        for (int i = 0; i < COLUMNS; i++) {
            size_t number = counts->list[row].of[columns[i].kind];
            bool coloured = number > 0 && *columns[i].colour;

            if (columns[i].always || total->of[columns[i].kind])
                fprintf(out, "  %s%6zu%s", coloured ? columns[i].colour : "", number,
                        coloured ? colours->plain : "");
        }
        fputc('\n', out);
        arena_free(&arena);
    }
}

static void print_reasons(const struct terminal *terminal, const char *what, const struct counts *reasons)
{
    FILE *out = terminal->options.out;

    for (size_t i = 0; i < reasons->count; i++) {
        fprintf(out, "%s%s%s %zu: ", terminal->colours->yellow, what, terminal->colours->plain,
                count_sum(&reasons->list[i]));
        text_print_visible(reasons->list[i].name, out);
        fputc('\n', out);
    }
}

static void print_rate(const struct terminal *terminal, size_t sum)
{
    double seconds = (double)(monotonic_ns() - terminal->start_ns) / 1e9;

    fprintf(terminal->options.out, "; %.2f s, %.0f a second", seconds,
            seconds > 0 ? (double)sum / seconds : 0.0);
}

static void print_total(const struct terminal *terminal)
{
    const struct count *total = &terminal->tally.total;
    const struct colours *colours = terminal->colours;
    FILE *out = terminal->options.out;
    size_t sum = count_sum(total);

    fprintf(out, "%s%zu instance%s: %zu pass, %zu fail, %zu skip, %zu error",
            count_is_red(total) ? colours->red : colours->green, sum, sum == 1 ? "" : "s",
            total->of[VERDICT_PASS], total->of[VERDICT_FAIL], total->of[VERDICT_SKIP],
            total->of[VERDICT_ERROR]);
    if (total->of[VERDICT_XFAIL] || total->of[VERDICT_XPASS])
        fprintf(out, ", %zu xfail, %zu xpass", total->of[VERDICT_XFAIL], total->of[VERDICT_XPASS]);
    fputs(colours->plain, out);
    if (sum < terminal->expected && !terminal->options.merged)
        fprintf(out, " (%zu not run)", terminal->expected - sum);
    if (!terminal->options.merged)
        print_rate(terminal, sum);
    fputc('\n', out);
    if (total->deviates)
        fprintf(out, "%zu passed with an answer that is Linux's and not POSIX's, as their cases document\n",
                total->deviates);
}

static void print_tables(const struct terminal *terminal)
{
    const struct tally *tally = &terminal->tally;

    if (tally->targets.count > 1)
        print_counts(terminal, "target", &tally->targets);
    print_counts(terminal, "group", &tally->groups);
    print_reasons(terminal, "skipped", &tally->reasons);
    print_reasons(terminal, "known", &tally->known);
}

void terminal_end(struct terminal *terminal, struct count *total)
{
    erase(terminal);
    if (!terminal->options.quiet && terminal->tally.groups.count > 0)
        print_tables(terminal);
    print_total(terminal);
    fflush(terminal->options.out);
    if (total)
        *total = terminal->tally.total;
    tally_free(&terminal->tally);
    free(terminal);
}
