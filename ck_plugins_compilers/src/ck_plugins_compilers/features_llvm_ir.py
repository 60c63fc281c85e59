"""LLVM's intermediate code, as ``-S -emit-llvm`` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ck_plugins_compilers import features_code as code
from ck_plugins_compilers.features_code import Block, Function, closed

_NAME = r'(?:"[^"]*"|[\w.$-]+)'
_DEFINE = re.compile(rf"^define .*?@({_NAME})\(")
_LABEL = re.compile(rf"^({_NAME}):")
_INSTRUCTION = re.compile(rf"^  (?:%{_NAME} = )?(?:(?:tail|musttail|notail) )?(\w+)")
_TO = re.compile(rf"label %({_NAME})")
_CALLEE = re.compile(rf"([@%])({_NAME})\(")
_CAST_CALLEE = re.compile(rf"bitcast \(.*?@({_NAME}) to ")
_VECTOR = re.compile(r"<(?:vscale x )?\d+ x ")
_ENTRY = ""

_INTEGER = ("add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr")
_LOGIC = ("and", "or", "xor")
_FLOAT = ("fadd", "fsub", "fmul", "fdiv", "frem", "fneg")
_CONVERSIONS = (
    *("trunc", "zext", "sext", "fptrunc", "fpext", "fptoui", "fptosi", "uitofp", "sitofp"),
    *("ptrtoint", "inttoptr", "bitcast", "addrspacecast"),
)
_KINDS = {
    **dict.fromkeys((*_INTEGER, *_LOGIC), code.INTEGER),
    **dict.fromkeys(_FLOAT, code.FLOAT),
    **dict.fromkeys(_CONVERSIONS, code.CONVERSION),
    "getelementptr": code.ADDRESS,
    "icmp": code.INTEGER_COMPARE,
    "fcmp": code.FLOAT_COMPARE,
    "select": code.SELECT,
    "load": code.LOAD,
    "store": code.STORE,
    "switch": code.SWITCH,
    "indirectbr": code.SWITCH,
    "ret": code.RETURN,
}
_MULTIPLICATIONS = frozenset({"mul", "fmul"})
_DIVISIONS = frozenset({"udiv", "sdiv", "urem", "srem", "fdiv", "frem"})
_CALLS = frozenset({"call", "invoke", "callbr"})
_BRANCHING = frozenset({"br", "switch", "indirectbr", "invoke", "callbr", "cleanupret", "catchret"})
_SIMD = frozenset({"extractelement", "insertelement", "shufflevector"})
# Say something to the compiler, and execute nothing.
_REMARK = re.compile(r"llvm\.(?:dbg|lifetime|assume|experimental\.noalias|invariant|donothing)\b.*")
_LIBRARY = re.compile(r"llvm\.(?:memcpy|memset|memmove)\b.*")
_FUSED = re.compile(r"llvm\.(?:fma|fmuladd)\..*")


def read_llvm_ir(lines: Iterable[str]) -> Iterator[Function]:
    """The functions that a module defines, in its order."""
    function, block = None, Block()
    for line in lines:
        if started := _DEFINE.match(line):
            function = Function(_plain(started[1]))
            block = function.blocks.setdefault(_ENTRY, Block())
        elif line.startswith("}") and function:
            yield closed(function)
            function = None
        elif function and (label := _LABEL.match(line)):
            block = _labelled(_plain(label[1]), function)
        elif function:
            _read(line, block)


def _labelled(name: str, function: Function) -> Block:
    """The entry's label, where it has one, stands before anything else."""
    entry = function.blocks[_ENTRY]
    if len(function.blocks) == 1 and not entry.size and not entry.successors:
        return entry
    return function.blocks.setdefault(name, Block())


def _plain(name: str) -> str:
    return name.strip('"')


def _read(line: str, block: Block) -> None:
    """An instruction, or what one says in further lines: a switch's cases, an invoke's ends."""
    found = _INSTRUCTION.match(line)
    if found is None or found[1] == "to" or line.startswith("   "):
        _add_successors(line, block)
        return
    name = found[1]
    if name in _BRANCHING:
        _add_successors(line, block)
    if name == "phi":
        block.phi_arguments.append(line.count("[ "))
    elif name == "br":
        block.add(code.JUMP if line.startswith("  br label") else code.IF)
    elif name in _CALLS:
        _call(line, block)
    else:
        block.add(_KINDS.get(name, code.OTHER), *_traits(name, line))


def _add_successors(line: str, block: Block) -> None:
    block.successors += tuple(map(_plain, _TO.findall(line)))


def _traits(name: str, line: str) -> Iterator[str]:
    if name in _MULTIPLICATIONS:
        yield code.MULTIPLICATION
    if name in _DIVISIONS:
        yield code.DIVISION
    if name in _SIMD or _VECTOR.search(line):
        yield code.VECTOR


def _call(line: str, block: Block) -> None:
    found = _CALLEE.search(line)
    cast = _CAST_CALLEE.search(line)
    if cast and (found is None or cast.start() < found.start()):
        block.calls[_plain(cast[1])] += 1
    elif found is None or " asm " in line[: found.start()]:
        block.add(code.OTHER)
    elif found[1] == "%":
        block.add(code.INDIRECT_CALL)
    else:
        _named_call(_plain(found[2]), line, block)


def _named_call(name: str, line: str, block: Block) -> None:
    vector = [code.VECTOR] if _VECTOR.search(line) else []
    if _REMARK.fullmatch(name):
        return
    if _FUSED.fullmatch(name):
        block.add(code.FLOAT, code.MULTIPLICATION, *vector)
    elif name.startswith("llvm.") and not _LIBRARY.fullmatch(name):
        block.add(code.INTRINSIC, *vector)
    else:
        block.calls[name] += 1
