#!/usr/bin/env python3
"""Style as a test: prints every violation of rules.py below ROOT.

usage: lint.py ROOT          exit 0: clean, 1: violations, 2: cannot run
"""
import os
import re
import sys

import rules
import sources as tree


def top(path):
    return path.split("/", 1)[0]


def leaf(path):
    return "/".join(path.split("/")[:2])


def allowed(path, folders):
    return any(path == f or path.startswith(f + "/") for f in folders)


def check_include_direction(sources, _root):
    """firmware-host -> {scanner, tally, sync} -> config, includes relative to the root"""
    for s in sources:
        if not s.is_cpp or top(s.path) not in rules.MAY_USE:
            continue
        for number, quoted, name in s.includes():
            if not quoted or name in rules.GENERATED:
                continue
            if top(name) not in rules.MAY_USE:
                yield s, number, f'"{name}" is not relative to the root of the repository'
            elif top(name) not in rules.MAY_USE[top(s.path)]:
                yield s, number, f"{top(s.path)} must not include {name}"


def check_base_layer(sources, _root):
    """the leaves of config build on each other in one order"""
    for s in sources:
        may = rules.LEAF_MAY_USE.get(leaf(s.path))
        if not s.is_cpp or may is None:
            continue
        for number, quoted, name in s.includes():
            if quoted and top(name) in rules.MAY_USE and leaf(name) not in may:
                yield s, number, f"{leaf(s.path)} must not include {name}"


def check_no_cycle(sources, _root):
    """two libraries never need each other, directly or by way of others"""
    libraries = {t: (s, links) for s, kind, t, links in tree.cmake_links(sources) if kind == "kp_library"}
    edges = {target: [l for l in links if l in libraries] for target, (_s, links) in libraries.items()}
    for start in sorted(edges):
        path = find_cycle(edges, start)
        if path and path[0] == min(path):  # tell each circle once
            yield libraries[start][0], 1, "libraries in a circle: " + " -> ".join(path)


def find_cycle(edges, start):
    """A way from start back to start, or None."""
    todo, seen = [[start]], set()
    while todo:
        path = todo.pop()
        for following in sorted(edges.get(path[-1], ())):
            if following == start:
                return path + [start]
            if following not in seen:
                seen.add(following)
                todo.append(path + [following])
    return None


def check_fence(sources, _root):
    """a third-party header appears in one folder only"""
    for s in sources:
        if not s.is_cpp or top(s.path) not in rules.MAY_USE:
            continue
        for number, quoted, name in s.includes():
            if quoted:
                continue
            for pattern, folders, reason in rules.FENCES:
                if re.match(pattern, name):
                    if not allowed(s.path, folders):
                        yield s, number, f"<{name}> belongs to {', '.join(folders)}: {reason}"
                    break


def check_json_in_cpp(sources, _root):
    """config/json/json.h only from .cpp: it is slow to compile"""
    for s in sources:
        if s.path.endswith(".h") and not s.inside("config/json"):
            for number, _quoted, name in s.includes():
                if name == "config/json/json.h":
                    yield s, number, "include config/json/json.h from .cpp files only"


def check_pure(sources, _root):
    """counting has no clock, file, thread or chance"""
    for s in sources:
        if not s.is_cpp or not allowed(s.path, rules.PURE_FOLDERS):
            continue
        for number, quoted, name in s.includes():
            if not quoted and re.fullmatch(rules.IMPURE_HEADERS, name) or name.startswith("config/storage/"):
                yield s, number, f"{name} would make this folder impure"


def check_no_float(sources, _root):
    """counting is exact: integers only"""
    for s in sources:
        if not s.is_cpp or not allowed(s.path, rules.FLOAT_BANNED_IN):
            continue
        for number, line in enumerate(s.code_lines, 1):
            known = any(s.path == path and text in line for path, text in rules.FLOAT_ALLOWED)
            if re.search(r"\b(float|double)\b", line) and not known:
                yield s, number, "floating point; see FLOAT_ALLOWED in tests/lint/rules.py"


def check_banned_call(sources, _root):
    """calls that have a safer form"""
    for s in sources:
        if not s.is_cpp:
            continue
        rows = [r for r in rules.BANNED_CALLS
                if r[1] == rules.ANYWHERE or (r[1] == "!tests" and top(s.path) != "tests") or s.inside(r[1])]
        for number, line in enumerate(s.code_lines, 1):
            for pattern, _where, instead in rows:
                match = re.search(pattern, line)
                call = match.group(0).strip("( ") if match else ""
                if match and not any(s.path == path and call == known for path, known, _why in rules.CALLS_ALLOWED):
                    yield s, number, f"{call}: {instead}"


def check_function_length(sources, root):
    """a function is seen at once"""
    for s, name, first, last in tree.functions(root, sources):
        limit = rules.MAX_TEST_FUNCTION_LINES if top(s.path) == "tests" else rules.MAX_FUNCTION_LINES
        if last - first + 1 > limit:
            yield s, first, f"{name} has {last - first + 1} lines, at most {limit}"


def check_file_length(sources, _root):
    """a file has one subject"""
    for s in sources:
        length = s.text.count("\n")
        if s.path.endswith(rules.CODE) and s.path not in rules.LONG_FILES and length > rules.MAX_FILE_LINES:
            yield s, length, f"{length} lines, at most {rules.MAX_FILE_LINES}"


def check_line_length(sources, _root):
    """two files fit side by side"""
    for s in sources:
        if not s.is_cpp:
            continue
        for number, line in enumerate(s.lines, 1):
            if len(line) > rules.MAX_LINE_COLUMNS:
                yield s, number, f"{len(line)} columns, at most {rules.MAX_LINE_COLUMNS}"


def check_pragma_once(sources, _root):
    """a header may be included twice"""
    for s in sources:
        if s.path.endswith(".h") and "#pragma once" not in s.lines[:20]:
            yield s, 1, "#pragma once is missing"


def text_sources(sources):
    return (s for s in sources if not allowed(s.path, rules.TEXT_RULES_SKIP))


def check_marker(sources, _root):
    """nothing half finished is committed"""
    for s in text_sources(sources):
        for number, line in enumerate(s.lines, 1):
            match = re.search(rules.MARKERS, line)
            if match:
                yield s, number, f"marker {match.group(0)}"


def check_private_path(sources, _root):
    """the tree builds on any machine"""
    for s in text_sources(sources):
        for number, line in enumerate(s.lines, 1):
            match = re.search(rules.PRIVATE_PATHS, line)
            if match:
                yield s, number, f"path of one machine: {match.group(0)}"


def check_white_space(sources, _root):
    """no tab (but in tab-separated tables), trailing space or carriage return; a line break at the end"""
    for s in sources:
        table = s.path.endswith(".tsv")
        for number, line in enumerate(s.lines, 1):
            if ("\t" in line and not table) or line != line.rstrip():
                yield s, number, "tab, trailing space or carriage return"
        if s.text and not s.text.endswith("\n"):
            yield s, len(s.lines), "no line break at the end of the file"


def check_script(sources, _root):
    """scripts can be started, and stop at the first mistake"""
    for s in sources:
        script = s.inside("scripts") and not s.path.endswith(".cmake") or s.inside(".ci")
        if not script or not s.text.startswith("#!"):
            if s.inside("scripts") and "." not in os.path.basename(s.path):
                yield s, 1, "a script needs a #! line"
            continue
        if not os.access(s.full, os.X_OK):
            yield s, 1, "is not executable"
        shell = re.match(r"#!.*\b(ba|)sh$", s.lines[0])
        strict = "set -eu" if shell and not shell.group(1) else "set -euo pipefail"  # plain sh has no pipefail
        if shell and strict not in s.lines[:60]:
            yield s, 1, f"{strict} is missing"


def check_link_direction(sources, _root):
    """link lines follow the same directions as includes"""
    home = {target: s.path for s, kind, target, _ in tree.cmake_links(sources) if kind == "kp_library"}
    for s, _kind, target, links in tree.cmake_links(sources):
        if top(s.path) not in rules.MAY_USE:
            continue
        for linked in links:
            if linked in home and top(home[linked]) not in rules.MAY_USE[top(s.path)]:
                yield s, 1, f"{target} must not link {linked} of {top(home[linked])}"


def check_documented_library(sources, _root):
    """docs/architecture.md lists every library, so that the map stays whole"""
    page = next((s.text for s in sources if s.path == "docs/architecture.md"), "")
    for s, kind, target, _links in tree.cmake_links(sources):
        if kind == "kp_library" and top(s.path) != "tests" and f"`{target}`" not in page:
            yield s, 1, f"`{target}` is not in docs/architecture.md"


def check_fuzz_list(sources, _root):
    """no fuzz target can vanish unnoticed"""
    listed_in = next((s for s in sources if s.path == "tests/fuzz/all-fuzzers.txt"), None)
    listed = set(listed_in.text.split()) if listed_in else set()
    defined = {}
    for s in sources:
        if s.inside("tests/fuzz") and s.path.endswith("CMakeLists.txt"):
            text = re.sub(r"#[^\n]*", "", s.text)
            for match in re.finditer(r"\b(?:kp_fuzz|add_executable)\s*\(\s*([\w-]+)", text):
                defined[match.group(1)] = s
    for target in sorted(set(defined) - listed):
        yield defined[target], 1, f"{target} is not in tests/fuzz/all-fuzzers.txt"
    for target in sorted(listed - set(defined)):
        yield listed_in, 1, f"{target} is listed but no CMakeLists.txt defines it"


def check_traceability(sources, _root):
    """every test that docs/traceability.md names exists"""
    page = next((s for s in sources if s.path == "docs/traceability.md"), None)
    if page is None:
        return
    names = known_tests(sources)
    for number, line in enumerate(page.lines, 1):
        cells = [c.strip() for c in line.split("|")]
        if len(cells) < 4 or set(cells[1]) <= set("-: ") or cells[-2] in ("Test", ""):
            continue
        for quoted in re.findall(r"`([^`]+)`", cells[-2]) or [cells[-2]]:
            if quoted not in names:
                yield page, number, f"no test is called `{quoted}`"


def known_tests(sources):
    """TEST_CASE titles, ctest names and titles of the lint's own rules."""
    names = set()
    for s in sources:
        if s.inside("tests") and s.is_cpp:
            for match in re.finditer(r'TEST_CASE\s*\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)', s.text):
                parts = re.findall(r'"((?:\\.|[^"\\])*)"', match.group(1))
                names.add("".join(parts).replace('\\"', '"'))
        if s.path.endswith("CMakeLists.txt"):
            names.update(re.findall(r"\bNAME\s+([\w.-]+)", s.text))
            names.update(re.findall(r"\bkp_(?:\w+_)?test\s*\(\s*([\w.-]+)", s.text))
    names.update("lint: " + rule for rule in RULES)
    return names


RULES = {name[len("check_"):].replace("_", "-"): function
         for name, function in list(globals().items()) if name.startswith("check_")}


def run(root):
    """[(rule, path, line, what)], sorted."""
    sources = tree.load(root)
    found = []
    for rule, check in RULES.items():
        for source, number, what in check(sources, root):
            found.append((rule, source.path, number, what))
    return sorted(found, key=lambda f: (f[1], f[2], f[0]))


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        print(__doc__, file=sys.stderr)
        return 2
    found = run(sys.argv[1])
    for rule, path, number, what in found:
        print(f"{path}:{number}: [{rule}] {what}")
    print(f"lint: {len(found)} violations of {len(RULES)} rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
