#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What programs that were built with cusigmoid.h rely on: the functions, the layout of structs, the numbers of enumerators.

list.py LIBRARY            prints it
list.py --check LIBRARY    compares it with abi.txt: a line that is missing is one that programs relied on; what is new must be written down
list.py --write LIBRARY    writes abi.txt. Until 1.0 lines may change with the minor version, from then on with the major version alone
                           (docs/reliability.md); only additions are compatible: functions, enumerators, fields at the end of a struct.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
kept = here / "abi.txt"
include = here.parent.parent / "include"


def declarations():
    """The header's functions, {struct: fields}, {enum: enumerators}."""
    text = re.sub(r"/\*.*?\*/", "", (include / "cusigmoid/cusigmoid.h").read_text(), flags=re.S)
    functions = [" ".join(f.split()) for f in re.findall(r"^CUSIGMOID_API\s+([^;{]*?)\s*CUSIGMOID_NOEXCEPT;", text, re.S | re.M)]
    structs, enums = {}, {}
    for kind, name, body in re.findall(r"typedef (struct|enum) (\w+) \{(.*?)\} \2;", text, re.S):
        if kind == "enum":
            enums[name] = re.findall(r"\b(CUSIGMOID_\w+) =", body)
        else:
            parts = [part for field in body.split(";") for part in field.split(",") if part.strip()]
            structs[name] = [re.search(r"(\w+)(\[\w+\])?$", part.strip())[1] for part in parts]
    return functions, structs, enums


def layout(structs, enums):
    """A line for each number, by the C compiler."""
    prints = []
    for name, fields in structs.items():
        prints.append(f'printf("struct {name}: %zu bytes\\n", sizeof({name}));')
        for field in fields:
            member = f"(({name} *)0)->{field}"
            prints.append(f'printf("  {field}: %zu bytes at %zu\\n", sizeof {member}, offsetof({name}, {field}));')
    for name, enumerators in enums.items():
        prints.append(f'printf("enum {name}: %zu bytes\\n", sizeof({name}));')
        prints += [f'printf("  {e} = %d\\n", {e});' for e in enumerators]
    with tempfile.TemporaryDirectory() as folder:
        source, program = f"{folder}/layout.c", f"{folder}/layout"
        lines = ["#include <stdio.h>", '#include "cusigmoid/cusigmoid.h"', "int main(void) {", *prints, "return 0; }"]
        pathlib.Path(source).write_text("\n".join(lines))
        subprocess.run([os.environ.get("CC", "cc"), "-I", include, source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def listing(library):
    functions, structs, enums = declarations()
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    # cusigmoid.jax finds what it calls in the library of its own version, where that was built with it.
    exported = {line.split()[-1] for line in symbols.splitlines()} - {"cusigmoid_xla_cpu", "cusigmoid_xla_cuda"}
    declared = {re.search(r"(\w+)\(", f)[1] for f in functions}
    if exported != declared:
        sys.exit(f"exported, but not in cusigmoid.h: {sorted(exported - declared)}; the other way round: {sorted(declared - exported)}")
    return sorted(functions) + layout(structs, enums)


def main():
    *options, library = sys.argv[1:] or sys.exit(__doc__)
    lines = listing(library)
    if options == ["--write"]:
        kept.write_text("\n".join(lines) + "\n")
    elif options == ["--check"]:
        changes = list(difflib.unified_diff(kept.read_text().splitlines(), lines, "abi.txt", "now", lineterm="", n=0))
        sys.exit("\n".join(changes) + "\nthe ABI has changed: is the change compatible? Then list.py --write" if changes else 0)
    elif options == []:
        print("\n".join(lines))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
