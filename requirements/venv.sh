#!/bin/sh
# Makes the virtual environment from locked requirements: venv.sh PYTHON FOLDER REQUIREMENTS
# Debian and Ubuntu ship Python without venv; it is installed then, as root or through sudo, without asking.
set -eu
python=$1 venv=$2 requirements=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "partnertui needs Python 3.11 or newer; $("$python" --version) is here. Try: make demo PYTHON=python3.12" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
        echo "Python's venv is missing. Install it: apt-get install python$version-venv" >&2
        exit 1
    fi
    $run apt-get update -qq
    $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "python$version-venv"
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$requirements"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
