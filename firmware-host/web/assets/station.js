// The station's page. It shows what the server says and sends commands; it
// decides nothing. One state object comes by events, one function draws it.
import { drawPeople, openSignIn, openUnseal } from "/people.js";
import { openReview, refreshReview } from "/review.js";
import { drawTally, handCountWords } from "/tally.js";
import { askPapers, drawResume, sheetName } from "/pile.js";
import { drawCodes } from "/codes.js";

const $ = (id) => document.getElementById(id);
let state = null;
let chosen = null;      // the pile the next "Quét" opens
let commandError = null;
let session = null;     // who is signed in here; the server's events go to every browser and do not say it
export const sessionNow = () => session;

const STEPS = [["idle", "Chưa mở cửa"], ["voting", "Đang bỏ phiếu"], ["counting", "Kiểm phiếu"],
               ["closing", "Đối chiếu, ký"], ["sealed", "Đã niêm phong"]];
const DAY_BUTTONS = {
  idle: [["open_voting", "Mở cửa bỏ phiếu"], ["start_counting", "Bắt đầu kiểm phiếu"]],
  voting: [["start_counting", "Kết thúc bỏ phiếu, bắt đầu kiểm phiếu"]],
  counting: [["close", "Đã kiểm hết, đối chiếu"]],
  paused: [],
  closing: [["seal", "Niêm phong kết quả"], ["reopen", "Quay lại kiểm phiếu"]],
  sealed: [["unseal", "Mở lại kết quả đã niêm phong"]],
};
const CONFIRM = {
  start_counting: ["Bắt đầu kiểm phiếu?", "Việc bỏ phiếu phải đã kết thúc và phiếu không sử dụng đã được kiểm kê, niêm phong."],
  seal: ["Niêm phong kết quả?", "Sau khi niêm phong, máy không nhận thêm phiếu. Mở lại phải ghi rõ ai và vì sao."],
  void: ["Bỏ chồng này?", "Các tờ của chồng này sẽ KHÔNG được đếm. Đặt cả chồng vào khay và quét lại từ đầu."],
};

export async function send(path, body) {
  try {
    const answer = await fetch("/api/v1/" + path, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) });
    const data = await answer.json();
    if (data.code === "sign_in_needed") { session = null; drawPeople(state); openSignIn(); }
    if (!answer.ok) return data;
    session = data.session;
    show(data);
    return null;
  } catch {
    return { message_vi: "Mất liên lạc với chương trình. Đợi kết nối lại rồi làm lại." };
  }
}

async function command(path, body) {
  commandError = await send(path, body);
  drawNotice();
}

export function confirmed([title, words], yes) {
  $("confirm-title").textContent = title;
  $("confirm-words").textContent = words;
  $("confirm-yes").textContent = yes;
  $("confirm").showModal();
  return new Promise((resolve) => {
    $("confirm").addEventListener("close", () => resolve($("confirm").returnValue === "yes"), { once: true });
  });
}

const contestOf = (id) => state.contests.find((contest) => contest.id === id);
const openBatch = () => state.batches.find((batch) => batch.batch === state.open_batch) ?? null;
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

function drawNotice() {
  const wrong = commandError ?? state?.notice;
  $("notice").hidden = !wrong;
  if (!wrong) return;
  $("notice-what").textContent = wrong.what_vi ?? wrong.message_vi;
  $("notice-fate").textContent = wrong.fate_vi ?? "";
  $("notice-do").textContent = wrong.do_vi ?? "";
  $("notice-code").textContent = wrong.code ? "Mã: " + wrong.code : "";
}

function drawHeader() {
  $("station").textContent = `Khu vực bỏ phiếu số ${state.number}, ${state.commune}, ${state.province}`;
  const here = state.lifecycle === "paused" ? "counting" : state.lifecycle;
  $("steps").replaceChildren(...STEPS.map(([id, words]) => {
    const step = element("li", id === here && state.lifecycle === "paused" ? "Tạm dừng" : words);
    if (id === here) step.setAttribute("aria-current", "step");
    return step;
  }));
  const { push } = state;
  const left = push.last - push.acknowledged;
  $("committee").textContent =
    push.last === 0 || left === 0 ? "Ủy ban bầu cử: đã nhận đủ" :
    push.online ? `Ủy ban bầu cử: đang gửi, còn ${left} bản ghi` : `Ủy ban bầu cử: chưa có mạng, ${left} bản ghi chờ gửi`;
  drawMirror();
}

/// A stick that is pulled out is no reason to stop: said in one line, loud only when it is another's.
function mirrorWords(mirror) {
  if (mirror.error && mirror.error.code !== "mirror_missing") return "Thẻ nhớ dự phòng: " + mirror.error.what_vi;
  if (!mirror.present) return `Thẻ nhớ dự phòng: chưa cắm, thiếu ${mirror.behind} bản ghi`;
  return mirror.behind === 0 ? "Thẻ nhớ dự phòng: đã chép đủ" : `Thẻ nhớ dự phòng: đang chép, còn ${mirror.behind} bản ghi`;
}

function drawMirror() {
  $("mirror").hidden = !state.mirror;
  if (state.mirror) $("mirror").textContent = mirrorWords(state.mirror);
}

function drawPiles() {
  const open = openBatch();
  const byMachine = state.contests.filter((contest) => !state.by_hand.includes(contest.id));
  if (state.by_hand.includes(chosen)) chosen = null;
  const wanted = open?.contest ?? chosen ?? byMachine[0]?.id ?? null;
  chosen = wanted;
  $("piles").replaceChildren(...state.contests.map((contest) => {
    const label = element("label", undefined, "pile");
    label.style.background = `rgb(${contest.paper_rgb.join(",")})`;
    const input = element("input");
    Object.assign(input, { type: "radio", name: "pile", value: contest.id, checked: contest.id === wanted, disabled: open !== null });
    input.addEventListener("change", () => { chosen = contest.id; });
    if (state.by_hand.includes(contest.id)) input.disabled = true;
    label.append(input, element("span", contest.short_vi), element("small", state.by_hand.includes(contest.id) ? "đếm tay" : "giấy " + contest.paper_vi));
    return label;
  }));
}

function nextStep(open, counting) {
  if (state.lifecycle === "sealed") return "Kết quả đã niêm phong.";
  if (state.lifecycle === "idle") return "Chưa đến giờ kiểm phiếu.";
  if (state.lifecycle === "voting") return "Đang bỏ phiếu: chưa quét.";
  if (state.lifecycle === "paused" && state.notice?.code === "power_on_battery") return "Chờ có điện lại: máy tự quét tiếp.";
  if (state.lifecycle === "paused" && state.notice) return state.resume ? "Làm theo các bước ở trên." : "Làm theo dòng đỏ ở trên, rồi bấm Quét.";
  if (state.lifecycle === "closing") return "So số liệu với biên bản, ký rồi niêm phong.";
  if (state.scanning) return "Đang quét: để giấy chạy hết.";
  if (open) return "Đặt tiếp phiếu cùng chồng rồi bấm Quét, hoặc bấm Xong chồng này.";
  return counting ? "Chọn chồng phiếu, đặt vào khay, bấm Quét." : "";
}

const tallyWaits = () => state.tally_sheets.some((sheet) => sheet.status === "waiting");

function drawWork() {
  const open = openBatch();
  const counting = state.lifecycle === "counting" || state.lifecycle === "paused";
  $("next").textContent = nextStep(open, counting);
  drawPiles();
  $("counter").hidden = !open;
  if (open) {
    $("counter-number").textContent = open.sheets;
    $("counter-words").textContent = `tờ đã ghi trong chồng ${open.batch} (${contestOf(open.contest).short_vi})`;
  }
  $("scan").disabled = !counting || state.scanning || (!open && !chosen);
  $("scan-tally").disabled = !counting || state.scanning;
  $("tally-scan").hidden = !counting;
  $("stop").disabled = !state.scanning;
  $("finish").disabled = $("void").disabled = !open || state.scanning;
  $("batch-buttons").hidden = !counting;
  $("day-buttons").replaceChildren(...DAY_BUTTONS[state.lifecycle].map(([event, words]) => {
    const button = element("button", words, "quiet");
    button.type = "button";
    button.dataset.event = event;
    button.disabled = state.scanning || (event === "close" && (open !== null || state.waiting_total > 0 || tallyWaits()));
    button.addEventListener("click", async () => {
      if (event === "unseal") openUnseal();
      else if (!CONFIRM[event] || await confirmed(CONFIRM[event], words)) command("lifecycle", { event });
    });
    return button;
  }));
}

// Dirt on the glass: on sheet after sheet at one place.
function drawStreaks() {
  $("streaks").hidden = state.streaks.length === 0;
  $("streaks").replaceChildren(...state.streaks.map(({ at_mm, sheets }) =>
    element("p", `Vệt dọc cách mép trái ảnh ${at_mm} mm trên ${sheets} tờ: khi giấy chạy hết, lau kính máy quét ở chỗ đó.`)));
}

// One line: what the UPS says. Without a UPS there is none.
function drawPower() {
  $("power").hidden = !state.power;
  if (!state.power) return;
  const { status, charge_percent, runtime_s } = state.power;
  const left = [charge_percent === null ? "" : `pin ${charge_percent} %`,
                runtime_s === null ? "" : `còn khoảng ${Math.floor(runtime_s / 60)} phút`].filter(Boolean).join(", ");
  const words = {
    on_line: "Điện lưới: có", on_battery: "MẤT ĐIỆN LƯỚI: máy đang chạy bằng bộ lưu điện",
    low: "BỘ LƯU ĐIỆN SẮP HẾT PIN: máy đang tự tắt", unknown: "Không liên lạc được với bộ lưu điện; vẫn kiểm phiếu được",
  };
  $("power").className = status === "on_line" ? "calm" : status === "low" ? "notice bad" : "notice warn";
  $("power").textContent = words[status] + (left ? ` (${left})` : "");
}

// Why a sheet was handed back: its physical trouble says more than "no form of ours".
const backWords = (sheet) => sheet.troubles[0]?.text_vi ?? sheet.reasons[0]?.text_vi ?? "không phải phiếu của chồng này";

function sheetWords(sheet) {
  if (sheet.decided) return ["Cả Tổ đã quyết định", "good"];
  if (sheet.outcome === "returned") {
    if (sheet.form === "batch_header") return ["Tờ bìa chồng", "good"];
    return ["TRẢ LẠI: " + (sheet.form === "ballot" ? sheet.reasons[0]?.text_vi ?? backWords(sheet) : backWords(sheet)), "back"];
  }
  if (sheet.same_as)
    return [`CHỜ CẢ TỔ: giống tờ ${sheet.same_as.position} của chồng ${sheet.same_as.batch} đã quét. Xem có phải một phiếu quét hai lần không.`, "doubt"];
  if (sheet.outcome === "review") return ["CHỜ CẢ TỔ: " + (sheet.reasons[0]?.text_vi ?? "cần xem lại"), "doubt"];
  return [sheet.validity === "valid" ? `Hợp lệ, bầu ${sheet.elects} người` : "Không hợp lệ", "good"];
}

function drawLast() {
  const [last] = state.last_sheets;
  $("last-picture").hidden = !last;
  if (!last) {
    $("last-words").textContent = "Chưa có tờ nào.";
    $("last-list").replaceChildren();
    $("last-troubles").replaceChildren();
    return;
  }
  const [words, kind] = sheetWords(last);
  $("last-words").textContent = last.outcome === "returned" && kind === "back" ?
    `${words} · ${sheetName(last)}` : `${sheetName(last)}: ${words}`;
  $("last-troubles").replaceChildren(...last.troubles.filter((trouble) => !words.includes(trouble.text_vi)).map((trouble) =>
    element("li", trouble.text_vi + (trouble.at_mm.length ? ` (${trouble.at_mm.map((mm) => Math.round(mm)).join(", ")} mm)` : ""))));
  $("last-words").className = kind;
  const source = `/api/v1/sheets/${last.batch}/${last.position}/image`;
  if (!$("last-picture").src.endsWith(source)) $("last-picture").src = source;
  $("last-list").replaceChildren(...state.last_sheets.map((sheet) => {
    const item = element("li");
    const [text, className] = sheetWords(sheet);
    const name = element("b", `Tờ ${sheet.position}`);
    if (sheet.place) name.append(element("small", `thứ ${sheet.place.from_top} từ trên`));
    item.append(name, element("span", text, className));
    return item;
  }));
}

function drawBack() {
  $("back").hidden = state.handed_back.length === 0;
  $("back-list").replaceChildren(...state.handed_back.map((sheet) => {
    const item = element("li");
    const button = element("button", "Cả Tổ quyết định", "quiet");
    button.type = "button";
    button.addEventListener("click", () => openReview(state, sheet));
    item.append(element("b", sheetName(sheet)),
                element("span", sheetWords(sheet)[0].replace("TRẢ LẠI: ", ""), "back"), button);
    return item;
  }));
}

function drawReaders() {
  const { lines, disagreements } = state.readers;
  $("readers").hidden = lines === 0;
  const share = (100 * disagreements / lines).toLocaleString("vi", { maximumFractionDigits: 2 });
  $("readers").textContent = `Hai cách đọc của máy khác nhau ở ${disagreements} trên ${lines} dòng tên (${share} %)`;
}

function drawTotals() {
  $("review-call").hidden = state.waiting_total === 0;
  $("review-count").textContent = state.waiting_total;
  $("contests").replaceChildren(...state.totals.map((totals) => {
    const contest = contestOf(totals.contest);
    const box = element("div", undefined, "contest");
    box.append(element("h3", contest.short_vi));
    box.append(element("p", `Thu vào ${totals.collected} · hợp lệ ${totals.valid} · không hợp lệ ${totals.invalid}` +
      (totals.in_review ? ` · chờ xem xét ${totals.in_review}` : ""), "sums"));
    const table = element("table");
    for (const { id, votes } of totals.candidates) {
      const row = table.insertRow();
      row.insertCell().textContent = contest.candidates.find((candidate) => candidate.id === id).name;
      row.insertCell().textContent = votes;
    }
    box.append(table);
    const byHand = handCountWords(totals.contest);
    if (byHand) box.append(byHand);
    return box;
  }));
}

function show(next) {
  if (state && next.last_sequence < state.last_sequence) return;
  if (state && next.last_sequence > state.last_sequence) commandError = null;
  state = next;
  drawPeople(state);
  drawHeader();
  drawNotice();
  drawPower();
  drawResume(state);
  drawStreaks();
  drawWork();
  drawLast();
  drawBack();
  drawTally(state);
  drawTotals();
  drawReaders();
  drawCodes(state);
  refreshReview(state);
}

const scan = () => { if (!$("scan").disabled) command("scan", openBatch() ? {} : { contest: chosen }); };
$("scan").addEventListener("click", scan);
$("scan-tally").addEventListener("click", () => command("scan", { form: "tally_sheet" }));
$("stop").addEventListener("click", () => command("stop"));
$("finish").addEventListener("click", async () => {
  const papers = await askPapers(openBatch());
  if (papers) command("batch/finish", papers);
});
$("void").addEventListener("click", async () => {
  const batch = state.open_batch;
  if (await confirmed(CONFIRM.void, "Bỏ chồng này")) command("batch/void", { batch, reason_vi: "Tổ bầu cử quét lại chồng này" });
});
$("review-open").addEventListener("click", () => openReview(state, state.waiting[0]));
document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("dialog, input, button") || document.querySelector("dialog[open]");
  if (event.code === "Space" && !busy) { event.preventDefault(); scan(); }
});

const events = new EventSource("/api/v1/events");
events.addEventListener("state", (event) => show(JSON.parse(event.data)));
events.addEventListener("open", async () => {
  $("offline").hidden = true;
  try {
    const now = await (await fetch("/api/v1/state")).json();
    session = now.session;
    show(now);
    if (now.team && !session) openSignIn();
  } catch { /* the next "open" asks again */ }
});
events.addEventListener("error", () => { $("offline").hidden = false; });
