#include "inject/decode.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

enum { OPERATIONS_SHOWN_MAX = 32, BYTES_SHOWN_MAX = 96 };

struct flag {
    uint64_t bits;
    const char *name;
};

#define FLAG(name)                                                                                           \
    {                                                                                                        \
        name, #name                                                                                          \
    }

static const struct flag shmget_flags[] = {
    FLAG(IPC_CREAT), FLAG(IPC_EXCL), FLAG(SHM_HUGETLB), FLAG(SHM_NORESERVE), {0}};
static const struct flag semget_flags[] = {FLAG(IPC_CREAT), FLAG(IPC_EXCL), {0}};
static const struct flag shmat_flags[] = {
    FLAG(SHM_RDONLY), FLAG(SHM_RND), FLAG(SHM_REMAP), FLAG(SHM_EXEC), {0}};
static const struct flag semop_flags[] = {FLAG(SEM_UNDO), FLAG(IPC_NOWAIT), {0}};

static const struct flag shm_commands[] = {
    FLAG(IPC_RMID), FLAG(IPC_SET),  FLAG(IPC_STAT),   FLAG(IPC_INFO),       FLAG(SHM_INFO),
    FLAG(SHM_STAT), FLAG(SHM_LOCK), FLAG(SHM_UNLOCK), {15, "SHM_STAT_ANY"}, {0}};
static const struct flag sem_commands[] = {
    FLAG(IPC_RMID), FLAG(IPC_SET), FLAG(IPC_STAT), FLAG(IPC_INFO),       FLAG(SEM_INFO),
    FLAG(SEM_STAT), FLAG(GETPID),  FLAG(GETVAL),   FLAG(GETALL),         FLAG(GETNCNT),
    FLAG(GETZCNT),  FLAG(SETVAL),  FLAG(SETALL),   {20, "SEM_STAT_ANY"}, {0}};

/* What an argument means where a number alone would not say it. */
static const struct meaning {
    const char *call, *parameter;
    const struct flag *flags, *names;
} meanings[] = {
    {"shmget", "flags", shmget_flags, NULL},   {"semget", "flags", semget_flags, NULL},
    {"shmat", "flags", shmat_flags, NULL},     {"shmctl", "command", NULL, shm_commands},
    {"semctl", "command", NULL, sem_commands},
};

/* Calls that the notation has under another name or with other arguments: which of the kernel's they are. */
static const struct {
    const char *kernel, *notation;
    signed char places[SYSTEM_CALL_ARGUMENTS_MAX];
} renamed[] = {
    {"exit_group", "exit", {0}},   {"read", "read", {0, 2}},  {"write", "write", {0, 1, 2}},
    {"openat", "open", {1, 2, 3}}, {"getpid", "getpid", {0}}, {"clone", "clone", {0}},
};

static const struct call_description unknown_parameters = {.result = RESULT_IS_NUMBER};

static struct expression *as_text(struct arena *arena, const char *text)
{
    struct expression *expression = arena_take(arena, sizeof(*expression));

    *expression = (struct expression){.kind = EXPRESSION_NUMBER, .text = text};
    return expression;
}

/* "IPC_CREAT|0600"; what has no name is left as a number, in octal. */
static const char *show_flags(uint64_t value, const struct flag *flags, struct arena *arena)
{
    const char *text = "";

    for (; flags->name; flags++)
        if ((value & flags->bits) == flags->bits) {
            text = arena_print(arena, "%s%s%s", text, *text ? "|" : "", flags->name);
            value &= ~flags->bits;
        }
    if (value || !*text)
        text = arena_print(arena, value ? "%s%s0%llo" : "%s%s%llo", text, *text ? "|" : "",
                           (unsigned long long)value);
    return text;
}

static const char *show_name(uint64_t value, const struct flag *names, struct arena *arena)
{
    for (; names->name; names++)
        if (names->bits == value)
            return names->name;
    return arena_print(arena, "%lld", (long long)value);
}

static const struct meaning *find_meaning(const char *call, const char *parameter)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
        if (strcmp(meanings[i].call, call) == 0 && strcmp(meanings[i].parameter, parameter) == 0)
            return &meanings[i];
    return NULL;
}

static const char *show_number(const char *call, const struct parameter *parameter, uint64_t value,
                               struct arena *arena)
{
    const struct meaning *meaning = find_meaning(call, parameter->name);

    if (meaning && meaning->flags)
        return show_flags((uint32_t)value, meaning->flags, arena);
    if (meaning)
        return show_name((uint32_t)value, meaning->names, arena);
    if (strcmp(parameter->name, "key") == 0 && (uint32_t)value == IPC_PRIVATE)
        return "IPC_PRIVATE";
    if (strcmp(parameter->name, "key") == 0)
        return arena_print(arena, "%#x", (unsigned)value);
    if (strcmp(parameter->name, "address") == 0 || strcmp(parameter->name, "buffer") == 0)
        return value ? arena_print(arena, "%#llx", (unsigned long long)value) : "NULL";
    switch (parameter->format) {
    case FORMAT_HEX:
        return arena_print(arena, "%#llx", (unsigned long long)value);
    case FORMAT_OCTAL:
        return arena_print(arena, "%#llo", (unsigned long long)value);
    default:
        return arena_print(arena, "%lld",
                           strcmp(parameter->name, "size") == 0 ? (long long)value : (long long)(int)value);
    }
}

/* [{0, -1, SEM_UNDO}] */
static const char *show_operations(const struct traced_call *call, struct arena *arena)
{
    struct sembuf operations[OPERATIONS_SHOWN_MAX];
    uint64_t count = call->call.arguments[2];
    size_t shown = count < OPERATIONS_SHOWN_MAX ? (size_t)count : OPERATIONS_SHOWN_MAX;
    const char *text = "[";

    if (!process_memory_read(call->thread, call->call.arguments[1], operations, shown * sizeof(*operations)))
        return arena_print(arena, "%#llx", (unsigned long long)call->call.arguments[1]);
    for (size_t i = 0; i < shown; i++)
        text = arena_print(arena, "%s%s{%u, %d, %s}", text, i ? ", " : "", operations[i].sem_num,
                           operations[i].sem_op,
                           show_flags((uint16_t)operations[i].sem_flg, semop_flags, arena));
    return arena_print(arena, "%s%s]", text, shown < count ? ", ..." : "");
}

/* The timespec of a 32-bit program. */
static const char *show_narrow_time(const struct traced_call *call, uint64_t address, struct arena *arena)
{
    int32_t time[2];

    if (!process_memory_read(call->thread, address, time, sizeof(time)))
        return arena_print(arena, "%#llx", (unsigned long long)address);
    return arena_print(arena, "{%d, %d}", time[0], time[1]);
}

/* A timespec, or IPC_SET's structure: of the machine's own word only. */
static const char *show_structure(const struct traced_call *call, const struct parameter *parameter,
                                  uint64_t address, struct arena *arena)
{
    union {
        struct timespec time;
        struct semid_ds set;
        struct shmid_ds segment;
    } copy;
    size_t size = strcmp(parameter->type, "timespec") == 0   ? sizeof(copy.time)
                  : strcmp(parameter->type, "semid_ds") == 0 ? sizeof(copy.set)
                                                             : sizeof(copy.segment);

    if (address == 0)
        return "NULL";
    if (call->call.word32 && !call->call.time64 && strcmp(parameter->type, "timespec") == 0)
        return show_narrow_time(call, address, arena);
    if ((call->call.word32 && !call->call.time64) || !process_memory_read(call->thread, address, &copy, size))
        return arena_print(arena, "%#llx", (unsigned long long)address);
    if (strcmp(parameter->type, "timespec") == 0)
        return arena_print(arena, "{%lld, %ld}", (long long)copy.time.tv_sec, copy.time.tv_nsec);
    if (strcmp(parameter->type, "semid_ds") == 0)
        return arena_print(arena, "{sem_perm={uid=%u, gid=%u, mode=%#o}}", copy.set.sem_perm.uid,
                           copy.set.sem_perm.gid, (unsigned)copy.set.sem_perm.mode);
    if (strcmp(parameter->type, "shmid_ds") == 0)
        return arena_print(arena, "{shm_perm={uid=%u, gid=%u, mode=%#o}}", copy.segment.shm_perm.uid,
                           copy.segment.shm_perm.gid, (unsigned)copy.segment.shm_perm.mode);
    return arena_print(arena, "%#llx", (unsigned long long)address);
}

static const char *show_bytes(const struct traced_call *call, uint64_t address, size_t length,
                              struct arena *arena)
{
    char bytes[BYTES_SHOWN_MAX];
    size_t shown = length < sizeof(bytes) ? length : sizeof(bytes);
    struct arena_stream stream;

    if (!process_memory_read(call->thread, address, bytes, shown))
        return arena_print(arena, "%#llx", (unsigned long long)address);
    FILE *out = arena_stream_open(&stream);

    notation_print_bytes(bytes, shown, out);
    if (shown < length)
        fprintf(out, "... (%zu bytes)", length);
    return arena_stream_close(&stream, arena);
}

/* A path: up to its NUL, byte by byte, for it may end where its page does. */
static const char *show_path(const struct traced_call *call, uint64_t address, struct arena *arena)
{
    size_t length = 0;
    char byte;

    while (length < BYTES_SHOWN_MAX && process_memory_read(call->thread, address + length, &byte, 1) && byte)
        length++;
    return show_bytes(call, address, length, arena);
}

/* What the last argument of shmctl and semctl is under its command; NULL: none. */
static const char *show_by_command(const struct traced_call *call, const char *command, uint64_t value,
                                   struct arena *arena)
{
    const struct parameter *parameter = vocabulary_command(call->call.name, command);

    if (parameter && parameter->direction == DIRECTION_OUT)
        return "_";
    if (parameter && parameter->kind == PARAMETER_STRUCTURE)
        return show_structure(call, parameter, value, arena);
    if (strcmp(command, "SETVAL") == 0)
        return arena_print(arena, "%d", (int)value);
    if (strcmp(call->call.name, "semctl") == 0 && !parameter)
        return NULL;
    return value ? arena_print(arena, "%#llx", (unsigned long long)value) : "NULL";
}

static const char *show_argument(const struct traced_call *call, const struct call_description *description,
                                 int index, const uint64_t *values, struct arena *arena)
{
    const struct parameter *parameter = &description->parameters[index];
    const char *name = call->call.name;

    switch (parameter->kind) {
    case PARAMETER_COMMAND:
        return show_by_command(
            call, show_number(name, &description->parameters[index - 1], values[index - 1], arena),
            values[index], arena);
    case PARAMETER_ARRAY:
        if (strcmp(parameter->type, "sembuf") == 0)
            return show_operations(call, arena);
        return arena_print(arena, "%#llx", (unsigned long long)values[index]);
    case PARAMETER_STRUCTURE:
        return parameter->direction == DIRECTION_OUT ? "_"
                                                     : show_structure(call, parameter, values[index], arena);
    case PARAMETER_TEXT:
        if (strcmp(name, "write") == 0)
            return show_bytes(call, values[index], (size_t)values[index + 1], arena);
        return show_path(call, values[index], arena);
    case PARAMETER_NUMBER:
        break;
    }
    return show_number(name, parameter, values[index], arena);
}

static void add_argument(struct step *step, struct element ***last, const char *text, struct arena *arena)
{
    **last = arena_take(arena, sizeof(***last));
    (**last)->value = as_text(arena, text);
    *last = &(**last)->next;
    step->argument_count++;
}

/* A call that the notation does not have: its name, and that it has arguments. */
static void decode_unknown(const struct traced_call *call, struct step *step, struct arena *arena)
{
    struct call_description *description = arena_take(arena, sizeof(*description));
    struct element **last = &step->arguments;

    *description = unknown_parameters;
    description->name = arena_copy(arena, call->call.name, strlen(call->call.name));
    step->call = description;
    add_argument(step, &last, "...", arena);
}

struct step *decode_call(const struct traced_call *call, const char *actor, struct arena *arena)
{
    struct step *step = arena_take(arena, sizeof(*step));
    struct element **last = &step->arguments;
    const char *name = call->call.name, *text;
    uint64_t values[SYSTEM_CALL_ARGUMENTS_MAX];

    *step = (struct step){.kind = STEP_CALL, .actor = actor};
    memcpy(values, call->call.arguments, sizeof(values));
    for (size_t i = 0; i < sizeof(renamed) / sizeof(*renamed); i++)
        if (strcmp(renamed[i].kernel, call->call.name) == 0) {
            name = renamed[i].notation;
            for (int k = 0; k < SYSTEM_CALL_ARGUMENTS_MAX; k++)
                values[k] = call->call.arguments[(int)renamed[i].places[k]];
        }
    step->call = vocabulary_call(name);
    if (!step->call) {
        decode_unknown(call, step, arena);
        return step;
    }
    for (int i = 0; i < step->call->parameter_count; i++)
        if ((text = show_argument(call, step->call, i, values, arena)))
            add_argument(step, &last, text, arena);
    return step;
}
