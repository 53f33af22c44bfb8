"""Judges the files of a folder: `ours/` by pyx12, x12sdk and x12-doctor, `theirs/` by our own command. Prints a table; fails on a verdict that is
neither "passes" nor listed here, and on a listed one that is gone."""

import argparse
import io
import json
import logging
import pathlib
import subprocess
import sys

import pyx12.errors
import pyx12.params
import pyx12.x12n_document
from x12sdk.io import X12ModelReader

PASSES, UNKNOWN = "passes", "does not know it"

# What a validator does not know.
NOT_KNOWN = {
    "pyx12": {"270", "271", "synthetic-271", "276", "277", "278-answer", "278-request", "837d", "ta1-accepted", "ta1-rejected"},
    "x12sdk": {"277ca", "278-answer", "278-request", "837d", "999-accepted", "999-rejected", "ta1-accepted", "ta1-rejected"},
    "x12-doctor": set(),
}

OUTSIDE = ("TA1 sits outside", "a TA1 answers an interchange and stands between ISA and IEA, outside groups; it looks for it inside a transaction set")

# (file, who judges): what it says (a part of it), and why we do not do as it says.
DIFFERENCES = {
    ("ta1-accepted", "x12-doctor"): OUTSIDE,
    ("ta1-rejected", "x12-doctor"): OUTSIDE,
    ("835", "ours"): ("BPR", "theirs has no BPR16 and no PER*BL, which 005010X221A1 asks for"),
    ("834", "ours"): ("DSB", "theirs has DSB02, which the guide does not use"),
    ("277", "ours"): ("BHT", "theirs has no BHT06 DG, which the guide asks for"),
}


def by_pyx12(file):
    said = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())
    log = logging.getLogger("pyx12")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.ERROR)
    try:
        # Without a 999 of its own: it cannot make one for a file whose ST03 is empty, as that of an 835 is.
        sound = pyx12.x12n_document.x12n_document(pyx12.params.params(), str(file), None, None, None)
    except pyx12.errors.EngineError as error:
        return UNKNOWN if "Map not found" in str(error) else str(error)
    if sound and not said:
        return PASSES
    return UNKNOWN if any("GS_LOOP" in line for line in said) else "; ".join(said) or "fails"


def by_x12sdk(file):
    text = file.read_text(encoding="ascii")
    try:
        with X12ModelReader(text) as reader:
            models = list(reader.models())
    except (KeyError, UnboundLocalError):
        return UNKNOWN
    except ValueError as error:
        return str(error).replace("\n", " ")
    return PASSES if models else UNKNOWN


def by_x12_doctor(file):
    program = pathlib.Path(sys.executable).parent / "x12doctor"
    done = subprocess.run([program, "check", "--format", "json", file], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)["findings"] if done.returncode < 2 else [done.stderr]
    return PASSES if not said else "; ".join(str(finding["message"] if isinstance(finding, dict) else finding) for finding in said)


def by_ours(command, file):
    done = subprocess.run([command, "validate", "--format", "json", file], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [f'{line["id"]}: {line["message"]}' for line in lines if line.get("severity") == "error"]
    return "; ".join(errors) or PASSES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True, help="the command medconnect-x12")
    parser.add_argument("folder", type=pathlib.Path)
    told = parser.parse_args()
    judges = {"pyx12": by_pyx12, "x12sdk": by_x12sdk, "x12-doctor": by_x12_doctor}
    faults, seen, out = [], set(), io.StringIO()

    def judge(file, who, said):
        listed = DIFFERENCES.get((file.stem, who))
        seen.add((file.stem, who))
        expected = UNKNOWN if file.stem in NOT_KNOWN.get(who, ()) else PASSES
        if listed and listed[0] in said:
            return "differs"
        if listed or said != expected:
            faults.append(f"{file.stem} by {who}: {said[:400]}" + (" (listed as a difference that is gone)" if listed else ""))
        return {PASSES: "passes", UNKNOWN: "-"}.get(said, "FAILS")

    print(f"{'what we write':<18}" + "".join(f"{who:<12}" for who in judges), file=out)
    for file in sorted((told.folder / "ours").iterdir()):
        print(f"{file.stem:<18}" + "".join(f"{judge(file, who, by(file)):<12}" for who, by in judges.items()), file=out)
    # Whether they look at all: claims without their diagnoses, and so without a right count, pass with none.
    whole = (told.folder / "ours" / "837p.x12").read_text(encoding="ascii")
    broken = told.folder / "broken.x12"
    broken.write_text("~".join(part for part in whole.split("~") if not part.startswith("HI*")), encoding="ascii")
    verdicts = {who: by(broken) not in (PASSES, UNKNOWN) for who, by in judges.items()}
    faults += [f"{who} passes claims without diagnoses" for who, objects in verdicts.items() if not objects]
    print(f"{'837p, broken':<18}" + "".join(f"{'objects' if objects else 'PASSES':<12}" for objects in verdicts.values()), file=out)
    print(f"\n{'what x12sdk writes':<18} ours", file=out)
    for file in sorted((told.folder / "theirs").iterdir()):
        print(f"{file.stem:<18} {judge(file, 'ours', by_ours(told.ours, file))}", file=out)
    print(out.getvalue())
    for (stem, who), (_, reason) in DIFFERENCES.items():
        print(f"{stem} by {who} differs: {reason}")
        if (stem, who) not in seen:
            faults.append(f"{stem} was not judged by {who}")
    if faults:
        sys.exit("\n" + "\n".join(faults))


if __name__ == "__main__":
    main()
