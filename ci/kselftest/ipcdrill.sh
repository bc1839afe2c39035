#!/bin/sh
# ipcdrill as a test of the kernel's selftests: KTAP on standard output; exit code 0 pass, 1 fail, 4 skip.
# Arguments (KSELFTEST_IPCDRILL_SH_ARGS) go to `ipcdrill run`.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
reports=$(mktemp -d) || exit 1
trap 'rm -rf "$reports"' EXIT
trap 'exit 1' HUP INT TERM

code=0
"$here/bin/ipcdrill" run --quiet --format jsonl,ktap --output "$reports" --all-skipped 4 "$@" >/dev/null || code=$?
cat "$reports/results.ktap" || exit 1
case $code in
    0 | 4) exit "$code" ;;
    *) exit 1 ;;
esac
