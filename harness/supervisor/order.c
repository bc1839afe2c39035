#include "supervisor/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct slot *slot_of(struct order *order, size_t position)
{
    assert(position >= order->next && position - order->next < LOOK_AHEAD_MAX);
    return &order->slots[position % LOOK_AHEAD_MAX];
}

void order_start(struct order *order, const struct instances *instances)
{
    *order = (struct order){.instances = instances,
                            .end = instances_count(instances),
                            .alone_from = instances_alone_from(instances)};
}

/* No position from here on may be handed out yet. */
static size_t limit_of(const struct order *order)
{
    size_t limit = order->end - order->next > LOOK_AHEAD_MAX ? order->next + LOOK_AHEAD_MAX : order->end;
    size_t alone = order->next < order->alone_from ? order->alone_from : order->next + 1;

    return limit < alone ? limit : alone;
}

static bool take_sort(struct order *order, bool waiting, size_t *position)
{
    size_t limit = limit_of(order);
    size_t at = order->cursor[waiting] > order->next ? order->cursor[waiting] : order->next;

    for (; at < limit; at++) {
        struct slot *slot = slot_of(order, at);

        if (slot->state != SLOT_OPEN || instances_at(order->instances, at).waits != waiting)
            continue;
        if (order->held_bytes > LOOK_AHEAD_BYTES_MAX && at != order->next)
            break;
        slot->state = SLOT_RUNNING;
        order->cursor[waiting] = at + 1;
        *position = at;
        return true;
    }
    order->cursor[waiting] = at;
    return false;
}

bool order_take(struct order *order, bool prefer_waiting, bool only, size_t *position)
{
    if (order->next >= order->end)
        return false;
    return take_sort(order, prefer_waiting, position) ||
           (!only && take_sort(order, !prefer_waiting, position));
}

void order_return(struct order *order, size_t position)
{
    bool waiting = instances_at(order->instances, position).waits;

    if (position >= order->end)
        return;
    slot_of(order, position)->state = SLOT_OPEN;
    if (position < order->cursor[waiting])
        order->cursor[waiting] = position;
}

void order_done(struct order *order, size_t position, char *line)
{
    if (position >= order->end) {
        free(line);
        return;
    }
    struct slot *slot = slot_of(order, position);

    assert(slot->state == SLOT_RUNNING);
    slot->state = SLOT_DONE;
    slot->line = line;
    order->held_bytes += strlen(line);
}

char *order_give(struct order *order)
{
    if (order_finished(order))
        return NULL;
    struct slot *slot = slot_of(order, order->next);
    char *line = slot->line;

    if (slot->state != SLOT_DONE)
        return NULL;
    *slot = (struct slot){0};
    order->held_bytes -= strlen(line);
    order->next++;
    return line;
}

void order_cut(struct order *order, size_t position)
{
    if (position < order->end)
        order->end = position + 1;
}

bool order_finished(const struct order *order)
{
    return order->next >= order->end;
}

void order_end(struct order *order)
{
    for (size_t i = 0; i < LOOK_AHEAD_MAX; i++)
        free(order->slots[i].line);
    *order = (struct order){0};
}
