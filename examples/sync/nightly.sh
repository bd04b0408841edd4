#!/bin/sh
# Follows the host's own tables: PostgreSQL with psql, MariaDB or MySQL with its
# client. Run it as often as you like; what was read before changes nothing.
#
#   DATABASE=postgresql://user@host/name  nightly.sh crm.db
#   MARIADB="--host=db --user=u shop"     nightly.sh crm.db
#
# CLIENT names another client, GUANXI another program than that of the path.
set -eu
store=$1
here=$(dirname "$0")
playbook=${PLAYBOOK:-$here/../presets/retail.json}
guanxi=${GUANXI:-guanxi}

# Prints the rows of a question as CSV with a header.
rows() {
    if [ -n "${DATABASE:-}" ]; then
        "${CLIENT:-psql}" "$DATABASE" --quiet --csv -c "$1"
    else
        # Its client writes tabs between cells; no cell of these has a comma.
        # shellcheck disable=SC2086
        "${CLIENT:-mariadb}" $MARIADB --batch -e "$1" | tr '\t' ','
    fi
}

# From where the store was: the row at the cursor itself comes twice, since
# another one may have been written at the same instant.
since=$("$guanxi" feeds --cursor orders --or '1970-01-02 00:00:00' --db "$store" --playbook "$playbook")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows "SELECT member_no, mobile, sms_ok FROM members" > "$work/members.csv"
rows "SELECT * FROM orders WHERE updated_at >= '$since'" > "$work/orders.csv"

"$guanxi" sync members="$work/members.csv" orders="$work/orders.csv" --follow \
    --db "$store" --playbook "$playbook" --mapping "$here/mapping.json"

# The host counts for itself; the store must come to the same.
rows "SELECT 'erp' AS source, 'purchase' AS kind, '' AS period, count(*) AS count,
             sum(paid) AS \"sum.amount\" FROM orders WHERE status <> 'cancelled'" |
    sed '1s/"//g' |
    "$guanxi" reconcile - --db "$store" --playbook "$playbook"
