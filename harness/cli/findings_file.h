/* Files of findings for the report page: findings.json, leaks.json. */
#ifndef IPCDRILL_FINDINGS_FILE_H
#define IPCDRILL_FINDINGS_FILE_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Writes FOLDER/NAME, whole or not at all; the folder is made when it is missing. Takes `json` over. False, having said why in
 * the name of the subcommand.
 */
bool findings_file_write(const char *subcommand, const char *folder, const char *name, json_t *json);

#endif
