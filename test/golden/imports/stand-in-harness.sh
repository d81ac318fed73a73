#!/bin/sh
# Stands in for the Python of lm-evaluation-harness: writes the results that lie next to it, and keeps how it was called.
printf '%s\n' "$@" > "${CALLS:-/dev/null}"
cp "$(dirname "$0")"/results_*.json "$(dirname "$0")"/samples_*.jsonl out/
