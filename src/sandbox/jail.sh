#!/bin/sh
# Runs as root of a new user namespace with its own mounts, processes and network: builds a file system of read-only
# copies of what $JAIL_PATHS names (one path a line), a work folder that is gone afterwards, and runs the command there
# without any capability.
#   jail.sh ROOT FILES CPU-SECONDS MEMORY-BYTES FILE-BYTES PROCESSES COMMAND...
set -eu
root=$1 files=$2 cpu=$3 memory=$4 size=$5 processes=$6
shift 6
mount -t tmpfs -o "size=$((2 * size)),mode=755,nosuid,nodev" tmpfs "$root"
printf '%s\n' "$JAIL_PATHS" | while read -r path; do
  if [ -L "$path" ]; then
    mkdir -p "$root$(dirname "$path")"
    [ -e "$root$path" ] || ln -s "$(readlink "$path")" "$root$path"
  elif [ -d "$path" ]; then
    mkdir -p "$root$path"
    mount --rbind "$path" "$root$path"
    mount -o remount,bind,ro "$root$path" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$root$path"
  elif [ -e "$path" ]; then
    mkdir -p "$root$(dirname "$path")"
    cp "$path" "$root$path"
  fi
done
mkdir -p "$root/dev" "$root/proc" "$root/work"
mkdir -m 1777 "$root/tmp"
for device in null zero urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t proc -o nosuid,nodev,noexec proc "$root/proc" 2>/dev/null || : # some containers forbid it; few programs need it
cp -r "$files/." "$root/work"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/work LANG=C.UTF-8 chroot "$root" \
  setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all \
  prlimit "--cpu=$cpu" "--as=$memory" "--fsize=$size" "--nproc=$processes" --nofile=256 --core=0 -- \
  sh -c 'cd /work && exec "$@"' sh "$@"
