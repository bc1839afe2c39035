#include "vocabulary/scenes.h"

#include <string.h>

/* Openings, and the lines of the plain conversation. */
#define BOTH "start reader; start writer; "
#define REST "; then writer types two; then writer types end"

#define RULE_SHOWN  "every message is shown once, whole, in the order in which it was sent"
#define RULE_SETVAL "SETVAL is for who created the set, once: semctl(2), semget(2) NOTES"
#define RULE_UNDO   "SEM_UNDO takes back what a process has given away: SEMUNDO-24"
#define RULE_ROOM   "one buffer needs two semaphores: something is there, and there is room"
#define RULE_GONE   "EIDRM and EINVAL do not go away by trying again; their meaning is to end: semop(2)"
#define RULE_GHOST  "IPC_RMID frees the key at once and the memory at the last detach: shmctl(2)"
#define RULE_SIGNAL "objects live until somebody removes them, signals or not: svipc(7)"
#define RULE_EINTR  "semop fails with EINTR behind SIGSTOP and SIGCONT, handler or not: signal(7)"
#define RULE_EOF    "the result of a read tells the end of the input"
#define RULE_OTHER  "a key may be in use by others: IPC_EXCL, the size and the mode tell, and errno why not"
#define RULE_TWO    "who is second has to share, or to be told: IPC_EXCL, SEM_UNDO"
#define RULE_MODE   "the mode is that of whoever creates first: both sides have to ask for the same"

static const struct scene scenes[] = {
    {"plain", "nothing disturbs them", NULL, BOTH "writer types one" REST, SCENE_SWEPT, 0, NULL},
    {"burst", "lines are typed faster than they are read", "plain", BOTH "writer types all", SCENE_SWEPT, 0,
     RULE_ROOM},
    {"pipe", "all of the input comes from a pipe", "burst", BOTH "writer types all; end of writer's input",
     SCENE_PIPES | SCENE_SWEPT, 0, RULE_ROOM},
    {"writer first", "a message is sent before the reader starts", "plain",
     "start writer; writer types one; then start reader" REST, SCENE_SWEPT, 0, RULE_SETVAL},
    {"writer done", "the writer has ended before the reader starts", "writer first",
     "start writer; writer types end; then start reader", 0, 0, RULE_UNDO},
    {"slow reader", "the writer has ended before the reader looks", "plain",
     BOTH "SIGSTOP to reader; writer types end; then SIGCONT to reader", 0, 0, RULE_UNDO},
    {"killed writer", "the writer is killed behind a message that is not yet read", "plain",
     BOTH "SIGSTOP to reader; writer types one; SIGKILL to writer; then SIGCONT to reader", SCENE_DISTURBED,
     1, RULE_UNDO},
    {"killed reader", "the reader is killed", "plain",
     BOTH "then writer types one; then SIGKILL to reader" REST, SCENE_DISTURBED, 1,
     "nobody takes it: what is sent then is no success"},
    {"new reader", "the reader is killed and started again", "plain",
     BOTH "then writer types one; then SIGKILL to reader; start reader2" REST, SCENE_DISTURBED, 2,
     RULE_SETVAL},
    {"new pair", "both are killed and started again", "plain",
     BOTH
     "then writer types one; then SIGKILL to writer; SIGKILL to reader; start reader2; start writer2; then "
     "writer2 types two; then writer2 types end",
     SCENE_DISTURBED, 2, RULE_SETVAL},
    {"two readers", "there are two readers", "plain",
     "start reader; start reader2; start writer; then writer types one" REST,
     SCENE_DISTURBED | SCENE_CONCURRENT, 2, RULE_TWO},
    {"two writers", "there are two writers", "plain",
     BOTH "start writer2; then writer types one; then writer2 types two; then writer types end; then writer2 "
          "types end",
     SCENE_DISTURBED, 1, RULE_TWO},
    {"set removed", "the semaphore set is removed while the reader waits", "plain",
     BOTH "then writer types one; then remove set" REST, SCENE_DISTURBED, 1, RULE_GONE},
    {"set removed under the writer", "the semaphore set is removed before the writer sends", "plain",
     BOTH "SIGSTOP to reader; remove set; writer types one; writer types end; then SIGKILL to reader",
     SCENE_DISTURBED, 0, RULE_GONE},
    {"segment removed", "the segment is removed while in use", "plain",
     BOTH "then writer types one; then remove segment" REST, SCENE_DISTURBED, 1, RULE_GHOST},
    {"ghost segment", "the segment is removed, and a new writer makes another", "plain",
     BOTH "then writer types one; then SIGSTOP to reader; remove segment; SIGKILL to writer; start writer2; "
          "then SIGCONT to reader; then writer2 types two; then writer2 types end",
     SCENE_DISTURBED, 1, RULE_GHOST},
    {"SIGINT", "both are interrupted", "plain",
     BOTH "then writer types one; then SIGINT to writer; then SIGINT to reader", SCENE_DISTURBED, 1,
     RULE_SIGNAL},
    {"SIGTERM", "both are terminated", "SIGINT",
     BOTH "then writer types one; then SIGTERM to writer; then SIGTERM to reader", SCENE_DISTURBED, 1,
     RULE_SIGNAL},
    {"reader interrupted", "the reader is interrupted", "plain",
     BOTH "then writer types one; then SIGINT to reader" REST, SCENE_DISTURBED, 1, RULE_SIGNAL},
    {"reader alone", "the reader is interrupted before there is a writer", "SIGINT",
     "start reader; then SIGINT to reader", SCENE_DISTURBED, 0, RULE_SIGNAL},
    {"writer alone", "the writer is interrupted before there is a reader", "plain",
     "start writer; then SIGINT to writer", SCENE_DISTURBED, 0, RULE_SIGNAL},
    {"stopped reader", "the reader is stopped and continued", "plain",
     BOTH "SIGSTOP to reader; SIGCONT to reader; then writer types one" REST, SCENE_SAME, 0, RULE_EINTR},
    {"stopped writer", "the writer is stopped and continued", "plain",
     BOTH "SIGSTOP to writer; SIGCONT to writer; then writer types one" REST, SCENE_SAME, 0, RULE_EINTR},
    {"end of input", "the writer's input ends without the end word", "plain",
     BOTH "then writer types one; then end of writer's input", SCENE_DISTURBED, 1, RULE_EOF},
    {"endless", "a line only begins with the end word", "plain", BOTH "then writer types endless" REST, 0, 0,
     "the end word is a whole line: comparing so many characters compares no more"},
    {"page", "a line fills the segment", "plain", BOTH "writer types page; then writer types end",
     SCENE_PIPES, 0, "strncpy(3) promises no NUL: the length has to be told"},
    {"long line", "a line is longer than the segment", "page",
     BOTH "writer types long; then writer types end", SCENE_PIPES, 0,
     "strncpy(3) promises no NUL: the length has to be told"},
    {"huge line", "a line is longer than the buffer of stdio", "long line",
     BOTH "writer types huge; then writer types end", SCENE_PIPES, 0, RULE_SHOWN},
    {"NUL", "a line has a NUL byte", "plain", BOTH "then writer types nul; then writer types end",
     SCENE_PIPES, 0, "a length tells where a message ends, NUL does not"},
    {"other user", "the reader's user is another than the writer's", "plain",
     BOTH "then writer types one" REST, SCENE_USERS, 0, RULE_MODE},
    {"other user first", "the writer of another user starts first", "writer first",
     "start writer; then start reader; then writer types one" REST, SCENE_USERS, 0, RULE_MODE},
    {"small segment", "a smaller segment is under the key", "plain",
     "make small segment; " BOTH "then writer types one; then writer types end",
     SCENE_DISTURBED | SCENE_EXPLAINS, 0, RULE_OTHER},
    {"large segment", "a larger segment is under the key", "plain",
     "make large segment; " BOTH "then writer types one; then writer types end",
     SCENE_DISTURBED | SCENE_EXPLAINS, 0, RULE_OTHER},
    {"private segment", "a segment that they may not use is under the key", "other user",
     "make private segment; " BOTH "then writer types one; then writer types end",
     SCENE_DISTURBED | SCENE_EXPLAINS | SCENE_USERS, 0, RULE_OTHER},
    {"large set", "a set of more semaphores is under the key", "plain",
     "make large set; " BOTH "then writer types one; then writer types end", SCENE_DISTURBED | SCENE_EXPLAINS,
     0, RULE_OTHER},
};

const struct scene *scene_at(size_t index)
{
    return index < sizeof(scenes) / sizeof(*scenes) ? &scenes[index] : NULL;
}

const struct scene *scene_named(const char *name)
{
    for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++)
        if (strcmp(scenes[i].name, name) == 0)
            return &scenes[i];
    return NULL;
}
