"""The test kit for plugin authors: ``pip install ck-core[testing]``.

``checks`` says whether ckp would accept a plugin, ``executables`` makes stand-ins for tools,
``samples`` makes what hooks are given, and ``fixtures`` is a pytest plugin
(``pytest_plugins = ["ck_core.testing.fixtures"]`` in ``conftest.py``).
"""
