"""Compilers as plugins of ckp: GCC, LLVM, Intel, zig, Java and Python."""
