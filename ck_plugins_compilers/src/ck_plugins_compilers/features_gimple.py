"""GCC's intermediate code, as ``-fdump-tree-...-raw-blocks-asmname`` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ck_plugins_compilers import features_code as code
from ck_plugins_compilers.features_code import Block, Function, closed
from ck_plugins_compilers.features_gimple_types import Types, operands

_FUNCTION = re.compile(r"^;; Function .*\((\S+), funcdef_no=")
_BLOCK = re.compile(r"^;;\s+basic block (\d+)")
_EDGE = re.compile(r"^;;\s+(?:(pred|succ):)?\s*(\w+)?")
_STATEMENT = re.compile(r"^\s+(?:# |\[[^\]]*\] )*gimple_(\w+) <(.*)>")
_DECLARATION = re.compile(r"^  (\S.*);$")
_SSA_NAME = re.compile(r"[\w.$]*_\d+(?:\(D\))?$")

_ARITHMETIC = re.compile(
    r"(?:plus|minus|(?:widen_)?mult(?:_highpart)?(?:_plus|_minus)?|(?:trunc|ceil|floor|round|exact|r)_?div"
    r"|(?:trunc|ceil|floor|round)_mod|[lr](?:shift|rotate)|bit_(?:and|ior|xor|not)|truth_\w+"
    r"|negate|absu?|min|max|conj|dot_prod|sad|widen_\w+|complex)_expr"
)
_COMPARE = re.compile(r"(?:un)?(?:eq|ne|lt|le|gt|ge|ordered|ltgt)_expr")
_ADDRESS = frozenset({"pointer_plus_expr", "pointer_diff_expr", "addr_expr"})
_CONVERSION = frozenset({"nop_expr", "convert_expr", "float_expr", "fix_trunc_expr"})
_MEMORY = re.compile(
    r"(?:var|parm|result)_decl|mem_ref|target_mem_ref|indirect_ref|component_ref|array_(?:range_)?ref"
    r"|bit_field_ref|view_convert_expr|(?:real|imag)part_expr|string_cst"
)
_VALUE = re.compile(r"ssa_name|\w+_cst|constructor")
_SELECT = frozenset({"cond_expr", "vec_cond_expr"})
# Calls that become instructions, or nothing.
_INTRINSIC = re.compile(
    r"\.\w+|__builtin_(?:ia32_\w+|expect\w*|unreachable|trap|eh_\w+|prefetch|constant_p|assume\w*"
    r"|object_size|popcount\w*|cl[rz]\w*|ctz\w*|ffs\w*|parity\w*|bswap\w*|stack_\w+|alloca\w*"
    r"|cpu_\w+|\w+_overflow|classify_type|frame_address|return_address)"
    r"|(?:__builtin_)?(?:fabs|copysign|fmin|fmax)[fl]?"
)
_UNTOLD = frozenset({"label", "predict", "debug", "nop", "bind"})


@dataclass
class _Reading:
    """The function that is being read, and where."""

    function: Function
    types: Types
    block: Block = field(default_factory=Block)
    in_blocks: bool = False
    reads_edges: bool = False


def read_gimple(lines: Iterable[str]) -> Iterator[Function]:
    """The functions of a dump, in its order; what is not understood is left out."""
    reading, floats = None, set[str]()
    for line in lines:
        started = _FUNCTION.match(line)
        if started:
            if reading:
                yield closed(reading.function)
            reading = _Reading(Function(started[1]), Types(floats))
        elif reading:
            _read_line(line, reading)
    if reading:
        yield closed(reading.function)


def _read_line(line: str, reading: _Reading) -> None:
    if found := _BLOCK.match(line):
        reading.block = reading.function.blocks.setdefault(found[1], Block())
        reading.in_blocks, reading.reads_edges = True, False
    elif line.startswith(";;"):
        _read_edge(line, reading)
    elif reading.in_blocks:
        _read_statement(line, reading)
    elif found := _DECLARATION.match(line):
        reading.types.declare(found[1])
    elif line.endswith(")"):
        reading.types.declare_parameters(line)


def _read_edge(line: str, reading: _Reading) -> None:
    found = _EDGE.match(line)
    if found and found[1]:
        reading.reads_edges = found[1] == "succ"
    if found and found[2] and found[2].isdigit() and reading.reads_edges:
        reading.block.successors += (found[2],)


def _read_statement(line: str, reading: _Reading) -> None:
    found = _STATEMENT.match(line)
    if not found:
        if line.lstrip().startswith("goto <bb") and not line.startswith("    "):
            reading.block.add(code.JUMP)
        return
    statement, words = found[1], operands(found[2])
    if statement == "phi":
        reading.block.phi_arguments.append(len(words) - 1)
        reading.types.alike(re.sub(r"\(\d+\)$", "", one) for one in words)
    elif statement == "assign" and len(words) >= 3:
        _assign(words[0], words[1], words[2:], reading)
    elif statement == "call":
        _call(words, reading)
    elif statement == "cond" and len(words) >= 3:
        reading.block.add(_compare(words[0], words[1:3], reading.types))
        reading.block.add(code.IF)
    elif statement not in _UNTOLD:
        kinds = {"switch": code.SWITCH, "return": code.RETURN}
        reading.block.add(kinds.get(statement, code.OTHER))


def _assign(name: str, target: str, values: list[str], reading: _Reading) -> None:
    if "{CLOBBER" in values[0]:  # a variable's life ends
        return
    block, types = reading.block, reading.types
    traits = [code.VECTOR] if types.is_vector(target) else []
    if _ARITHMETIC.fullmatch(name):
        _arithmetic(name, target, values, reading, traits)
    elif _COMPARE.fullmatch(name):
        block.add(_compare(name, values[:2], types), *traits)
    elif name in _CONVERSION:
        types.learn_from_conversion(name, target, values[0])
        block.add(code.CONVERSION, *traits)
    elif name in _SELECT:
        types.alike((target, *values[1:3]))
        block.add(code.SELECT, *traits)
    elif name in _ADDRESS:
        block.add(code.ADDRESS)
        if not _SSA_NAME.match(target):
            block.add(code.STORE)
    else:
        _move(name, target, values[0], reading, traits)


def _arithmetic(
    name: str, target: str, values: list[str], reading: _Reading, traits: list[str]
) -> None:
    """The operands of a shift need not be alike."""
    if "shift" not in name and "rotate" not in name:
        reading.types.alike((target, *values[:2]), floats=name == "rdiv_expr")
    if "mult" in name:
        traits = [*traits, code.MULTIPLICATION]
    if "div" in name or "mod" in name:
        traits = [*traits, code.DIVISION]
    kind = code.FLOAT if reading.types.is_float(target) else code.INTEGER
    reading.block.add(kind, *traits)


def _compare(name: str, values: list[str], types: Types) -> str:
    """Only numbers with a fraction may be unordered."""
    types.alike(values, floats=name.startswith("un") or name == "ordered_expr")
    is_float = any(map(types.is_float, values))
    return code.FLOAT_COMPARE if is_float else code.INTEGER_COMPARE


def _move(name: str, target: str, value: str, reading: _Reading, traits: list[str]) -> None:
    """From memory, to memory, or both; constants and names are only assigned to memory."""
    block = reading.block
    is_register = reading.types.declares(target) or not _VALUE.fullmatch(name)
    is_register &= bool(_SSA_NAME.match(target))
    if _MEMORY.fullmatch(name) and not _SSA_NAME.fullmatch(value):
        block.add(code.LOAD, *traits)
    elif is_register:
        block.add(code.OTHER, *traits)
    if not is_register:
        block.add(code.STORE, *traits)


def _call(words: list[str], reading: _Reading) -> None:
    name, block, types = words[0], reading.block, reading.types
    if name.startswith("OBJ_TYPE_REF") or (_SSA_NAME.match(name) and types.knows(name)):
        block.add(code.INDIRECT_CALL)
    elif _INTRINSIC.fullmatch(name):
        is_vector = "_ia32_" in name or types.is_vector(words[1] if len(words) > 1 else "")
        block.add(code.INTRINSIC, *([code.VECTOR] if is_vector else []))
    else:
        block.calls[name] += 1
    if len(words) > 1 and words[1] != "NULL" and not _SSA_NAME.match(words[1]):
        block.add(code.STORE)
