#!/usr/bin/env bash
# Brings the machine to where `make run` or `make test` can start: checks the Go
# version, then installs the system packages that are missing. On a machine that
# has everything it changes nothing and asks the network for nothing.
#
#   deploy/setup.sh run     Postgres 15 or newer
#   deploy/setup.sh clients Node, for programs of the Cloud API
#   deploy/setup.sh test    also what cgo (the race detector) and the browser tests need
set -euo pipefail
cd "$(dirname "$0")/.."

# check_go fails with a sentence instead of the compiler's riddles. A go command
# that may fetch the toolchain of go.mod itself passes, as it will.
check_go() {
	local want have=""
	want=$(awk '$1 == "go" { print $2; exit }' go.mod)
	if ! command -v go >/dev/null; then
		echo "setup: Prosa is built with Go $want or newer, and there is no go command: https://go.dev/doc/install" >&2
		exit 1
	fi
	have=$(go env GOVERSION 2>/dev/null) || have=$(GOTOOLCHAIN=local go version 2>/dev/null | awk '{ print $3 }')
	have=${have#go}
	have=${have%% *}
	if [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" != "$want" ]; then
		echo "setup: Prosa needs Go $want or newer, this is Go ${have:-of an unknown version} ($(command -v go)): https://go.dev/doc/install" >&2
		exit 1
	fi
}

# Server binaries count where `serve` looks for them: on the PATH and in the
# folders of the distributions, which keep them off the PATH.
has_postgres() {
	local bin major
	for bin in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /usr/libexec/postgresql*/postgres \
		/opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres; do
		[ -x "$bin" ] && [ -x "$(dirname "$bin")/initdb" ] || continue
		major=$("$bin" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
		if [ "$major" -ge 15 ]; then
			return 0
		fi
	done
	return 1
}

has_gcc() { command -v gcc >/dev/null; }

has_libc_headers() { echo '#include <stdlib.h>' | gcc -E - >/dev/null 2>&1; }

# The names that the browser tests try.
has_browser() {
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name" >/dev/null; then
			return 0
		fi
	done
	[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

# has_font looks for files by a pattern of their names. (find fails for a folder
# that does not exist, hence no pipe.)
has_font() {
	local found
	found=$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" -iname "$1" 2>/dev/null) || true
	[ -n "$found" ] || [ "$(uname)" = Darwin ] # which has its own
}

has_node() { command -v node >/dev/null && command -v npm >/dev/null; }

missing=()
reasons=()
need() { # package, reason
	missing+=("$1")
	reasons+=("$2")
}

find_missing() {
	has_postgres || need postgresql "the database; 'serve' and the tests start a private server from its binaries"
	if [ "$1" = clients ]; then
		has_node || need nodejs "programs of the Cloud API run in it"
		command -v npm >/dev/null || need npm "it installs them"
	fi
	[ "$1" = test ] || return 0
	has_gcc || need gcc "the race detector is linked through cgo"
	{ has_gcc && has_libc_headers; } || need libc6-dev "the headers for it"
	has_browser || need chromium "the browser tests drive the inbox in it"
	has_font 'Liberation*' || has_font 'NotoSans-*' || need fonts-liberation "text in that browser"
	has_font 'NotoColorEmoji*' || need fonts-noto-color-emoji "emoji in that browser"
	# Elsewhere these tests are left out where there is no Node, and say so.
	if [ -n "${CI:-}" ] && ! has_node; then
		need nodejs "the tests of the inbox's pure parts"
		need npm "the checker of its types"
	fi
}

apt_options=(-y --no-install-recommends -o Acquire::Retries=3
	-o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)

cluster_conf=/etc/postgresql-common/createcluster.conf

# as_root runs a command with the right to install, however we come by it.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

# Only the binaries are wanted. Unless told so before, Debian's package makes a
# database cluster and starts a server on port 5432 as it is installed.
forbid_main_cluster() {
	# shellcheck disable=SC2016 # $1 belongs to the inner shell
	as_root sh -c 'mkdir -p "$(dirname "$1")" &&
		{ grep -qs "^ *create_main_cluster" "$1" || echo "create_main_cluster = false" >>"$1"; }' sh "$cluster_conf"
}

explain() {
	local i
	for i in "${!missing[@]}"; do
		printf 'setup: %-24s %s\n' "${missing[$i]}" "${reasons[$i]}"
	done
}

install_missing() {
	if [[ " ${missing[*]} " == *" postgresql "* ]]; then
		echo "setup: $cluster_conf: create_main_cluster = false, so that no server is started by the installation"
		forbid_main_cluster
	fi
	echo "setup: apt-get update && apt-get install ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 update
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "${apt_options[@]}" install "${missing[@]}" >/dev/null
}

# refuse prints the line that a person with the right to install can paste.
refuse() {
	echo "setup: the above is missing and cannot be installed from here ($1). Run:" >&2
	echo >&2
	if [[ " ${missing[*]} " == *" postgresql "* ]]; then
		echo "  sudo mkdir -p ${cluster_conf%/*} && echo 'create_main_cluster = false' | sudo tee -a $cluster_conf" >&2
	fi
	echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
	exit 1
}

main() {
	local goal=${1:-}
	case "$goal" in
	run | test | clients) ;;
	*)
		echo "usage: deploy/setup.sh run|test|clients" >&2
		exit 2
		;;
	esac
	check_go
	find_missing "$goal"
	if [ ${#missing[@]} = 0 ]; then
		return
	fi
	# An ordinary user needs nobody's leave to run: `serve` downloads a server.
	if [ "$goal" = run ] && [ "$(id -u)" != 0 ] && ! { command -v apt-get >/dev/null && may_install; }; then
		echo "setup: no Postgres 15 or newer here, so Prosa will download the binaries of one for itself"
		return
	fi
	echo "setup: missing on this machine:"
	explain
	command -v apt-get >/dev/null || refuse "there is no apt-get; the names are Debian's"
	may_install || refuse "not root, and sudo asks for a password"
	install_missing
	missing=() reasons=()
	find_missing "$goal"
	if [ ${#missing[@]} != 0 ]; then
		explain >&2
		echo "setup: still missing after the installation; is Postgres of this distribution older than 15?" >&2
		exit 1
	fi
}

main "$@"
