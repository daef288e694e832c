// Presses "Quét" as a person would and watches the count rise, through a jam.
//   node scan.mjs STATION_URL BOARD_URL SHEETS SCRIPT_FILE PICTURES_DIR
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { start } from "./chromium.mjs";

const [station, board, sheetsText, script, pictures] = process.argv.slice(2);
const sheets = Number(sheetsText);
const { browser, open, complaints } = await start();

async function run() {
  const page = await open();
  await page.goto(station);
  const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });
  const scan = page.locator("#scan");

  await page.getByRole("button", { name: "Bắt đầu kiểm phiếu" }).waitFor();
  assert.equal(await scan.isDisabled(), true, "Quét is off before counting begins");
  await picture("station-1-before");
  await page.getByRole("button", { name: "Bắt đầu kiểm phiếu" }).click();
  await page.locator("#confirm-yes").click();
  await page.locator("#scan:enabled").waitFor();

  await scan.click();
  const counter = page.locator("#counter-number");
  const seen = new Set();
  while (await page.locator("#notice").isHidden()) {
    seen.add(Number(await counter.textContent()));
    await page.waitForTimeout(30);
  }
  assert.ok(seen.size >= 3, `the counter rises while paper runs: saw ${[...seen]}`);
  assert.match(await page.locator("#notice").innerText(), /KẸT GIẤY/);
  assert.match(await page.locator("#notice").innerText(), /CHƯA được đếm/);
  assert.equal(await counter.textContent(), "9");
  await page.locator("#last-picture").evaluate((image) => image.decode());
  const resume = page.locator("#resume");
  assert.match(await resume.innerText(), /Đã đếm 9 tờ/, "the page says how many are counted");
  assert.match(await resume.innerText(), /đều đã đếm/, "the counter says that nothing in the tray is uncounted");
  await page.locator("#resume-picture").evaluate((image) => image.decode());
  assert.match(await page.locator("#last-words").innerText(), /Tờ 9, chồng 1 \(tờ thứ 1 từ trên xuống\)/);
  await picture("station-2-jam");

  writeFileSync(script, "");
  await page.locator("body").click({ position: { x: 5, y: 500 } });
  await page.keyboard.press("Space");
  await page.waitForFunction((n) => document.getElementById("counter-number").textContent === String(n), sheets);
  await page.locator("#finish:enabled").waitFor();
  assert.equal(await page.locator("#notice").isHidden(), true, "the notice goes away when the jam is mended");
  await page.locator("#last-picture").evaluate((image) => image.decode());
  await picture("station-3-scanned");

  if (await page.locator("#review-call").isVisible()) {
    await page.locator("#review-open").click();
    await page.locator("#review[open]").waitFor();
    await page.locator("#review-picture").evaluate((image) => image.decode());
    await picture("station-4-review");
    await page.locator("#present").fill("3");
    await page.locator("#in-favour").fill("3");
    if (!(await page.locator("input[name=validity]:checked").count()))
      await page.locator("input[name=validity][value=invalid]").check();
    await page.locator("#review-save").click();
    await page.waitForFunction(() => document.getElementById("review-error").textContent !== "");
    assert.match(await page.locator("#review-error").innerText(), /hai phần ba/, "three of eleven are no quorum");
    await page.locator("#review-close").click();
  }
  await finishWithTheRightNumber(page, picture);
  await page.waitForFunction(() => document.getElementById("committee").textContent.includes("đã nhận đủ"));

  const live = await open();
  await live.goto(board);
  await live.getByText("Quốc hội").first().waitFor();
  await live.screenshot({ path: `${pictures}/committee-board.png` });
  assert.deepEqual(complaints, [], "no script error on either page");
}

// One paper more by hand than by the machine: refused with both numbers; then the right one.
async function finishWithTheRightNumber(page, picture) {
  const papers = await page.evaluate(async () => (await (await fetch("/api/v1/state")).json()).batches.at(-1).papers);
  const say = async (number) => {
    await page.locator("#finish").click();
    await page.locator("#papers[open]").waitFor();
    await page.locator("#papers-number").fill(String(number));
    if (number !== papers) await picture("station-5-papers");
    await page.locator("#papers-yes").click();
  };
  await say(papers + 1);
  await page.locator("#notice:not([hidden])").waitFor();
  assert.match(await page.locator("#notice").innerText(), new RegExp(`Máy đếm ${papers} phiếu.*Tổ đếm tay ${papers + 1} phiếu`));
  await picture("station-6-differs");
  await say(papers);
  await page.locator("#notice").waitFor({ state: "hidden" });
}

try {
  await run();
  console.log("ok: Quét pressed, the count rose, the jam was named and mended");
} finally {
  await browser.close();
}
