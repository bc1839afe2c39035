#include "report/comparison.h"

#include <stdlib.h>
#include <string.h>

/* The least that counts: a processor that was given to another process for some turns. */
enum { NOISE_NS = 20 * 1000 * 1000 };

const char *change_name(enum change change)
{
    static const char *const names[] = {
        [CHANGE_BROKE] = "broke", [CHANGE_FIXED] = "fixed", [CHANGE_OTHER] = "changed",
        [CHANGE_NEW] = "new",     [CHANGE_GONE] = "gone",   [CHANGE_SLOWER] = "slower",
        [CHANGE_NONE] = "same",
    };

    return names[change];
}

/* A file that is read. */
struct reading {
    struct comparison *comparison;
    int side;
    bool mixed; /* two targets of NEW were matched with one of OLD */
};

static struct side_target *find_target(const struct side *side, const char *label)
{
    struct side_target *target = side->targets;

    while (target && strcmp(target->label, label) != 0)
        target = target->next;
    return target;
}

static struct side_target *target_of(struct reading *reading, const char *label)
{
    struct comparison *comparison = reading->comparison;
    struct side *side = &comparison->sides[reading->side];
    struct side_target *target = find_target(side, label), **end = &side->targets;

    if (target)
        return target;
    while (*end)
        end = &(*end)->next;
    *end = arena_take(&comparison->arena, sizeof(**end));
    (*end)->label = arena_copy(&comparison->arena, label, strlen(label));
    return *end;
}

/* The target of OLD that a target of NEW is compared with. */
static const char *counterpart(struct reading *reading, const char *label)
{
    const struct side_target *old = reading->comparison->sides[SIDE_OLD].targets;
    const struct side_target *first = reading->comparison->sides[SIDE_NEW].targets;

    if (find_target(&reading->comparison->sides[SIDE_OLD], label)) {
        reading->mixed =
            reading->mixed || (strcmp(first->label, label) != 0 && old && !old->next &&
                               !find_target(&reading->comparison->sides[SIDE_OLD], first->label));
        return label;
    }
    return old && !old->next && strcmp(first->label, label) == 0 ? old->label : label;
}

static void take(void *context, size_t number, const struct record *record)
{
    struct reading *reading = context;
    struct arena arena = {0};
    const char *label = target_label(&record->target, &arena);
    struct side_target *target = target_of(reading, label);

    (void)number;
    target->records++;
    target->of = record->of > target->of ? record->of : target->of;
    index_add(reading->comparison->index, (size_t)reading->side, record,
              reading->side == SIDE_NEW ? counterpart(reading, label) : label);
    arena_free(&arena);
}

static bool passed(const struct index_cell *cell)
{
    return cell->there && (cell->verdict == VERDICT_PASS || cell->verdict == VERDICT_XPASS);
}

static int compare_numbers(const void *one, const void *other)
{
    double left = *(const double *)one, right = *(const double *)other;

    return (left > right) - (left < right);
}

/* The number that `part` of all are below. Sorts them. */
static double quantile(double *numbers, size_t count, double part)
{
    qsort(numbers, count, sizeof(*numbers), compare_numbers);
    return numbers[(size_t)((double)count * part)];
}

/* The times of what passed in both, OLD's and NEW's. Returns how many. */
static size_t collect_times(const struct comparison *comparison, double *before, double *now)
{
    size_t count = 0;
    const struct index_row *row;

    for (size_t i = 0; (row = index_row(comparison->index, i)); i++) {
        if (!passed(&row->cells[SIDE_OLD]) || !passed(&row->cells[SIDE_NEW]) ||
            !row->cells[SIDE_OLD].duration_ns)
            continue;
        before[count] = (double)row->cells[SIDE_OLD].duration_ns;
        now[count++] = (double)row->cells[SIDE_NEW].duration_ns;
    }
    return count;
}

/*
 * Times of single instances have a long tail on a busy machine, in both runs alike. So what got faster tells how much
 * slower means nothing; if it got faster by merit, that only makes us more careful.
 */
static void measure(struct comparison *comparison)
{
    size_t rows = 0;

    while (index_row(comparison->index, rows))
        rows++;
    double *before = calloc(4 * (rows + 1), sizeof(*before));

    if (!before)
        abort();
    double *now = before + rows + 1, *ratios = now + rows + 1, *gains = ratios + rows + 1;
    size_t count = collect_times(comparison, before, now);

    for (size_t i = 0; i < count; i++)
        ratios[i] = now[i] / before[i];
    comparison->middle = count ? quantile(ratios, count, 0.5) : 1;
    for (size_t i = 0; i < count; i++) {
        ratios[i] = before[i] * comparison->middle / now[i];
        gains[i] = before[i] * comparison->middle - now[i];
    }
    comparison->noise_ratio = count ? quantile(ratios, count, 0.999) : 1;
    comparison->noise_ns = count ? quantile(gains, count, 0.999) : 0;
    free(before);
}

static void count_instances(struct comparison *comparison)
{
    const struct index_row *row;

    for (size_t i = 0; (row = index_row(comparison->index, i)); i++)
        for (int side = 0; side < SIDES; side++)
            comparison->sides[side].instances += row->cells[side].there;
}

static void read_side(struct reading *reading, struct diagnostics *diagnostics)
{
    const char *path = reading->comparison->sides[reading->side].path;
    int complaints = diagnostics->count;

    results_read(path, take, reading, diagnostics);
    if (!reading->comparison->sides[reading->side].targets && diagnostics->count == complaints)
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "there is no record in it");
}

bool comparison_read(struct comparison *comparison, const char *old_path, const char *new_path,
                     struct diagnostics *diagnostics)
{
    struct reading reading = {.comparison = comparison, .side = SIDE_OLD};

    *comparison = (struct comparison){
        .index = index_start(SIDES), .sides = {{.path = old_path}, {.path = new_path}}, .middle = 1};
    read_side(&reading, diagnostics);
    reading.side = SIDE_NEW;
    read_side(&reading, diagnostics);
    if (reading.mixed)
        diagnostics_add(
            diagnostics, new_path, (struct position){0}, NULL,
            "it has several targets, the first unknown to %s: compare files of one target each, or of the "
            "same targets",
            old_path);
    count_instances(comparison);
    measure(comparison);
    return !reading.mixed && comparison->sides[SIDE_OLD].targets && comparison->sides[SIDE_NEW].targets;
}

static bool is_slower(const struct comparison *comparison, const struct index_row *row, double slower)
{
    double expected = (double)row->cells[SIDE_OLD].duration_ns * comparison->middle;
    double took = (double)row->cells[SIDE_NEW].duration_ns;

    double noise_ns = comparison->noise_ns > NOISE_NS ? comparison->noise_ns : NOISE_NS;

    return passed(&row->cells[SIDE_OLD]) && passed(&row->cells[SIDE_NEW]) && took >= expected * slower &&
           took >= expected * comparison->noise_ratio && took >= expected + noise_ns;
}

enum change comparison_judge(const struct comparison *comparison, const struct index_row *row, double slower)
{
    const struct index_cell *before = &row->cells[SIDE_OLD], *now = &row->cells[SIDE_NEW];

    if (!before->there)
        return CHANGE_NEW;
    if (!now->there)
        return CHANGE_GONE;
    if (verdict_is_red(now->verdict) && !verdict_is_red(before->verdict))
        return CHANGE_BROKE;
    if (verdict_is_red(before->verdict) && !verdict_is_red(now->verdict) && now->verdict != VERDICT_SKIP)
        return CHANGE_FIXED;
    if (before->verdict != now->verdict)
        return CHANGE_OTHER;
    return is_slower(comparison, row, slower) ? CHANGE_SLOWER : CHANGE_NONE;
}

bool change_is_regression(enum change change, const struct index_row *row)
{
    return change == CHANGE_BROKE || (change == CHANGE_NEW && verdict_is_red(row->cells[SIDE_NEW].verdict));
}

void comparison_end(struct comparison *comparison)
{
    index_end(comparison->index);
    arena_free(&comparison->arena);
}
