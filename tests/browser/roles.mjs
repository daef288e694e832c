// People sign in on the page: the wrong PIN, the right one, a role that may not, members
// present at a decision, and a sealed station reopened with a reason.
//   node roles.mjs STATION_URL BOARD_URL PICTURES_DIR SHEETS_DIR HOPPER_DIR
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { start } from "./chromium.mjs";

const [station, board, pictures, sheets, hopper] = process.argv.slice(2);
const { browser, open, complaints } = await start();
const page = await open();
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });
const text = (id) => page.locator(`#${id}`).innerText();
const says = (id, words) => page.waitForFunction(([where, wanted]) => document.getElementById(where).textContent.includes(wanted), [id, words]);

async function signIn(number, pin = "730418") {
  if (!(await page.locator("#sign-in").evaluate((dialog) => dialog.open))) {
    if (await page.locator("#sign-out").isVisible()) await page.locator("#sign-out").click();
    await page.locator("#sign-in-open").click();
  }
  await page.locator("#sign-in-number").selectOption(String(number));
  await page.locator("#sign-in-pin").fill(pin);
  await page.locator("#sign-in-save").click();
}
const signedIn = async (number) => {
  await says("people-who", `số ${number} ·`);
  await page.locator("#sign-in:not([open])").waitFor({ state: "attached" });
};
const lifecycle = async (event) => {
  await page.locator(`#day-buttons button[data-event="${event}"]`).click();
  if (await page.locator("#confirm").evaluate((dialog) => dialog.open)) await page.locator("#confirm-yes").click();
};

/** Two people confirm a tally sheet, each signed in: the second takes over in the open dialog. */
async function tallySheet() {
  const truth = JSON.parse(readFileSync(`${sheets}/truth.json`, "utf8"))[0];
  for (const paper of readdirSync(hopper).filter((name) => name.endsWith(".jpg"))) rmSync(`${hopper}/${paper}`);
  copyFileSync(`${sheets}/${truth.file}`, `${hopper}/900.jpg`);
  const drawn = (entered) => page.waitForFunction((n) => document.getElementById("tally-form").dataset.ready?.endsWith(`/1/${n}`), entered);
  const enter = async () => {
    for (const [id, value] of Object.entries(truth.figures)) await page.locator(`#tally-form input[name="${id}"]`).fill(String(value));
    await page.locator("#tally-save").click();
  };
  await page.locator("#scan-tally:enabled").click();
  await page.getByRole("button", { name: "Người thứ nhất ghi" }).click();
  await drawn(0);
  assert.equal(await page.locator("#tally-member").inputValue(), "2", "who is signed in, and nobody else");
  assert.equal(await page.locator("#tally-member").isDisabled(), true);
  await enter();
  await drawn(1);
  await enter();
  await says("tally-error", "bấm Đổi người");
  await page.locator("#tally-switch").click();
  await page.locator("#sign-in[open]").waitFor();
  await signIn(5);
  await signedIn(5);
  assert.equal(await page.locator("#tally-member").inputValue(), "5");
  for (const input of await page.locator(".figure.must input").all())
    assert.equal(await input.inputValue(), "", "what was typed goes with who typed it");
  await picture("roles-9-second-person");
  await enter();
  await page.locator("#tally:not([open])").waitFor({ state: "attached" });
  await page.getByText("hai người đã xác nhận").waitFor();
  await signIn(2);
  await signedIn(2);
}

async function run() {
  await page.goto(station);
  await page.locator("#sign-in[open]").waitFor();
  assert.equal(await page.locator("#sign-in-number option").count(), 12);
  assert.equal(await page.locator("#sign-in-pin").getAttribute("type"), "password");
  await picture("roles-1-sign-in");

  for (let i = 0; i < 3; ++i) {
    await signIn(2, "999000");
    await says("sign-in-error", "không đúng");
    await page.waitForFunction(() => document.getElementById("sign-in-pin").value === "");
    if (i < 2) await page.evaluate(() => { document.getElementById("sign-in-error").textContent = ""; });
  }
  assert.match(await text("sign-in-error"), /Còn [12] giây/);
  assert.equal(await page.locator("#sign-in-save").isDisabled(), true, "nothing to press while it waits");
  await picture("roles-2-wait");
  await page.locator("#sign-in-save:enabled").waitFor();

  await signIn(40);
  await signedIn(40);
  await lifecycle("start_counting");
  await says("notice-what", "không được làm việc này");
  await picture("roles-3-not-allowed");
  await signIn(2);
  await signedIn(2);
  assert.equal(await page.evaluate(() => document.cookie), "", "no script sees the session");
  await lifecycle("start_counting");
  await page.locator("#scan:enabled").click();
  await page.locator("#finish:enabled").waitFor();
  await picture("roles-4-signed-in");

  // A second load of the page finds the session again.
  await page.reload();
  await signedIn(2);
  await page.locator("#review-open").click();
  await page.locator("#review[open]").waitFor();
  const boxes = page.locator("#review-members input");
  assert.equal(await boxes.count(), 11, "everybody but the technician");
  await page.locator("input[name=validity][value=invalid]").check();
  await page.locator("#review-save").click();
  await says("review-error", "thành viên có mặt không đúng");
  for (let i = 0; i < 7; ++i) await boxes.nth(i).check();
  assert.equal(await page.locator("#present").inputValue(), "7");
  await page.locator("#review-save").click();
  await says("review-error", "hai phần ba");
  await boxes.nth(7).check();
  await page.locator("#review-picture").evaluate((image) => image.decode());
  await picture("roles-5-members");
  const waiting = async () => (await (await fetch(new URL("/api/v1/state", station))).json()).waiting_total;
  for (let left = await waiting(); left > 0; left = await waiting()) {
    await page.locator("input[name=validity][value=invalid]").check();
    await page.locator("#review-save").click();
    await page.waitForFunction((n) => Number(document.getElementById("review-count").textContent) < n, left);
  }
  await page.locator("#review:not([open])").waitFor({ state: "attached" });

  await page.locator("#finish").click();
  await page.locator("#papers[open]").waitFor();
  await page.locator("#papers-yes").click();
  await tallySheet();
  await page.locator('#day-buttons button[data-event="close"]:enabled').waitFor();
  await lifecycle("close");
  await signIn(1);
  await signedIn(1);
  await page.locator('#day-buttons button[data-event="seal"]').waitFor();
  await lifecycle("seal");
  await page.locator('#day-buttons button[data-event="unseal"]').waitFor();
  await picture("roles-6-sealed");
  await lifecycle("unseal");
  await page.locator("#unseal[open]").waitFor();
  assert.equal(await page.locator("#unseal-name-row").isVisible(), false, "the list knows who");
  await page.locator("#unseal-save").click();
  await says("unseal-error", "ai và vì sao");
  await page.locator("#unseal-reason").fill("Tìm thấy một chồng phiếu chưa quét");
  await picture("roles-7-unseal");
  await page.locator("#unseal-save").click();
  await page.locator('#day-buttons button[data-event="reopen"]').waitFor();

  await page.locator("#sign-out").click();
  await says("people-who", "Chưa đăng nhập");
  await lifecycle("reopen");
  await page.locator("#sign-in[open]").waitFor();

  const live = await open();
  await live.goto(board);
  await live.locator("#reopened:not([hidden])").waitFor();
  await live.screenshot({ path: `${pictures}/roles-8-board.png` });
  assert.deepEqual(complaints, [], "no script error on either page");
}

try {
  await run();
  console.log("ok: people signed in, named who was present, and reopened a sealed station with a reason");
} finally {
  await browser.close();
}
