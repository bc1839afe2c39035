/* The lines that actors perform. */
#ifndef IPCDRILL_PARSE_STEP_H
#define IPCDRILL_PARSE_STEP_H

#include "notation/parser.h"

/*
 * The step that the line at parser->next holds: ACTOR CALL = RESULT and the like, require, inject. Returns NULL,
 * failed, when it is none.
 */
struct step *parse_step(struct parser *parser);

/* actor NAME uid=... and program NAME "path" ...: the word itself is already taken. */
struct actor_declaration *parse_actor(struct parser *parser);
struct actor_declaration *parse_program(struct parser *parser);

/* Whether a line that starts with this word is something other than an actor's. */
bool is_reserved(const char *word);

#endif
