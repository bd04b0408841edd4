#!/usr/bin/env bash
# Fits the same customers with lifetimes and with guanxi and prints their times
# side by side. Needs python3 with venv, and cargo.
#
#   benches/peers/lifetimes/run.sh          CDNOW and 1 M customers
#   benches/peers/lifetimes/run.sh cdnow    CDNOW alone
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
data="$root/benches/data/models"
python="$here/.venv/bin/python"

if [ ! -x "$python" ]; then
    python3 -m venv "$here/.venv"
fi
"$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cargo bench --quiet --manifest-path "$root/Cargo.toml" --bench models -- --write "$data"
"$python" "$here/fit.py" "$data" "$@"
