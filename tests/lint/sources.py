"""Reading the source tree for the lint."""
import json
import os
import re
import subprocess

import rules


class Source:
    """One text file: path relative to the root, lines, and code without comments and literals."""

    def __init__(self, root, path):
        self.path = path
        self.full = os.path.join(root, path)
        with open(self.full, encoding="utf-8", newline="") as file:
            self.text = file.read()
        self.lines = self.text.split("\n")
        self._code = None

    @property
    def is_cpp(self):
        return self.path.endswith((".h", ".cpp"))

    @property
    def code_lines(self):
        if self._code is None:
            self._code = strip_cpp(self.text).split("\n")
        return self._code

    def inside(self, folder):
        return self.path == folder or self.path.startswith(folder + "/")

    def includes(self):
        """(line number, quoted?, name) of every include."""
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                yield number, match.group(1) == '"', match.group(2)


def strip_cpp(text):
    """Blanks comments, string and character literals; keeps every line break."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
        re.DOTALL)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def load(root):
    """Every text file below root that is ours."""
    found = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in rules.SKIPPED_FOLDERS | rules.DATA_FOLDERS)
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), root)
            if name in rules.SKIPPED_FILES or path.endswith(rules.DATA_SUFFIXES):
                continue
            try:
                source = Source(root, path)
            except (UnicodeDecodeError, FileNotFoundError):
                continue  # binary, or a link that leads nowhere
            if "\0" not in source.text:
                found.append(source)
    return found


def functions(root, sources):
    """(source, name, first line, last line) of every function, method and test case."""
    cpp = {s.path: s for s in sources if s.is_cpp}
    if not cpp:
        return
    answer = subprocess.run(
        ["ctags", "--quiet", "--options=NONE", "--language-force=C++", "--c++-kinds=f", "--fields=+ne",
         "--output-format=json", "-L", "-", "-f", "-"],
        input="\n".join(cpp), cwd=root, capture_output=True, text=True, check=True)
    for line in answer.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag and not tag["name"].startswith("TEST_CASE"):
            yield cpp[tag["path"]], tag["name"], tag["line"], tag["end"]
    for source in cpp.values():  # ctags does not see what doctest's macro makes
        for first, line in enumerate(source.lines, 1):
            if line.startswith("TEST_CASE"):
                last = next((n for n, l in enumerate(source.lines[first:], first + 1) if l.startswith("}")), first)
                yield source, line.strip(), first, last


def cmake_links(sources):
    """(source, target, linked kp_ targets) of every kp_library, kp_program and kp_test."""
    for source in sources:
        if os.path.basename(source.path) != "CMakeLists.txt":
            continue
        text = re.sub(r"#[^\n]*", "", source.text)
        for call in re.finditer(r"\b(kp_library|kp_program|kp_test)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text):
            words = call.group(2).split()
            if words:
                yield source, call.group(1), words[0], [w for w in words[1:] if w.startswith("kp_")]
