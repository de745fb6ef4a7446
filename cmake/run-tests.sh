#!/bin/sh
# run-tests.sh RELEASE DEBUG: every test of both builds. The last line is
# `N passed, N failed`, the sum over all runners.
set -u
release=$1
debug=$2
passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

tally() { # PASSED FAILED
  passed=$((passed + ${1:-0}))
  failed=$((failed + ${2:-0}))
}

# GoogleTest executables: under the sanitizers.
for test in "$debug"/test/unit/*Tests; do
  echo "== $(basename "$test")"
  "$test" --gtest_brief=1 >"$log" 2>&1
  status=$?
  tail -n 40 "$log"
  ran=$(sed -n 's/^\[==========\] \([0-9]*\) tests\{0,1\} .*ran\..*/\1/p' "$log" | tail -n 1)
  good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests\{0,1\}.*/\1/p' "$log" | tail -n 1)
  skipped=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) tests\{0,1\}.*/\1/p' "$log" | tail -n 1)
  bad=$((${ran:-0} - ${good:-0} - ${skipped:-0}))
  # A runner that died without a verdict is a failure.
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  [ -n "$ran" ] || bad=1
  tally "${good:-0}" "$bad"
done

# lit: the tool as users run it, in both builds.
for build in "$debug" "$release"; do
  echo "== lit ($(basename "$build"))"
  /usr/bin/python3 /usr/lib/llvm-19/build/utils/lit/lit.py -sv "$build/test" >"$log" 2>&1
  status=$?
  cat "$log"
  good=$(sed -n 's/^ *Passed *: *\([0-9]*\).*/\1/p' "$log")
  bad=$(sed -n 's/^ *\(Failed\|Unresolved\|Timed Out\|Unexpectedly Passed\) *: *\([0-9]*\).*/\2/p' "$log" |
    awk '{n += $1} END {print n + 0}')
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  tally "${good:-0}" "$bad"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
