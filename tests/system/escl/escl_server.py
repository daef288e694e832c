#!/usr/bin/env python3
"""A small eSCL network scanner with a document feeder, for tests of sane-airscan.

Serves the JPEG files of --dir in the order of their names, one a sheet, on
127.0.0.1 and prints "port N" when it is ready. The pictures' colours must be
those of the mode that is asked for: airscan decodes what it asked for.

--fault KIND after --after N sheets, once:
  jam         the feeder jams (AdfState ScannerAdfJam)
  cover       the cover is opened
  multipick   two sheets at once, told as HTTP 409: airscan knows no such state
  multipick-as-end
              two sheets at once, told as 503 and then 404: to airscan the
              normal end of the stack
  drop        the connection is cut
  hang        the picture never comes
The first sheet of a job takes --warm-up-ms, as paper does: were a whole job over
before airscan's sane_start() wakes, it would answer with the job's end and keep
the sheets in its queue until another job succeeds.

A fault is mended when a job has been refused --refusals times because of it.
"""
import argparse
import http.server
import pathlib
import threading
import time

CAPABILITIES = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"
  xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.6</pwg:Version><pwg:MakeAndModel>Test Feeder</pwg:MakeAndModel>
<scan:Adf><scan:AdfSimplexInputCaps>
<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>
<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>4200</scan:MaxHeight>
<scan:MaxScanRegions>1</scan:MaxScanRegions>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>
<scan:DiscreteResolution>
<scan:XResolution>200</scan:XResolution><scan:YResolution>200</scan:YResolution>
</scan:DiscreteResolution><scan:DiscreteResolution>
<scan:XResolution>600</scan:XResolution><scan:YResolution>600</scan:YResolution>
</scan:DiscreteResolution>
</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
</scan:AdfSimplexInputCaps><scan:FeederCapacity>50</scan:FeederCapacity></scan:Adf>
</scan:ScannerCapabilities>"""

STATUS = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"
  xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.6</pwg:Version><pwg:State>{state}</pwg:State><scan:AdfState>{adf}</scan:AdfState>
</scan:ScannerStatus>"""

ADF_STATE = {
    "jam": "ScannerAdfJam",
    "cover": "ScannerAdfDoorOpen",
    "multipick": "ScannerAdfMultipickDetected",
    "multipick-as-end": "ScannerAdfMultipickDetected",
}


class Feeder:
    def __init__(self, arguments):
        self.pages = sorted(pathlib.Path(arguments.dir).glob("*.jpg"))
        self.fed = 0
        self.fault = arguments.fault
        self.after = arguments.after
        self.refusals = arguments.refusals
        self.struck = False
        self.told_busy = False
        self.warm_up_s = arguments.warm_up_ms / 1000
        self.warm = False
        self.lock = threading.Lock()

    def fault_is_on(self):
        return self.fault is not None and (self.struck or self.fed >= self.after)

    def adf_state(self):
        if self.struck and self.fault in ADF_STATE:
            return ADF_STATE[self.fault]
        return "ScannerAdfLoaded" if self.fed < len(self.pages) else "ScannerAdfEmpty"

    def begin_job(self):
        """HTTP status for a new job."""
        if self.struck:
            if self.refusals > 0:
                self.refusals -= 1
                return 409
            self.fault, self.struck = None, False  # mended
        self.warm = False
        return 201 if self.fed < len(self.pages) else 409

    def next_page(self):
        """(HTTP status, picture); 0 = cut the connection, -1 = never answer."""
        if not self.warm:
            self.warm = True
            time.sleep(self.warm_up_s)
        if self.fault_is_on():
            self.struck = True
            if self.fault == "multipick-as-end":
                if self.told_busy:
                    return 404, None
                self.told_busy = True
                return 503, None
            return {"drop": 0, "hang": -1}.get(self.fault, 409), None
        if self.fed >= len(self.pages):
            return 404, None
        page = self.pages[self.fed].read_bytes()
        self.fed += 1
        return 200, page


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    feeder = None

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="text/xml", location=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if body:
            self.send_header("Content-Type", kind)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.endswith("/ScannerCapabilities"):
            self.answer(200, CAPABILITIES.encode())
        elif self.path.endswith("/ScannerStatus"):
            with self.feeder.lock:
                text = STATUS.format(state="Idle", adf=self.feeder.adf_state())
            self.answer(200, text.encode())
        elif self.path.endswith("/NextDocument"):
            with self.feeder.lock:
                status, page = self.feeder.next_page()
            if status == 0:
                self.close_connection = True
            elif status < 0:
                time.sleep(3600)
            else:
                self.answer(status, page or b"", "image/jpeg")
        else:
            self.answer(404)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.feeder.lock:
            status = self.feeder.begin_job()
        host = self.headers.get("Host", "127.0.0.1")
        self.answer(status, location=f"http://{host}/eSCL/ScanJobs/1" if status == 201 else None)

    def do_DELETE(self):
        self.answer(200)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", choices=["jam", "cover", "multipick", "multipick-as-end", "drop", "hang"])
    parser.add_argument("--after", type=int, default=0)
    parser.add_argument("--refusals", type=int, default=0)
    parser.add_argument("--warm-up-ms", type=int, default=400)
    arguments = parser.parse_args()
    Handler.feeder = Feeder(arguments)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
    server.daemon_threads = True
    print("port", server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
