#!/bin/bash
# A Slurm cluster of one node on this machine's loopback, without systemd: for trying the Slurm executor and its spec.
#
#   tools/slurm/single-node.sh start FOLDER    installs what is missing (Debian, as root) and starts munged, slurmctld, slurmd
#   export SLURM_CONF=FOLDER/slurm.conf        what every Slurm command reads
#   tools/slurm/single-node.sh stop FOLDER     ends what start has started
#
# Configuration, state and logs lie under FOLDER. SLURM_NODE_PORT (default 16817) is the controller's port, the next one
# the node's. Other settings (MinJobAge=10, KillWait=5) may follow FOLDER at `start`.
set -euo pipefail

usage() { sed -n '2,9p' "$0" | cut -c3- >&2; exit 2; }
[ $# -ge 2 ] || usage
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
conf=$folder/slurm.conf
port=${SLURM_NODE_PORT:-16817}
PATH=$PATH:/usr/sbin:/sbin

is_running() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

install_packages() {
  command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo 'slurm-wlm and munge are not installed, and only root can install them here (apt-get install slurm-wlm munge)' >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
}

write_configuration() {
  local host megabytes
  host=$(hostname -s)
  megabytes=$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)
  mkdir -p "$folder"/{munge,ctld,slurmd,log}
  chmod 711 "$folder/munge"
  [ -s "$folder/munge/key" ] || (umask 077 && dd if=/dev/urandom of="$folder/munge/key" bs=1024 count=1 status=none)
  # No root cgroups, no accounting daemon; everything listens on the loopback alone.
  cat > "$conf" <<END
ClusterName=single
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
StateSaveLocation=$folder/ctld
SlurmdSpoolDir=$folder/slurmd
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/jobs.txt
SchedulerParameters=batch_sched_delay=0,sched_interval=2
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$megabytes State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
  for setting in "$@"; do echo "$setting" >> "$conf"; done
}

start() {
  if is_running "$folder/slurmctld.pid"; then echo "$folder: it runs already" >&2; return; fi
  install_packages
  write_configuration "$@"
  export SLURM_CONF=$conf
  is_running "$folder/munged.pid" || munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/log/munged.log" --seed-file="$folder/munge/seed" --num-threads=2
  slurmctld -f "$conf"
  slurmd -f "$conf"
  for _ in {1..100}; do
    if [ "$(sinfo -h -o %T 2>/dev/null | head -1)" = idle ]; then
      echo "Slurm runs: export SLURM_CONF=$conf"
      return
    fi
    sleep 0.2
  done
  echo "the node did not come up within 20 s; see $folder/log" >&2
  stop
  exit 1
}

stop() {
  local name pid
  for name in slurmd slurmctld munged; do
    is_running "$folder/$name.pid" || continue
    pid=$(cat "$folder/$name.pid")
    # The number may belong to another process by now.
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$name" ] || continue
    kill "$pid"
    for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
}

case $action in
  start) start "$@" ;;
  stop) stop ;;
  *) usage ;;
esac
