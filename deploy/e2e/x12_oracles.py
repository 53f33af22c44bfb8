"""Validates the files of a folder: `ours/` with pyx12, x12sdk and x12-doctor, `theirs/` with our own command. Prints a
table; fails on a verdict that is neither "passes" nor listed here, and on a listed one that no longer occurs."""

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

PASSES, UNKNOWN = "passes", "not supported"

# The kinds that a validator does not support.
NOT_SUPPORTED = {
    "pyx12": {"270", "271", "synthetic-271", "276", "277", "278-answer", "278-request", "837d", "ta1-accepted", "ta1-rejected"},
    "x12sdk": {"277ca", "278-answer", "278-request", "837d", "999-accepted", "999-rejected", "ta1-accepted", "ta1-rejected"},
    "x12-doctor": set(),
}

OUTSIDE = ("TA1 sits outside", "a TA1 acknowledges an interchange and is between ISA and IEA, outside groups; it expects it inside a transaction set")

# (file, validator): a part of its message, and the reason for the difference.
DIFFERENCES = {
    ("ta1-accepted", "x12-doctor"): OUTSIDE,
    ("ta1-rejected", "x12-doctor"): OUTSIDE,
    ("835", "ours"): ("BPR", "theirs has no BPR16 and no PER*BL, which 005010X221A1 requires"),
    ("834", "ours"): ("DSB", "theirs has DSB02, which the guide does not use"),
    ("277", "ours"): ("BHT", "theirs has no BHT06 DG, which the guide requires"),
    ("837i", "ours"): ("HI", "theirs codes diagnoses as ICD-9 (BK, BF) for services since October 1, 2015"),
    ("837p", "ours"): ("HI", "theirs codes diagnoses as ICD-9 (BK, BF) for services since October 1, 2015"),
}


def by_pyx12(file):
    messages = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: messages.append(record.getMessage())
    log = logging.getLogger("pyx12")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.ERROR)
    try:
        # Without a 999: it cannot write one for a file with an empty ST03, as in an 835.
        valid = pyx12.x12n_document.x12n_document(pyx12.params.params(), str(file), None, None, None)
    except pyx12.errors.EngineError as error:
        return UNKNOWN if "Map not found" in str(error) else str(error)
    if valid and not messages:
        return PASSES
    return UNKNOWN if any("GS_LOOP" in line for line in messages) else "; ".join(messages) or "fails"


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
    messages = json.loads(done.stdout)["findings"] if done.returncode < 2 else [done.stderr]
    return PASSES if not messages else "; ".join(str(finding["message"] if isinstance(finding, dict) else finding) for finding in messages)


def by_ours(command, file):
    done = subprocess.run([command, "validate", "--format", "json", file], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [f'{line["id"]}: {line["message"]}' for line in lines if line.get("severity") == "error"]
    return "; ".join(errors) or PASSES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True, help="the command medconnect-x12")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    validators = {"pyx12": by_pyx12, "x12sdk": by_x12sdk, "x12-doctor": by_x12_doctor}
    faults, seen, out = [], set(), io.StringIO()

    def verdict(file, who, message):
        listed = DIFFERENCES.get((file.stem, who))
        seen.add((file.stem, who))
        expected = UNKNOWN if file.stem in NOT_SUPPORTED.get(who, ()) else PASSES
        if listed and listed[0] in message:
            return "differs"
        if listed or message != expected:
            faults.append(f"{file.stem} by {who}: {message[:400]}" + (" (listed difference no longer occurs)" if listed else ""))
        return {PASSES: "passes", UNKNOWN: "-"}.get(message, "FAILS")

    print(f"{'our files':<18}" + "".join(f"{who:<12}" for who in validators), file=out)
    for file in sorted((arguments.folder / "ours").iterdir()):
        print(f"{file.stem:<18}" + "".join(f"{verdict(file, who, by(file)):<12}" for who, by in validators.items()), file=out)
    # Sanity check: claims without diagnoses, and so with a wrong count, must pass no validator.
    whole = (arguments.folder / "ours" / "837p.x12").read_text(encoding="ascii")
    broken = arguments.folder / "broken.x12"
    broken.write_text("~".join(part for part in whole.split("~") if not part.startswith("HI*")), encoding="ascii")
    verdicts = {who: by(broken) not in (PASSES, UNKNOWN) for who, by in validators.items()}
    faults += [f"{who} passes claims without diagnoses" for who, rejects in verdicts.items() if not rejects]
    print(f"{'837p, broken':<18}" + "".join(f"{'rejects' if rejects else 'PASSES':<12}" for rejects in verdicts.values()), file=out)
    print(f"\n{'files of x12sdk':<18} ours", file=out)
    for file in sorted((arguments.folder / "theirs").iterdir()):
        print(f"{file.stem:<18} {verdict(file, 'ours', by_ours(arguments.ours, file))}", file=out)
    print(out.getvalue())
    for (stem, who), (_, reason) in DIFFERENCES.items():
        print(f"{stem} by {who} differs: {reason}")
        if (stem, who) not in seen:
            faults.append(f"{stem} was not checked by {who}")
    if faults:
        sys.exit("\n" + "\n".join(faults))


if __name__ == "__main__":
    main()
