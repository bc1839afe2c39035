/*
 * Litmus tests, as those who study memory models write them: each actor runs a few loads and stores of the locations x
 * and y, over and over in a loop of its own, each time in a fresh cell; how often which registers came out is counted
 * afterwards. (Alglave, Maranget, Sarkar, Sewell: Litmus, running tests against hardware, TACAS 2011.)
 */
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

#include "agent/calls.h"
#include "agent/wire.h"

/* futex(2): linux/futex.h, which not every C library brings along. */
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1 };

enum {
    STATEMENTS_MAX = 8,
    REGISTERS = 4,
    LINE_BYTES = 128,  /* no two of them share a cache line, nor a pair that is fetched together */
    SPINS = 2000,      /* before the processor is offered to the others */
    YIELDS_MAX = 3000, /* of one call */
    SKEW_MAX = 32,     /* turns of a loop that an actor may come later than the others */
};

/* One run of the test: in memory that the kernel has zeroed. */
struct cell {
    _Alignas(LINE_BYTES) int x;
    _Alignas(LINE_BYTES) int y;
    _Alignas(LINE_BYTES) int registers[REGISTERS]; /* a, b, c, d: each is one actor's */
    _Alignas(LINE_BYTES) unsigned arrivals;        /* CLOSED is or-ed in when nobody may run it any more */
};

#define CLOSED (1U << 31)

/* How long an actor waits for the others: as long as it has its processor, and not for ever. */
struct patience {
    long yields;   /* that it makes yet */
    long switches; /* what switches() was at the start */
};

_Static_assert(sizeof(struct cell) == WIRE_LITMUS_CELL, "see wire.h");

enum order { RELAXED, ACQUIRE, RELEASE, SEQ_CST, ORDERS };

static const char *const order_names[ORDERS] = {"relaxed", "acquire", "release", "seq_cst"};

enum statement_kind { LOAD, STORE, FETCH_ADD, FENCE };

/* x=1, a=y, a=x+1 or fence; an order may stand behind a load or a store: a=y:acquire */
struct statement {
    enum statement_kind kind;
    enum order order;
    size_t offset;   /* of the location in the cell */
    int number;      /* STORE, FETCH_ADD */
    int destination; /* LOAD, FETCH_ADD: the register */
};

static bool is_location(char name)
{
    return name == 'x' || name == 'y';
}

static bool is_register(char name)
{
    return name >= 'a' && name < 'a' + REGISTERS;
}

static bool is_digit(char name)
{
    return name >= '0' && name <= '9';
}

static size_t offset_of(char location)
{
    return location == 'x' ? offsetof(struct cell, x) : offsetof(struct cell, y);
}

/* Reads ":acquire", if it is there. */
static bool read_order(const char **text, struct statement *statement)
{
    statement->order = statement->kind == FETCH_ADD ? SEQ_CST : RELAXED;
    if (**text != ':')
        return true;
    size_t length = strcspn(++*text, " ");
    for (int i = 0; i < ORDERS; i++)
        if (strlen(order_names[i]) == length && strncmp(*text, order_names[i], length) == 0) {
            statement->order = (enum order)i;
            *text += length;
            return (i != ACQUIRE || statement->kind == LOAD) && (i != RELEASE || statement->kind == STORE);
        }
    return false;
}

static bool read_statement(const char **text, struct statement *statement)
{
    const char *at = *text;
    if (strncmp(at, "fence", strlen("fence")) == 0) {
        *statement = (struct statement){.kind = FENCE};
        *text += strlen("fence");
        return true;
    }
    if (at[0] == '\0' || at[1] != '=')
        return false;
    if (is_location(at[0]) && is_digit(at[2]))
        *statement = (struct statement){.kind = STORE, .offset = offset_of(at[0]), .number = at[2] - '0'};
    else if (is_register(at[0]) && is_location(at[2]))
        *statement = (struct statement){.kind = LOAD, .offset = offset_of(at[2]), .destination = at[0] - 'a'};
    else
        return false;
    *text += 3;
    if (statement->kind == LOAD && at[3] == '+' && is_digit(at[4])) {
        statement->kind = FETCH_ADD;
        statement->number = at[4] - '0';
        *text += 2;
    }
    return read_order(text, statement);
}

/* Returns how many statements there are, or -1 when one makes no sense. */
static int read_program(const char *text, struct statement *program)
{
    int count = 0;
    while (*text) {
        if (count == STATEMENTS_MAX || !read_statement(&text, &program[count++]))
            return -1;
        if (*text == ' ')
            text++;
        else if (*text)
            return -1;
    }
    return count;
}

TOUCHES_ANY_ADDRESS static void load(struct cell *cell, const struct statement *statement)
{
    const int *location = (const int *)((char *)cell + statement->offset);
    int value;
    if (statement->order == SEQ_CST)
        value = __atomic_load_n(location, __ATOMIC_SEQ_CST);
    else if (statement->order == ACQUIRE)
        value = __atomic_load_n(location, __ATOMIC_ACQUIRE);
    else
        value = __atomic_load_n(location, __ATOMIC_RELAXED);
    __atomic_store_n(&cell->registers[statement->destination], value, __ATOMIC_RELAXED);
}

TOUCHES_ANY_ADDRESS static void store(struct cell *cell, const struct statement *statement)
{
    int *location = (int *)((char *)cell + statement->offset);
    if (statement->order == SEQ_CST)
        __atomic_store_n(location, statement->number, __ATOMIC_SEQ_CST);
    else if (statement->order == RELEASE)
        __atomic_store_n(location, statement->number, __ATOMIC_RELEASE);
    else
        __atomic_store_n(location, statement->number, __ATOMIC_RELAXED);
}

TOUCHES_ANY_ADDRESS static void fetch_add(struct cell *cell, const struct statement *statement)
{
    int *location = (int *)((char *)cell + statement->offset);
    int value = __atomic_fetch_add(location, statement->number, __ATOMIC_SEQ_CST);
    __atomic_store_n(&cell->registers[statement->destination], value, __ATOMIC_RELAXED);
}

static inline void perform_program(struct cell *cell, const struct statement *program, int count)
{
    for (int i = 0; i < count; i++)
        switch (program[i].kind) {
        case LOAD:
            load(cell, &program[i]);
            break;
        case STORE:
            store(cell, &program[i]);
            break;
        case FETCH_ADD:
            fetch_add(cell, &program[i]);
            break;
        case FENCE:
            __atomic_thread_fence(__ATOMIC_SEQ_CST);
            break;
        }
}

static void futex(unsigned *word, int operation, unsigned value)
{
#ifdef SYS_futex
    syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
#else
    (void)word, (void)operation, (void)value;
    sched_yield();
#endif
}

/*
 * The first cell: all come there from the case's barrier, and wait for each other asleep, so that the processor is free
 * for the last. Gives the actor's place among those that came.
 */
TOUCHES_ANY_ADDRESS static void meet_first(struct cell *cell, unsigned actors, unsigned *place)
{
    unsigned arrivals = *place = __atomic_fetch_add(&cell->arrivals, 1, __ATOMIC_SEQ_CST);
    futex(&cell->arrivals, FUTEX_WAKE, INT_MAX);
    while ((arrivals = __atomic_load_n(&cell->arrivals, __ATOMIC_SEQ_CST)) < actors)
        futex(&cell->arrivals, FUTEX_WAIT, arrivals);
}

/* How often another has had this thread's processor since it began (getrusage(2), RUSAGE_THREAD of Linux). */
static long switches(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* Offers the processor to others. Whether to go on waiting after that: nobody took it, and it was not too often. */
static bool is_patient(struct patience *patience)
{
    sched_yield();
    return patience->yields-- > 0 && switches() == patience->switches;
}

/*
 * A later cell. Whose patience is at its end closes it, if not all are there: it and those behind it are run by nobody,
 * so that all stop at the same one. Returns false there.
 */
TOUCHES_ANY_ADDRESS static bool meet(struct cell *cell, unsigned actors, struct patience *patience,
                                     unsigned *place)
{
    unsigned arrivals = *place = __atomic_fetch_add(&cell->arrivals, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        for (int spins = 0; spins < SPINS && arrivals < actors; spins++)
            arrivals = __atomic_load_n(&cell->arrivals, __ATOMIC_RELAXED);
        if (arrivals >= actors)
            return arrivals < CLOSED;
        if (!is_patient(patience) &&
            __atomic_compare_exchange_n(&cell->arrivals, &arrivals, arrivals | CLOSED, 0, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
            return false;
    }
}

/* Who comes first to a cell learns last that all are there: each is late by another amount from cell to cell. */
static inline void skew(unsigned long cell, unsigned place)
{
    unsigned long turns = (cell / (1 + place * SKEW_MAX)) % SKEW_MAX;
    for (volatile unsigned long i = 0; i < turns; i++)
        continue;
}

/* Returns how many cells were run: all, or fewer where the actors seldom have processors at the same time. */
static long long litmus(struct call *call)
{
    struct statement program[STATEMENTS_MAX];
    struct cell *cells = POINTER(0);
    unsigned place;
    struct patience patience;
    int count = read_program(TEXT(3), program);
    if (count < 0) {
        call->complaint = "litmus wants statements such as x=1, a=y:acquire, a=x+1 and fence";
        return -1;
    }
    for (unsigned long i = 0; i < SIZE(1); i++) {
        if (i == 0) {
            meet_first(cells, (unsigned)INT(2), &place);
            patience = (struct patience){YIELDS_MAX, switches()};
        } else if (!meet(&cells[i], (unsigned)INT(2), &patience, &place)) {
            return (long long)i;
        }
        skew(i, place);
        perform_program(&cells[i], program, count);
    }
    return (long long)SIZE(1);
}

TOUCHES_ANY_ADDRESS static int value_in(const struct cell *cell, char name)
{
    return name == 'x' ? cell->x : name == 'y' ? cell->y : cell->registers[name - 'a'];
}

static bool was_run(const struct cell *cell)
{
    return cell->arrivals > 0 && cell->arrivals < CLOSED;
}

/* Whether all of "a=1 b=0 x=2" holds in the cell. */
static bool holds_in(const struct cell *cell, const char *condition)
{
    bool holds = true;
    for (; *condition; condition += 3 + (condition[3] == ' '))
        holds = holds && value_in(cell, condition[0]) == condition[2] - '0';
    return holds;
}

static bool is_condition(const char *text)
{
    do {
        if (!(is_location(text[0]) || is_register(text[0])) || text[1] != '=' || !is_digit(text[2]) ||
            (text[3] != ' ' && text[3] != '\0'))
            return false;
        text += 3 + (text[3] == ' ');
    } while (*text);
    return true;
}

static long long litmus_count(struct call *call)
{
    const struct cell *cells = POINTER(0);
    long long count = 0;
    if (!is_condition(TEXT(2))) {
        call->complaint = "litmus_count wants values such as a=1 b=0";
        return -1;
    }
    for (unsigned long i = 0; i < SIZE(1); i++)
        count += was_run(&cells[i]) && holds_in(&cells[i], TEXT(2));
    return count;
}

/* clang-format off */
#define LITMUS_CALLS(X)                                                                                              \
    X(litmus, litmus(call))                                                                                          \
    X(litmus_count, litmus_count(call))
/* clang-format on */

CALL_FAMILY(litmus_calls, LITMUS_CALLS)
