// Tally sheets of contests that were counted by hand: each is confirmed by two
// people, apart from each other. The page never knows what the other one typed;
// the station compares (docs/formats/journal.md).
import { openSignIn } from "/people.js";
import { send, confirmed, sessionNow } from "/station.js";

const $ = (id) => document.getElementById(id);
let state = null;
let sheet = null;       // as it stood when the form was filled
let filledFor;          // the number of who was signed in then
const picture = $("tally-picture");

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const contestOf = (id) => state.contests.find((contest) => contest.id === id);
const waiting = () => state.tally_sheets.filter((entry) => entry.status === "waiting");

// The figure's boxes cut out of the sheet's picture, twice as large.
function drawBoxes(canvas, [x, y, w, h]) {
  const margin = Math.round(h * 0.25);
  const scale = 2;
  canvas.width = (w + 2 * margin) * scale;
  canvas.height = (h + 2 * margin) * scale;
  const pen = canvas.getContext("2d");
  if (sheet.upside_down) {
    pen.translate(canvas.width, canvas.height);
    pen.rotate(Math.PI);
  }
  pen.drawImage(picture, x - margin, y - margin, w + 2 * margin, h + 2 * margin, 0, 0, canvas.width, canvas.height);
}

function hint(figure) {
  if (figure.differed) return "hai người đã ghi khác nhau: nhìn ảnh và ghi lại";
  if (!figure.must_type) return "máy đọc rõ; sửa nếu sai";
  const guess = figure.value ?? figure.proposal;
  return figure.doubt_vi + (guess === null ? "" : `; máy đề nghị ${guess}`);
}

function figureRow(figure) {
  const row = element("label", undefined, figure.must_type ? "figure must" : "figure");
  const input = element("input");
  Object.assign(input, { name: figure.id, inputMode: "numeric", maxLength: 5, autocomplete: "off" });
  input.value = figure.must_type ? "" : figure.value;
  const words = element("span", figure.label_vi);
  words.append(element("small", hint(figure)));
  row.append(words, element("canvas"), input);
  return row;
}

function stepWords() {
  const who = sheet.entered_by.length === 0 ? "Người thứ nhất" : "Người thứ hai";
  const rule = "So từng số với ảnh ô bên cạnh; tự ghi các số có nền vàng; không xem, không hỏi số của người kia.";
  return sheet.round === 1 ? `${who}. ${rule}` : `Hai người ghi khác nhau, cả hai phải nhìn lại và ghi lại. ${who}. ${rule}`;
}

// Anybody of the team; where people sign in, only who is signed in.
function fillMember() {
  const session = sessionNow();
  filledFor = session?.number;
  $("tally-switch-row").hidden = !state.team;
  $("tally-member").disabled = Boolean(state.team);
  const numbers = state.team ? (session ? [session.number] : []) : Array.from({ length: state.team_members }, (_, i) => i + 1);
  $("tally-member").replaceChildren(element("option", "—"), ...numbers.map((number) => {
    const option = element("option", String(number));
    option.disabled = sheet.entered_by.includes(number);
    return option;
  }));
  if (state.team && session && !sheet.entered_by.includes(session.number)) $("tally-member").value = session.number;
}

function fill() {
  const contest = contestOf(sheet.contest);
  $("tally-title").textContent = `Bảng ghi kết quả số ${sheet.sheet} · ${contest.short_vi} (bầu ${contest.seats} người)`;
  $("tally-step").textContent = stepWords();
  $("tally-broken").replaceChildren(...sheet.broken.map((rule) => element("li", `Số trên bảng không khớp: ${rule.text_vi}`)));
  fillMember();
  $("tally-figures").replaceChildren(...sheet.figures.map(figureRow));
  $("tally-error").textContent = "";
  picture.className = sheet.upside_down ? "turned" : "";
  picture.src = `/api/v1/tally/${sheet.sheet}/image`;
  picture.decode().then(() => {
    document.querySelectorAll("#tally-figures canvas").forEach((canvas, i) => drawBoxes(canvas, sheet.figures[i].at_px));
    $("tally-form").dataset.ready = `${sheet.sheet}/${sheet.round}/${sheet.entered_by.length}`;
  }).catch(() => { $("tally-error").textContent = "Không tải được ảnh của bảng này; tải lại trang rồi mở lại."; });
}

function open(chosen) {
  sheet = chosen;
  fill();
  if (!$("tally").open) $("tally").showModal();
  $("tally").scrollTop = 0;
}

const member = () => Number($("tally-member").value) || null;
function wanted() {
  if (!member()) return state.team ? "Người này đã ghi hoặc chưa đăng nhập: bấm Đổi người." : "Chọn số của người đang ghi.";
  for (const figure of sheet.figures) {
    const text = $("tally-form").elements[figure.id].value.trim();
    if (!/^[0-9]{1,5}$/.test(text)) return `Ghi bằng chữ số: ${figure.label_vi}.`;
  }
  return null;
}

// Only what was typed is sent; the station knows what it read itself.
function typedFigures() {
  const typed = {};
  for (const figure of sheet.figures) {
    const value = Number($("tally-form").elements[figure.id].value.trim());
    if (figure.must_type || value !== figure.value) typed[figure.id] = value;
  }
  return typed;
}

$("tally-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const missing = wanted();
  $("tally-error").textContent = missing ?? "";
  if (missing) return;
  const before = sheet;
  const wrong = await send("tally/enter", { sheet: before.sheet, round: before.round, member: member(), figures: typedFigures() });
  if (wrong) $("tally-error").textContent = wrong.message_vi;
});
$("tally-discard").addEventListener("click", async () => {
  if (!member()) { $("tally-error").textContent = "Chọn số của người đang ghi."; return; }
  const words = ["Bỏ bảng này?", "Bảng này sẽ KHÔNG được tính. Lập bảng mới, ký, rồi quét bảng mới."];
  if (!await confirmed(words, "Bỏ bảng này")) return;
  const wrong = await send("tally/discard", { sheet: sheet.sheet, member: member(), reason_vi: "Bảng ghi sai, lập bảng mới" });
  if (wrong) $("tally-error").textContent = wrong.message_vi;
});
$("tally-switch").addEventListener("click", openSignIn);
$("tally-close").addEventListener("click", () => { $("tally-figures").replaceChildren(); $("tally").close(); });

function callOf(entry) {
  const box = element("div", undefined, "call");
  const left = 2 - entry.entered_by.length;
  box.append(element("p", `${contestOf(entry.contest).short_vi}: bảng ghi kết quả chờ ${left === 2 ? "hai người" : "người thứ hai"} xác nhận` +
    (entry.round > 1 ? " (hai người đã ghi khác nhau)" : "")));
  const button = element("button", left === 2 ? "Người thứ nhất ghi" : "Người thứ hai ghi");
  button.type = "button";
  button.dataset.sheet = entry.sheet;
  button.addEventListener("click", () => open(entry));
  box.append(button);
  return box;
}

function handedBack(entry) {
  const box = element("div", undefined, "call handed-back");
  box.append(element("p", `Tờ A4 thứ ${entry.sheet} TRẢ LẠI: ${entry.refusal.what_vi}`), element("p", entry.refusal.do_vi));
  return box;
}

// A confirmed count: what it is, and how to correct it.
export function handCountWords(contest) {
  if (!state?.by_hand.includes(contest)) return null;
  const note = element("p", undefined, "sums");
  const settled = state.tally_sheets.find((entry) => entry.contest === contest && entry.status === "settled");
  if (!settled) return null;
  note.append(element("span", `Đếm tay: bảng số ${settled.sheet}, hai người đã xác nhận. `));
  if (state.correcting.includes(contest)) {
    note.append(element("b", "Đang chờ bảng đính chính: đặt bảng mới vào khay và quét."));
    return note;
  }
  const button = element("button", "Đính chính", "quiet small");
  button.type = "button";
  button.dataset.correct = contest;
  button.disabled = state.lifecycle !== "counting" && state.lifecycle !== "paused";
  button.addEventListener("click", async () => {
    const words = ["Đính chính kết quả đếm tay?", "Kết quả cũ vẫn tính cho đến khi bảng mới được quét và hai người xác nhận."];
    if (await confirmed(words, "Đính chính")) send("tally/correct", { contest, reason_vi: "Tổ bầu cử đính chính kết quả" });
  });
  note.append(button);
  return note;
}

export function drawTally(current) {
  state = current;
  const newest = state.tally_sheets[0];
  const shown = waiting().reverse().map(callOf);
  // The stack is judged at once: what came back with the newest sheets stays until the next ones.
  for (const entry of state.tally_sheets) {
    if (entry.status !== "returned") break;
    shown.push(handedBack(entry));
  }
  $("tally-call").hidden = !newest || shown.length === 0;
  $("tally-call").replaceChildren(...shown);
  if (!$("tally").open) return;
  const now = state.tally_sheets.find((entry) => entry.sheet === sheet.sheet);
  if (now.status !== "waiting") { $("tally-figures").replaceChildren(); $("tally").close(); return; }
  // Somebody's entry is in: what was typed goes away before the next person sits down.
  if (now.round !== sheet.round || now.entered_by.length !== sheet.entered_by.length) open(now);
  // Somebody else took over: neither may they see what was typed.
  else if (state.team && filledFor !== sessionNow()?.number) open(now);
}
