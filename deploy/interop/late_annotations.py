"""Installed as sitecustomize where Python is older than 3.14: seahaven's modules are compiled with late annotations."""

import __future__

import importlib.machinery

ORIGINAL = importlib.machinery.SourceFileLoader.source_to_code


def source_to_code(self, data, path, **options):
    if "seahaven" not in str(path):
        return ORIGINAL(self, data, path, **options)
    flags = __future__.annotations.compiler_flag
    return compile(data, path, "exec", flags=flags, dont_inherit=True, optimize=options.get("_optimization", -1))


importlib.machinery.SourceFileLoader.source_to_code = source_to_code
