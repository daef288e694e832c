// Two people confirm a tally sheet on the page, as they would: the first types,
// the second sees none of it, they differ, both look again.
//   node hand_count.mjs STATION_URL TRUTH_JSON PICTURES_DIR
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { start } from "./chromium.mjs";

const [station, truthFile, pictures] = process.argv.slice(2);
const truth = JSON.parse(readFileSync(truthFile, "utf8"))[0];
const { browser, open, complaints } = await start();

const page = await open();
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });
const field = (id) => page.locator(`#tally-form input[name="${id}"]`);
const drawn = (round, entered) => page.waitForFunction((wanted) => document.getElementById("tally-form").dataset.ready?.endsWith(wanted),
                                                       `/${round}/${entered}`);

/** Types what stands on the paper into every field that is empty, and chooses the member. */
async function enter(member, changed = {}) {
  await page.locator("#tally-member").selectOption(String(member));
  for (const [id, value] of Object.entries(truth.figures)) {
    const shown = await field(id).inputValue();
    const wanted = String(changed[id] ?? value);
    if (shown !== wanted) await field(id).fill(wanted);
  }
}

async function run() {
  await page.goto(station);
  await page.getByRole("button", { name: "Bắt đầu kiểm phiếu" }).click();
  await page.locator("#confirm-yes").click();
  await page.locator("#scan-tally:enabled").click();
  await page.getByRole("button", { name: "Người thứ nhất ghi" }).waitFor();
  await picture("tally-1-waits");

  await page.getByRole("button", { name: "Người thứ nhất ghi" }).click();
  await drawn(1, 0);
  await picture("tally-2-first");
  const unsure = await page.locator(".figure.must").count();
  assert.ok(unsure > 0, "the sheet leaves figures for people");
  for (const input of await page.locator(".figure.must input").all())
    assert.equal(await input.inputValue(), "", "an unsure figure is empty until somebody types it");
  const dark = await page.locator(".figure canvas").evaluateAll((all) => all.map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) count += data[i] < 140 ? 1 : 0;
    return count / (data.length / 4);
  }));
  assert.ok(dark.every((share) => share > 0.01 && share < 0.5), `every figure shows its boxes: ${dark}`);

  await page.locator("#tally-save").click();
  assert.match(await page.locator("#tally-error").innerText(), /Chọn số của người/);
  await enter(3, { collected: truth.figures.collected + 1 });
  await page.locator("#tally-save").click();
  await page.waitForFunction(() => document.getElementById("tally-error").textContent.includes("thu vào"));
  await picture("tally-3-impossible");
  await enter(3);
  await page.locator("#tally-save").click();

  await drawn(1, 1);
  await picture("tally-4-second");
  assert.match(await page.locator("#tally-step").innerText(), /Người thứ hai/);
  for (const input of await page.locator(".figure.must input").all())
    assert.equal(await input.inputValue(), "", "the second person sees nothing of the first");
  assert.equal(await page.locator("#tally-member option:disabled").innerText(), "3", "the first may not be the second");
  const state = await (await fetch(new URL("/api/v1/state", station))).text();
  assert.ok(!state.includes('"typed"'), "nor does the page know it");
  await enter(8, { issued: truth.figures.issued + 1 });
  await page.locator("#tally-save").click();

  await drawn(2, 0);
  assert.match(await page.locator("#tally-step").innerText(), /Hai người ghi khác nhau/);
  await picture("tally-5-third-look");
  assert.equal(await field("issued").inputValue(), "", "what differed is typed anew");
  await enter(3);
  await page.locator("#tally-save").click();
  await drawn(2, 1);
  await enter(8);
  await page.locator("#tally-save").click();
  await page.locator("#tally:not([open])").waitFor({ state: "attached" });
  await page.getByText("hai người đã xác nhận").waitFor();
  assert.match(await page.locator("#contests").innerText(), new RegExp(`Thu vào ${truth.figures.collected} · hợp lệ ${truth.figures.valid}`));
  await picture("tally-6-settled");

  await page.locator("#scan-tally:enabled").click();
  await page.locator(".handed-back").waitFor();
  await picture("tally-7-twice");
  assert.deepEqual(complaints, [], "no script error");
}

try {
  await run();
  console.log("ok: two people confirmed a tally sheet, the second saw nothing of the first");
} finally {
  await browser.close();
}
