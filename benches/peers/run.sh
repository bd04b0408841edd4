#!/usr/bin/env bash
# Asks DuckDB, Polars and guanxi the same seven questions about the same customers
# and prints their times side by side. Needs python3 with venv, and cargo.
#
#   benches/peers/run.sh               1 M customers, 10 M events
#   CUSTOMERS=10000 benches/peers/run.sh
#   REPEAT=50 benches/peers/run.sh     more runs, of which the best counts
#   PEERS_ONLY=1 benches/peers/run.sh  without guanxi
#
# Data and results stay in benches/data/ for the next run.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
customers="${CUSTOMERS:-1000000}"
repeat="${REPEAT:-20}"
data="$root/benches/data/segments-$customers"
results="$data/results"
python="$here/.venv/bin/python"

if [ ! -x "$python" ]; then
    python3 -m venv "$here/.venv"
fi
"$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"

if [ ! -f "$data/about.json" ]; then
    echo "making the data in $data" >&2
    "$python" "$here/make_data.py" "$data" --customers "$customers"
fi

if [ -z "${PEERS_ONLY:-}" ]; then
    cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" -p guanxi-cli
    guanxi="${CARGO_TARGET_DIR:-$root/target}/release/guanxi"
    # Anew each time: an older build may have written another format.
    rm -f "$data"/guanxi.db*
    "$guanxi" import --db "$data/guanxi.db" --playbook "$here/playbook.json" --backfill \
        --customers "$data/customers.csv" --events "$data/events.csv" >&2
fi

rm -rf "$results"
mkdir -p "$results"
for threads in 1 2; do
    for layout in log kinds times; do
        for engine in duckdb polars polars-streaming; do
            echo "$engine, layout $layout, threads $threads" >&2
            "$python" "$here/peers.py" "$data" --engine "$engine" --layout "$layout" \
                --threads "$threads" --repeat "$repeat" \
                >"$results/$engine-$layout-$threads.json"
        done
    done
    if [ -z "${PEERS_ONLY:-}" ]; then
        echo "guanxi, threads $threads" >&2
        "$python" "$here/ours.py" "$data" --guanxi "$guanxi" --db "$data/guanxi.db" \
            --threads "$threads" --repeat "$repeat" >"$results/guanxi-$threads.json"
    fi
done
"$python" "$here/compare.py" "$results"/*.json
