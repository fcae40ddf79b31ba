"""Machine code for this processor: compiled once, kept as a file, called without Python's lock."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import cache
from .bounds import deep

LLVMLITE_TESTED = ((0, 45), (0, 50))  # first and last minor release that the tests pass on
PROCESSOR = "UPSHIFT_PROCESSOR"  # a name LLVM knows, such as "generic", to compile for another one
ENTRY = "simulate"
POINTERS = 16  # addresses that a kernel takes; see driver.py


@dataclass(frozen=True)
class Kernel:
    """Machine code: ``call`` takes the addresses of the arrays that ``simulate.py`` lists."""

    call: Callable[..., None]
    width: int  # runs that advance together


@dataclass(frozen=True)
class Target:
    """The processor to compile for, and how many runs advance together on it."""

    name: str
    features: str
    width: int


@once
def target() -> Target:
    """This machine's processor, or the one that ``UPSHIFT_PROCESSOR`` names."""
    from llvmlite import binding  # noqa: PLC0415

    chosen = os.environ.get(PROCESSOR)
    if chosen:
        return Target(chosen, "", width_for(""))
    features = binding.get_host_cpu_features().flatten()
    return Target(binding.get_host_cpu_name(), features, width_for(features))


def width_for(features: str) -> int:
    """Runs a batch on a processor with these features; no result depends on it."""
    return 8


def kernel_of(source: str) -> Kernel:
    """The entry of generated ``source`` as machine code.

    Source and code are kept in the cache folder under everything they depend on: the source itself,
    the modules that translate it, LLVM, and the processor.

    Raises InputError when another llvmlite is installed than the tests pass on.
    """
    import llvmlite  # noqa: PLC0415

    found = tuple(int(part) for part in llvmlite.__version__.split(".")[:2])
    if not LLVMLITE_TESTED[0] <= found <= LLVMLITE_TESTED[1]:
        first, last = (".".join(map(str, version)) for version in LLVMLITE_TESTED)
        raise InputError(
            f"llvmlite {llvmlite.__version__} is installed, but upshift is tested with {first} to "
            f"{last}; install a tested one with: pip install 'llvmlite>={first},<={last}.99'."
        )
    here = target()
    parts = (str(llvmlite.__version__), platform.machine(), here.name, here.features)
    key = cache.digest(source, cache.lanes_digest(), *parts, str(here.width))
    place = cache.folder() / f"k_{key}.py"
    if place.exists() and place.read_text(encoding="utf-8") != source:
        place.unlink()
    cache.write_once(place, source)
    code = _stored(place.with_suffix(".o"))
    if code is None:
        code = compiled(source, here)
        place.with_suffix(".o").unlink(missing_ok=True)
        cache.write_once(place.with_suffix(".o"), hashlib.sha256(code).digest() + code)
    return Kernel(entry(code, here), here.width)


def _stored(place: Path) -> bytes | None:
    """Machine code kept in a file, None if there is none or it is damaged."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    return data[32:] if hashlib.sha256(data[32:]).digest() == data[:32] else None


def _machine(here: Target) -> Any:
    from llvmlite import binding  # noqa: PLC0415

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    triple = binding.Target.from_triple(binding.get_process_triple())
    still = platform.machine().lower() in ("x86_64", "amd64")
    return triple.create_target_machine(
        cpu=here.name,
        features=here.features,
        opt=2,
        reloc="static" if still else "default",
        codemodel="jitdefault",
        jit=True,
    )


def compiled(source: str, here: Target) -> bytes:
    """Machine code of generated source, as an object file."""
    from llvmlite import binding  # noqa: PLC0415

    from .translate import translate  # noqa: PLC0415

    machine = _machine(here)
    with deep():
        text = translate(source, here.width, ENTRY)
    module = binding.parse_assembly(text)
    module.triple = binding.get_process_triple()
    module.data_layout = str(machine.target_data)
    options = binding.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = False
    options.loop_unrolling = options.loop_interleaving = False
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


_engines: list[Any] = []  # machine code lives as long as its engine


def entry(code: bytes, here: Target, pointers: int = POINTERS) -> Callable[..., None]:
    """The function ``simulate`` of an object file, which takes so many addresses."""
    from llvmlite import binding  # noqa: PLC0415

    machine = _machine(here)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    address = engine.get_function_address(ENTRY)
    function: Callable[..., None] = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * pointers)(address)
    return function
