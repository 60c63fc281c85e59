"""Real builds: CMake, configure, make, scripts and copies, from each kind of source."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.installation import Installation
from ck_core.domain.target import parse_target_name
from ck_core.errors import BadComponentError, CkpError, InstallError
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent
from packages.kit import (
    ADDER,
    CMAKE_LISTS,
    CONFIGURE,
    MAKEFILE,
    compiler,
    install,
    installation,
    meta,
    registered,
    tarball,
)

SOURCES = {**ADDER, "Makefile": MAKEFILE, "CMakeLists.txt": CMAKE_LISTS, "configure": CONFIGURE}


def archive(tmp_path: Path, build: dict[str, Any], **more: Any) -> dict[str, Any]:
    digest = tarball(tmp_path / "thing.tar.gz", SOURCES)
    source = {"archive": [str(tmp_path / "thing.tar.gz")], "sha256": digest}
    return meta({"source": source, "build": build, **more})


def links(made: Installation, tmp_path: Path, name: str = "adder") -> bool:
    """Whether a program compiles against what was installed, and runs."""
    main = tmp_path / "main.c"
    main.write_text('#include "adder.h"\nint main(void) { return add(2, 3) != 5; }\n', "utf-8")
    place, binary = made.path, tmp_path / "main"
    options = [f"-I{place}/include", f"-L{place}/lib", f"-l{name}", "-o", str(binary)]
    command = ["gcc", str(main), *options]
    subprocess.run(command, check=True)
    return subprocess.run([binary], check=False).returncode == 0


def log_text(home: Path) -> str:
    return "".join(path.read_text() for path in sorted(home.glob("cache/logs/*.log")))


@pytest.mark.parametrize(
    "build",
    [
        {"with": "make"},
        {"with": "autotools", "options": ["--with-name=adder"]},
        {"with": "cmake"},
    ],
    ids=lambda build: build["with"],
)
def test_a_library_is_built_and_linked(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent, build: dict[str, Any]
) -> None:
    if not shutil.which("cmake") and build["with"] == "cmake":
        pytest.skip("no cmake is here")
    add_component("package", "thing", archive(tmp_path, build))
    made = install(made_with={"compiler": compiler()})
    assert links(made, tmp_path)
    assert made.origin == str(tmp_path / "thing.tar.gz")
    content = (tmp_path / "thing.tar.gz").read_bytes()
    assert made.digest == f"sha256:{sha256(content).hexdigest()}"
    assert made.directory == made.path
    assert [one.uid for one in registered()] == [made.uid]
    assert "-O2 -fno-common" in log_text(ckp_home) or build["with"] == "cmake"
    assert {path.name for path in made.path.iterdir()} >= {"include", "lib"}
    assert not list(made.path.glob(".ckp-*"))


def test_cmake_takes_options_compiler_and_ninja_from_the_package(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    tools = {name: shutil.which(name) for name in ("cmake", "ninja")}
    if not all(tools.values()):
        pytest.skip("no cmake or no ninja is here")
    build = {"with": "cmake", "options": ["-DWITH_EXTRA=ON", "-DCMAKE_VERBOSE_MAKEFILE=ON"]}
    add_component("package", "thing", archive(tmp_path, build))
    own = write_executable(tmp_path / "a b", "my cc", 'exec gcc "$@"')
    words = {"CK_CC": f"'{own}' -DPART_OF_COMMAND", "CK_COMPILER_FLAGS_OBLIGATORY": "-fno-common"}
    made_with = {name: installation(name, Path(path or "")) for name, path in tools.items()}
    made_with["compiler"] = installation("cc", own, words)
    made = install(made_with=made_with)
    assert (made.path / "extra" / "adder.c").is_file()
    text = log_text(ckp_home)
    compiling = next(line for line in text.splitlines() if " -c " in line)
    assert all(word in compiling for word in ("my cc", "-DPART_OF_COMMAND", "-fno-common", "-O2"))
    assert "-O3" not in compiling


@pytest.mark.parametrize("tool", ["cmake", "autotools", "make"])
def test_a_foreign_target_is_built_for(
    tmp_path: Path, add_component: AddComponent, tool: str
) -> None:
    foreign = compiler("aarch64-linux-gnu")
    options = ["--with-name=adder"] if tool == "autotools" else []
    add_component("package", "thing", archive(tmp_path, {"with": tool, "options": options}))
    made = install(made_with={"compiler": foreign}, target=parse_target_name("linux-arm64"))
    said = subprocess.run(
        ["aarch64-linux-gnu-objdump", "-f", made.path / "lib" / "libadder.a"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "aarch64" in said.stdout
    if tool == "autotools":
        assert (made.path / "host").read_text() == "aarch64-linux-gnu\n"


def test_make_makes_the_targets_it_is_told(tmp_path: Path, add_component: AddComponent) -> None:
    build = {"with": "make", "options": ["PREFIX=$<<INSTALL_DIR>>$/x y"], "targets": ["where"]}
    files = {"Makefile": "where:\n\tmkdir -p '$(PREFIX)'; echo '$(PARALLEL)' > '$(PREFIX)/here'\n"}
    digest = tarball(tmp_path / "t.tgz", files)
    source = {"archive": [str(tmp_path / "t.tgz")], "sha256": digest}
    add_component("package", "thing", meta({"source": source, "build": build}))
    assert (install().path / "x y" / "here").is_file()


def test_a_script_gets_the_documented_environment(
    tmp_path: Path, add_component: AddComponent
) -> None:
    script = (
        'echo "$SOURCE_DIR|$PACKAGE_VERSION|$CK_CC|$CC|$PARALLEL|$TARGET|$1|$PWD|$AWS_SECRET"'
        ' > "$INSTALL_DIR/said" && test -d "$BUILD_DIR" && test -f "$PACKAGE_DIR/install.sh"'
    )
    build = {"with": "script", "script": "install.sh", "options": ["an option; rm -rf /"]}
    recipe = {"source": {"files": "src"}, "build": build}
    files = {"install.sh": script, "src/a.txt": "a", "src/inner/b.txt": "b"}
    add_component("package", "thing", meta(recipe, version="1.0"), files)
    gcc = compiler()
    words = (install(made_with={"compiler": gcc}).path / "said").read_text().strip().split("|")
    source, version, ck_cc, cc, parallel, target, option, directory, secret = words
    assert [version, ck_cc, cc] == ["1.0", str(gcc.path), str(gcc.path)]
    assert [option, secret, source] == ["an option; rm -rf /", "", directory]
    assert int(parallel) > 0
    assert target == "linux-x86_64"


def test_a_script_never_changes_its_component(tmp_path: Path, add_component: AddComponent) -> None:
    build = {"with": "script", "script": "i.sh"}
    files = {"i.sh": 'rm a.txt; touch "$INSTALL_DIR/done"', "src/a.txt": "a"}
    path = add_component(
        "package", "thing", meta({"source": {"files": "src"}, "build": build}), files
    )
    install()
    assert (path / "src" / "a.txt").read_text() == "a"


def test_a_copy_takes_the_files_as_they_are(tmp_path: Path, add_component: AddComponent) -> None:
    files = {"a.txt": "a", "inner/b.txt": "b"}
    add_component("package", "thing", meta({"source": {"files": "."}}), files)
    made = install()
    assert (made.path / "inner" / "b.txt").read_text() == "b"
    assert not (made.path / ".cm").exists()
    assert made.origin == "local:package:thing"
    assert made.digest.startswith("sha256:")


def test_the_start_directory_is_named_or_the_only_one(
    tmp_path: Path, add_component: AddComponent
) -> None:
    add_component("package", "thing", archive(tmp_path, {}, directory="thing-1.0"))
    assert (install().path / "adder.c").is_file()
    add_component("package", "thing", archive(tmp_path, {}, directory="."))
    assert (install().path / "thing-1.0" / "adder.c").is_file()
    add_component("package", "thing", archive(tmp_path, {}))
    assert (install().path / "adder.c").is_file()
    add_component("package", "thing", archive(tmp_path, {}, directory="thing-2"))
    with pytest.raises(BadComponentError, match="no directory 'thing-2'") as caught:
        install()
    assert "there are thing-1.0" in caught.value.hint


def test_a_commit_of_a_git_repository_is_what_comes(
    tmp_path: Path, add_component: AddComponent
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    commits = []
    for text in ("one", "two"):
        (repository / "a.txt").write_text(text)
        git(repository, "init", "--quiet")
        git(repository, "add", ".")
        git(repository, "commit", "--quiet", "-m", text)
        commits.append(git(repository, "rev-parse", "HEAD"))
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    source = {"git": str(tmp_path / "bare.git"), "commit": commits[0]}
    add_component("package", "thing", meta({"source": source}))
    made = install()
    assert (made.path / "a.txt").read_text() == "one"
    assert made.digest == f"git:{commits[0]}"
    assert not (made.path / ".git").exists()


def git(directory: Path, *arguments: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@here")
    command = ["git", "-C", str(directory), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_commit_that_is_not_there_is_told(tmp_path: Path, add_component: AddComponent) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    source = {"git": str(tmp_path / "empty.git"), "commit": "a" * 40}
    add_component("package", "thing", meta({"source": source}))
    with pytest.raises(CkpError, match="has no commit"):
        install()
    assert not registered()


def test_a_sdist_comes_from_where_pip_looks_and_nothing_of_it_is_run(
    tmp_path: Path, add_component: AddComponent, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    trap = f"open({str(tmp_path / 'trapped')!r}, 'w')\n"
    files = {**ADDER, "setup.py": trap, "PKG-INFO": "Name: some-thing\nVersion: 1.0\n"}
    digest = tarball(index / "some_thing-1.0.tar.gz", files, top="some_thing-1.0")
    tarball(index / "some_thing-1.1.tar.gz", files)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    add_component(
        "package", "thing", meta({"source": {"sdist": "Some.Thing==1.0", "sha256": digest}})
    )
    made = install()
    assert (made.path / "adder.c").is_file()
    assert made.origin == "PyPI Some.Thing 1.0"
    assert not (tmp_path / "trapped").exists()


@pytest.mark.slow
def test_the_real_index_gives_a_real_sdist(tmp_path: Path, add_component: AddComponent) -> None:
    digest = "b2d8c62d08e7255f68f7a740bae85b3c9b8e5466baa9cbf7f57f1cde0ac6bc09"
    source = {"sdist": "zstandard==0.23.0", "sha256": digest}
    add_component("package", "thing", meta({"source": source}))
    assert (install().path / "zstd" / "zstd.c").is_file()


def test_a_compile_failure_shows_the_compilers_words_and_the_log(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    files = {**ADDER, "adder.c": "int add(int a { }\n", "Makefile": MAKEFILE}
    digest = tarball(tmp_path / "t.tgz", files)
    source = {"archive": [str(tmp_path / "t.tgz")], "sha256": digest}
    add_component("package", "thing", meta({"source": source, "build": {"with": "make"}}))
    with pytest.raises(
        InstallError, match=r"cannot build thing@1\.0: make exited with 2"
    ) as caught:
        install(made_with={"compiler": compiler()})
    assert "adder.c:1" in caught.value.details
    log = Path(caught.value.hint.rpartition("the log is ")[2])
    assert "adder.c:1" in log.read_text()
    assert not registered()
    assert [list(path.iterdir()) for path in (ckp_home / "tools").iterdir()] == [[]]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        ({"with": "autotools", "directory": "none"}, "no directory 'none'"),
        ({"with": "script", "script": "none.sh"}, "no file 'none.sh'"),
        ({"with": "make", "options": ["X=$<<NOBODY_SETS_IT>>$"]}, "nothing sets NOBODY_SETS_IT"),
    ],
)
def test_what_a_recipe_names_must_be_there(
    tmp_path: Path, add_component: AddComponent, build: dict[str, Any], words: str
) -> None:
    add_component("package", "thing", archive(tmp_path, build))
    with pytest.raises(BadComponentError, match=words):
        install()
    assert not registered()


def test_a_missing_tool_is_named(
    tmp_path: Path, add_component: AddComponent, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_component("package", "thing", archive(tmp_path, {"with": "cmake"}))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallError, match="cmake cannot be started") as caught:
        install()
    assert "install cmake" in caught.value.hint


def test_a_build_that_installs_nothing_is_an_error(
    tmp_path: Path, add_component: AddComponent
) -> None:
    build = {"with": "script", "script": "i.sh"}
    add_component(
        "package", "thing", meta({"source": {"files": ""}, "build": build}), {"i.sh": ":"}
    )
    with pytest.raises(InstallError, match="put nothing into"):
        install()


@pytest.mark.parametrize("tool", ["make", "autotools", "cmake", "script"])
def test_shell_metacharacters_stay_data(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent, tool: str
) -> None:
    """In the product, the version, an option and the names of directories."""
    if tool == "cmake" and not shutil.which("cmake"):
        pytest.skip("no cmake is here")
    nasty = f"1.0; touch {ckp_home}/owned `touch {ckp_home}/owned` & ' \" \\ | > x"
    top = "a b" if tool == "cmake" else "a b;touch owned"  # CMake's own lists end at a semicolon
    digest = tarball(tmp_path / "t.tgz", SOURCES, top=top)
    build = {"with": tool, "options": [f"-DX={nasty}" if tool == "cmake" else f"X={nasty}"]}
    build |= {"script": "i.sh"} if tool == "script" else {}
    source = {"archive": [str(tmp_path / "t.tgz")], "sha256": digest}
    recipe = {"source": source, "build": build, "directory": top}
    say = {"i.sh": 'printf "%s|%s" "$PACKAGE_VERSION" "$1" > "$INSTALL_DIR/said"'}
    add_component("package", "thing", meta(recipe, version=nasty, product=nasty), say)
    made = install(made_with={"compiler": compiler()})
    assert (made.version, made.product) == (nasty, nasty)
    assert not set(" ;`&'\"\\|>") & set(made.path.name)
    assert not list(tmp_path.rglob("owned"))
    if tool == "script":
        assert (made.path / "said").read_text() == f"{nasty}|X={nasty}"


def test_ckps_own_command_line_installs_and_uses_it(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    """Through a process of its own, so that nothing of this one matters."""
    add_component("package", "thing", archive(tmp_path, {"with": "make"}))
    script = (
        "from packages.kit import install, compiler\n"
        "print(install(made_with={'compiler': compiler()}).uid)"
    )
    tests = Path(__file__).parent.parent
    said = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=tests, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(said) == 1
    assert len(list((ckp_home / "cache" / "logs").iterdir())) == 1
    assert json.loads(next((ckp_home / "tools").rglob("ckp-install.json")).read_text())
