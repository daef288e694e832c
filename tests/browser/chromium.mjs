// Debian's Chromium as every browser test starts it, and pages of one size whose
// script errors are gathered.
import { chromium } from "playwright-core";

export async function start() {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
  });
  const complaints = [];
  const open = async () => {
    const page = await browser.newPage({ viewport: { width: 1366, height: 900 }, locale: "vi-VN" });
    page.on("pageerror", (error) => complaints.push(String(error)));
    return page;
  };
  return { browser, open, complaints };
}
