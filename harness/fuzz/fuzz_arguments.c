/*
 * libFuzzer target for what a conductor says: the agent's reader of arguments, which stores into guarded buffers,
 * and the writer that answers with them. No call is performed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/arguments.h"
#include "agent/buffers.h"
#include "agent/wire.h"

enum { WORDS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static char answer[WIRE_MESSAGE_MAX];
    static bool ready;
    struct arguments arguments;
    struct message message = message_in(answer, sizeof(answer));
    const char *complaint = NULL;
    char *words[WORDS_MAX + 1];
    char *text = malloc(length + 1);

    if (!text || !(ready = ready || buffers_initialise()))
        abort();
    memcpy(text, bytes, length);
    text[length] = '\0';
    buffers_reset();
    if (arguments_read(&arguments, text, &complaint))
        arguments_write_filled(&message, &arguments);
    else if (!complaint)
        abort();
    if (message.length > sizeof(answer))
        abort();
    arguments_read_words(text, words, WORDS_MAX);
    free(text);
    return 0;
}
