#!/bin/sh
# Writes the hash-locked requirements from pyproject.toml: run after changing a dependency. Needs uv.
# The files hold names, versions and hashes, never the address of a registry.
set -eu
cd "$(dirname "$0")/.."
lock() {
    out=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@" --output-file "requirements/$out.txt" >/dev/null
}
lock app pyproject.toml --group build
lock dev pyproject.toml --extra archive --group build --group test --group check --group docs --group release
