// The live board: names once, then every change as it comes.
const number = new Intl.NumberFormat("vi-VN");
const byId = (id) => document.getElementById(id);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Fields of one contest by name, so that updates touch numbers only. Until the
// first numbers come there is a dash: a zero would be a statement.
const fields = new Map();
function field(contest, name) { return fields.get(`${contest} ${name}`); }

function counter(contest, name, label) {
  const box = element("div");
  const value = element("dd", "", "–");
  fields.set(`${contest} ${name}`, value);
  box.append(element("dt", "", label), value);
  return box;
}

function candidateRow(contest, candidate) {
  const row = element("tr");
  const who = element("td");
  const name = element("div", "name", `${candidate.honorific} ${candidate.name}`);
  if (candidate.other_name) name.append(element("span", "other", ` (${candidate.other_name})`));
  const bar = element("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-hidden", "true");
  const votes = element("td", "votes", "–");
  fields.set(`${contest} votes:${candidate.id}`, votes);
  fields.set(`${contest} bar:${candidate.id}`, bar);
  who.append(name, bar);
  row.append(who, votes);
  return row;
}

function contestCard(contest) {
  const card = element("article");
  const counters = element("dl");
  counters.append(
    counter(contest.id, "collected", "Phiếu thu vào"), counter(contest.id, "valid", "Hợp lệ"),
    counter(contest.id, "invalid", "Không hợp lệ"), counter(contest.id, "in_review", "Chờ quyết định"),
    counter(contest.id, "stations", "Khu vực báo"));
  const table = element("table");
  const head = element("tr");
  head.append(element("th", "", "Người ứng cử"), element("th", "", "Số phiếu"));
  table.append(head, ...contest.candidates.map((candidate) => candidateRow(contest.id, candidate)));
  const place = `Đơn vị bầu cử số ${contest.constituency} · ${contest.area} · bầu ${contest.seats} người`;
  card.append(element("h2", "", contest.title), element("p", "place", place), counters, table);
  return card;
}

function showTotals(totals, election) {
  for (const total of totals) {
    const contest = election.contests.find((each) => each.id === total.contest);
    if (!contest) continue;
    for (const name of ["collected", "valid", "invalid", "in_review"])
      field(contest.id, name).textContent = number.format(total[name]);
    field(contest.id, "stations").textContent =
      `${number.format(total.stations_reporting)}/${number.format(contest.stations)}`;
    for (const { id, votes } of total.candidates) {
      field(contest.id, `votes:${id}`).textContent = number.format(votes);
      // Of the valid ballots, so that bars of different contests mean the same.
      field(contest.id, `bar:${id}`).value = total.valid > 0 ? votes / total.valid : 0;
    }
  }
}

function showStations(summary) {
  const parts = [
    ["", summary.stations, "khu vực"], ["", summary.waiting, "chưa gửi"],
    ["", summary.reporting, "đang gửi"], ["", summary.complete, "đã xong"]];
  if (summary.conflict > 0) parts.push(["bad", summary.conflict, "mâu thuẫn"]);
  if (summary.taken_over.length > 0) parts.push(["", summary.taken_over.length, "đã đổi máy"]);
  byId("stations").replaceChildren(...parts.map(([className, count, label]) => {
    const box = element("div", className);
    box.append(element("b", "", number.format(count)), label);
    return box;
  }));
  byId("alarm").hidden = summary.conflict === 0;
  byId("alarm").textContent = summary.conflict === 0 ? "" :
    `Có bản ghi mâu thuẫn từ: ${summary.conflicts.join(", ")}. Giữ cả hai bản; gọi kỹ thuật viên và kiểm tra ngay.`;
  byId("reopened").hidden = summary.reopened.length === 0;
  byId("reopened").textContent = summary.reopened.length === 0 ? "" :
    `Đã niêm phong rồi mở lại: ${summary.reopened.join(", ")}. Hỏi Tổ bầu cử ai mở lại và vì sao; nhật ký của máy có ghi.`;
}

function showConnection(live) {
  const box = byId("connection");
  box.className = live ? "connection live" : "connection lost";
  box.textContent = live ? "● Đang cập nhật" : "▲ Mất kết nối, đang thử lại";
  document.body.classList.toggle("stale", !live);
}

async function names() {
  for (;;) {
    try {
      const answer = await fetch("/api/v1/election");
      if (answer.ok) return await answer.json();
    } catch { /* shown as lost below */ }
    showConnection(false);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

function follow(election) {
  const events = new EventSource("/api/v1/events");
  events.onopen = () => showConnection(true);
  events.addEventListener("totals", (event) => showTotals(JSON.parse(event.data), election));
  events.addEventListener("stations", (event) => showStations(JSON.parse(event.data)));
  events.onerror = () => {
    showConnection(false);
    // A browser gives up for good after some errors; we do not.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => follow(election), 2000);
  };
}

const election = await names();
byId("election").textContent = election.name;
document.title = election.name;
byId("contests").replaceChildren(...election.contests.map(contestCard));
follow(election);
