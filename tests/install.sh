#!/bin/sh
# Installs the packages that the tests need, and only those missing. As root or through sudo without a password;
# where neither is there it says what is missing and the tests go on without.
set -u

wanted="tshark tcpdump mtr-tiny sipsak sip-tester sngrep bubblewrap baresip-core nftables iproute2 conntrack sqlite3 tmux htop mc
kamailio kamailio-sqlite-modules kamailio-postgres-modules kamailio-json-modules kamailio-extra-modules
postgresql librsvg2-bin procps util-linux prosody ffmpeg dovecot-imapd dovecot-lmtpd openssh-server openssh-client pgbouncer"

if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "tests/install.sh knows Debian and Ubuntu. The tests need: $wanted"
	exit 0
fi

missing=
for package in $wanted; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	"install ok installed") continue ;;
	esac
	# another package may have brought the PostgreSQL server
	[ "$package" = postgresql ] && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && continue
	missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	root="sudo -n"
else
	echo "The tests need these packages, and installing takes root:$missing"
	echo "Tests that use them are left out or fail. To have them: sudo apt-get install --no-install-recommends$missing"
	exit 0
fi

quiet="env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300"
install="$quiet install --yes --no-install-recommends"
log=$(mktemp)
echo "Installing:$missing"

# nothing that is installed here is to run as a service
policy=/usr/sbin/policy-rc.d
if [ -e "$policy" ]; then
	policy=
else
	printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null && $root chmod 755 "$policy"
fi
trap '[ -z "$policy" ] || $root rm -f "$policy"; rm -f "$log"' EXIT

$root $quiet update >"$log" 2>&1 || cat "$log"
case $missing in
*" postgresql"*)
	# the package postgresql-common makes a cluster of its own unless told not to
	$root $install postgresql-common >"$log" 2>&1 &&
		$root sed -i -E 's/^#?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
	;;
esac
if ! $root $install $missing >"$log" 2>&1; then
	# one that this release does not have must not keep the others away
	for package in $missing; do
		$root $install "$package" >"$log" 2>&1 || { echo "Could not be installed: $package"; tail -n 3 "$log"; }
	done
fi
exit 0
