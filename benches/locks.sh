#!/usr/bin/env bash
# What a lock costs the compiler: `cargo check` of 200 servers with 20 stored fields and a nested type each, without and
# with `shape`, and of the same structs with serde's derives alone. Prints the processor time of each in seconds, the
# least of some rounds, and the ratios. Run it from anywhere, on a quiet machine: `benches/locks.sh [rounds]`.
set -euo pipefail
rounds=${1:-5}
noex=$(cd "$(dirname "$0")/../noex" && pwd)
crates=$(mktemp -d)
trap 'rm -rf "$crates"' EXIT
cp "$noex/../rust-toolchain.toml" "$crates"

# Writes the crate $1: derives on the nested types in $2, `shape` in $3.
write() {
    mkdir -p "$crates/$1/src"
    cat > "$crates/$1/Cargo.toml" <<TOML
[package]
name = "$1"
edition = "2024"
[dependencies]
noex = { path = "$noex" }
serde = { version = "1", features = ["derive"] }
[workspace]
TOML
    {
        echo '#![allow(dead_code, unused_imports)]'
        echo 'use std::collections::HashMap;'
        echo 'use noex::prelude::*;'
        echo 'use serde::{Deserialize, Serialize};'
        if [ "$1" != serde ]; then
            echo '#[derive(Protocol)] pub enum Msg { #[call(u64)] Ask }'
        fi
        for server in $(seq 200); do
            echo "#[derive($2)] pub struct Item$server { sku: String, quantity: u32, price: Option<u64> }"
            if [ "$1" = serde ]; then
                echo "#[derive(Serialize, Deserialize)]"
            else
                echo "#[derive(GenServer)] #[genserver(protocol = Msg)]"
                echo "#[persist(interval = \"30s\", kind = \"server\"$3)]"
            fi
            echo "pub struct Server$server {"
            for field in 0 1 2 3; do
                echo "    count_$field: u64, name_$field: String, note_$field: Option<String>,"
                echo "    items_$field: Vec<Item$server>, totals_$field: HashMap<String, u64>,"
            done
            echo '}'
            if [ "$1" != serde ]; then
                echo "#[handlers(Msg)] impl Server$server { fn ask(&self) -> u64 { self.count_0 } }"
            fi
        done
    } > "$crates/$1/src/lib.rs"
}

# All crates share what they depend on.
check() {
    (cd "$crates/$1" && touch src/lib.rs && CARGO_TARGET_DIR="$crates/target" cargo check --quiet)
}

write serde 'Serialize, Deserialize' ''
write unlocked 'Serialize, Deserialize' ''
write locked 'Serialize, Deserialize, Shape' ', shape = 0'
# All servers are of one shape; the compiler says which.
shape=$( { check locked 2>&1 || true; } | grep -o 'shape = 0x[0-9a-f]*' | sort -u)
write locked 'Serialize, Deserialize, Shape' ", $shape"
for crate in serde unlocked locked; do check "$crate"; done

TIMEFORMAT='%U %S'
for _ in $(seq "$rounds"); do
    for crate in serde unlocked locked; do
        spent=$( { time check "$crate" 2> /dev/null; } 2>&1 )
        echo "$crate $spent"
    done
done | awk '
    { spent = $2 + $3; if (!($1 in least) || spent < least[$1]) least[$1] = spent }
    END {
        printf "serde %.2f s, unlocked %.2f s, locked %.2f s\n", least["serde"], least["unlocked"], least["locked"]
        printf "locked to unlocked: %.2f; unlocked to serde: %.2f; locked to serde: %.2f\n",
            least["locked"] / least["unlocked"], least["unlocked"] / least["serde"], least["locked"] / least["serde"]
    }'
