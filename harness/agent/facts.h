/*
 * Facts about the target's headers, which only its compiler knows: the types of members, what is a macro. They are told
 * as constants; facts.def is the table, and the names that the notation knows come from it too. Nothing is owned here.
 */
#ifndef IPCDRILL_AGENT_FACTS_H
#define IPCDRILL_AGENT_FACTS_H

/* Receives a fact: its name, which lives for ever, and its value. */
typedef void fact_visitor(void *context, const char *name, unsigned long long value);

/* Shows every fact to `visit`, in the order of the table. */
void facts_visit(fact_visitor *visit, void *context);

#endif
