"""Real git on small repositories; a stranger's files name a program that leaves a mark."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ck_core.domain.pin import Pin
from ck_core.errors import CkpError, InstallError, UsageError
from ck_core.system.git import State, clone, state, update, without_credentials

NOTHING = Pin()
HOOKS = (
    "post-checkout", "post-merge", "post-index-change", "pre-auto-gc", "post-rewrite",
    "reference-transaction",
)  # fmt: skip


def git(directory: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Name", "-c", "user.email=name@example.org")
    command = ["git", *who, *arguments]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def commit(directory: Path, **files: str) -> str:
    for name, text in files.items():
        (directory / name).write_text(text)
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message=it")
    return git(directory, "rev-parse", "HEAD")


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def listing(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def contents(directory: Path) -> dict[str, bytes]:
    """All that an update may change: no objects, references of origin or logs."""
    left_out = ("objects", "remotes", "logs")
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(one): one.read_bytes() for one in files if not {*left_out} & {*one.parts}}


def isolate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps the configuration of whoever runs the tests out; answers the one that counts."""
    path = folder / "gitconfig"
    path.write_text("[init]\n\tdefaultBranch = main\n[core]\n\tfsync = none\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(folder))
    return path


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return isolate(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: one, two (tag v2), three; branch topic: one, other."""
    path = tmp_path_factory.mktemp("model") / "origin"
    path.mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch:
        isolate(path.parent, monkeypatch)
        git(path, "init", "--quiet")
        commit(path, file="one", kept="kept")
        git(path, "branch", "topic")
        commit(path, file="two")
        git(path, "tag", "--annotate", "--message=it", "v2")
        commit(path, file="three")
        git(path, "checkout", "--quiet", "topic")
        commit(path, other="other")
        git(path, "checkout", "--quiet", "main")
    return path


@pytest.fixture
def origin(model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(model, tmp_path / "origin", symlinks=True)


@pytest.fixture
def copy(origin: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy"
    clone(str(origin), path, NOTHING)
    return path


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "mark"


@pytest.fixture
def program(tmp_path: Path, mark: Path) -> Path:
    """What a stranger wants to be run; a filter that passes its input on."""
    return executable(tmp_path / "evil", f'echo "$0 $*" >> {mark}\nexec cat')


def make_hostile(repository: Path, program: Path) -> None:
    """Programs wherever a repository's own configuration and hooks can name them."""
    settings = {
        "core.fsmonitor": program, "core.hooksPath": ".git/hooks", "core.sshCommand": program,
        "core.gitProxy": program, "core.askPass": program, "core.editor": program,
        "core.pager": program, "core.alternateRefsCommand": program, "core.worktree": "/",
        "filter.evil.clean": program, "filter.evil.smudge": program, "filter.two.process": program,
        "diff.external": program, "diff.evil.textconv": program, "merge.evil.driver": program,
        "alias.status": f"!{program}", "alias.fetch": f"!{program}",
        "credential.helper": f"!{program}", "remote.origin.uploadpack": program,
        "uploadpack.packObjectsHook": program, "gpg.program": program,
        "merge.verifySignatures": "true", "gc.auto": "1", "submodule.recurse": "true",
        "protocol.ext.allow": "always", "url.ext::sh -c evil.insteadOf": str(repository.parent),
        "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "core.repositoryformatversion": "1", "include.path": "more", "init.templateDir": ".",
    }  # fmt: skip
    for name, value in settings.items():
        git(repository, "config", "--file", ".git/config", name, str(value))
    (repository / ".git" / "more").write_text(f"[core]\n\tfsmonitor = {program}\n")
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_text(
        "file filter=evil diff=evil merge=evil\nkept filter=two\n"
    )
    for name in HOOKS:
        executable(repository / ".git" / "hooks" / name, f"exec {program} {name} < /dev/null")


def touch_all(repository: Path) -> None:
    """So that git has to compare contents, which goes through filters."""
    for path in repository.iterdir():
        if path.is_file():
            os.utime(path, (1, 1))


# Cloning


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}/.git", "{}/../origin"])
def test_a_path_and_a_file_url_are_cloned(form: str, origin: Path, tmp_path: Path) -> None:
    clone(form.format(origin), tmp_path / "new" / "copy", NOTHING)
    head = git(origin, "rev-parse", "main")
    assert state(tmp_path / "new" / "copy") == State(commit=head, branch="main", modified=False)
    assert listing(tmp_path / "new") == ["copy"]
    assert git(tmp_path / "new" / "copy", "tag") == "v2"
    assert git(tmp_path / "new" / "copy", "rev-list", "--count", "HEAD") == "3"


def test_a_relative_path_is_cloned(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clone("origin", Path("copy"), NOTHING)
    assert state(Path("copy")) == state(origin)
    update(Path("copy"), NOTHING)


@pytest.mark.parametrize(
    ("pin", "name", "branch"),
    [
        (Pin(branch="main"), "main", "main"),
        (Pin(branch="topic"), "topic", "topic"),
        (Pin(tag="v2"), "v2^{commit}", ""),
    ],
)
def test_a_pin_is_checked_out(
    pin: Pin, name: str, branch: str, origin: Path, tmp_path: Path
) -> None:
    clone(str(origin), tmp_path / "copy", pin)
    head = git(origin, "rev-parse", name)
    assert state(tmp_path / "copy") == State(commit=head, branch=branch, modified=False)
    if branch:
        assert git(tmp_path / "copy", "rev-parse", "--abbrev-ref", "@{u}") == f"origin/{branch}"


@pytest.mark.parametrize("length", [8, 40])
def test_a_commit_is_checked_out(length: int, origin: Path, tmp_path: Path) -> None:
    first = git(origin, "rev-parse", "main~2")
    clone(str(origin), tmp_path / "copy", Pin(commit=first[:length].upper()))
    assert state(tmp_path / "copy") == State(commit=first, branch="", modified=False)
    assert (tmp_path / "copy" / "file").read_text() == "one"


@pytest.mark.parametrize("pin", [Pin(branch="v2"), Pin(tag="main"), Pin(commit="beef" * 10)])
def test_a_pin_that_is_not_there_leaves_nothing(pin: Pin, origin: Path, tmp_path: Path) -> None:
    before = listing(tmp_path)
    with pytest.raises(UsageError, match=r"has no (branch|tag|commit)"):
        clone(str(origin), tmp_path / "copy", pin)
    assert listing(tmp_path) == before


def test_a_branch_cannot_pass_for_a_commit(origin: Path, tmp_path: Path) -> None:
    git(origin, "tag", "beef1234")
    with pytest.raises(UsageError, match="no commit 'beef1234'"):
        clone(str(origin), tmp_path / "copy", Pin(commit="beef1234"))


def test_an_empty_repository_is_cloned_and_filled(tmp_path: Path) -> None:
    (tmp_path / "origin").mkdir()
    git(tmp_path / "origin", "init", "--quiet")
    clone(str(tmp_path / "origin"), tmp_path / "copy", NOTHING)
    assert state(tmp_path / "copy") == State(commit="", branch="main", modified=False)
    head = commit(tmp_path / "origin", file="one")
    update(tmp_path / "copy", NOTHING)
    assert state(tmp_path / "copy") == State(commit=head, branch="main", modified=False)


def test_a_failing_clone_leaves_nothing(tmp_path: Path) -> None:
    before = listing(tmp_path)
    with pytest.raises(InstallError, match="cannot clone") as caught:
        clone(str(tmp_path / "none"), tmp_path / "copy", NOTHING)
    assert "does not" in caught.value.details
    assert listing(tmp_path) == before


def test_what_is_there_is_not_replaced(origin: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        clone(str(origin), tmp_path / "copy", NOTHING)


def interrupt(directory: Path, fake_git: str, code: str) -> None:
    """Runs code with a git that touches ``started`` and sleeps, and sends Ctrl-C then."""
    executable(directory / "bin" / "git", fake_git)
    imports = (
        "from pathlib import Path",
        "from ck_core.domain.pin import Pin",
        "from ck_core.system.git import clone, update",
    )
    child = subprocess.Popen(
        [sys.executable, "-c", "\n".join((*imports, code))],
        cwd=directory,
        env={**os.environ, "PATH": f"{directory / 'bin'}:{os.environ['PATH']}"},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 10
    while not (directory / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert child.poll() is None
    child.send_signal(signal.SIGINT)
    child.wait(10)


def test_ctrl_c_leaves_no_clone(tmp_path: Path) -> None:
    fake = 'for last; do :; done; mkdir "$last/.git"; touch "$HOME/started"; sleep 60'
    interrupt(tmp_path, fake, "clone('/x', Path('new/copy'), Pin())")
    assert listing(tmp_path / "new") == []


def test_ctrl_c_leaves_no_lock(tmp_path: Path, copy: Path) -> None:
    before = contents(copy)
    locks = 'touch "$GIT_INDEX_FILE.lock" "$HOME/started"; sleep 60'
    real = shutil.which("git")
    fake = f'case "$*" in *" checkout "*) {locks};; *) exec {real} "$@";; esac'
    interrupt(tmp_path, fake, "update(Path('copy'), Pin(tag='v2'))")
    assert contents(copy) == before


def test_without_git_the_error_says_what_to_install(
    tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallError, match="git") as caught:
        clone("https://example.org/x", tmp_path / "new", NOTHING)
    assert caught.value.hint == "apt install git"
    with pytest.raises(InstallError, match="git"):
        state(copy)


# Addresses and pins


@pytest.mark.parametrize(
    "url",
    [
        "", "-x", "--upload-pack=touch mark", "ext::sh -c touch% mark", "fd::17", "::x",
        "ext::https://example.org/", "ftp://example.org/x", "HTTPS://example.org/", "foo://x",
        "https://example.org/\nhost=other", "transport-helper::x",
    ],
)  # fmt: skip
def test_bad_addresses_are_refused(url: str, tmp_path: Path, copy: Path) -> None:
    with pytest.raises(UsageError):
        clone(url, tmp_path / "new", NOTHING)
    git(copy, "config", "remote.origin.url", url)
    with pytest.raises(UsageError):
        update(copy, NOTHING)
    assert not (tmp_path / "new").exists()


def test_a_users_alias_does_not_open_a_transport(
    own_configuration: Path, tmp_path: Path, mark: Path
) -> None:
    own_configuration.write_text(
        f'[url "ext::touch {mark} "]\n\tinsteadOf = https://x/\n[protocol "ext"]\n\tallow = always'
    )
    with pytest.raises(InstallError) as caught:
        clone("https://x/y", tmp_path / "new", NOTHING)
    assert "transport 'ext' not allowed" in caught.value.details
    assert not mark.exists()


@pytest.mark.parametrize(
    "name", ["-x", "--force", "a..b", "a b", "x^{tree}", "a@{1}", ".a", "a.lock", "a/", "a\n", "/a"]
)
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        Pin(branch=name)
    with pytest.raises(UsageError):
        Pin(tag=name)


@pytest.mark.parametrize("name", ["abc", "a" * 65, "xyz1", "-abcd", "abcd\n", "HEAD"])
def test_bad_commits_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        Pin(commit=name)


def test_pins_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="exclude"):
        Pin(branch="main", tag="v2")
    assert Pin(branch="feature/x-1.2_ü").branch == "feature/x-1.2_ü"


# Credentials


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:token@host/a", "https://host/a"),
        ("https://token@host/a", "https://host/a"),
        ("https://user:to@ken@host/a", "https://host/a"),
        ("https://user:to#k?en@host/a", "https://host/a"),
        ("https://user:to/ken@host/a", "https://host/a"),
        ("https://user:t@host/a@v1", "https://host/a@v1"),
        ("https://host:8080/a@v1", "https://host:8080/a@v1"),
        ("https://host/a@v1", "https://host/a@v1"),
        ("ssh://git:token@host/a", "ssh://git@host/a"),
        ("ssh://git@host/a", "ssh://git@host/a"),
        ("git@host:a/b", "git@host:a/b"),
        ("/a/b@c", "/a/b@c"),
        ("see 'https://u:t@h/a' and https://u:t@h/b", "see 'https://h/a' and https://h/b"),
    ],
)
def test_credentials_are_taken_out(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="it"')
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def refusing_host() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("user", ["user:s3cret", "s3cret"])
def test_no_error_shows_a_token(user: str, refusing_host: str, copy: Path, tmp_path: Path) -> None:
    url = f"http://{user}@{refusing_host}/x"
    git(copy, "config", "remote.origin.url", url)
    with pytest.raises(InstallError) as cloning:
        clone(url, tmp_path / "new", NOTHING)
    with pytest.raises(InstallError) as updating:
        update(copy, NOTHING)
    for error in (cloning.value, updating.value):
        text = f"{error} {error.hint} {error.details}"
        assert refusing_host in text
        assert "s3cret" not in text


def test_no_password_is_waited_for(refusing_host: str, tmp_path: Path) -> None:
    with pytest.raises(InstallError) as caught:
        clone(f"http://{refusing_host}/x", tmp_path / "new", NOTHING)
    assert "terminal prompts disabled" in caught.value.details


def test_bad_addresses_are_shown_without_tokens(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        clone("ftp://user:s3cret@example.org/x", tmp_path / "new", NOTHING)
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_the_users_ssh_is_used(tmp_path: Path, mark: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = executable(tmp_path / "ssh", f'echo "$*" > {mark}; exit 1')
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    with pytest.raises(InstallError):
        clone("git@example.org:a/b", tmp_path / "new", NOTHING)
    assert "git-upload-pack 'a/b'" in mark.read_text()


# State


def test_state_names_branch_and_commit(origin: Path) -> None:
    head = git(origin, "rev-parse", "HEAD")
    assert state(origin) == State(commit=head, branch="main", modified=False)
    git(origin, "checkout", "--quiet", "--detach")
    assert state(origin) == State(commit=head, branch="", modified=False)
    git(origin, "pack-refs", "--all")
    git(origin, "checkout", "--quiet", "topic")
    assert state(origin) == State(
        commit=git(origin, "rev-parse", "topic"), branch="topic", modified=False
    )


@pytest.mark.parametrize("change", ["edit", "same size", "delete", "add", "stage"])
def test_state_sees_changes(change: str, copy: Path) -> None:
    path = copy / {"add": "new file", "stage": "new file"}.get(change, "file")
    if change == "delete":
        path.unlink()
    else:
        path.write_text("eerht" if change == "same size" else "more than before")
    if change == "stage":
        git(copy, "add", "--all")
    found = state(copy)
    assert found is not None
    assert found.modified


def test_ignored_and_touched_files_are_no_change(copy: Path) -> None:
    (copy / ".git" / "info").mkdir(exist_ok=True)
    (copy / ".git" / "info" / "exclude").write_text("*.o\n")
    (copy / "a.o").write_text("")
    touch_all(copy)
    before = contents(copy)
    assert state(copy) == state(copy)
    assert contents(copy) == before
    found = state(copy)
    assert found is not None
    assert not found.modified


def test_how_files_are_stored_is_respected(copy: Path) -> None:
    git(copy, "config", "core.fileMode", "false")
    (copy / "file").chmod(0o755)
    found = state(copy)
    assert found is not None
    assert not found.modified


def test_sha256_and_split_indexes_are_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "new")
    head = commit(tmp_path / "new", file="one")
    git(tmp_path / "new", "update-index", "--split-index")
    assert len(head) == 64
    assert state(tmp_path / "new") == State(commit=head, branch="main", modified=False)


def test_a_linked_work_tree_has_its_own_state(origin: Path, tmp_path: Path) -> None:
    git(origin, "worktree", "add", "--quiet", "../linked", "topic")
    head = git(origin, "rev-parse", "topic")
    assert state(tmp_path / "linked") == State(commit=head, branch="topic", modified=False)
    with pytest.raises(UsageError, match="shares"):
        update(tmp_path / "linked", NOTHING)


def test_what_is_no_repository_has_no_state(tmp_path: Path) -> None:
    assert state(tmp_path) is None
    assert state(tmp_path / "none") is None
    (tmp_path / ".git").write_text("nonsense")
    assert state(tmp_path) is None
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    assert state(tmp_path / "bare") is None
    (tmp_path / "empty" / ".git").mkdir(parents=True)
    assert state(tmp_path / "empty") is None


def test_a_parents_repository_is_not_reported(origin: Path) -> None:
    (origin / "inner").mkdir()
    assert state(origin / "inner") is None
    with pytest.raises(UsageError, match="not the top"):
        update(origin / "inner", NOTHING)


def test_a_repository_that_cannot_be_read_is_an_error(origin: Path) -> None:
    (origin / ".git" / "index").write_text("nonsense")
    with pytest.raises(InstallError, match="cannot read") as caught:
        state(origin)
    assert "index" in caught.value.details


def test_a_pipe_for_a_head_is_not_waited_for(origin: Path) -> None:
    (origin / ".git" / "HEAD").unlink()
    os.mkfifo(origin / ".git" / "HEAD")
    assert state(origin) is None


# Updating


def test_update_goes_forward(origin: Path, copy: Path) -> None:
    (copy / "kept").write_text("changed, but not upstream")
    head = commit(origin, file="four", new="new")
    update(copy, NOTHING)
    assert state(copy) == State(commit=head, branch="main", modified=True)
    assert (copy / "new").read_text() == "new"
    assert (copy / "kept").read_text() == "changed, but not upstream"
    update(copy, NOTHING)
    assert git(copy, "rev-parse", "HEAD", "origin/main") == f"{head}\n{head}"
    assert not list((copy / ".git").glob("*.lock"))
    git(copy, "fsck", "--strict")


def test_update_follows_what_the_branch_follows(origin: Path, copy: Path) -> None:
    git(copy, "checkout", "--quiet", "-b", "mine", "origin/topic")
    git(origin, "checkout", "--quiet", "topic")
    head = commit(origin, other="more")
    update(copy, NOTHING)
    assert state(copy) == State(commit=head, branch="mine", modified=False)


def test_update_to_pins_and_back(origin: Path, copy: Path) -> None:
    second = git(origin, "rev-parse", "v2^{commit}")
    update(copy, Pin(tag="v2"))
    assert state(copy) == State(commit=second, branch="", modified=False)
    update(copy, Pin(commit=git(origin, "rev-parse", "main~2")))
    assert (copy / "file").read_text() == "one"
    update(copy, Pin(branch="topic"))
    assert state(copy) == State(
        commit=git(origin, "rev-parse", "topic"), branch="topic", modified=False
    )
    head = commit(origin, file="four")
    update(copy, Pin(branch="main"))
    assert state(copy) == State(commit=head, branch="main", modified=False)


def test_update_without_a_branch_asks_for_one(copy: Path) -> None:
    git(copy, "checkout", "--quiet", "--detach")
    with pytest.raises(UsageError, match="on no branch"):
        update(copy, NOTHING)


def test_packed_references_and_moved_tags_are_updated(origin: Path, copy: Path) -> None:
    git(copy, "pack-refs", "--all")
    head = commit(origin, file="four")
    git(origin, "tag", "--force", "v2")
    git(origin, "branch", "--delete", "--force", "topic")
    git(origin, "branch", "topic/inner")
    update(copy, Pin(tag="v2"))
    assert state(copy) == State(commit=head, branch="", modified=False)
    assert "origin/topic/inner" in git(copy, "branch", "--remotes")


@pytest.mark.parametrize("how", ["modified", "staged", "untracked", "ignored"])
def test_local_files_in_the_way_stay(how: str, origin: Path, copy: Path) -> None:
    name = "file" if how in {"modified", "staged"} else "new"
    (copy / name).write_text("mine")
    if how == "staged":
        git(copy, "add", "--all")
    if how == "ignored":
        (copy / ".git" / "info").mkdir(exist_ok=True)
        (copy / ".git" / "info" / "exclude").write_text("new\n")
    before = contents(copy)
    commit(origin, file="four", new="new")
    git(origin, "tag", "v4")
    for pin in (NOTHING, Pin(branch="main"), Pin(tag="v4")):
        with pytest.raises(CkpError, match="local changes") as caught:
            update(copy, pin)
        assert "commit" in caught.value.hint
        assert "stash" in caught.value.hint
        assert name in caught.value.details
    new_tag = copy / ".git" / "refs" / "tags" / "v4"
    assert contents(copy) == {**before, str(new_tag): new_tag.read_bytes()}


def test_diverged_history_stays(origin: Path, copy: Path) -> None:
    commit(copy, file="mine")
    before = contents(copy)
    commit(origin, file="four")
    with pytest.raises(CkpError, match="commits of its own") as caught:
        update(copy, NOTHING)
    assert "rebase" in caught.value.hint
    with pytest.raises(CkpError, match="'main' cannot be fast-forwarded"):
        update(copy, Pin(branch="main"))
    assert contents(copy) == before


def test_commits_that_are_only_ahead_stay(origin: Path, copy: Path) -> None:
    head = commit(copy, mine="mine")
    update(copy, NOTHING)
    assert state(copy) == State(commit=head, branch="main", modified=False)
    update(copy, Pin(tag="v2"))
    update(copy, Pin(branch="main"))
    assert state(copy) == State(commit=head, branch="main", modified=False)


def test_commits_without_a_branch_are_not_lost(origin: Path, copy: Path) -> None:
    git(copy, "checkout", "--quiet", "--detach")
    commit(copy, mine="mine")
    before = contents(copy)
    with pytest.raises(CkpError, match="no branch names them"):
        update(copy, Pin(branch="main"))
    assert contents(copy) == before


def test_rewritten_history_is_no_local_commit(origin: Path, copy: Path) -> None:
    update(copy, Pin(commit=git(origin, "rev-parse", "main")))
    git(origin, "reset", "--quiet", "--hard", "v2")
    head = commit(origin, file="rewritten")
    git(origin, "tag", "v3")
    update(copy, Pin(tag="v3"))
    assert state(copy) == State(commit=head, branch="", modified=False)


@pytest.mark.parametrize("name", ["HEAD.lock", "index.lock"])
def test_another_git_at_work_is_respected(name: str, origin: Path, copy: Path) -> None:
    commit(origin, file="four")
    (copy / ".git" / name).touch()
    before = contents(copy)
    with pytest.raises(CkpError, match="another git is at work"):
        update(copy, NOTHING)
    assert contents(copy) == before


def test_a_lost_remote_is_an_install_error(origin: Path, copy: Path) -> None:
    origin.rename(origin.with_name("moved"))
    with pytest.raises(InstallError, match="cannot update"):
        update(copy, NOTHING)
    git(copy, "remote", "remove", "origin")
    with pytest.raises(UsageError, match="no remote 'origin'"):
        update(copy, NOTHING)


# Strangers


def test_a_hostile_configuration_runs_nothing(
    origin: Path, copy: Path, program: Path, mark: Path
) -> None:
    make_hostile(copy, program)
    touch_all(copy)
    head = git(origin, "rev-parse", "HEAD")
    assert state(copy) == State(commit=head, branch="main", modified=False)
    head = commit(origin, file="four", kept="changed")
    update(copy, NOTHING)
    assert state(copy) == State(commit=head, branch="main", modified=False)
    update(copy, Pin(branch="topic"))
    update(copy, Pin(tag="v2"))
    assert not mark.exists()
    git(copy, "config", "--file", ".git/config", "--unset", "core.worktree")
    touch_all(copy)
    git(copy, "status")
    assert mark.exists(), "the trap was none"


@pytest.mark.parametrize("scheme", ["ssh", "http", "git"])
def test_a_hostile_configuration_names_no_helpers(
    scheme: str, refusing_host: str, copy: Path, program: Path, mark: Path
) -> None:
    make_hostile(copy, program)
    host = refusing_host if scheme == "http" else "127.0.0.1:1"
    git(copy, "config", "--file", ".git/config", "remote.origin.url", f"{scheme}://{host}/x")
    with pytest.raises(InstallError, match="cannot update"):
        update(copy, NOTHING)
    assert not mark.exists()


def test_a_hostile_remote_runs_nothing(
    origin: Path, program: Path, mark: Path, tmp_path: Path
) -> None:
    make_hostile(origin, program)
    clone(f"{origin}/.git", tmp_path / "copy", NOTHING)
    clone(f"file://{origin}/.git", tmp_path / "copy2", Pin(tag="v2"))
    update(tmp_path / "copy2", Pin(branch="main"))
    assert not mark.exists()
    assert listing(tmp_path / "copy" / ".git").count("hooks") == 0


def test_the_users_own_hooks_and_templates_do_not_apply(
    origin: Path, program: Path, mark: Path, tmp_path: Path, own_configuration: Path
) -> None:
    """A path of hooks may be relative, and so name files of the stranger's."""
    for name in HOOKS:
        executable(origin / "hooks" / name, f"exec {program} {name} < /dev/null")
    commit(origin, more="more")
    own_configuration.write_text(
        f"[core]\n\thooksPath = hooks\n\tfsmonitor = hooks/post-merge\n"
        f"[init]\n\ttemplateDir = {origin}\n"
    )
    clone(str(origin), tmp_path / "copy", NOTHING)
    own_configuration.write_text("")
    commit(origin, more="still more")
    own_configuration.write_text("[core]\n\thooksPath = hooks\n\tfsmonitor = hooks/post-merge\n")
    update(tmp_path / "copy", NOTHING)
    state(tmp_path / "copy")
    assert not mark.exists()


@pytest.fixture
def nested(origin: Path, tmp_path: Path, own_configuration: Path) -> Path:
    """A repository whose main has a submodule, and a user who wants them followed."""
    git(origin, "-c", "protocol.file.allow=always", "submodule", "add", str(origin), "inner")
    commit(origin)
    own_configuration.write_text("[submodule]\n\trecurse = true\n\tactive = .\n")
    clone(str(origin), tmp_path / "copy", NOTHING)
    return tmp_path / "copy"


def test_submodules_are_not_fetched(nested: Path) -> None:
    update(nested, Pin(tag="v2"))
    update(nested, Pin(branch="main"))
    found = state(nested)
    assert found is not None
    assert not found.modified
    assert listing(nested / "inner") == []


def test_submodules_are_not_entered(nested: Path, origin: Path, program: Path, mark: Path) -> None:
    git(nested, "-c", "protocol.file.allow=always", "submodule", "update", "--init")
    inner = nested / ".git" / "modules" / "inner"
    git(inner, "config", "core.fsmonitor", str(program))
    for name in HOOKS:
        executable(inner / "hooks" / name, f"exec {program} {name} < /dev/null")
    git(origin / "inner", "checkout", "--quiet", "HEAD~1")
    head = commit(origin, file="four")
    update(nested, NOTHING)
    assert state(nested) == State(commit=head, branch="main", modified=False)
    assert not mark.exists()


def test_the_remote_is_called_origin(origin: Path, tmp_path: Path, own_configuration: Path) -> None:
    own_configuration.write_text("[clone]\n\tdefaultRemoteName = other\n")
    clone(str(origin), tmp_path / "copy", NOTHING)
    assert git(tmp_path / "copy", "remote") == "origin"
