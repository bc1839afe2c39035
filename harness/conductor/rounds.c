#include "conductor/rounds.h"

#include <string.h>

#include "conductor/actor.h"
#include "conductor/evaluate.h"
#include "conductor/request.h"
#include "conductor/show.h"
#include "conductor/steps.h"

enum {
    ROUNDS_MAX = 1000000,
    TOGETHER_MAX = 64,
    ROUNDS_PER_TURN = 4, /* on the same processors: to move a process costs more than a call */
};

/* How calls that were made together came out, and how often. */
struct outcome_count {
    const char *outcome;
    int count;
    struct outcome_count *next;
};

static void count_outcome(struct instance *instance, const char *outcome)
{
    struct outcome_count **last = &instance->outcomes;

    while (*last && strcmp((*last)->outcome, outcome) != 0)
        last = &(*last)->next;
    if (!*last) {
        *last = arena_take(instance->whole_arena, sizeof(**last));
        (*last)->outcome = arena_copy(instance->whole_arena, outcome, strlen(outcome));
    }
    (*last)->count++;
}

/* "writer ok", "reader -1 EEXIST": a value that the case only learns differs from round to round. */
static const char *describe(struct instance *instance, const struct step *step, const struct answer *answer)
{
    if (answer->kind == ANSWER_FAILED)
        return arena_print(instance->arena, "%s -1 %s", step->actor, answer->name);
    if (answer->kind != ANSWER_RETURNED)
        return arena_print(instance->arena, "%s %s", step->actor, answer->name ? answer->name : "?");
    if (answer->value.kind == VALUE_NUMBER && step->outcome.kind == OUTCOME_VALUE &&
        step->outcome.value->kind == EXPRESSION_NAME)
        return arena_print(instance->arena, "%s ok", step->actor);
    return arena_print(instance->arena, "%s %s", step->actor, show_value(instance, &answer->value));
}

void note_fail_nth(struct instance *instance, const struct step *step, const struct answer *answer)
{
    instance->fired |= answer->fired > 0;
    count_outcome(instance, arena_print(instance->arena, "%s %s, %s", step->call->name,
                                        answer->fired > 0 ? "fails inside" : "fails nowhere",
                                        describe(instance, step, answer)));
}

static void tell_outcomes(struct instance *instance)
{
    for (const struct outcome_count *each = instance->outcomes; each; each = each->next)
        add_transcript(instance, arena_print(instance->arena, "%8d times  %s", each->count, each->outcome));
    instance->outcomes = NULL;
}

/* Actors that a round has forked end with it. */
static void drop_actors_behind(struct actor *last)
{
    for (struct actor *actor = last->next; actor; actor = actor->next)
        channel_close(&actor->channel);
    last->next = NULL;
}

/* One round in memory of its own, which only a round that gives a verdict keeps. */
static void run_round(struct instance *instance, const struct step *rounds, int number)
{
    const struct value round_number = {.kind = VALUE_NUMBER, .number = number};
    struct arena round = {0}, *whole = instance->arena;
    struct word **transcript_end = instance->transcript_end;
    struct name *names = instance->names;
    struct actor *last = instance->actors;

    while (last->next)
        last = last->next;
    instance->arena = &round;
    instance->fired = false;
    instance_learn(instance, ROUND_NAME, &round_number);
    run_lines(instance, rounds->next, step_end(rounds));
    instance->arena = whole;
    if (instance->over) {
        arena_join(whole, &round);
        return;
    }
    instance->names = names;
    instance->transcript_end = transcript_end;
    *transcript_end = NULL;
    drop_actors_behind(last);
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        actor->signals = NULL;
    arena_free(&round);
}

/* Such rounds are over when nothing failed in one: that is all there is to fail. */
static bool holds_fail_nth(const struct step *rounds)
{
    const struct step *step = rounds->next, *end = step_end(rounds);

    while (step != end && !step->nth)
        step = step->next;
    return step != end;
}

void run_rounds(struct instance *instance, const struct step *rounds)
{
    integer count;

    if (!evaluate_number(instance, rounds->value, &count))
        return;
    if (count < 1 || count > ROUNDS_MAX) {
        instance_error(instance, rounds, "1 to %d rounds expected", ROUNDS_MAX);
        return;
    }
    start_all(instance); /* so that what they are outlives the first round */
    bool searches = holds_fail_nth(rounds);
    int performed = 0;

    do
        run_round(instance, rounds, ++performed);
    while (performed < count && !instance->over && (instance->fired || !searches));
    if (searches && !instance->over && instance->fired)
        instance_error(instance, rounds, "something still fails in round %d: more rounds expected",
                       performed);
    if (searches && !instance->over && performed == 1)
        instance_error(instance, rounds, "nothing failed: calls that need memory of the kernel expected");
    add_transcript(instance, arena_print(instance->arena, "%d rounds", performed));
    tell_outcomes(instance);
}

static bool is_first_of_actor(const struct step *together, const struct step *step)
{
    const struct step *other = together->next;

    while (!other->actor || strcmp(other->actor, step->actor) != 0)
        other = other->next;
    return other == step;
}

/*
 * The barrier stands before the first call of each actor; the others wait in its channel and follow at once. Processors
 * change hands every few rounds, so that no actor is always the one that runs beside the conductor.
 */
static bool release(struct instance *instance, const struct step *together)
{
    const struct conductor *conductor = instance->conductor;
    int place = 0, turn = (int)(instance->releases++ / ROUNDS_PER_TURN % CONDUCTOR_PROCESSORS_MAX);

    for (const struct step *step = together->next; step->kind != STEP_END; step = step->next)
        instance->arrivals += step->kind == STEP_CALL && is_first_of_actor(together, step);
    for (const struct step *step = together->next; step->kind != STEP_END; step = step->next) {
        struct actor *actor = step->kind == STEP_CALL ? instance_actor(instance, step->actor) : NULL;
        const char *request = actor ? request_write(instance, step) : NULL;

        if (!actor)
            continue;
        if (!request)
            return false;
        actor->last = step;
        if (is_first_of_actor(together, step)) {
            int processor = conductor->processor_count
                                ? conductor->processors[(place++ + turn) % conductor->processor_count]
                                : -1;

            request =
                arena_print(instance->arena, "together %u %d %s", instance->arrivals, processor, request);
        }
        if (!actor_send(instance, actor, step, request, -1))
            return false;
    }
    return true;
}

void run_together(struct instance *instance, const struct step *together)
{
    struct answer *answers[TOGETHER_MAX];
    const char *outcome = "";
    int count = 0, place = 0;

    for (const struct step *step = together->next; step->kind != STEP_END; step = step->next)
        if (step->kind == STEP_CALL && ++count &&
            !actor_start(instance, instance_actor(instance, step->actor)))
            return;
    if (count > TOGETHER_MAX) {
        instance_error(instance, together, "at most %d calls together expected", TOGETHER_MAX);
        return;
    }
    if (!release(instance, together))
        return;
    for (const struct step *step = together->next; step->kind != STEP_END; step = step->next) {
        if (step->kind != STEP_CALL)
            continue;
        answers[place] = actor_wait_answer(instance, instance_actor(instance, step->actor), step);
        if (!answers[place])
            return;
        outcome = arena_print(instance->arena, "%s%s%s", outcome, *outcome ? ", " : "",
                              describe(instance, step, answers[place]));
        place++;
    }
    count_outcome(instance, outcome);
    place = 0;
    for (const struct step *step = together->next; step->kind != STEP_END && !instance->over;
         step = step->next)
        if (step->kind == STEP_CALL)
            take_answer(instance, instance_actor(instance, step->actor), step, step, answers[place++]);
}
