"""Files made to hurt: whatever they claim to be, each comes back as `returned` with
a reason, and the tool never holds more than 512 MB for one of them.
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import harness

MOST_MB = 512
WIDE, HIGH = 5_900, 6_000  # pixels: about what an A4 page has at 600 dpi
SEEDS = harness.ROOT / "tests/fuzz/corpus/fuzz_decode"


def png(width, height, bits, colour, rows, interlaced=0, before=b""):
    """`rows`: the compressed pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)) +
            before + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def zeros(count):
    """So many bytes of nothing, packed to a thousandth."""
    packer = zlib.compressobj(1)
    piece = bytes(1 << 20)
    packed = [packer.compress(piece) for _ in range(count >> 20)]
    return b"".join(packed) + packer.compress(bytes(count & ((1 << 20) - 1))) + packer.flush()


def text_bomb(size):
    data = b"iCCP" + b"profile\0\0" + zeros(size)
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def claims(jpeg, width, height):
    """A JPEG whose frame header says another size."""
    at = next(i for i in range(len(jpeg)) if jpeg[i] == 0xFF and jpeg[i + 1] in (0xC0, 0xC2))
    return jpeg[:at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9:]


def tiff(width, height, samples, pixels, compression, pages=1, loops=False, bits=8):
    """Pages of one strip each, all of the same pixels."""
    out = bytearray(b"II*\0" + struct.pack("<I", 8 + len(pixels))) + pixels
    for page in range(pages):
        photometric = 2 if samples >= 3 else 1
        entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, compression), (262, 3, 1, photometric),
                   (273, 4, 1, 8), (277, 3, 1, samples), (278, 4, 1, height), (279, 4, 1, len(pixels))]
        size = 2 + 12 * len(entries) + 4
        following = len(out) + size if page + 1 < pages else 8 + len(pixels) if loops else 0
        out += struct.pack("<H", len(entries))
        for tag, kind, count, value in entries:
            out += struct.pack("<HHI", tag, kind, count) + (struct.pack("<I", value) if kind == 4 else struct.pack("<HH", value, 0))
        out += struct.pack("<I", following)
    return bytes(out)


def cases():
    """Name and content, which is made when asked for."""
    progressive = (SEEDS / "prog.jpg").read_bytes()
    baseline = (SEEDS / "colour.jpg").read_bytes()
    yield "png-claims-65k.png", lambda: png(65_000, 65_000, 8, 2, zlib.compress(bytes(64)))
    yield "png-bomb.png", lambda: png(WIDE, HIGH, 8, 2, zeros(HIGH * (1 + 3 * WIDE)))
    yield "png-bomb-16-bit-interlaced.png", lambda: png(WIDE, HIGH, 16, 6, zeros(HIGH * (64 + 8 * WIDE)), interlaced=1)
    yield "png-profile-bomb.png", lambda: png(64, 64, 8, 0, zeros(64 * 65), before=text_bomb(600 << 20))
    yield "jpeg-claims-65k.jpg", lambda: claims(baseline, 65_500, 65_500)
    yield "jpeg-claims-a4.jpg", lambda: claims(baseline, WIDE, HIGH)
    yield "jpeg-progressive-claims-a4.jpg", lambda: claims(progressive, WIDE, HIGH)
    yield "jpeg-progressive-claims-a3.jpg", lambda: claims(progressive, 7_000, 9_900)
    yield "tiff-claims-65k.tif", lambda: tiff(65_535, 65_535, 3, b"\0" * 100, 1)
    yield "tiff-bomb.tif", lambda: tiff(WIDE, HIGH, 3, zeros(3 * WIDE * HIGH), 8)
    yield "tiff-bomb-a3.tif", lambda: tiff(7_000, 9_900, 3, zeros(3 * 7_000 * 9_900), 8)
    yield "tiff-plain-a4.tif", lambda: tiff(WIDE, HIGH, 3, bytes(3 * WIDE * HIGH), 1)
    yield "tiff-16-bit-colour-a4.tif", lambda: tiff(WIDE, HIGH, 3, bytes(6 * WIDE * HIGH), 1, bits=16)
    yield "tiff-16-bit.tif", lambda: tiff(WIDE, HIGH, 1, zeros(2 * WIDE * HIGH), 8, bits=16)
    yield "tiff-pages-without-end.tif", lambda: tiff(16, 16, 1, bytes(256), 1, pages=3, loops=True)
    yield "tiff-5000-pages.tif", lambda: tiff(16, 16, 1, bytes(256), 1, pages=5_000)
    yield "pnm-a4.ppm", lambda: b"P6 %d %d 255\n" % (WIDE, HIGH) + bytes(3 * WIDE * HIGH)
    yield "pnm-a3.ppm", lambda: b"P6 %d %d 255\n" % (7_000, 9_900) + bytes(3 * 7_000 * 9_900)
    yield "nothing-of-256-mb.jpg", lambda: bytes(256 << 20)


def write(path, content):
    """In a process of its own: what this one ever held would count as the tool's."""
    pid = os.fork()
    if pid == 0:
        path.write_bytes(content())
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        raise harness.Failure(f"{path} could not be made")


def read(evening, path):
    """Exit code, the tool's last line, and its peak memory in MB."""
    done = subprocess.Popen([str(evening.bin / "kiemphieu"), "read", "--json", "--election", str(harness.ELECTION), "--station",
                             harness.STATION, "--templates", str(evening.forms), str(path)],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines = done.stdout.read().splitlines()
    _, status, usage = os.wait4(done.pid, 0)
    done.returncode = os.waitstatus_to_exitcode(status)
    return done.returncode, [json.loads(line) for line in lines], usage.ru_maxrss / 1024


def main():
    failed = []
    with tempfile.TemporaryDirectory(prefix="kiemphieu-hostile-") as name:
        folder = pathlib.Path(name)
        evening = harness.Workspace(folder, pathlib.Path(sys.argv[1]))
        evening.print_forms()
        for file, content in cases():
            path = folder / file
            write(path, content)
            code, lines, peak = read(evening, path)
            path.unlink()
            holds = (code in (0, 2) and len(lines) > 0 and peak <= MOST_MB and
                     all(line["outcome"] == "returned" and (line["reasons"] or line.get("error")) for line in lines))
            last = lines[-1] if lines else {}
            why = last.get("error") or ", ".join(last.get("reasons", []))
            print(f"{'ok' if holds else 'FAILED'}: {file}: exit {code}, {len(lines)} pages, {why}, {peak:.0f} MB", flush=True)
            if not holds:
                failed.append(file)
    sys.exit(1 if failed else 0)


main()
