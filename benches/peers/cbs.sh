#!/usr/bin/env bash
# A row for each customer of 10 million purchases, by guanxi and by Polars in
# one run, on one thread each and then Polars on all. Ends with an error where
# the answers differ.
#
#   benches/peers/cbs.sh
#   CUSTOMERS=100000 benches/peers/cbs.sh
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
data="$root/benches/data/cbs-${CUSTOMERS:-1000000}"
python="$here/.venv/bin/python"

if [ ! -x "$python" ]; then
    python3 -m venv "$here/.venv"
fi
"$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"

said="$(DUMP="$data" cargo bench --quiet --manifest-path "$root/Cargo.toml" --bench cbs)"
for threads in 1 2; do
    said+=$'\n'"$(POLARS_MAX_THREADS=$threads "$python" "$here/cbs.py" "$data" |
        sed "s/^polars/polars, threads $threads,/")"
done
answers="$(grep '^answer' <<<"$said" | sort -u | wc -l)"
grep -v '^answer' <<<"$said"
if [ "$answers" -ne 1 ]; then
    echo "the answers differ:" >&2
    grep '^answer' <<<"$said" >&2
    exit 1
fi
