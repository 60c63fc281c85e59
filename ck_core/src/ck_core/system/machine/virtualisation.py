"""Hypervisors and containers around this system."""

from __future__ import annotations

import re

from ck_core.system.machine.roots import Roots
from ck_core.system.machine.tree import Tree, one_line

_VENDORS = (
    ("VMware", "vmware"),
    ("innotek", "oracle"),
    ("VirtualBox", "oracle"),
    ("Parallels", "parallels"),
    ("Xen", "xen"),
    ("QEMU", "qemu"),
    ("KVM", "kvm"),
    ("Bochs", "bochs"),
    ("Amazon EC2", "amazon"),
    ("Google Compute Engine", "google"),
    ("Microsoft Corporation Virtual Machine", "microsoft"),
    ("Apple Virtualization", "apple"),
)
"""What firmware calls virtual machines, and systemd's names for who makes them."""
_RUNTIMES = (
    (r"docker", "docker"),
    (r"libpod", "podman"),
    (r"kubepods|containerd", "kubernetes"),
    (r"lxc", "lxc"),
    (r"machine\.slice/machine-", "systemd-nspawn"),
)
_WORD = re.compile(r"[a-z][a-z0-9-]{0,30}")


def find_hypervisor(tree: Tree, roots: Roots, flags: frozenset[str]) -> str:
    """systemd's answer, or our own reading; empty on bare metal.

    Args:
        flags: of the CPU; x86 says ``hypervisor`` there.
    """
    return _asked(roots, "--vm") or _hypervisor(tree, flags)


def find_container(tree: Tree, roots: Roots) -> str:
    return _asked(roots, "--container") or _container(tree)


def _asked(roots: Roots, what: str) -> str:
    answer = roots.run("systemd-detect-virt", what)
    word = one_line(answer.output) if answer and not answer.timed_out else ""
    return word if _WORD.fullmatch(word) and word != "none" else ""


def _hypervisor(tree: Tree, flags: frozenset[str]) -> str:
    if kind := tree.line("sys/hypervisor/type"):
        return kind
    firmware = " ".join(
        tree.line(f"sys/class/dmi/id/{name}") for name in ("sys_vendor", "product_name")
    )
    named = next((name for text, name in _VENDORS if text in firmware), "")
    metal = firmware.rstrip().endswith(".metal")  # Amazon's bare machines have its name too
    return "" if metal else named or ("unknown" if "hypervisor" in flags else "")


def _container(tree: Tree) -> str:
    if named := tree.line("run/systemd/container"):
        return named
    if tree.exists(".dockerenv"):
        return "docker"
    if tree.exists("run/.containerenv"):
        return "podman"
    if "microsoft" in tree.line("proc/sys/kernel/osrelease").lower():
        return "wsl"
    groups = tree.text("proc/1/cgroup")
    return next((name for pattern, name in _RUNTIMES if re.search(pattern, groups)), "")
