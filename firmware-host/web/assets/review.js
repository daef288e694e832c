// One doubtful sheet at a time: the picture, the proposal with its legal
// source, and the whole team's decision (Luật 85/2015, Điều 74).
import { teamMembers } from "/people.js";
import { send } from "/station.js";
import { sheetName } from "/pile.js";

const $ = (id) => document.getElementById(id);
let state = null;
let sheet = null;
let present = new Set();  // as marked for the sheet before: people come and go less often than sheets

const sameSheet = (a, b) => a && b && a.batch === b.batch && a.position === b.position;

// A sheet that was handed back has no reading: the pile says whose ballot it is.
function contestOfSheet() {
  const id = sheet.contest || state.batches.find((batch) => batch.batch === sheet.batch).contest;
  return state.contests.find((contest) => contest.id === id);
}

function nameRow(candidate) {
  const mark = sheet.candidates.find((entry) => entry.id === candidate.id);
  const label = document.createElement("label");
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "elected", value: candidate.id, checked: mark?.mark === "kept" });
  const words = document.createElement("span");
  words.textContent = candidate.name;
  const why = document.createElement("small");
  why.textContent = !mark ? "máy không đọc được" :
    mark.mark === "doubtful" ? "máy chưa chắc: " + mark.text_vi : mark.mark === "struck" ? "bị gạch" : "";
  label.append(box, words, why);
  return label;
}

function countPresent() {
  present = new Set([...$("review-members").querySelectorAll("input:checked")].map((box) => Number(box.value)));
  $("present").value = present.size;
  $("in-favour").value = Math.max(0, present.size - $("against").value);
}

// Where there is a list of the team, those present are marked one by one.
function fillMembers() {
  const members = teamMembers();
  $("review-members").hidden = members.length === 0;
  $("present").readOnly = members.length > 0;
  $("review-members").replaceChildren($("review-members").querySelector("legend"), ...members.map((person) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "member", value: person.number, checked: present.has(person.number) });
    box.addEventListener("change", countPresent);
    label.append(box, `${person.number} · ${person.role_vi}`);
    return label;
  }));
}

function fill() {
  const contest = contestOfSheet();
  $("review-title").textContent = `${sheetName(sheet)} · ${contest.short_vi} (bầu ${contest.seats} người)`;
  $("review-picture").src = `/api/v1/sheets/${sheet.batch}/${sheet.position}/image`;
  $("review-reasons").replaceChildren(...sheet.troubles.map((trouble) => {
    const item = document.createElement("li");
    item.textContent = trouble.text_vi;
    return item;
  }));
  if (sheet.same_as) {
    const item = document.createElement("li");
    item.textContent = `Giống tờ ${sheet.same_as.position} của chồng ${sheet.same_as.batch}. Nếu đúng là phiếu đó quét lại: chọn "Không phải phiếu của chồng này".`;
    $("review-reasons").prepend(item);
  }
  $("review-reasons").prepend(...sheet.reasons.map((reason) => {
    const item = document.createElement("li");
    item.textContent = `${reason.text_vi} (${reason.source})`;
    return item;
  }));
  $("review-names").replaceChildren($("review-names").querySelector("legend"), ...contest.candidates.map(nameRow));
  for (const choice of $("review-form").elements.validity) choice.checked = choice.value === sheet.validity;
  $("present").value = $("in-favour").value = state.team_members;
  $("against").value = 0;
  fillMembers();
  if (teamMembers().length > 0) countPresent();
  $("review-error").textContent = "";
}

export function openReview(current, chosen) {
  state = current;
  sheet = chosen;
  if (!sheet) return;
  fill();
  if (!$("review").open) $("review").showModal();
}

export function refreshReview(current) {
  state = current;
  const open = [...state.waiting, ...state.handed_back];
  if (!$("review").open || open.some((entry) => sameSheet(entry, sheet))) return;
  if (state.waiting.length > 0) openReview(state, state.waiting[0]);
  else $("review").close();
}

$("review-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = $("review-form");
  const validity = form.elements.validity.value;
  const counts = { present: +$("present").value, in_favour: +$("in-favour").value, against: +$("against").value };
  if (!validity) {
    $("review-error").textContent = "Hãy chọn: hợp lệ, không hợp lệ, hay không phải phiếu của chồng này.";
    return;
  }
  const decision = { batch: sheet.batch, position: sheet.position, ...counts };
  if (teamMembers().length > 0) decision.members = [...present];
  if (validity === "not_a_ballot") decision.not_a_ballot = true;
  else decision.validity = validity;
  if (validity === "valid")
    decision.elected = [...form.querySelectorAll("input[name=elected]:checked")].map((box) => box.value);
  const wrong = await send("decision", decision);
  $("review-error").textContent = wrong ? wrong.message_vi : "";
});
$("review-close").addEventListener("click", () => $("review").close());
