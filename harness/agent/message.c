/* Writers for answers. */
#include "agent/message.h"

enum { RUN_MIN_BYTES = 16 }; /* a shorter run is written out */

struct message message_in(char *text, size_t capacity)
{
    return (struct message){.text = text, .capacity = capacity};
}

void message_character(struct message *message, char character)
{
    if (message->length >= message->capacity)
        message->overflow = true;
    if (!message->overflow)
        message->text[message->length++] = character;
}

void message_word(struct message *message, const char *word)
{
    while (*word)
        message_character(message, *word++);
}

void message_unsigned(struct message *message, unsigned long long number)
{
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count > 0)
        message_character(message, digits[--count]);
}

void message_number(struct message *message, long long number)
{
    if (number < 0)
        message_character(message, '-');
    message_unsigned(message, number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number);
}

static void write_byte(struct message *message, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    if (byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\') {
        message_character(message, (char)byte);
        return;
    }
    message_word(message, "\\x");
    message_character(message, digits[byte >> 4]);
    message_character(message, digits[byte & 15]);
}

TOUCHES_ANY_ADDRESS void message_bytes(struct message *message, const volatile unsigned char *bytes,
                                       size_t size)
{
    size_t start = message->length;
    size_t run = 0; /* how many bytes from the first on are the same */
    unsigned char first = 0;
    message_character(message, '"');
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];
        if (i == 0)
            first = byte;
        if (run == i && byte == first) {
            run++;
            if (run > RUN_MIN_BYTES)
                continue;
        } else if (run == i && run > RUN_MIN_BYTES) {
            for (size_t left_out = RUN_MIN_BYTES; left_out < run; left_out++)
                write_byte(message, first);
        }
        write_byte(message, byte);
    }
    if (run == size && run > RUN_MIN_BYTES) {
        message->length = start + 1;
        message->overflow = false;
        write_byte(message, first);
        message_word(message, "\"*");
        message_unsigned(message, size);
    } else {
        message_character(message, '"');
    }
}
