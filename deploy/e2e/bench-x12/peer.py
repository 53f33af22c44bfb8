"""Measures one file with pyx12 (validation) or x12sdk (reading into models, which validates) and prints a line of
JSON with the processor time. Start-up and loading of tables do not count: the file is read twice, and the second
run counts."""

import io
import json
import logging
import os
import sys
import time

logging.disable(logging.CRITICAL)


def pyx12(path):
    import pyx12.params
    import pyx12.x12n_document

    pyx12.x12n_document.x12n_document(pyx12.params.params(), path, io.StringIO(), None, None)


def x12sdk(path):
    from x12sdk.io import X12ModelReader

    with X12ModelReader(path) as reader:
        for _ in reader.models():
            pass


read = {"pyx12": pyx12, "x12sdk": x12sdk}[sys.argv[1]]
read(sys.argv[2])
begun = time.process_time()
read(sys.argv[2])
print(json.dumps({"bytes": os.path.getsize(sys.argv[2]), "seconds": time.process_time() - begun}))
