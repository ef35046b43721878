# SPDX-License-Identifier: Apache-2.0
"""What report.py and cpu_report.py write: sections of a page, tables, plots."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DTYPES = ["float64", "float32", "float16", "bfloat16", "float8_e4m3", "float8_e5m2"]


def table(header, lines, left=1):
    rows = [header, ["---"] * left + ["---:"] * (len(header) - left), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def in_units(size):
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size} {unit}"
        size //= 1024
    return f"{size} GiB"


def with_section(page, name, section):
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = page.partition(begin)
    _, found, behind = rest.partition(end)
    if not found:
        sys.exit(f"no lines {begin} and {end} in the page")
    return f"{before}{begin}\n{section}{end}{behind}"


def draw(script, image, lines, **variables):
    """A script finds the lines in $data, and the rest in variables of these names."""
    settings = {"style": HERE.parent / "tools" / "accuracy" / "style.gp", "image": image, **variables}
    data = "$data << end\n" + "\n".join("\t".join(map(str, line)) for line in lines) + "\nend\n"
    head = "".join(f"{name} = {value if isinstance(value, int) else repr(str(value))}\n" for name, value in settings.items())
    subprocess.run(["gnuplot"], input=f"{head}{data}load '{HERE / script}'\n", text=True, check=True)
