#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares two results of gpu_bench, gpu_suite.sh or cpu_bench from one machine: what became slower, what became faster, in Markdown.

Exit status 1 where something became slower than the tolerance allows; 2 where the two cannot be compared.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

# What a row measures; it is the same measurement where all of these are equal.
KEYS = ("what", "op", "dtypes", "dtype", "threads", "elements", "bytes")
# What has to be equal for times to be comparable at all.
MACHINE = ("gpu", "cpu", "cores", "isa")


class CannotCompare(Exception):
    pass


def read(path):
    """What is known of the machine, and our rows by what they measure; others' say nothing of the library."""
    try:
        result = json.loads(Path(path).read_text(encoding="utf-8"))
        if "steps" in result:  # of gpu_suite.sh
            result = result["benchmark"]
        rows = {tuple((key, str(row[key])) for key in KEYS if key in row): row for row in result["rows"] if not row["peer"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotCompare(f"{path}: no result of a benchmark ({error!r})") from error
    return {key: result.get(key) for key in MACHINE}, rows


def change(base, head, tolerance):
    """How many times as long it takes, and whether that is more than the tolerance and the scatter of both measurements."""
    ratio = head["us"] / base["us"]
    slower = ratio > 1 + tolerance and head.get("us_p10", head["us"]) > base.get("us_p90", base["us"])
    faster = ratio < 1 / (1 + tolerance) and head.get("us_p90", head["us"]) < base.get("us_p10", base["us"])
    return ratio, slower, faster


def table(title, lines):
    if not lines:
        return
    print(f"\n### {title}\n\n| measured | base, µs | head, µs | head / base |\n|---|--:|--:|--:|")
    for name, base, head, ratio in lines:
        print(f"| {name} | {base['us']:.2f} | {head['us']:.2f} | {ratio:.3f} |")


def compare(base_path, head_path, tolerance):
    base_machine, base_rows = read(base_path)
    head_machine, head_rows = read(head_path)
    if base_machine != head_machine:
        raise CannotCompare(f"two machines: {base_machine} and {head_machine}")
    both = [key for key in base_rows if key in head_rows]
    if not both:
        raise CannotCompare("nothing that both measured")

    slower, faster, ratios = [], [], []
    for key in both:
        base, head = base_rows[key], head_rows[key]
        ratio, is_slower, is_faster = change(base, head, tolerance)
        ratios.append(ratio)
        line = (", ".join(value for _, value in key), base, head, ratio)
        if is_slower:
            slower.append(line)
        if is_faster:
            faster.append(line)

    machine = ", ".join(str(value) for value in head_machine.values() if value is not None)
    print(f"## Benchmark beside the base\n\n{machine}. Of {len(both)} measurements {len(slower)} became slower and {len(faster)} faster")
    print(f"by more than {tolerance:.0%} and their scatter; head / base is {statistics.geometric_mean(ratios):.3f} on average (geometric).")
    for name, others, of in (("base", base_rows, head_rows), ("head", head_rows, base_rows)):
        alone = sum(key not in of for key in others)
        if alone:
            print(f"{alone} only {name} has.")
    table("Slower", sorted(slower, key=lambda line: -line[3]))
    table("Faster", sorted(faster, key=lambda line: line[3]))
    return 1 if slower else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="gpu_bench.json, gpu_suite.json or cpu_bench.json of the base")
    parser.add_argument("head", help="the same of what is compared with it")
    parser.add_argument("--tolerance", type=float, default=0.05, help="0.05: five per cent more time is still the same (default)")
    args = parser.parse_args()
    try:
        return compare(args.base, args.head, args.tolerance)
    except CannotCompare as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
