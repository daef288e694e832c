// Who is signed in at this browser. The station decides who may do what; the page
// asks for the PIN, shows the name of the role, and how long to wait after mistakes.
import { send, sessionNow } from "/station.js";

const $ = (id) => document.getElementById(id);
let state = null;
let waiting = null;     // the countdown after wrong PINs

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
export const personWords = (person) => `số ${person.number} · ${person.role_vi}`;
export const teamMembers = () => state?.team?.people.filter((person) => person.role !== "technician") ?? [];

function sayWait(words, seconds) {
  clearInterval(waiting);
  const end = performance.now() + seconds * 1000;
  const draw = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    $("sign-in-save").disabled = left > 0;
    $("sign-in-error").textContent = left > 0 ? `${words} Còn ${left} giây.` : words;
    if (left <= 0) clearInterval(waiting);
  };
  waiting = setInterval(draw, 250);
  draw();
}

export function openSignIn() {
  if (!state?.team) return;
  const before = $("sign-in-number").value;
  $("sign-in-number").replaceChildren(...state.team.people.map((person) => {
    const option = element("option", personWords(person));
    option.value = person.number;
    return option;
  }));
  if (before) $("sign-in-number").value = before;
  $("sign-in-pin").value = "";
  if (!$("sign-in").open) {
    $("sign-in-error").textContent = "";
    $("sign-in").showModal();
  }
  $("sign-in-pin").focus();
}

$("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wrong = await send("login", { member: Number($("sign-in-number").value), pin: $("sign-in-pin").value });
  $("sign-in-pin").value = "";
  if (!wrong) { $("sign-in").close(); return; }
  // The answer's own seconds stand in the countdown instead.
  sayWait(wrong.message_vi.replace(/ Còn \d+ giây\.$/, ""), wrong.wait_s ?? 0);
  $("sign-in-pin").focus();
});
$("sign-in-number").addEventListener("change", () => sayWait("", 0));
$("sign-in-close").addEventListener("click", () => $("sign-in").close());
$("sign-in-open").addEventListener("click", openSignIn);
$("sign-out").addEventListener("click", () => send("logout"));

// Reopening what is sealed: who and why, in the journal for good.
export function openUnseal() {
  const session = sessionNow();
  $("unseal-who").textContent = session ? `Người mở lại: ${personWords(session)}.` : "";
  $("unseal-name-row").hidden = Boolean(state.team);
  $("unseal-name").value = $("unseal-reason").value = $("unseal-error").textContent = "";
  $("unseal").showModal();
}
$("unseal-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { event: "unseal", reason_vi: $("unseal-reason").value };
  if (!state.team) body.name = $("unseal-name").value;
  for (const key of ["reason_vi", "name"]) if (!body[key]?.trim()) delete body[key];
  const wrong = await send("lifecycle", body);
  if (wrong) $("unseal-error").textContent = wrong.message_vi;
  else $("unseal").close();
});
$("unseal-close").addEventListener("click", () => $("unseal").close());

export function drawPeople(current) {
  state = current;
  const session = sessionNow();
  $("people").hidden = false;
  $("people-who").textContent = !state.team ? "Chưa đặt mã PIN" : session ? `Đang đăng nhập: ${personWords(session)}` : "Chưa đăng nhập: chỉ xem";
  $("sign-in-open").hidden = !state.team || Boolean(session);
  $("sign-out").hidden = !session;
}
