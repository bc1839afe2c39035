/*
 * Text in the agent's own memory: writers for answers. Nothing here allocates, and a writer that is full
 * stays full and says so. The words of the protocol are in wire.h.
 */
#ifndef IPCDRILL_AGENT_MESSAGE_H
#define IPCDRILL_AGENT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Of a function that touches whatever address a case names: sanitizers leave the fault to the handler. */
#define TOUCHES_ANY_ADDRESS __attribute__((no_sanitize("address", "undefined")))

struct message {
    char *text; /* not ours */
    size_t capacity;
    size_t length;
    bool overflow; /* something did not fit: nothing behind it was written either */
};

/* An empty message that is written into `text`. */
struct message message_in(char *text, size_t capacity);

/* Appends one character, a word, or a number in decimal. Safe in a signal handler. */
void message_character(struct message *message, char character);
void message_word(struct message *message, const char *word);
void message_number(struct message *message, long long number);
void message_unsigned(struct message *message, unsigned long long number);

/*
 * Appends bytes as text in quotes, each byte read once; a run of one byte as "\0"*4096. Spaces and everything
 * unprintable become \xNN with exactly two digits, so that an answer is split at its spaces.
 */
void message_bytes(struct message *message, const volatile unsigned char *bytes, size_t size);

#endif
