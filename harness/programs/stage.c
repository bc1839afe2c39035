/* Scripts read into acts. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "programs/scene.h"

enum {
    PAGE_BYTES = 4096, /* the tutorial's segment */
    LONG_BYTES = 5000,
    HUGE_BYTES = 20000, /* more than BUFSIZ */
    SMALL_BYTES = 8,
    LARGE_BYTES = 65536,
    LARGE_COUNT = 7, /* semaphores */
    READER_ID = 65531,
    WRITER_ID = 65532,
};

const struct pair pair_usual = {
    .lines = {"message-1", "message-2"}, .end_word = "end", .segment_key = 1234, .set_key = 6666};

const struct session_bounds scene_bounds = {
    .calls = 1000, .wakeups = 200, .output_bytes = 256 * 1024, .processor_ns = 500 * UINT64_C(1000000)};

struct staging {
    struct staged *staged;
    struct arena *arena;
    const char *problem;
};

/* Of scripts, only the steps that make and remove name a segment or a set. */
const char *scene_lacks(const struct scene *scene, const struct pair *pair)
{
    if (pair->segment_key == IPC_PRIVATE && strstr(scene->script, "segment"))
        return "they have no segment under a key";
    if (pair->set_key == IPC_PRIVATE && strstr(scene->script, " set"))
        return "they have no semaphore set under a key";
    if ((scene->flags & SCENE_USERS) && geteuid() != 0)
        return "other users are root's to choose";
    return NULL;
}

bool scene_is_reader(const struct session_program *program)
{
    return strncmp(program->name, "reader", 6) == 0;
}

bool scene_made(const struct made_object *made, const struct object_left *object)
{
    return object->segment == made->segment && object->key == made->key && object->size == made->size;
}

static struct session_act *add_act(struct staging *staging, enum act_kind kind)
{
    struct staged *staged = staging->staged;

    if (staged->act_count == SCENE_ACTS_MAX) {
        staging->problem = "too many steps";
        return &staged->acts[0];
    }
    staged->acts[staged->act_count] = (struct session_act){.kind = kind};
    return &staged->acts[staged->act_count++];
}

static size_t find_program(struct staging *staging, const char *name)
{
    for (size_t i = 0; i < staging->staged->program_count; i++)
        if (strcmp(staging->staged->programs[i].name, name) == 0)
            return i;
    staging->problem = arena_print(staging->arena, "%s has not started", name);
    return 0;
}

static void start(struct staging *staging, const char *name)
{
    struct staged *staged = staging->staged;
    struct session_program *program = &staged->programs[staged->program_count];
    const struct scene *scene = staged->scene;

    if (staged->program_count == SESSION_PROGRAMS_MAX) {
        staging->problem = "too many programs";
        return;
    }
    *program = (struct session_program){
        .name = name, .start = START_BY_ACT, .terminal = !(scene->flags & SCENE_PIPES)};
    program->words = scene_is_reader(program) ? staged->pair->reader : staged->pair->writer;
    if (scene->flags & SCENE_USERS) {
        int id = scene_is_reader(program) ? READER_ID : WRITER_ID;

        program->user = arena_print(staging->arena, "uid=%d gid=%d", id, id);
    }
    add_act(staging, ACT_START)->program = staged->program_count++;
}

/* A line of so many bytes, the newline among them, in which every place can be told from the others. */
static const char *long_line(size_t bytes, struct arena *arena)
{
    char *line = arena_take(arena, bytes + 1);

    for (size_t at = 0; at + 1 < bytes; at++) {
        char number[8];

        snprintf(number, sizeof(number), "<%05zu>", at / 7 % 100000);
        line[at] = number[at % 7];
    }
    line[bytes - 1] = '\n';
    return line;
}

static void note_line(struct staging *staging, size_t program, const char *line)
{
    struct staged *staged = staging->staged;

    if (staged->line_count == SCENE_LINES_MAX) {
        staging->problem = "too many lines";
        return;
    }
    staged->typed_by[staged->line_count] = program;
    staged->lines[staged->line_count++] = arena_copy(staging->arena, line, strcspn(line, "\n"));
}

static void type(struct staging *staging, const char *name, const char *what)
{
    static const struct {
        const char *what;
        size_t bytes;
    } lengths[] = {{"page", PAGE_BYTES}, {"long", LONG_BYTES}, {"huge", HUGE_BYTES}};
    static const char with_nul[] = "front-of-nul\0back-of-nul\n";
    const struct pair *pair = staging->staged->pair;
    struct arena *arena = staging->arena;
    struct session_act *act = add_act(staging, ACT_TYPE);
    size_t program = find_program(staging, name);

    act->program = program;
    if (strcmp(what, "one") == 0 || strcmp(what, "all") == 0)
        note_line(staging, program, pair->lines[0]);
    if (strcmp(what, "two") == 0 || strcmp(what, "all") == 0)
        note_line(staging, program, pair->lines[1]);
    if (strcmp(what, "one") == 0 || strcmp(what, "two") == 0) {
        act->text = arena_print(arena, "%s\n", pair->lines[*what == 't']);
    } else if (strcmp(what, "all") == 0) {
        act->text = arena_print(arena, "%s\n%s\n%s\n", pair->lines[0], pair->lines[1], pair->end_word);
    } else if (strcmp(what, "end") == 0) {
        act->text = arena_print(arena, "%s\n", pair->end_word);
    } else if (strcmp(what, "endless") == 0) {
        act->text = arena_print(arena, "%sless\n", pair->end_word);
        note_line(staging, program, act->text);
    } else if (strcmp(what, "nul") == 0) {
        act->text = with_nul;
        act->length = sizeof(with_nul) - 1;
        note_line(staging, program, with_nul);
        note_line(staging, program, with_nul + strlen(with_nul) + 1);
        return;
    }
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
        if (strcmp(what, lengths[i].what) == 0) {
            act->text = long_line(lengths[i].bytes, arena);
            note_line(staging, program, act->text);
        }
    if (act->text)
        act->length = strlen(act->text);
    else
        staging->problem = arena_print(arena, "nothing to type is called %s", what);
}

static void remove_object(struct staging *staging, const char *what)
{
    const struct pair *pair = staging->staged->pair;
    struct session_act *act = add_act(staging, ACT_CALL);

    if (strcmp(what, "segment") == 0) {
        act->get = arena_print(staging->arena, "shmget %d 0 0", pair->segment_key);
        act->call = arena_print(staging->arena, "shmctl # %d 0", IPC_RMID);
        act->shown = "shmctl(#, IPC_RMID, NULL)";
    } else if (strcmp(what, "set") == 0) {
        act->get = arena_print(staging->arena, "semget %d 0 0", pair->set_key);
        act->call = arena_print(staging->arena, "semctl # 0 %d", IPC_RMID);
        act->shown = "semctl(#, 0, IPC_RMID)";
    } else {
        staging->problem = arena_print(staging->arena, "remove what? %s", what);
    }
}

static void make_object(struct staging *staging, const char *what)
{
    static const struct {
        const char *what;
        bool segment;
        long long size;
        int mode;
    } kinds[] = {
        {"small segment", true, SMALL_BYTES, 0666},
        {"large segment", true, LARGE_BYTES, 0666},
        {"private segment", true, PAGE_BYTES, 0600},
        {"large set", false, LARGE_COUNT, 0666},
    };
    struct staged *staged = staging->staged;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (strcmp(what, kinds[i].what) != 0 || staged->made_count == SCENE_MADE_MAX)
            continue;
        struct session_act *act = add_act(staging, ACT_CALL);
        const char *name = kinds[i].segment ? "shmget" : "semget";
        int key = kinds[i].segment ? staged->pair->segment_key : staged->pair->set_key;

        act->call =
            arena_print(staging->arena, "%s %d %lld %d", name, key, kinds[i].size, IPC_CREAT | kinds[i].mode);
        act->shown = arena_print(staging->arena, "%s(%#x, %lld, IPC_CREAT|%#o)", name, (unsigned)key,
                                 kinds[i].size, (unsigned)kinds[i].mode);
        staged->made[staged->made_count++] = (struct made_object){kinds[i].segment, key, kinds[i].size};
        return;
    }
    staging->problem = arena_print(staging->arena, "make what? %s", what);
}

static int signal_named(const char *name)
{
    for (int signal = 1; signal < SIGRTMIN; signal++)
        if (sigabbrev_np(signal) && strncmp(name, "SIG", 3) == 0 &&
            strcmp(sigabbrev_np(signal), name + 3) == 0)
            return signal;
    return 0;
}

static void send_signal(struct staging *staging, const char *signal, const char *name)
{
    struct session_act *act = add_act(staging, ACT_SIGNAL);

    act->signal = signal_named(signal);
    act->program = find_program(staging, name);
}

static const char *part(struct staging *staging, const char *text, size_t length)
{
    return arena_copy(staging->arena, text, length);
}

/* One step of the script, without "then". */
static void read_step(struct staging *staging, const char *step)
{
    static const char types[] = " types ", start_word[] = "start ", make_word[] = "make ",
                      remove_word[] = "remove ", end_word[] = "end of ", to_word[] = " to ";
    const char *found;

    if (strncmp(step, start_word, sizeof(start_word) - 1) == 0)
        start(staging, step + sizeof(start_word) - 1);
    else if (strncmp(step, make_word, sizeof(make_word) - 1) == 0)
        make_object(staging, step + sizeof(make_word) - 1);
    else if (strncmp(step, remove_word, sizeof(remove_word) - 1) == 0)
        remove_object(staging, step + sizeof(remove_word) - 1);
    else if (strncmp(step, end_word, sizeof(end_word) - 1) == 0)
        add_act(staging, ACT_END_INPUT)->program = find_program(
            staging, part(staging, step + sizeof(end_word) - 1, strcspn(step + sizeof(end_word) - 1, "'")));
    else if ((found = strstr(step, types)))
        type(staging, part(staging, step, (size_t)(found - step)), found + sizeof(types) - 1);
    else if ((found = strstr(step, to_word)) && signal_named(part(staging, step, (size_t)(found - step))))
        send_signal(staging, part(staging, step, (size_t)(found - step)), found + sizeof(to_word) - 1);
    else
        staging->problem = arena_print(staging->arena, "no step: %s", step);
}

bool scene_stage(const struct scene *scene, const struct pair *pair, struct staged *staged,
                 struct arena *arena, const char **problem)
{
    static const char then[] = "then ";
    struct staging staging = {.staged = staged, .arena = arena};

    *staged = (struct staged){.scene = scene, .pair = pair};
    for (const char *at = scene->script; *at && !staging.problem;) {
        const char *end = strstr(at, "; ");
        size_t length = end ? (size_t)(end - at) : strlen(at), before = staged->act_count;
        const char *step = part(&staging, at, length);
        bool settled = strncmp(step, then, sizeof(then) - 1) == 0;

        read_step(&staging, settled ? step + sizeof(then) - 1 : step);
        if (staged->act_count > before)
            staged->acts[before].settled = settled;
        at += length + (end ? 2 : 0);
    }
    *problem = staging.problem ? arena_print(arena, "scene %s: %s", scene->name, staging.problem) : NULL;
    return !*problem;
}

struct session_settings scene_session(const struct staged *staged, int filter)
{
    return (struct session_settings){.programs = staged->programs,
                                     .program_count = staged->program_count,
                                     .acts = staged->acts,
                                     .act_count = staged->act_count,
                                     .bounds = scene_bounds,
                                     .filter = filter};
}
