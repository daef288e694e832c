"""The tables of the lint: one entry a rule, each with its reason.

lint.py applies them, selftest.py plants one violation of each and demands that
it is found. A new exception is a line here, with its reason, in the same commit
as the code that needs it.
"""

# Which top folder may include and link which. scanner, tally and sync meet only
# in firmware-host, so that each can be read, tested and replaced alone.
MAY_USE = {
    "config": {"config"},
    "scanner": {"scanner", "config"},
    "tally": {"tally", "config"},
    "sync": {"sync", "config"},
    "firmware-host": {"firmware-host", "scanner", "tally", "sync", "config"},
    "tests": {"tests", "firmware-host", "scanner", "tally", "sync", "config"},
}

# Headers that the build makes from other files.
GENERATED = {"web_assets.h", "committee_assets.h", "digit_model_data.h", "line_model_data.h"}

# Inside config: base knows nobody, so that every leaf can use Result and Error.
LEAF_MAY_USE = {
    "config/base": {"config/base"},
    "config/storage": {"config/storage", "config/base"},
    "config/json": {"config/json", "config/base"},
    "config/imaging": {"config/imaging", "config/base"},
    "config/crypto": {"config/crypto", "config/storage", "config/base"},
}

# Third-party headers: (pattern of the include, folders that may, reason). A
# library that one folder wraps can be replaced, and its exceptions and types
# end there. Files under tests/ are fenced too.
FENCES = [
    (r"sqlite3\.h", ["config/storage", "tests/unit/config/storage", "tests/bench", "tests/crash"],
     "every connection must get the durability of config/storage; the benchmark compares with bare SQLite, the crash points stand under it"),
    (r"sane/", ["scanner/sane", "scanner/simulator", "tests/unit/scanner"],
     "a backend's quirks end in scanner/sane; the simulator is a backend"),
    (r"(opencv2/|opencv)", ["tally/reading", "tally/learning", "tally/training", "tests/forge", "tests/unit/tally/reading", "tests/unit/tally/learning",
      "tests/unit/tally/training", "tests/golden", "tests/accuracy", "tests/bench", "tests/unit/config/qr"],
     "only reading and learning look at pixels, and the training draws them; the forge makes test sheets, and a test photographs codes"),
    (r"ZXing/", ["tally/reading", "config/qr", "tests/forge", "tests/unit/tally"],
     "codes of scanned sheets are read in one place, those that people photograph in another: the committee has no ballots to read"),
    (r"(cairo|pango|glib)", ["tally/forms", "tests/unit/tally/forms"], "forms are laid out in one place"),
    (r"boost/", ["sync/http"], "header-only web code spreads compile time and coupling"),
    (r"curl/", ["sync/push", "tests/unit/sync", "tests/system"], "one client, one way to verify a server"),
    (r"nlohmann/", ["config/json"], "its exceptions and its compile time end in config/json"),
    (r"toml", ["config/station"], "settings are read in one place"),
    (r"(turbojpeg|jpeglib|png|tiff|tiffio|zlib)\.h", ["config/imaging", "tests/unit/config/imaging", "tests/fuzz"],
     "decoders meet outside bytes only behind the limits of config/imaging"),
    (r"(sodium\.h|sodium/)", ["config/crypto"], "keys never leave config/crypto"),
    (r"upsclient\.h", ["firmware-host/power"], "a UPS is one interface, whatever speaks for it"),
    (r"p11-kit/", ["config/crypto"], "tokens are spoken to in one place"),
    (r"openssl/(evp|sha|rsa|ec)", ["config/crypto"], "hashes and keys come from config/crypto"),
    (r"openssl/", ["config/crypto", "sync/http", "sync/push", "firmware-host/selftest", "tests/unit/sync"],
     "certificates are looked at where TLS is spoken, and by the self-test"),
    (r"spdlog/", ["config/base"], "log lines have one form"),
    (r"prometheus/", ["sync/http"], "both daemons print their metrics through one function"),
    (r"systemd/", ["config/service"], "both daemons speak to systemd through one class"),
    (r"CLI/", ["firmware-host/cli", "firmware-host/station", "sync/committee", "scanner/worker", "tally/digits/train", "tally/training", "tests"],
     "only a main() reads a command line"),
    (r"(doctest|rapidcheck)", ["tests"], "no test code in the product"),
]

# Headers that would make counting impure: it must give the same result whenever
# and wherever it is run again.
IMPURE_HEADERS = r"(chrono|ctime|time\.h|thread|mutex|atomic|fstream|iostream|cstdio|filesystem|random|unistd\.h)"
PURE_FOLDERS = ["tally/counting"]

# Calls that are not made: (pattern, where the rule holds, what instead).
ANYWHERE = ""
BANNED_CALLS = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\s*\(", ANYWHERE, "unbounded; use std::string or fmt"),
    (r"\b(atoi|atol|atoll|atof)\s*\(", ANYWHERE, "no error is told; use std::from_chars"),
    (r"(?<![\w.>])(std::)?s?rand\s*\(", ANYWHERE, "not seedable per test; use a generator with a printed seed"),
    (r"(?<![\w.>:])(std::|::)?(system|popen)\s*\(", "!tests", "a shell sees outside text; use posix_spawn with arguments"),
    (r"\bsleep_for\s*\(|\bsleep_until\s*\(|(?<![\w.>])u?sleep\s*\(", "tests/unit",
     "a unit test waits for an event, never for time"),
    (r"\busing\s+namespace\s+std\s*;", ANYWHERE, "names of the library would hide ours"),
    (r"(?<![\w.>])assert\s*\(", ANYWHERE, "vanishes with NDEBUG; use KP_CHECK"),
]

# (file, call, why it stays)
CALLS_ALLOWED = [
    ("tests/unit/tally/journal/crash_test.cpp", "usleep",
     "spreads the moment of the kill over a write; the outcome must hold at every moment"),
    ("tests/unit/sync/committee/end_to_end_test.cpp", "sleep_for",
     "looks again until two daemons agree; returns at once when they do, fails by itself"),
]

# Floating point in counting: only the comparison of a score with its two
# thresholds. (file, text on the line)
FLOAT_BANNED_IN = ["tally/counting"]
FLOAT_ALLOWED = [
    ("tally/counting/interpret.h", "double score"),
    ("tally/counting/interpret.h", "double kept_max"),
    ("tally/counting/interpret.h", "double struck_min"),
    ("tally/counting/interpret.cpp", "double score"),
]

MAX_FUNCTION_LINES = 70        # a screen; the anchors of our style have p90 about 30
MAX_TEST_FUNCTION_LINES = 100  # tables of cases are long and flat
MAX_FILE_LINES = 600
MAX_LINE_COLUMNS = 140         # 110 is wanted (.clang-format); tables and texts may stand out, not more
LONG_FILES = []                # tables, exempt by name; *.def always is
CODE = (".h", ".cpp", ".py", ".js", ".mjs", ".css", ".html", ".cmake", ".sh")

# Words that say "not finished": an issue or a test says it better.
MARKERS = r"\b(FIXME|TODO|XXX|HACK)\b"

# Paths of somebody's own machine.
PRIVATE_PATHS = r"(?<![\w$}.~-])/(home|Users|work|root)/\w|[A-Z]:\\\\Users"

# Not ours, or binary by nature.
SKIPPED_FOLDERS = {".git", "build", "node_modules", ".cache", "__pycache__"}
SKIPPED_FILES = {".git", "LICENSE", "package-lock.json"}  # .git is a file in a linked worktree
# The lint's own tables and fixtures hold what they forbid.
TEXT_RULES_SKIP = ["tests/lint"]
# Golden files keep the bytes that were measured.
DATA_SUFFIXES = (".golden", ".svg", ".txt.expected")
DATA_FOLDERS = {"fixtures", "corpus"}
