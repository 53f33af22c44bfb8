"""Looks for every test patient: `scan.py PATH...` reads files and folders, names file, line and patient of each hit,
never the value itself. Exit status 1 where there is one."""

import json
import os
import pathlib
import re
import sys
import urllib.parse

HITS_SHOWN = 60
PATIENTS = json.load(open(os.environ["MC_TEST_MODE"], encoding="utf-8"))["patients"]


def spellings(patient):
    """Each identifying value as it may be written: a birth date also as X12 and as people write it."""
    year, month, day = patient["birth_date"].split("-")
    dates = [patient["birth_date"], f"{year}{month}{day}", f"{month}/{day}/{year}", f"{day}.{month}.{year}"]
    yield from (("birth date", date) for date in dates)
    yield from ((field.replace("_", " "), patient[field]) for field in ("family", "given", "member_id"))


LOOKED_FOR = [
    (value.lower().encode(), re.compile(rb"(?<![a-z0-9])" + re.escape(value.lower().encode()) + rb"(?![a-z0-9])"), f"{what} of {p['patient_id']}")
    for p in PATIENTS
    for what, value in spellings(p)
]
PLAIN = re.compile(rb"\\+[nrt]|\\+u00[0-9a-f]{2}")


def lines_with_hits(data):
    """(line number, what) of each hit. A line counts as written, percent-decoded, and without JSON's escapes."""
    lowered = data.lower()
    present = [entry for entry in LOOKED_FOR if entry[0] in lowered]
    if not present:
        return
    for number, line in enumerate(lowered.split(b"\n"), 1):
        near = [entry for entry in present if entry[0] in line]
        if not near:
            continue
        forms = {line, urllib.parse.unquote_to_bytes(line.replace(b"+", b" ")), PLAIN.sub(b" ", line)}
        for _, pattern, what in near:
            if any(pattern.search(form) for form in forms):
                yield number, what


def check_that_it_sees():
    """A scan that finds nothing proves something only where it would find it."""
    for value, _, what in LOOKED_FOR:
        for line in (b'{"name":"%s"}', b"/path/%%20%s?q", b'"text\\n%s, x"', b"%s"):
            if what not in {found for _, found in lines_with_hits(line % value.upper())}:
                sys.exit(f"the scan is blind: it does not see the {what}")


def main():
    check_that_it_sees()
    hits, files, size = 0, 0, 0
    for root in map(pathlib.Path, sys.argv[1:]):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if not path.is_file():
                continue
            data = path.read_bytes()
            files, size = files + 1, size + len(data)
            for number, what in lines_with_hits(data):
                hits += 1
                if hits <= HITS_SHOWN:
                    print(f"{path}:{number}: {what}")
    print(f"{files} files, {size / 1e6:.1f} MB, {len(LOOKED_FOR)} spellings of {len(PATIENTS)} patients: {hits} hits")
    sys.exit(hits > 0)


main()
