#!/usr/bin/env python3
"""Plants one violation of every rule in a small clean tree and demands that
exactly that rule finds it; a rule that nobody has seen fail proves nothing.

Each fixture: (rule, path, text[, mode]); None as text takes the file away.
"""
import os
import sys
import tempfile

import lint
import rules

CLEAN = {
    "config/base/CMakeLists.txt": "kp_library(kp_base SOURCES a.cpp)\n",
    "config/base/a.h": "#pragma once\nint one();\n",
    "config/base/a.cpp": '#include "config/base/a.h"\nint one() { return 1; }\n',
    "config/storage/CMakeLists.txt": "kp_library(kp_storage SOURCES s.cpp PUBLIC kp_base)\n",
    "config/storage/s.cpp": '#include <sqlite3.h>\n#include "config/base/a.h"\n',
    "config/json/json.h": "#pragma once\n#include <nlohmann/json.hpp>\n",
    "config/election/e.cpp": '#include "config/json/json.h"\n',
    "scanner/feed/CMakeLists.txt": "kp_library(kp_feed SOURCES f.cpp PUBLIC kp_base)\n",
    "tally/counting/CMakeLists.txt": "kp_library(kp_counting SOURCES totals.cpp PUBLIC kp_base)\n",
    "tally/counting/totals.cpp": '#include "config/base/a.h"\n// a double vote\nconst char* text = "float";\n',
    "firmware-host/web/w.cpp": '#include "scanner/feed/f.h"\n#include "sync/http/server.h"\n',
    "docs/architecture.md": "`kp_base` `kp_storage` `kp_feed` `kp_counting`\n",
    "docs/traceability.md": "| Promise | Source | Test |\n| --- | --- | --- |\n| one is one | law | `one is one` |\n",
    "tests/unit/one_test.cpp": '#include <doctest/doctest.h>\nTEST_CASE("one "\n          "is one") {\n}\n',
    "tests/fuzz/CMakeLists.txt": "kp_fuzz(fuzz_one SOURCES one.cpp)\n",
    "tests/fuzz/all-fuzzers.txt": "fuzz_one\n",
    "scripts/run": ("#!/usr/bin/env bash\nset -euo pipefail\n", 0o755),
}

LONG_FUNCTION = "int f() {\n" + "  ++n;\n" * rules.MAX_FUNCTION_LINES + "}\n"
LONG_METHOD = "struct S {\n int f() {\n" + "  ++n;\n" * rules.MAX_FUNCTION_LINES + " }\n};\n"
LONG_TEST = 'TEST_CASE("long") {\n' + "  ++n;\n" * rules.MAX_TEST_FUNCTION_LINES + "}\n"

FIXTURES = [
    ("include-direction", "config/election/b.cpp", '#include "tally/counting/totals.h"\n'),
    ("include-direction", "scanner/feed/f.cpp", '#include "tally/counting/totals.h"\n'),
    ("include-direction", "tally/journal/j.cpp", '#include "sync/outbox/outbox.h"\n'),
    ("include-direction", "sync/wire/w.cpp", '#include "firmware-host/web/w.h"\n'),
    ("include-direction", "sync/wire/w.cpp", '#include "w.h"\n'),
    ("include-direction", "sync/wire/w.cpp", '#include "../outbox/outbox.h"\n'),
    ("base-layer", "config/base/b.cpp", '#include "config/storage/s.h"\n'),
    ("base-layer", "config/json/b.cpp", '#include "config/election/e.h"\n'),
    ("no-cycle", "config/base/CMakeLists.txt", "kp_library(kp_base SOURCES a.cpp PUBLIC kp_storage)\n"),
    ("fence", "tally/journal/j.cpp", "#include <sqlite3.h>\n"),
    ("fence", "scanner/feed/f.cpp", "#  include <sane/sane.h>\n"),
    ("fence", "tally/forms/f.cpp", "#include <opencv2/core.hpp>\n"),
    ("fence", "firmware-host/web/b.cpp", "#include <boost/beast/http.hpp>\n"),
    ("fence", "tests/system/b.cpp", "#include <boost/asio.hpp>\n"),
    ("fence", "config/election/n.cpp", "#include <nlohmann/json.hpp>\n"),
    ("fence", "config/election/d.cpp", "#include <doctest/doctest.h>\n"),
    ("json-in-cpp", "config/election/e.h", '#pragma once\n#include "config/json/json.h"\n'),
    ("pure", "tally/counting/clock.cpp", "#include <chrono>\n"),
    ("pure", "tally/counting/store.cpp", '#include "config/storage/s.h"\n'),
    ("no-float", "tally/counting/f.cpp", "int f(double share);\n"),
    ("banned-call", "scanner/feed/f.cpp", "void f() { strcpy(a, b); }\n"),
    ("banned-call", "scanner/feed/f.cpp", "int f() { return atoi(text); }\n"),
    ("banned-call", "tests/unit/r.cpp", "int f() { return std::rand(); }\n"),
    ("banned-call", "sync/push/s.cpp", 'int f() { return std::system("ls"); }\n'),
    ("banned-call", "tests/unit/s.cpp", "void f() { std::this_thread::sleep_for(1s); }\n"),
    ("banned-call", "sync/push/s.cpp", "using namespace std;\n"),
    ("banned-call", "sync/push/s.cpp", "void f() { assert(true); }\n"),
    ("function-length", "scanner/feed/f.cpp", LONG_FUNCTION),
    ("function-length", "scanner/feed/f.cpp", LONG_METHOD),
    ("function-length", "tests/unit/long_test.cpp", LONG_TEST),
    ("file-length", "scanner/feed/f.cpp", "int a;\n" * (rules.MAX_FILE_LINES + 1)),
    ("line-length", "scanner/feed/f.cpp", "// " + "a" * rules.MAX_LINE_COLUMNS + "\n"),
    ("pragma-once", "config/base/b.h", "int b();\n"),
    ("marker", "docs/notes.md", "TO" + "DO: write this\n"),
    ("private-path", "docs/notes.md", "see /ho" + "me/somebody/notes\n"),
    ("white-space", "docs/notes.md", "a\tb\n"),
    ("white-space", "docs/notes.md", "a \n"),
    ("white-space", "docs/notes.md", "a\r\n"),
    ("white-space", "docs/notes.md", "a"),
    ("script", "scripts/run", ("#!/usr/bin/env bash\nset -euo pipefail\n", 0o644)),
    ("script", "scripts/run", ("#!/usr/bin/env bash\necho run\n", 0o755)),
    ("script", "scripts/run", ("#!/bin/sh\necho run\n", 0o755)),
    ("script", "scripts/other", ("echo run\n", 0o755)),
    ("link-direction", "scanner/feed/CMakeLists.txt", "kp_library(kp_feed SOURCES f.cpp PUBLIC kp_counting)\n"),
    ("link-direction", "config/storage/CMakeLists.txt", "kp_library(kp_storage SOURCES s.cpp\n  PRIVATE kp_feed)\n"),
    ("documented-library", "config/json/CMakeLists.txt", "kp_library(kp_json SOURCES json.cpp)\n"),
    ("fuzz-list", "tests/fuzz/config/CMakeLists.txt", "kp_fuzz(fuzz_two SOURCES two.cpp)\n"),
    ("fuzz-list", "tests/fuzz/CMakeLists.txt", "# kp_fuzz(fuzz_one SOURCES one.cpp)\n"),
    ("traceability", "tests/unit/one_test.cpp", 'TEST_CASE("one is two") {\n}\n'),
]


def write(root, files):
    for path, content in files.items():
        text, mode = content if isinstance(content, tuple) else (content, 0o644)
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(full, mode)


def found_in(files):
    with tempfile.TemporaryDirectory(prefix="kp-lint-") as root:
        write(root, files)
        return lint.run(root)


def main():
    wrong = [f"the clean tree is not clean: {f}" for f in found_in(CLEAN)]
    for rule, path, content in FIXTURES:
        found = found_in({**CLEAN, path: content})
        if {f[0] for f in found} != {rule}:
            wrong.append(f"{rule} planted in {path}: found {found or 'nothing'}")
    for rule in sorted(set(lint.RULES) - {f[0] for f in FIXTURES}):
        wrong.append(f"no fixture for the rule {rule}")
    for line in wrong:
        print(line)
    print(f"lint self-test: {len(FIXTURES)} planted violations of {len(lint.RULES)} rules, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
