/*
 * ipcdrill compare: what changed between two runs.
 */
#include <jansson.h>
#include <stdlib.h>

#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "report/comparison.h"
#include "report/failure.h"
#include "supervisor/text.h"

static const double SLOWER_SHOWN = 3;

static const char *verdict_of(const struct index_cell *cell)
{
    return cell->there ? verdict_name(cell->verdict) : "-";
}

static bool has_several_targets(const struct comparison *comparison)
{
    return comparison->sides[SIDE_OLD].targets->next || comparison->sides[SIDE_NEW].targets->next;
}

static void print_text(const struct comparison *comparison, const struct index_row *row, enum change change,
                       const struct colours *colours)
{
    const struct index_cell *before = &row->cells[SIDE_OLD], *now = &row->cells[SIDE_NEW];
    const char *colour = change_is_regression(change, row) ? colours->red
                         : change == CHANGE_FIXED          ? colours->green
                                                           : colours->yellow;

    printf("%s%-7s%s  %5s -> %-5s  ", colour, change_name(change), colours->plain, verdict_of(before),
           verdict_of(now));
    text_print_visible(row->file, stdout);
    printf(":%d: ", row->line);
    text_print_visible(row->title, stdout);
    if (change == CHANGE_SLOWER)
        printf(" (%.1f ms -> %.1f ms)", (double)before->duration_ns / 1e6, (double)now->duration_ns / 1e6);
    if (has_several_targets(comparison)) {
        fputs(" [", stdout);
        text_print_visible(row->target, stdout);
        putchar(']');
    }
    putchar('\n');
}

static json_t *json_cell(const struct index_cell *cell)
{
    return cell->there ? json_string(verdict_name(cell->verdict)) : json_null();
}

static json_t *json_duration(const struct index_cell *cell)
{
    return cell->there ? json_integer((json_int_t)cell->duration_ns) : json_null();
}

static void print_json(const struct index_row *row, enum change change)
{
    const struct index_cell *before = &row->cells[SIDE_OLD], *now = &row->cells[SIDE_NEW];
    json_t *object = json_pack("{s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:o}", "change", change_name(change),
                               "target", row->target, "file", row->file, "line", row->line, "case",
                               row->title, "old", json_cell(before), "new", json_cell(now), "old_ns",
                               json_duration(before), "new_ns", json_duration(now));

    if (!object)
        abort();
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static void print_sides(const struct comparison *comparison)
{
    static const char *const names[SIDES] = {"old", "new"};

    for (int side = 0; side < SIDES; side++) {
        for (const struct side_target *target = comparison->sides[side].targets; target;
             target = target->next) {
            printf("%s  ", names[side]);
            text_print_visible(comparison->sides[side].path, stdout);
            fputs(": ", stdout);
            text_print_visible(target->label, stdout);
            putchar('\n');
        }
    }
}

/* A run that was cut short, or is a shard, makes instances look gone. */
static void note_parts(const struct comparison *comparison)
{
    for (int side = 0; side < SIDES; side++) {
        for (const struct side_target *target = comparison->sides[side].targets; target;
             target = target->next) {
            if (target->records < target->of)
                fprintf(stderr, "ipcdrill: note: %s holds %zu of the %zu instances of its run\n",
                        comparison->sides[side].path, target->records, target->of);
        }
    }
}

static void print_total(const struct comparison *comparison, const size_t *counts)
{
    printf("instances: %zu before, %zu now;", comparison->sides[SIDE_OLD].instances,
           comparison->sides[SIDE_NEW].instances);
    for (int change = 0; change < CHANGE_NONE; change++)
        printf("%s %zu %s", change ? "," : "", counts[change], change_name((enum change)change));
    printf("; half take %.2f times as long or less\n", comparison->middle);
}

static int print_changes(const struct comparison *comparison, const struct options *options)
{
    const struct colours *colours = terminal_choose(options).colour ? &colours_terminal : &colours_none;
    double slower = options->slower > 0 ? options->slower : SLOWER_SHOWN;
    size_t counts[CHANGE_NONE + 1] = {0};
    const struct index_row *row;
    bool red = false;

    if (!options->json)
        print_sides(comparison);
    for (int wanted = 0; wanted < CHANGE_NONE; wanted++) {
        for (size_t i = 0; (row = index_row(comparison->index, i)); i++) {
            enum change change = comparison_judge(comparison, row, slower);

            if (change != (enum change)wanted)
                continue;
            counts[change]++;
            red = red || change_is_regression(change, row);
            if (options->json)
                print_json(row, change);
            else
                print_text(comparison, row, change, colours);
        }
    }
    if (!options->json)
        print_total(comparison, counts);
    return red || (options->slower > 0 && counts[CHANGE_SLOWER]) ? EXIT_RED : EXIT_GOOD;
}

int compare_subcommand(const struct options *options)
{
    struct diagnostics diagnostics = {0};
    struct comparison comparison;
    struct arena arena = {0};
    int code = EXIT_USAGE;

    if (options->argument_count != 2) {
        fputs("ipcdrill: compare needs two results files, or their folders: OLD NEW\n", stderr);
        return EXIT_USAGE;
    }
    if (comparison_read(&comparison, results_path(options->arguments[0], &arena),
                        results_path(options->arguments[1], &arena), &diagnostics)) {
        note_parts(&comparison);
        code = print_changes(&comparison, options);
    }
    if (diagnostics.count)
        code = EXIT_USAGE;
    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    comparison_end(&comparison);
    arena_free(&arena);
    return code;
}
