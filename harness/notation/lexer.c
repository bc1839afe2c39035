#include "notation/lexer.h"

#include <ctype.h>
#include <string.h>

/* Longest first. */
static const char *const signs[] = {"<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "..", "(", ")",
                                    "{",  "}",  "[",  "]",  ",",  "=",  "?",  ":",  ".",  "*", "/",
                                    "%",  "+",  "-",  "|",  "&",  "^",  "~",  "!",  "<",  ">", ";"};

void lexer_start(struct lexer *lexer, const char *text, size_t length, struct position at,
                 struct arena *arena)
{
    *lexer = (struct lexer){.cursor = text, .end = text + length, .at = at, .arena = arena};
}

static bool starts_with(const struct lexer *lexer, const char *prefix)
{
    size_t length = strlen(prefix);

    return (size_t)(lexer->end - lexer->cursor) >= length && memcmp(lexer->cursor, prefix, length) == 0;
}

static void advance(struct lexer *lexer, size_t bytes)
{
    for (; bytes; bytes--) {
        if (*lexer->cursor++ == '\n') {
            lexer->at.line++;
            lexer->at.column = 1;
        } else {
            lexer->at.column++;
        }
    }
}

static bool is_name_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

static bool mistaken(struct lexer *lexer, struct position at, const char *text)
{
    lexer->mistake = text;
    lexer->mistake_at = at;
    return false;
}

/* The length of the name at `text`, 0 when there is none. */
static size_t name_length(const char *text, const char *end)
{
    size_t length = 0;

    if (text < end && (isalpha((unsigned char)*text) || *text == '_'))
        while (text + length < end && is_name_byte(text[length]))
            length++;
    return length;
}

static int digit_value(char digit)
{
    if (isdigit((unsigned char)digit))
        return digit - '0';
    if (isxdigit((unsigned char)digit))
        return tolower((unsigned char)digit) - 'a' + 10;
    return 99;
}

/* The value of the digits, or why they have none. */
static const char *read_digits(const char *text, size_t length, integer *value)
{
    int base = 10;
    size_t start = 0;

    if (length > 1 && text[0] == '0') {
        base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
        start = base == 16 ? 2 : 1;
    }
    if (start == length)
        return "not a number: digits expected behind 0x";
    for (size_t i = start; i < length; i++) {
        int digit = digit_value(text[i]);

        if (digit >= base)
            return base == 8 ? "not a number: octal digits (0 to 7) expected behind a leading 0"
                             : "not a number: digits expected";
        *value = *value * base + digit;
        if (*value >> 64)
            return "number too large: at most 64 bits expected";
    }
    return NULL;
}

static void lex_number(const struct lexer *lexer, struct token *token)
{
    size_t length = 0;

    while (lexer->cursor + length < lexer->end && is_name_byte(lexer->cursor[length]))
        length++;
    token->kind = TOKEN_NUMBER;
    token->text_length = length;
    token->mistake = read_digits(lexer->cursor, length, &token->number);
}

/* One character of a string literal, behind the backslash. Returns the bytes read, 0 for a bad escape. */
static size_t unescape(const char *text, const char *end, char *byte)
{
    static const char letters[] = "ntrabfve0\\\"'", values[] = "\n\t\r\a\b\f\v\033\0\\\"'";

    if (text == end)
        return 0;
    if (*text == 'x') {
        size_t digits = 0;
        int value = 0;

        while (digits < 2 && text + 1 + digits < end && digit_value(text[1 + digits]) < 16)
            value = value * 16 + digit_value(text[1 + digits++]);
        *byte = (char)value;
        return digits ? 1 + digits : 0;
    }
    if (*text >= '0' && *text <= '7') {
        size_t digits = 0;
        int value = 0;

        while (digits < 3 && text + digits < end && digit_value(text[digits]) < 8)
            value = value * 8 + digit_value(text[digits++]);
        *byte = (char)value;
        return value < 256 ? digits : 0;
    }
    const char *letter = memchr(letters, *text, sizeof(letters) - 1);

    if (!letter)
        return 0;
    *byte = values[letter - letters];
    return 1;
}

static bool lex_string(struct lexer *lexer, struct token *token)
{
    const char *text = lexer->cursor + 1, *end = lexer->end;
    const char *newline = memchr(text, '\n', (size_t)(end - text));

    if (newline)
        end = newline;
    char *bytes = arena_take(lexer->arena, (size_t)(end - text) + 1);
    size_t length = 0;

    for (; text < end && *text != '"'; text++) {
        if (*text != '\\') {
            bytes[length++] = *text;
            continue;
        }
        size_t used = unescape(text + 1, end, &bytes[length++]);

        if (!used) {
            struct position at = token->at;

            at.column += (int)(text - lexer->cursor);
            return mistaken(lexer, at, "unknown escape: \\n \\t \\0 \\xHH \\\" or \\\\ expected");
        }
        text += used;
    }
    if (text == end)
        return mistaken(lexer, token->at, "this string does not end: \" expected on the same line");
    token->kind = TOKEN_STRING;
    token->bytes = bytes;
    token->length = length;
    token->text_length = (size_t)(text + 1 - lexer->cursor);
    return true;
}

/* <size>, <unfinished ...>, <... semop resumed>: the text becomes what is inside. False: an ordinary sign. */
static bool lex_angle(struct lexer *lexer, struct token *token, size_t *used)
{
    static const char unfinished[] = "<unfinished ...>", resumed[] = " resumed>";
    const char *inside = lexer->cursor + 1;
    size_t length;

    if (starts_with(lexer, unfinished)) {
        token->kind = TOKEN_UNFINISHED;
        *used = sizeof(unfinished) - 1;
        return true;
    }
    if (starts_with(lexer, "<... ")) {
        inside = lexer->cursor + 5;
        length = name_length(inside, lexer->end);
        if (!length || (size_t)(lexer->end - inside) < length + sizeof(resumed) - 1 ||
            memcmp(inside + length, resumed, sizeof(resumed) - 1) != 0)
            return false;
        token->kind = TOKEN_RESUMED;
        *used = 5 + length + sizeof(resumed) - 1;
    } else {
        length = name_length(inside, lexer->end);
        if (!length || inside + length == lexer->end || inside[length] != '>')
            return false;
        token->kind = TOKEN_COLUMN;
        *used = length + 2;
    }
    token->text = inside;
    token->text_length = length;
    return true;
}

static void lex_sign(struct lexer *lexer, struct token *token)
{
    static const struct {
        const char *text;
        enum token_kind kind;
    } arrows[] = {{"---", TOKEN_DASHES}, {"+++", TOKEN_PLUSES}, {"<-", TOKEN_TYPES}, {"->", TOKEN_SHOWS}};

    for (size_t i = 0; i < sizeof(arrows) / sizeof(*arrows); i++)
        if (starts_with(lexer, arrows[i].text)) {
            token->kind = arrows[i].kind;
            token->text_length = strlen(arrows[i].text);
            return;
        }
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (starts_with(lexer, signs[i])) {
            token->kind = TOKEN_OPERATOR;
            token->text_length = strlen(signs[i]);
            return;
        }
    token->kind = TOKEN_UNKNOWN;
    token->text_length = 1;
}

/* One token at the cursor, which stands on something other than a blank. */
static bool lex_token(struct lexer *lexer, struct token *token)
{
    char first = *lexer->cursor;
    size_t used = 0;

    *token = (struct token){.at = lexer->at, .text = lexer->cursor};
    if (first == '#') {
        const char *newline = memchr(lexer->cursor, '\n', (size_t)(lexer->end - lexer->cursor));

        token->kind = TOKEN_COMMENT;
        token->text_length = (size_t)((newline ? newline : lexer->end) - lexer->cursor);
    } else if (first == '"') {
        if (!lex_string(lexer, token))
            return false;
    } else if (isdigit((unsigned char)first)) {
        lex_number(lexer, token);
    } else if (name_length(lexer->cursor, lexer->end)) {
        token->text_length = name_length(lexer->cursor, lexer->end);
        token->kind = isupper((unsigned char)first) ? TOKEN_CONSTANT : TOKEN_NAME;
    } else if (first != '<' || !lex_angle(lexer, token, &used)) {
        lex_sign(lexer, token);
    }
    advance(lexer, used ? used : token->text_length);
    if (token->kind != TOKEN_STRING)
        token->text = arena_copy(lexer->arena, token->text, token->text_length);
    return true;
}

static void skip_line(struct lexer *lexer)
{
    const char *newline = memchr(lexer->cursor, '\n', (size_t)(lexer->end - lexer->cursor));

    advance(lexer, (size_t)((newline ? newline + 1 : lexer->end) - lexer->cursor));
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* An empty line ends even a line with an open bracket, so that one forgotten ) spoils little. */
static bool empty_line_follows(const struct lexer *lexer)
{
    const char *next = lexer->cursor + 1;

    while (next < lexer->end && is_blank(*next))
        next++;
    return next == lexer->end || *next == '\n';
}

/* Passes blanks, and newlines inside brackets. Returns false at the end of the line or text. */
static bool skip_blanks(struct lexer *lexer, int open_brackets)
{
    while (lexer->cursor < lexer->end) {
        char byte = *lexer->cursor;

        if (byte == '\n' && (open_brackets <= 0 || empty_line_follows(lexer)))
            return false;
        if (byte != '\n' && !is_blank(byte))
            return true;
        advance(lexer, 1);
    }
    return false;
}

static int bracket_change(const struct token *token)
{
    if (token_is(token, "(") || token_is(token, "[") || token_is(token, "{"))
        return 1;
    if (token_is(token, ")") || token_is(token, "]") || token_is(token, "}") ||
        token->kind == TOKEN_UNFINISHED)
        return -1;
    return 0;
}

/* The line's tokens go to `tokens`, which has room for TOKENS_PER_LINE_MAX. */
static bool lex_line(struct lexer *lexer, struct token *tokens, int *count)
{
    int open_brackets = 0;

    while (skip_blanks(lexer, open_brackets)) {
        struct token token;

        if (*count == TOKENS_PER_LINE_MAX - 1)
            return mistaken(lexer, lexer->at, "this line is too long");
        if (!lex_token(lexer, &token))
            return false;
        open_brackets += bracket_change(&token);
        if (token.kind != TOKEN_COMMENT || *count == 0)
            tokens[(*count)++] = token;
    }
    return true;
}

bool lexer_line(struct lexer *lexer, struct token **tokens)
{
    struct token line[TOKENS_PER_LINE_MAX];
    int count = 0;

    *tokens = NULL;
    lexer->mistake = NULL;
    if (lexer->cursor == lexer->end)
        return true;
    if (!lex_line(lexer, line, &count)) {
        skip_line(lexer);
        return false;
    }
    line[count] = (struct token){.kind = TOKEN_END, .at = lexer->at, .text = ""};
    if (lexer->cursor < lexer->end)
        advance(lexer, 1);
    *tokens = arena_take(lexer->arena, (size_t)(count + 1) * sizeof(**tokens));
    memcpy(*tokens, line, (size_t)(count + 1) * sizeof(**tokens));
    return true;
}

bool lexer_raw_line(struct lexer *lexer, const char **line, size_t *length, struct position *at)
{
    if (lexer->cursor == lexer->end)
        return false;
    *line = lexer->cursor;
    *at = lexer->at;
    skip_line(lexer);
    *length = (size_t)(lexer->cursor - *line);
    while (*length && ((*line)[*length - 1] == '\n' || (*line)[*length - 1] == '\r'))
        (*length)--;
    return true;
}

bool token_is(const struct token *token, const char *sign)
{
    return token->kind == TOKEN_OPERATOR && strcmp(token->text, sign) == 0;
}

bool token_is_word(const struct token *token, const char *word)
{
    return token->kind == TOKEN_NAME && strcmp(token->text, word) == 0;
}

const char *token_describe(const struct token *token, struct arena *arena)
{
    switch (token->kind) {
    case TOKEN_END:
        return "the end of the line";
    case TOKEN_STRING:
        return "a string";
    case TOKEN_UNKNOWN:
        if (!isprint((unsigned char)*token->text))
            return arena_print(arena, "the byte 0x%02x", (unsigned char)*token->text);
        break;
    case TOKEN_COLUMN:
        return arena_print(arena, "<%s>", token->text);
    case TOKEN_RESUMED:
        return arena_print(arena, "<... %s resumed>", token->text);
    default:
        break;
    }
    return arena_print(arena, "'%.40s'", token->text);
}
