#!/usr/bin/env bash
# Three hosts with real TCP between them, as far as one machine has them: network namespaces on a
# bridge, of which one is cut off then. $PROGRAM $RENDER, which lacks its output, by three ranks of
# $MPIRUN (Open MPI's), into whole.npy, and again, with the third host cut off, into cut.npy. Status
# 77: namespaces cannot be had here.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2086,SC2317  # the command is words, and the trap calls what ends

hosts="gs$$"
end() {
    for i in 2 3; do
        ip netns pids "$hosts-$i" 2>/dev/null | xargs -r kill -9 2>/dev/null
        ip netns del "$hosts-$i" 2>/dev/null
        ip link del "$hosts-$i" 2>/dev/null
    done
    ip link del "$hosts" 2>/dev/null
}
trap end EXIT
{
    ip link add "$hosts" type bridge && ip addr add 10.97.0.1/24 dev "$hosts" &&
        ip link set "$hosts" up || exit 77
    for i in 2 3; do
        ip netns add "$hosts-$i" && ip link add "$hosts-$i" type veth peer name e0 netns "$hosts-$i" &&
            ip link set "$hosts-$i" master "$hosts" up &&
            ip -n "$hosts-$i" addr add "10.97.0.$i/24" dev e0 && ip -n "$hosts-$i" link set e0 up &&
            ip -n "$hosts-$i" link set lo up || exit 77
    done
} 2>/dev/null
cat >agent <<AGENT
#!/bin/sh
host=\$1; shift
exec ip netns exec "$hosts-\${host##*.}" unshare --uts sh -c "hostname host-\${host##*.}; \$*"
AGENT
chmod +x agent
ranks() {
    timeout -k 1 "$1" "$MPIRUN" -q --mca plm_rsh_agent "$PWD/agent" --mca btl tcp,self \
        --mca btl_tcp_if_include 10.97.0.0/24 --mca oob_tcp_if_include 10.97.0.0/24 \
        --bind-to none --oversubscribe -H 10.97.0.1:1,10.97.0.2:1,10.97.0.3:1 -n 3 "$PROGRAM" $RENDER "$2"
}
ranks 60 whole.npy || exit 1
ranks 60 cut.npy 2>said &
job=$!
journal_size() { stat -c %s cut.npy.part.journal 2>/dev/null || echo 0; }
until [ "$(journal_size)" -gt 20 ]; do  # the first of the head's two writes
    kill -0 $job || exit 2
    sleep 0.01
done
header=$(journal_size)
until [ "$(journal_size)" -gt "$header" ]; do
    kill -0 $job || exit 3
    sleep 0.01
done
ip link set "$hosts-3" down
until [ -e cut.npy ]; do
    kill -0 $job || exit 4
    sleep 0.1
done
sleep 5  # the launcher may wait for what was cut off for ever
pkill -9 -f "plm_rsh_agent $PWD/agent"
kill -9 "$job" 2>/dev/null
cat said >&2
exit 0
