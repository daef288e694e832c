// The station's codes, one after another, and the committee's panel that takes them in.
//   node codes.mjs station URL PICTURES_DIR
//   node codes.mjs committee URL PICTURES_DIR BUNDLE TEXTS PICTURE...
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { start } from "./chromium.mjs";

const [where, url, pictures, bundle, texts, ...photographs] = process.argv.slice(2);
const { browser, open, complaints } = await start();
const page = await open();
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });

async function station() {
  await page.goto(url);
  await page.locator("#codes-open:visible").click();
  await page.locator("#codes[open]").waitFor();
  const [, count] = /^(\d+) mã$/.exec(await page.locator("#codes-count").innerText());
  assert.ok(Number(count) >= 1);
  assert.equal(await page.locator("#codes-back").isDisabled(), true);
  for (let code = 1; code <= Number(count); code += 1) {
    await page.waitForFunction((wanted) => document.getElementById("codes-number").textContent === wanted &&
      document.getElementById("codes-picture").complete && document.getElementById("codes-picture").naturalWidth > 0, `Mã ${code}/${count}`);
    await picture(`codes-screen-${code}`);
    if (code < Number(count)) await page.locator("#codes-next").click();
  }
  assert.equal(await page.locator("#codes-next").isDisabled(), true);
  const box = await page.locator("#codes-picture").boundingBox();
  assert.ok(box.height > 500, `a code is ${box.height} px high`);
  await page.locator("#codes-close").click();
}

async function taken() {
  await page.locator("#bring-go:enabled").click();
  await page.locator("#bring-answers li").first().waitFor();
  await page.locator("#bring-go:enabled").waitFor();
  return page.locator("#bring-answers").innerText();
}

async function committee() {
  await page.goto(url);
  await page.locator("#bring summary").click();
  assert.match(await taken(), /Chọn tệp hoặc dán/);
  await page.locator("#bring-files").setInputFiles(bundle);
  const first = await taken();
  assert.match(first, /Khu vực bỏ phiếu số 3, Xã Ea Kly: nhận mới \d+ bản ghi\. Không thiếu gì/);
  await picture("bring-1-bundle");
  await page.locator("#bring-clear").click();
  await page.locator("#bring-files").setInputFiles(photographs);
  assert.match(await taken(), /\d+ bản ghi đã có từ trước\. Không thiếu gì/);
  await picture("bring-2-pictures");
  await page.locator("#bring-clear").click();
  const [one, ...rest] = readFileSync(texts, "utf8").split("\n");
  await page.locator("#bring-text").fill(rest.length > 0 ? rest.join("\n") : "xin chào");
  assert.match(await taken(), rest.length > 0 ? /thiếu mã 1 của/ : /Không thấy mã kết quả nào/);
  await picture("bring-3-missing");
  await page.locator("#bring-text").fill(`Lan 20:31\n${one}`);
  assert.match(await taken(), /bản ghi đã có từ trước/);
  await page.waitForFunction(() => document.querySelector("#contests dd").textContent !== "–");
}

try {
  await (where === "station" ? station() : committee());
  assert.deepEqual(complaints, [], "no script error on the page");
  console.log(`ok: codes at the ${where}`);
} catch (error) {
  await picture(`codes-failed-${where}`);
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
