#!/usr/bin/env bash
# What a card makes of Surprisal.Cuda: compiled texts, bits beside the CPU's, PyTorch's goldens, errors, speeds. Under five minutes, one file of JSON.
#
#   bench/gpu.sh publish          where the SDK is: one program without one, artifacts/gpu/Surprisal.Bench.Cuda
#   bench/gpu.sh run [FILE.json]  where the card is: runs it; without FILE, $OUT/gpu.json or ./gpu.json
#   bench/gpu.sh                  both
#
# A step that fails is in the file and stops no other. Ends with 1 where one failed, with 77 and a line where there is no driver.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=artifacts/gpu/Surprisal.Bench.Cuda
limit=$((64 * 1024 * 1024))

publish() {
    command -v dotnet > /dev/null || { echo "skipped: there is no SDK to publish with; bring $program from where there is one."; exit 77; }
    rm -rf artifacts/gpu
    DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet publish bench/Surprisal.Bench.Cuda -c Release -r linux-x64 --self-contained -o artifacts/gpu -v q -p:RunAnalyzers=false
    local size
    size=$(du -sb artifacts/gpu | cut -f1)
    ((size < limit)) || { echo "artifacts/gpu has $size bytes; less than $limit were expected."; exit 1; }
    echo "$program, $size bytes"
}

run() {
    [[ -x $program ]] || { echo "$program is not there: bench/gpu.sh publish writes it."; exit 1; }
    local file=${1:-${OUT:-.}/gpu.json}
    exec "$program" "$file"
}

case ${1:-} in
    publish) publish ;;
    run) shift; run "$@" ;;
    "") publish; run ;;
    *) sed -n '4,6s/^# *//p' "$0"; exit 2 ;;
esac
