#include "notation/schedule.h"

#include <stdlib.h>
#include <string.h>

const char *schedule_print(const struct schedule *schedule, const char *const *programs, struct arena *arena)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (size_t i = 0, times; i < schedule->length; i += times) {
        mover who = schedule->steps[i];

        for (times = 1; i + times < schedule->length && schedule->steps[i + times] == who;)
            times++;
        fprintf(out, "%s%s", i ? " " : "", programs[who / MOVERS_A_PROGRAM]);
        if (who % MOVERS_A_PROGRAM)
            fprintf(out, "#%d", who % MOVERS_A_PROGRAM + 1);
        if (times > 1)
            fprintf(out, "*%zu", times);
    }
    return arena_stream_close(&stream, arena);
}

/* A number behind `mark`, if it stands there; moves *at. False when there is none in range behind the mark. */
static bool read_number(const char **at, char mark, long first, long last, long *number)
{
    char *end;

    if (**at != mark)
        return true;
    *number = strtol(*at + 1, &end, 10);
    if (end == *at + 1 || *number < first || *number > last)
        return false;
    *at = end;
    return true;
}

/* One word: NAME, NAME#2, NAME*3. */
static bool read_word(const char *word, size_t length, const char *const *programs, size_t program_count,
                      mover *who, long *times)
{
    size_t name = strcspn(word, "#* \t\n"), program = 0;
    const char *at = word + name;
    long thread = 1;

    *times = 1;
    while (program < program_count &&
           (strlen(programs[program]) != name || strncmp(programs[program], word, name) != 0))
        program++;
    if (program == program_count || !read_number(&at, '#', 1, MOVERS_A_PROGRAM, &thread) ||
        !read_number(&at, '*', 1, SCHEDULE_STEPS_MAX, times) || at != word + length)
        return false;
    *who = (mover)(program * MOVERS_A_PROGRAM + (size_t)thread - 1);
    return true;
}

bool schedule_read(const char *text, const char *const *programs, size_t program_count,
                   struct schedule *schedule, struct arena *arena, const char **problem)
{
    mover *steps = arena_take(arena, SCHEDULE_STEPS_MAX * sizeof(*steps));

    *schedule = (struct schedule){.steps = steps};
    for (const char *word = text + strspn(text, " \t\n"); *word; word += strspn(word, " \t\n")) {
        size_t length = strcspn(word, " \t\n");
        mover who;
        long times;

        if (!read_word(word, length, programs, program_count, &who, &times)) {
            *problem = arena_print(arena, "'%.*s': expected the name of a program, as NAME, NAME#2 or NAME*3",
                                   (int)length, word);
            return false;
        }
        if (schedule->length + (size_t)times > SCHEDULE_STEPS_MAX) {
            *problem = arena_print(arena, "more than %d steps", SCHEDULE_STEPS_MAX);
            return false;
        }
        for (long i = 0; i < times; i++)
            steps[schedule->length++] = who;
        word += length;
    }
    return true;
}
