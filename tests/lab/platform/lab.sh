#!/bin/bash
# A small VoIP platform in network namespaces: see ../README.md.
# usage (as root): lab.sh up | calls [N] | hold [SECONDS] | tell lan|pub COMMAND [PARAMETER] | phone NAME USER PASSWORD PORT | end PHONE | status | down
#   DB=sqlite|pgsql   database for "up"             (default sqlite)
#   LAB_NS, LAB_RUN   prefix of the namespaces' names, folder for what is written; so that labs do not meet
#   DELAY, JITTER, LOSS   the WAN: one-way ms, ms, percent (default 20 5 0)
#   TALK              seconds a call of "calls" lasts (default 3)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=${LAB_RUN:-$here/run}
ns=${LAB_NS:-ptlab}
core=203.0.113.10 core6=2001:db8:c::10 agent=10.0.1.10 pub=198.51.100.130 lan=192.168.77.10

in_ns() { local n=$1; shift; ip netns exec "$ns-$n" "$@"; }

# start a process in a namespace: spawn NAMESPACE NAME COMMAND...
spawn() {
	local n=$1 name=$2; shift 2
	ip netns exec "$ns-$n" setsid "$@" >"$run/$name.log" 2>&1 </dev/null &
	echo $! >"$run/pids/$name"
}

wait_for() {                 # wait_for WHAT COMMAND...: up to 10 s
	local what=$1; shift
	for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
	echo "lab: $what did not come up; see $run" >&2
	exit 1
}

addr() {                     # addr NAMESPACE DEVICE ADDRESS...
	local n=$1 dev=$2; shift 2
	for a in "$@"; do
		case $a in *:*) in_ns "$n" ip addr add "$a" dev "$dev" nodad ;; *) in_ns "$n" ip addr add "$a" dev "$dev" ;; esac
	done
	in_ns "$n" ip link set "$dev" up
}

link() { ip link add "$2" netns "$ns-$1" type veth peer name "$4" netns "$ns-$3"; }

network() {
	for n in agent core r1 r2 r3 pub lan; do
		ip netns add "$ns-$n"
		in_ns $n ip link set lo up
		in_ns $n sysctl -qw net.ipv4.icmp_ratelimit=0
	done
	for n in r1 r2 r3; do in_ns $n sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; done
	#  agent ---- r1 ---- r2 ==== r3 ---- pub         (==== is the slow WAN)
	#  core  ----'          wan      `--- lan, behind NAT
	link agent eth0 r1 agent; addr agent eth0 $agent/24;                    addr r1 agent 10.0.1.1/24
	link core eth0 r1 core;   addr core eth0 $core/24 $core6/64;            addr r1 core 203.0.113.1/24 2001:db8:c::1/64
	link r1 r2 r2 r1;         addr r1 r2 198.51.100.1/30 2001:db8:1::1/64;  addr r2 r1 198.51.100.2/30 2001:db8:1::2/64
	link r3 pub pub eth0;     addr r3 pub 198.51.100.129/25 2001:db8:f::1/64; addr pub eth0 $pub/25 2001:db8:f::10/64
	link r3 lan lan eth0;     addr r3 lan 192.168.77.1/24;                  addr lan eth0 $lan/24
	spawn r2 wan "$here/delay.py" wan wan3 "${DELAY:-20}" "${JITTER:-5}" "${LOSS:-0}"
	wait_for "the WAN link" in_ns r2 ip link show wan3
	in_ns r2 ip link set wan3 netns "$ns-r3"
	in_ns r3 ip link set wan3 name wan
	addr r2 wan 198.51.100.5/30 2001:db8:2::1/64
	addr r3 wan 198.51.100.6/30 2001:db8:2::2/64

	in_ns agent ip route add default via 10.0.1.1
	in_ns core ip route add default via 203.0.113.1
	in_ns core ip route add default via 2001:db8:c::1
	in_ns r1 ip route add default via 198.51.100.2
	in_ns r1 ip route add default via 2001:db8:1::2
	in_ns r1 ip route add unreachable 192.168.0.0/16
	in_ns r2 ip route add 10.0.1.0/24 via 198.51.100.1
	in_ns r2 ip route add 203.0.113.0/24 via 198.51.100.1
	in_ns r2 ip route add 2001:db8:c::/64 via 2001:db8:1::1
	in_ns r2 ip route add default via 198.51.100.6
	in_ns r2 ip route add default via 2001:db8:2::2
	for net in 10.0.1.0/24 203.0.113.0/24 198.51.100.0/30; do in_ns r3 ip route add $net via 198.51.100.5; done
	for net in 2001:db8:c::/64 2001:db8:1::/64; do in_ns r3 ip route add $net via 2001:db8:2::1; done
	in_ns pub ip route add default via 198.51.100.129
	in_ns pub ip route add default via 2001:db8:f::1
	in_ns lan ip route add default via 192.168.77.1
	in_ns r3 nft -f - <<-'NFT'
		table ip nat { chain out { type nat hook postrouting priority 100; ip saddr 192.168.77.0/24 oifname != "lan" snat to 198.51.100.6; }; }
		table ip filter { chain inbound { type filter hook forward priority 0; oifname "lan" ct state new drop; }; }
		table ip filter { chain local { type filter hook input priority 0; iifname != "lan" udp dport >= 1024 ct state new drop; }; }
	NFT
	# a NAT binding outlives the registrations' refresh (set it to 30 to see bindings expire)
	in_ns r3 sysctl -qw net.netfilter.nf_conntrack_udp_timeout=3600 net.netfilter.nf_conntrack_udp_timeout_stream=3600
}

digest() { printf %s "$1" | md5sum | cut -c-32; }

schema() {                   # schema DIRECTORY: the tables as Debian's kamailio makes them, and ours on top
	# kamailio's SQLite driver writes an empty text as NULL (a request's totag, say), which the
	# stock tables refuse, so there they lose their NOT NULL
	for t in standard usrloc auth_db alias_db dialog acc siptrace; do
		case $1 in
		*sqlite) sed "/VARCHAR/s/ NOT NULL//" "$1/$t-create.sql" ;;
		*) cat "$1/$t-create.sql" ;;
		esac
	done
	# who called whom: the columns that kamailio.cfg fills besides the stock ones
	for t in acc missed_calls; do
		for c in src_user src_domain src_ip dst_ouser dst_user dst_domain dst_ip src_agent dst_agent dst_reply; do
			echo "ALTER TABLE $t ADD COLUMN $c VARCHAR(128) DEFAULT '';"
		done
	done
	for c in callid src_user dst_user src_ip dst_ip src_agent dst_agent; do
		echo "ALTER TABLE acc_cdrs ADD COLUMN $c VARCHAR(255) DEFAULT '';"
	done
	for u in 1001 1002 1003 1004 1005 1006 1007 1008 1009 1010 1011; do
		account "$u"
	done
}

account() {                  # account USER: its row, with the password pwUSER
	echo "INSERT INTO subscriber (username, domain, ha1, ha1b) VALUES ('$1', 'lab.test', '$(digest "$1:lab.test:pw$1")', '$(digest "$1@lab.test:lab.test:pw$1")');"
}

# the database lives in memory while the lab is up: each SIP message is several commits, and
# a slow disk makes kamailio (whose SQLite driver waits for each) answer seconds late
database() {
	local data; data=$(mktemp -d /dev/shm/ptlab.XXXXXX)
	echo "$data" >"$run/data"
	if [ "${DB:-sqlite}" = sqlite ]; then
		ln -s "$data/kamailio.sqlite" "$run/kamailio.sqlite"
		# whoever started the lab through sudo reads the file too
		[ -z "${SUDO_UID:-}" ] || { touch "$data/kamailio.sqlite"; chown -R "$SUDO_UID" "$data"; }
		{ echo 'PRAGMA journal_mode=WAL;'; echo 'BEGIN;'; schema /usr/share/kamailio/db_sqlite; echo 'COMMIT;'; } | sqlite3 "$run/kamailio.sqlite" >/dev/null
		echo "sqlite://$run/kamailio.sqlite" >"$run/dburl"
		# the first to open a WAL database locks it; kamailio's processes, all opening at once, would not wait
		spawn core keeper python3 -c "import sqlite3, time; held = sqlite3.connect('$data/kamailio.sqlite'); held.execute('SELECT * FROM version').fetchall(); time.sleep(1e6)"
		wait_for "the database" test -e "$data/kamailio.sqlite-shm"
		return
	fi
	local bin; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
	chown postgres "$data"
	chmod 755 "$data"
	runuser -u postgres -- "$bin/initdb" -D "$data/cluster" --no-sync -A trust -E UTF8 --locale=C >"$run/initdb.log"
	printf "host all all 10.0.1.0/24 scram-sha-256\nhost all all $core/32 scram-sha-256\n" >>"$data/cluster/pg_hba.conf"
	database_up
	echo "CREATE ROLE kamailio LOGIN PASSWORD 'kamailiorw'; CREATE DATABASE kamailio OWNER kamailio;" |
		sed 's/; /;\n/' | in_ns core psql -q -h 127.0.0.1 -U postgres
	{ echo 'SET client_min_messages=warning; BEGIN;'; schema /usr/share/kamailio/postgres; echo 'COMMIT;'; } | in_ns core psql -q -h 127.0.0.1 -U kamailio kamailio
	echo "postgres://kamailio:kamailiorw@$core/kamailio" >"$run/dburl"
}

# the PostgreSQL server ends, and comes back
database_down() {
	local pid; pid=$(cat "$run/pids/postgres")
	ip netns pids "$ns-core" | grep -qx "$pid" && kill -INT "$pid"
	wait_for "the end of PostgreSQL" no_process "$pid"
}
no_process() { [ ! -e "/proc/$1/exe" ]; }
database_up() {
	local data bin; data=$(cat "$run/data"); bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
	spawn core postgres setpriv --reuid postgres --regid postgres --clear-groups "$bin/postgres" -D "$data/cluster" -k "$data" -c listen_addresses="127.0.0.1,$core" -c fsync=off
	wait_for PostgreSQL in_ns core psql -h 127.0.0.1 -U postgres -c 'select 1'
}

sql() {
	case $(cat "$run/dburl") in
	sqlite*) sqlite3 -header -column "$run/kamailio.sqlite" "$1" ;;
	*) in_ns core psql -h 127.0.0.1 -U kamailio -c "$1" kamailio ;;
	esac
}
count() { sql "SELECT count(*) AS n FROM $1" | grep -Eo '^ *[0-9]+' | tr -d ' '; }
registered() { [ "$(count location)" -ge "$1" ]; }

# baresip NAMESPACE NAME LISTEN ACCOUNT...
baresip_in() {
	local n=$1 name=$2 listen=$3 dir=$run/$2; shift 3
	mkdir -p "$dir"
	printf '%s\n' "$@" >"$dir/accounts"
	cat >"$dir/config" <<-CFG
		sip_listen $listen
		module_path /usr/lib/baresip/modules
		module g711.so
		module ausine.so
		module aufile.so
		module_app account.so
		module_app menu.so
		module_app ctrl_tcp.so
		ctrl_tcp_listen 127.0.0.1:4${listen##*:}
		audio_source ausine,440
		audio_player aufile,$dir/heard.wav
		audio_alert aufile,$dir/alert.wav
		ausrc_srate 48000
		ausrc_channels 2
		rtp_ports 20000-20100
	CFG
	spawn "$n" "$name" baresip -f "$dir"
}

kamailio_pids() { for p in $(ip netns pids "$ns-core"); do [ "$(cat "/proc/$p/comm" 2>/dev/null)" != kamailio ] || echo "$p"; done; }
no_kamailio() { [ -z "$(kamailio_pids)" ]; }

# a process of kamailio that begins while another writes to SQLite finds "database is locked", and all end: again then
kamailio_up() {
	# kamailio's SQLite driver sets no busy timeout: two workers writing at once lose writes
	local workers=1; [ "${DB:-sqlite}" = sqlite ] || workers=4
	for _ in 1 2 3 4 5; do
		rm -f "$run/kamailio.ctl"
		spawn core kamailio kamailio -DD -E -n $workers -N $workers -f "$here/kamailio.cfg" -m 64 -M 8 -Y "$run/kamailio" \
			-A "DBURL=\"$(cat "$run/dburl")\"" -A "BINRPC=\"unix:$run/kamailio.ctl\"" \
			-A LISTEN4=$core -A "LISTEN6=[$core6]" -A "AGENT=\"$agent\""
		for _ in $(seq 100); do
			[ -e "/proc/$(cat "$run/pids/kamailio")/exe" ] || break
			if timeout 2 kamcmd -s "unix:$run/kamailio.ctl" core.uptime >/dev/null 2>&1 &&
				in_ns core timeout 2 sipsak -s "sip:$core" >/dev/null 2>&1; then return; fi
			sleep 0.1
		done
		mv "$run/kamailio.log" "$run/kamailio-failed.log"
		kill -9 $(kamailio_pids) 2>/dev/null || true
		wait_for "the end of Kamailio" no_kamailio
	done
	echo "lab: Kamailio did not come up; see $run/kamailio-failed.log" >&2
	exit 1
}

up() {
	[ ! -e "$run/pids" ] || { echo "lab: already up (or half up): run '$0 down' first" >&2; exit 1; }
	local start=${EPOCHREALTIME/./}
	rm -rf "$run"; mkdir -p "$run/pids"
	trap 'echo "lab: up failed" >&2; down' EXIT
	network
	database
	spawn core tcpdump tcpdump -i any -U -s 0 -w "$run/core.pcap" 'udp or tcp port 5060'
	spawn r3 tcpdump-edge tcpdump -i pub -U -s 0 -w "$run/edge.pcap" udp or tcp
	wait_for tcpdump test -s "$run/core.pcap" -a -s "$run/edge.pcap"
	mkdir "$run/kamailio"
	kamailio_up
	in_ns pub sipp $core -nostdin -sf "$here/sipp/register.xml" -inf "$here/users.csv" -i $pub -p 5080 -m 6 -r 20 -timeout 10 >"$run/register.log" 2>&1
	spawn pub callee sipp $core -nostdin -sf "$here/sipp/callee.xml" -i $pub -p 5080 -mp 30000 -rtp_echo
	# one after the other: with SQLite, registrations at the same moment can get a 500
	local auto="regint=300;answermode=auto;audio_codecs=pcma,pcmu"
	wait_for "the callees' registrations" registered 6
	baresip_in lan alice $lan:5060 "<sip:1001@lab.test>;auth_pass=pw1001;outbound=\"sip:$core\";$auto"
	wait_for "alice's registration" registered 7
	baresip_in pub bob $pub:5060 "<sip:1002@lab.test>;auth_pass=pw1002;outbound=\"sip:$core\";$auto"
	wait_for "bob's registration" registered 8
	baresip_in pub carol "[2001:db8:f::10]:5070" "<sip:1011@lab.test>;auth_pass=pw1011;outbound=\"sip:[$core6]\";$auto"
	wait_for "carol's registration" registered 9
	baresip_in pub dave $pub:5090 "<sip:1009@lab.test>;auth_pass=pw1009;outbound=\"sip:$core;transport=tcp\";$auto"
	wait_for "dave's registration" registered 10
	trap - EXIT
	echo "lab: up in $(( (${EPOCHREALTIME/./} - start) / 1000 )) ms; database $(cat "$run/dburl")"
}

# caller SCENARIO CALLEE COUNT [SIPP OPTION...]: calls from the customer's LAN
port=5100
caller() {
	local scenario=$1 callee=$2 n=$3; shift 3
	port=$((port + 20))
	in_ns lan sipp $core -nostdin -sf "$here/sipp/$scenario.xml" -s "$callee" -au 1010 -ap pw1010 \
		-i $lan -p $port -mp $((port + 10000)) -m "$n" -r 5 -d 1000 -timeout 120 "$@" >"$run/caller-$callee-$port.log" 2>&1
	echo "$callee: $n calls"
}

calls() {
	local n=${1:-1} jobs=()
	port=5100; caller caller 1008 "$n" -d "$((${TALK:-3} * 1000))" & jobs+=($!)     # answered
	port=5200; caller caller 1003 "$n" & jobs+=($!)                                # 486 busy
	port=5300; caller caller_cancels 1004 "$n" & jobs+=($!)                        # 487 cancelled while ringing
	port=5400; caller caller 1005 "$n" & jobs+=($!)                                # 408, the callee is silent
	port=5500; caller caller 1006 "$n" & jobs+=($!)                                # 603 declined
	port=5600; caller caller 1007 "$n" & jobs+=($!)                                # 503 from the callee
	port=5700; caller caller 4040 "$n" & jobs+=($!)                                # 404 nobody there
	port=5800; caller caller 5030 "$n" & jobs+=($!)                                # 503 from the proxy
	port=5900; caller caller 1008 "$n" -ap wrong & jobs+=($!)                      # 403 wrong password
	local failed=0
	for j in "${jobs[@]}"; do wait "$j" || failed=1; done
	[ $failed = 0 ] || { echo "lab: some calls did not go as planned; see $run/caller-*.log" >&2; exit 1; }
}

# one long call between two real phones: alice (behind NAT) calls bob
hold() {
	tell lan dial 1002@lab.test
	sleep "${1:-30}"
	tell lan hangup
}

# phone NAME USER PASSWORD PORT: one more phone, which registers and answers
phone() {
	baresip_in pub "$1" "$pub:$4" "<sip:$2@lab.test>;auth_pass=$3;outbound=\"sip:$core\";regint=300;answermode=auto;audio_codecs=pcma,pcmu"
}

# host NAME N: one more host beside the platform, 198.18.N.2, such as a carrier's
host() {
	ip netns add "$ns-$1"
	in_ns "$1" ip link set lo up
	link r2 "to$2" "$1" eth0; addr r2 "to$2" "198.18.$2.1/24"; addr "$1" eth0 "198.18.$2.2/24"
	in_ns "$1" ip route add default via "198.18.$2.1"
}

# site NAME N: a customer's LAN, 192.168.N.10, behind the NAT of its router NAMEnat, 198.18.N.2
site() {
	host "${1}nat" "$2"
	ip netns add "$ns-$1"
	in_ns "$1" ip link set lo up
	link "${1}nat" inside "$1" eth0; addr "${1}nat" inside "192.168.$2.1/24"; addr "$1" eth0 "192.168.$2.10/24"
	in_ns "$1" ip route add default via "192.168.$2.1"
	in_ns "${1}nat" sysctl -qw net.ipv4.ip_forward=1
	in_ns "${1}nat" nft -f - <<-'NFT'
		table ip nat { chain out { type nat hook postrouting priority 100; oifname "eth0" masquerade; }; }
	NFT
	# as r3's: the phones here send no keepalives, so that after 30 s without a call none could be reached any more
	in_ns "${1}nat" sysctl -qw net.netfilter.nf_conntrack_udp_timeout=3600 net.netfilter.nf_conntrack_udp_timeout_stream=3600
}

# accounts FIRST LAST: one more account for each number
accounts() {
	local u
	sql "$(for u in $(seq "$1" "$2"); do account "$u"; done)"
}

# start PLACE NAME COMMAND...: runs in a namespace until "end NAME", or the end of the lab
start() { spawn "$@"; }

# kamailio_down: the registrar ends at once; kamailio_up starts it again. forget: it knows no registration any more
kamailio_down() {
	kill -9 $(kamailio_pids)
	wait_for "the end of Kamailio" no_kamailio
}
forget() { sql "DELETE FROM location"; }

# end NAME: alice, bob, carol, dave, callee or what was started dies at once, as if its plug were pulled
end() {
	local pid; pid=$(cat "$run/pids/$1")
	for n in $(ip netns list | awk -v p="^$ns-" '$1 ~ p {print $1}'); do
		ip netns pids "$n" | grep -qx "$pid" && kill -9 "$pid" && return
	done
	echo "lab: $1 does not run" >&2
	exit 1
}

# tell lan|pub COMMAND [PARAMETER]: a command to alice (lan) or bob (pub), such as
# dial 1002@lab.test, hold, resume, transfer 1008, hangup
tell() {
	local json; json="{\"command\":\"$2\",\"params\":\"${3:-}\"}"
	in_ns "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/45060; printf "%d:%s," ${#1} "$1" >&3; timeout 1 head -c 200 <&3 >/dev/null || true' - "$json"
}

status() {
	[ -e "$run/dburl" ] || { echo "lab: not up"; exit 1; }
	sql "SELECT username, contact, received, user_agent FROM location ORDER BY username"
	sql "SELECT callid, from_uri, to_uri, state, start_time FROM dialog"
	sql "SELECT (SELECT count(*) FROM acc) acc, (SELECT count(*) FROM acc_cdrs) acc_cdrs, (SELECT count(*) FROM missed_calls) missed, (SELECT count(*) FROM sip_trace) sip_trace"
}

down() {
	local spaces pids=() p
	spaces=$(ip netns list | awk -v p="^$ns-" '$1 ~ p {print $1}')
	for f in "$run"/pids/*; do
		[ -e "$f" ] || continue
		p=$(cat "$f")            # still ours only if it runs in one of our namespaces
		for n in $spaces; do
			if ip netns pids "$n" | grep -qx "$p"; then
				pids+=("$p")
				case $f in */postgres) kill -INT "$p" || true ;; *) kill "$p" || true ;; esac
			fi
		done
	done
	for _ in $(seq 20); do
		for p in "${pids[@]}"; do [ -e "/proc/$p/exe" ] && break; done || break
		sleep 0.1
	done
	for p in "${pids[@]}"; do kill -9 "$p" 2>/dev/null || true; done
	for n in $spaces; do ip netns del "$n"; done
	if [ -e "$run/data" ]; then
		local data; data=$(cat "$run/data")
		if [ -e "$data/kamailio.sqlite" ]; then
			rm -f "$run/kamailio.sqlite"
			sqlite3 "$data/kamailio.sqlite" "VACUUM INTO '$run/kamailio.sqlite'" || true
		fi
		rm -rf "$data"
	fi
	rm -rf "$run/pids" "$run/dburl" "$run/data"
	echo "lab: down; logs, captures and an SQLite database stay in $run until the next up"
}

case ${1:-} in
up|down|calls|hold|tell|phone|host|site|accounts|start|end|status|database_down|database_up|kamailio_down|kamailio_up|forget) "$@" ;;
*) sed -n '2,8s/^# //p' "$0"; exit 2 ;;
esac
