#!/bin/sh
# One account on this host for all agents, see sshd_config. As root:
#   service-account.sh                        makes the account and its folder
#   service-account.sh NAME < id_ed25519.pub  lets the operator NAME in by this key (partnertui operators add NAME first)
#   service-account.sh --remove NAME          lets none of NAME's keys in any more
# The folder has settings, database, keys, log and drafts; nobody but the account may read it.
set -eu

account=${PARTNERTUI_ACCOUNT:-partnertui}
folder=${PARTNERTUI_FOLDER:-/var/lib/partnertui}
keys=${PARTNERTUI_KEYS:-/etc/ssh/partnertui_keys}
program=${PARTNERTUI_PROGRAM:-/usr/local/bin/partnertui}

valid() {
	case $1 in
	"" | [!a-z0-9]* | *[!a-z0-9._-]*) echo "“$1” isn't an operator's login." >&2 && exit 2 ;;
	esac
}

if [ $# = 0 ]; then
	getent passwd "$account" >/dev/null || useradd --system --home-dir "$folder" --shell /bin/sh "$account"
	install -d -m 700 -o "$account" "$folder"
	[ -e "$keys" ] || install -m 644 /dev/null "$keys"
	echo "$account is ready. Its database: runuser -u $account -- $program --dir $folder migrate"
elif [ "$1" = --remove ]; then
	valid "${2:-}"
	left=$(mktemp)
	grep -vF -- "--as $2\" " "$keys" >"$left" || true
	install -m 644 "$left" "$keys"
	rm -f "$left"
	echo "No key of $2 is let in any more. Programs that run: partnertui operators disable $2"
else
	valid "$1"
	read -r kind key rest
	case $kind in
	ssh-ed25519 | ecdsa-sha2-* | ssh-rsa | sk-*) ;;
	*) echo "That isn't a public key: give the one line of a .pub file." >&2 && exit 2 ;;
	esac
	printf 'restrict,pty,command="%s --dir %s --as %s" %s %s %s\n' \
		"$program" "$folder" "$1" "$kind" "$key" "$1" >>"$keys"
	echo "$1 gets in as $1: ssh -t $account@$(hostname)"
fi
