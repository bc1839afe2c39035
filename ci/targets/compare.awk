# Compares the verdicts of several targets: awk -v folder=DIR -f compare.awk known.tsv DIR/targets.txt
# known.tsv:    target <tab> file <tab> title <tab> outcome <tab> reason <tab> link; * stands for any text
#               outcome: fail or error, or with a blank and what came instead: fail * = -1 EFAULT
# targets.txt:  run <tab> NAME <tab> seconds, with the verdicts in DIR/NAME.tap; or skipped <tab> NAME <tab> reason
# Ends with 1 when a verdict is red: neither passed, nor skipped, nor known.
BEGIN {
    FS = "\t"
    MARKS = "pass . skip s fail F error E xfail x xpass X"
    split(MARKS, words, " ")
    for (i = 1; i in words; i += 2)
        mark[words[i]] = words[i + 1]
}

/^#/ || NF == 0 { next }

FNR == NR {
    if (NF != 6 || $4 !~ /^(fail|error)( |$)/) {
        printf "targets: %s:%d: six columns expected, the fourth fail or error and what came\n", FILENAME, FNR
        red = 1
        next
    }
    known++
    known_target[known] = pattern($1)
    known_file[known] = pattern($2)
    known_title[known] = pattern($3)
    everywhere[known] = $3 == "*"
    known_outcome[known] = pattern($4 ~ / / ? $4 : $4 " *")
    known_row[known] = $0
    next
}

$1 == "skipped" { skipped[++skips] = $2 ": " $3 }
$1 == "run" { runs++; name[runs] = $2; seconds[runs] = $3; read_verdicts(runs) }

# The regular expression that a text with * is.
function pattern(text) {
    gsub(/[][\\.^$+?(){}|]/, "\\\\&", text)
    gsub(/\*/, ".*", text)
    return "^" text "$"
}

# Which entry knows of what came of an instance, or of this instance at all (outcome ""); 0: none.
function entry(run, file, title, outcome,    k) {
    for (k = 1; k <= known; k++)
        if (name[run] ~ known_target[k] && file ~ known_file[k] && title ~ known_title[k] && \
            (outcome == "" ? !everywhere[k] : outcome ~ known_outcome[k]))
            return k
    return 0
}

function judge_failure(run, file, title, verdict, came,    k) {
    k = entry(run, file, title, verdict " " came)
    if (k)
        deviates[k, run] = 1
    note(run, file ": " title, k ? "xfail" : verdict)
}

function judge_success(run, file, title, verdict,    k) {
    if (verdict == "pass" && (k = entry(run, file, title, "")))
        passes[k, run] = file ": " title
    note(run, file ": " title, verdict)
}

function note(run, instance, verdict) {
    verdict_of[instance, run] = verdict
    count[run, verdict]++
    if (!(instance in seen)) {
        seen[instance] = 1
        order[++instances] = instance
    }
    if (verdict != "pass" && verdict != "skip")
        shown[instance] = 1
    if (verdict == "fail" || verdict == "error")
        red = 1
}

function read_verdicts(run,    line, path, planned, got, place, file, title, verdict, came) {
    path = folder "/" name[run] ".tap"
    while ((getline line < path) > 0) {
        if (line ~ /^1\.\./)
            planned = substr(line, 4) + 0
        else if (line ~ /^  verdict: /)
            verdict = line ~ /error/ ? "error" : "fail"
        else if (line ~ /^  (message|got): /) {
            came = line
            sub(/^  [a-z]*: "?/, "", came)
            sub(/"$/, "", came)
        } else if (line == "  ...")
            judge_failure(run, file, title, verdict, came)
        else if (match(line, /^(not )?ok [0-9]+ - /)) {
            got++
            verdict = line ~ /^not/ ? "fail" : line ~ / # SKIP/ ? "skip" : "pass"
            line = substr(line, RLENGTH + 1)
            place = index(line, ": ")
            file = substr(line, 1, place - 1)
            sub(/^.*cases\//, "", file)
            title = substr(line, place + 2)
            sub(/ # SKIP.*/, "", title)
            if (verdict != "fail")
                judge_success(run, file, title, verdict)
        }
    }
    close(path)
    if (got == 0 || got != planned) {
        broken[++breaks] = sprintf("%s: %d of %d verdicts: see %s/%s.log", name[run], got, planned, folder, name[run])
        red = 1
    }
}

# An entry of which some instances passed and none deviated is out of date. One for any title names a cause, not instances.
function find_outdated(    key, pair) {
    for (key in passes)
        if (!(key in deviates)) {
            split(key, pair, SUBSEP)
            count[pair[2], "pass"]--
            note(pair[2], passes[key], "xpass")
            outdated[pair[1]] = outdated[pair[1]] " " name[pair[2]]
        }
}

END {
    find_outdated()
    printf "\n    %-20s %6s %6s %6s %6s %6s %6s %8s\n", "target", "pass", "fail", "error", "xfail", "xpass", "skip", "seconds"
    for (r = 1; r <= runs; r++)
        printf "%2d  %-20s %6d %6d %6d %6d %6d %6d %8d\n", r, name[r], count[r, "pass"], count[r, "fail"], count[r, "error"],
            count[r, "xfail"], count[r, "xpass"], count[r, "skip"], seconds[r]
    for (s = 1; s <= skips; s++)
        printf "    not run: %s\n", skipped[s]
    for (b = 1; b <= breaks; b++)
        printf "    not whole: %s\n", broken[b]

    print "\nWhere the verdicts differ (. pass, F fail, E error, x xfail, X xpass, s skip, - not there):\n"
    for (r = 1; r <= runs; r++)
        printf "%2d ", r
    print ""
    for (i = 1; i <= instances; i++) {
        if (!(order[i] in shown))
            continue
        for (r = 1; r <= runs; r++)
            printf " %s ", (order[i], r) in verdict_of ? mark[verdict_of[order[i], r]] : "-"
        print " " order[i]
    }
    for (k = 1; k <= known; k++)
        if (k in outdated)
            printf "xpass:%s: no longer deviates, remove from known.tsv: %s\n", outdated[k], known_row[k]
    exit red
}
