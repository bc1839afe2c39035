/* model/: schedules as text, exploration and shrinking, on toy systems whose schedules can be counted by hand. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "model/explore.h"
#include "model/shrink.h"
#include "tests/tests.h"

enum { TOY_MOVERS_MAX = 3, TOY_STEPS_MAX = 6, TOY_VARIABLES = 3, OUTCOMES_MAX = 4096 };

/* One step: a variable is read into the mover's register, or the register plus one is written, or it is waited for. */
enum toy_kind { TOY_READ, TOY_WRITE, TOY_WAIT_POSITIVE };

struct toy_step {
    enum toy_kind kind;
    unsigned variable;
};

struct toy {
    size_t mover_count;
    size_t lengths[TOY_MOVERS_MAX];
    struct toy_step steps[TOY_MOVERS_MAX][TOY_STEPS_MAX];
};

struct toy_state {
    int variables[TOY_VARIABLES];
    int registers[TOY_MOVERS_MAX];
    size_t at[TOY_MOVERS_MAX];
};

static size_t list_options(const struct toy *toy, const struct toy_state *state, struct option *options)
{
    size_t count = 0;

    for (size_t i = 0; i < toy->mover_count; i++) {
        const struct toy_step *step = &toy->steps[i][state->at[i]];

        if (state->at[i] == toy->lengths[i])
            continue;
        options[count++] = (struct option){.mover = (mover)(i * MOVERS_A_PROGRAM),
                                           .would_sleep = step->kind == TOY_WAIT_POSITIVE &&
                                                          state->variables[step->variable] <= 0,
                                           .touches = UINT64_C(1) << step->variable};
    }
    return count;
}

static void make(const struct toy *toy, struct toy_state *state, mover who)
{
    size_t i = who / MOVERS_A_PROGRAM;
    const struct toy_step *step = &toy->steps[i][state->at[i]++];

    if (step->kind == TOY_READ)
        state->registers[i] = state->variables[step->variable];
    else if (step->kind == TOY_WRITE)
        state->variables[step->variable] = state->registers[i] + 1;
}

/* Runs the toy behind a schedule to its end, or until all would sleep. Returns the number of steps. */
static size_t run_toy(const struct toy *toy, const struct schedule *schedule, struct explored_step *steps,
                      struct toy_state *state, bool *diverged)
{
    size_t count = 0, options;
    int last = -1;

    *state = (struct toy_state){0};
    while ((options = list_options(toy, state, steps[count].options)) > 0) {
        struct explored_step *step = &steps[count];

        step->count = (unsigned char)options;
        step->chosen = (unsigned char)explore_choose(schedule, count, step->options, options, last, diverged);
        if (step->options[step->chosen].would_sleep)
            break;
        last = step->options[step->chosen].mover;
        make(toy, state, (mover)last);
        count++;
    }
    return count;
}

/* The final values of a run, as one number: how they came out. */
static long outcome_of(const struct toy_state *state)
{
    long outcome = 0;

    for (size_t i = 0; i < TOY_VARIABLES; i++)
        outcome = outcome * 10 + state->variables[i];
    return outcome;
}

struct exploration {
    struct explore_counts counts;
    bool outcomes[OUTCOMES_MAX];
    unsigned fewest[OUTCOMES_MAX]; /* preemptions with which it was seen */
};

static void explore_toy(const struct toy *toy, unsigned preemptions, bool prune, struct exploration *seen)
{
    struct explorer *explorer = explorer_new(preemptions, prune);
    struct explored_step steps[TOY_MOVERS_MAX * TOY_STEPS_MAX + 1];
    struct toy_state state;
    struct schedule prefix;
    unsigned had;
    bool steady = true;

    memset(seen, 0, sizeof(*seen));
    while (explorer_next(explorer, &prefix, &had)) {
        bool diverged = false;
        size_t count = run_toy(toy, &prefix, steps, &state, &diverged);
        long outcome = outcome_of(&state);

        steady = steady && !diverged && explore_preemptions(steps, count) == had;
        if (!seen->outcomes[outcome])
            seen->fewest[outcome] = had;
        seen->outcomes[outcome] = true;
        explorer_learn(explorer, prefix.length, steps, count);
    }
    ck_assert(steady);
    seen->counts = explorer_counts(explorer);
    explorer_free(explorer);
}

/* Two movers that read a variable and write it back increased: an update is lost when one goes between. */
static const struct toy lost_update = {
    2, {2, 2}, {{{TOY_READ, 0}, {TOY_WRITE, 0}}, {{TOY_READ, 0}, {TOY_WRITE, 0}}}};

/* Three steps each, all of one thing: C(6, 3) orders. */
static const struct toy dependent = {
    2,
    {3, 3},
    {{{TOY_READ, 0}, {TOY_READ, 0}, {TOY_READ, 0}}, {{TOY_READ, 0}, {TOY_READ, 0}, {TOY_READ, 0}}}};

static const struct toy independent = {
    2,
    {3, 3},
    {{{TOY_READ, 0}, {TOY_READ, 0}, {TOY_READ, 0}}, {{TOY_READ, 1}, {TOY_READ, 1}, {TOY_READ, 1}}}};

START_TEST(every_order_of_dependent_steps_is_run_once)
{
    static const struct {
        unsigned preemptions;
        bool prune;
        size_t schedules;
    } rows[] = {{0, false, 2}, {1, false, 6}, {16, false, 20}, {16, true, 20}, {1, true, 6}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct exploration seen;

        explore_toy(&dependent, rows[i].preemptions, rows[i].prune, &seen);
        ck_assert_uint_eq(seen.counts.handed_out, rows[i].schedules);
        ck_assert_uint_eq(seen.counts.waiting, 0);
    }
}
END_TEST

START_TEST(orders_of_independent_steps_are_left_out)
{
    struct exploration all, some;

    explore_toy(&independent, 16, false, &all);
    explore_toy(&independent, 16, true, &some);
    ck_assert_uint_eq(all.counts.handed_out, 20);
    ck_assert_uint_le(some.counts.handed_out, 10);
    ck_assert_uint_gt(some.counts.left_out, 0);
}
END_TEST

START_TEST(a_lost_update_takes_one_preemption)
{
    struct exploration seen;

    explore_toy(&lost_update, 0, true, &seen);
    ck_assert(seen.outcomes[200] && !seen.outcomes[100]);
    explore_toy(&lost_update, 1, true, &seen);
    ck_assert(seen.outcomes[200] && seen.outcomes[100]);
    ck_assert_uint_eq(seen.fewest[100], 1);
}
END_TEST

/* The second mover waits for what the first gives: to pass over who would sleep is no choice. */
START_TEST(who_would_sleep_is_not_chosen)
{
    static const struct toy toy = {
        2, {2, 2}, {{{TOY_READ, 1}, {TOY_WRITE, 0}}, {{TOY_WAIT_POSITIVE, 0}, {TOY_WRITE, 2}}}};
    struct exploration seen;

    explore_toy(&toy, 16, false, &seen);
    ck_assert_uint_eq(seen.counts.handed_out, 1);
    ck_assert(seen.outcomes[101]);
}
END_TEST

static struct toy make_random_toy(uint64_t *seed)
{
    struct toy toy = {.mover_count = 2 + (*seed >> 60) % 2};

    for (size_t i = 0; i < toy.mover_count; i++) {
        toy.lengths[i] = 3;
        for (size_t step = 0; step < toy.lengths[i]; step++) {
            *seed = *seed * 6364136223846793005U + 1442695040888963407U;
            toy.steps[i][step] = (struct toy_step){(*seed >> 33) % 8 == 0   ? TOY_WAIT_POSITIVE
                                                   : (*seed >> 40) % 2 == 0 ? TOY_READ
                                                                            : TOY_WRITE,
                                                   (unsigned)(*seed >> 50) % TOY_VARIABLES};
        }
    }
    return toy;
}

/* What pruning leaves out shows nothing new, within every bound. */
START_TEST(pruning_loses_no_outcome)
{
    uint64_t seed = 20261126;
    size_t all_runs = 0, pruned_runs = 0;

    for (int i = 0; i < 60; i++) {
        struct toy toy = make_random_toy(&seed);

        for (unsigned bound = 0; bound <= 4; bound++) {
            static struct exploration all, pruned;

            explore_toy(&toy, bound, false, &all);
            explore_toy(&toy, bound, true, &pruned);
            ck_assert_msg(memcmp(all.outcomes, pruned.outcomes, sizeof(all.outcomes)) == 0,
                          "toy %d, bound %u", i, bound);
            all_runs += all.counts.handed_out;
            pruned_runs += pruned.counts.handed_out;
        }
    }
    ck_assert_uint_lt(pruned_runs * 2, all_runs);
}
END_TEST

static const char *const names[] = {"reader", "writer"};

START_TEST(a_schedule_reads_back_as_printed)
{
    static const mover steps[] = {0, 0, 0, MOVERS_A_PROGRAM, 1, 0, 0};
    const struct schedule schedule = {steps, sizeof(steps)};
    struct arena arena = {0};
    struct schedule again;
    const char *problem, *text = schedule_print(&schedule, names, &arena);

    ck_assert_str_eq(text, "reader*3 writer reader#2 reader*2");
    ck_assert(schedule_read(text, names, 2, &again, &arena, &problem));
    ck_assert_uint_eq(again.length, sizeof(steps));
    ck_assert_mem_eq(again.steps, steps, sizeof(steps));
    ck_assert(schedule_read(" \n", names, 2, &again, &arena, &problem));
    ck_assert_uint_eq(again.length, 0);
    arena_free(&arena);
}
END_TEST

START_TEST(a_wrong_schedule_is_refused)
{
    static const char *const wrong[] = {"reeder",   "reader*", "reader*0",    "reader#0",  "reader#17",
                                        "reader*x", "*3",      "reader*9999", "reader#2#3"};
    struct arena arena = {0};
    struct schedule schedule;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        const char *problem = NULL, *text = arena_print(&arena, "writer %s", wrong[i]);

        ck_assert_msg(!schedule_read(text, names, 2, &schedule, &arena, &problem), "%s", wrong[i]);
        ck_assert_ptr_nonnull(strstr(problem, wrong[i]));
    }
    arena_free(&arena);
}
END_TEST

/* Fails when an update is lost. What it did is given back, as long as the candidate was. */
struct trial {
    struct arena *arena;
    unsigned runs;
};

static struct shrink_run try_toy(void *context, const struct schedule *candidate)
{
    struct trial *trial = context;
    struct explored_step steps[TOY_MOVERS_MAX * TOY_STEPS_MAX + 1];
    struct toy_state state;
    bool diverged = false;
    size_t count = run_toy(&lost_update, candidate, steps, &state, &diverged);
    size_t length = count < candidate->length ? count : candidate->length;
    mover *movers = arena_take(trial->arena, length + 1);

    for (size_t i = 0; i < length; i++)
        movers[i] = steps[i].options[steps[i].chosen].mover;
    trial->runs++;
    return (struct shrink_run){.fails = outcome_of(&state) == 100,
                               .schedule = {movers, length},
                               .preemptions = explore_preemptions(steps, count)};
}

START_TEST(a_failing_schedule_is_shrunk_to_its_one_preemption)
{
    /* read, read, write, write: two preemptions where one and one step are enough. */
    static const mover steps[] = {0, MOVERS_A_PROGRAM, 0, MOVERS_A_PROGRAM};
    const struct schedule schedule = {steps, sizeof(steps)};
    struct arena arena = {0};
    struct trial trial = {.arena = &arena};
    struct shrink_run failing = try_toy(&trial, &schedule);

    ck_assert(failing.fails);
    ck_assert_uint_eq(failing.preemptions, 2);
    struct shrink_run shrunk = shrink(&failing, try_toy, &trial, 100, &arena);

    ck_assert(shrunk.fails);
    ck_assert_uint_eq(shrunk.preemptions, 1);
    ck_assert_uint_eq(shrunk.schedule.length, 2);
    ck_assert_uint_lt(trial.runs, 20);
    struct shrink_run given_up = shrink(&failing, try_toy, &trial, 0, &arena);

    ck_assert_uint_eq(given_up.schedule.length, 4);
    arena_free(&arena);
}
END_TEST

START_TEST(a_random_choice_is_the_seeds_and_wakes_nobody)
{
    static const struct option options[] = {{.would_sleep = true}, {.mover = 1}, {.mover = 2}};
    uint64_t one = 7, other = 7;
    bool seen[3] = {false};

    for (int i = 0; i < 100; i++) {
        size_t chosen = explore_choose_randomly(options, 3, &one);

        ck_assert_uint_eq(chosen, explore_choose_randomly(options, 3, &other));
        seen[chosen] = true;
    }
    ck_assert(!seen[0] && seen[1] && seen[2]);
}
END_TEST

/* Programs that go on without end have long runs, and each step of each is a branch. */
START_TEST(many_long_runs_take_little_memory)
{
    enum { STEPS = 5000, RUNS = 40, MEMORY_MAX = 100 * 1000 * 1000 };
    static struct explored_step steps[STEPS];
    struct explorer *explorer = explorer_new(2, false);
    struct schedule prefix;
    unsigned preemptions;

    for (size_t i = 0; i < STEPS; i++) {
        steps[i].count = 2;
        for (unsigned char who = 0; who < 2; who++)
            steps[i].options[who] = (struct option){.mover = who, .touches = UINT64_MAX};
    }
    for (int run = 0; run < RUNS; run++) {
        ck_assert(explorer_next(explorer, &prefix, &preemptions));
        explorer_learn(explorer, 0, steps, STEPS);
    }
    struct mallinfo2 memory = mallinfo2();

    ck_assert_uint_lt(memory.uordblks + memory.hblkhd, MEMORY_MAX);
    explorer_free(explorer);
}
END_TEST

Suite *model_suite(void)
{
    Suite *suite = suite_create("model");
    TCase *toys = tcase_create("toys");

    tcase_add_test(toys, every_order_of_dependent_steps_is_run_once);
    tcase_add_test(toys, orders_of_independent_steps_are_left_out);
    tcase_add_test(toys, a_lost_update_takes_one_preemption);
    tcase_add_test(toys, who_would_sleep_is_not_chosen);
    tcase_add_test(toys, pruning_loses_no_outcome);
    tcase_add_test(toys, a_schedule_reads_back_as_printed);
    tcase_add_test(toys, a_wrong_schedule_is_refused);
    tcase_add_test(toys, a_failing_schedule_is_shrunk_to_its_one_preemption);
    tcase_add_test(toys, a_random_choice_is_the_seeds_and_wakes_nobody);
    tcase_add_test(toys, many_long_runs_take_little_memory);
    tcase_set_timeout(toys, 60);
    suite_add_tcase(suite, toys);
    return suite;
}
