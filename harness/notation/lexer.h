/*
 * The lexer: one line of the notation as an array of tokens. A line goes on while a bracket is open. Nothing is
 * refused here but a string that does not end or a bad escape: a byte that fits nowhere becomes TOKEN_UNKNOWN and
 * is a mistake only where the parser meets it, so that strace's own text behind an errno may hold anything.
 */
#ifndef IPCDRILL_LEXER_H
#define IPCDRILL_LEXER_H

#include "notation/tree.h"

enum token_kind {
    TOKEN_END, /* of the line */
    TOKEN_NAME,
    TOKEN_CONSTANT,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_COLUMN,     /* <size> */
    TOKEN_UNFINISHED, /* <unfinished ...> */
    TOKEN_RESUMED,    /* <... semop resumed> */
    TOKEN_TYPES,      /* <- */
    TOKEN_SHOWS,      /* -> */
    TOKEN_DASHES,     /* --- */
    TOKEN_PLUSES,     /* +++ */
    TOKEN_OPERATOR,   /* the text is one of the notation's signs */
    TOKEN_COMMENT,    /* from # to the end of the line */
    TOKEN_UNKNOWN,
};

struct token {
    enum token_kind kind;
    struct position at;
    const char *text; /* the name, sign or number as written; of COLUMN and RESUMED what is inside */
    size_t text_length;
    const char *bytes; /* STRING: what it stands for */
    size_t length;
    integer number; /* NUMBER */
    const char
        *mistake; /* NUMBER: why it is none, though it starts with a digit (the 08 of SHMDT-08); or NULL */
};

struct lexer {
    const char *cursor, *end;
    struct position at;
    struct arena *arena;
    /* Of the last mistake; NULL when there was none. */
    const char *mistake;
    struct position mistake_at;
};

enum { TOKENS_PER_LINE_MAX = 4096 };

/* Starts at `text`, which stands at `at` in its file. */
void lexer_start(struct lexer *lexer, const char *text, size_t length, struct position at,
                 struct arena *arena);

/*
 * Reads the next line that holds anything into a new array that a TOKEN_END closes. Sets *tokens to NULL at the
 * end of the text. Returns false, with lexer->mistake set and the line passed over, when a token is broken.
 */
bool lexer_line(struct lexer *lexer, struct token **tokens);

/* The rest of the current line, untouched, without its newline; for where tables. False at the end of the text. */
bool lexer_raw_line(struct lexer *lexer, const char **line, size_t *length, struct position *at);

/* Whether the token is that sign. */
bool token_is(const struct token *token, const char *sign);

/* Whether the token is that lower-case word. */
bool token_is_word(const struct token *token, const char *word);

/* The token as it may stand in a message: its text in quotes, or what it is. In `arena`. */
const char *token_describe(const struct token *token, struct arena *arena);

#endif
