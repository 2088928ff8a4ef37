# A PostgreSQL server that lives as long as standard input stays open, and leaves nothing behind.
#
# Its starter holds the other end of standard input. When that process ends, in whatever way (kill -9
# included), the kernel closes the pipe, `read` below returns, and the server and its folder go away.
#
# $1: the folder of PostgreSQL's programs. Further arguments are for the server. Prints `ready FOLDER` once the
# server takes connections on a socket in FOLDER; all other output says why it does not. Its log is FOLDER/log.
#
# Each line of standard input is then something to happen to the server: `stop`, `crash`, `start`, `freeze`,
# `thaw`. `done` is printed when it has.
set -eu
exec 2>&1
programs=$1
shift
server=

# In memory where there is a gigabyte to spare: a database is a copy of 8 MB, and every test has one.
parent=${TMPDIR:-/tmp}
[ -w "$parent" ] || parent=/tmp
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'END { print $4 }')" -ge 1048576 ]; then
    parent=/dev/shm
fi
folder=$(mktemp -d "$parent/precis-pg.XXXXXX")

# Ends the server: INT in order, QUIT at once, without writing anything more to files that may be about to go.
end() {
    [ -z "$server" ] || { kill "-$1" "$server" && wait "$server"; } || true
    server=
}

# Sends a signal to the server and to all who work for it.
signal_all() {
    kill "-$1" "$server" $(cat "/proc/$server/task/$server/children")
}

clean_up() {
    [ -z "$server" ] || signal_all CONT || true
    end QUIT
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

fail() {
    tail -n 20 "$folder/log"
    exit 1
}

# A collation of a language rather than of bytes, as servers have them: an order that the program
# does not spell out shows itself. Where PostgreSQL was built without ICU, that of bytes has to do.
init() {
    "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync "$@" \
        >>"$folder/log"
}
init --locale=C --locale-provider=icu --icu-locale=en-US || init --locale=C || fail

# Nothing here has to survive a crash of the machine: no waiting for the disk.
start() {
    "$programs/postgres" -D "$folder/data" -k "$folder" \
        -c listen_addresses= -c max_connections=200 -c shared_buffers=64MB \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=128MB -c min_wal_size=32MB -c autovacuum=off \
        "$@" </dev/null >>"$folder/log" 2>&1 &
    server=$!
    until grep -q '^ready' "$folder/data/postmaster.pid"; do
        kill -0 "$server" || fail
        sleep 0.05
    done 2>>"$folder/log"
}
start "$@"

echo "ready $folder"
while read -r command; do
    case $command in
        stop) end INT ;;
        crash) end QUIT ;;
        start) start "$@" ;;
        freeze) signal_all STOP ;;
        thaw) signal_all CONT ;;
    esac
    echo done
done
