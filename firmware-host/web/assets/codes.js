// The results as QR codes, for when there is no network: one after another, as large as it goes.
const $ = (id) => document.getElementById(id);
let list = null;        // what the server cut last
let at = 0;
let tried = "";         // the list whose picture failed before

// Something settled, and the committee has not got everything (without a network it never has).
const somethingToSend = ({ lifecycle, batches, tally_sheets: sheets, push }) =>
  !["idle", "voting"].includes(lifecycle) &&
  (batches.some((batch) => batch.status === "settled") || sheets.some((sheet) => sheet.status === "settled")) &&
  (push.last === 0 || push.acknowledged < push.last);

export function drawCodes(state) {
  $("codes-open").hidden = !somethingToSend(state);
}

function drawCode() {
  const many = list.codes.length;
  $("codes-count").textContent = `${many} mã`;
  $("codes-number").textContent = `Mã ${at + 1}/${many}`;
  $("codes-picture").src = `/api/v1/codes/${at + 1}.svg?parcel=${list.parcel}`;
  $("codes-records").textContent = `Gồm ${list.records} bản ghi, đến bản ghi số ${list.last_sequence}.`;
  $("codes-back").disabled = at === 0;
  $("codes-next").disabled = at + 1 === many;
}

async function openCodes() {
  $("codes-error").textContent = "";
  try {
    const answer = await fetch("/api/v1/codes");
    const data = await answer.json();
    if (!answer.ok) { $("codes-error").textContent = data.message_vi; return; }
    if (data.codes.length === 0) { $("codes-error").textContent = "Chưa có kết quả nào để gửi."; return; }
    [list, at] = [data, 0];
    drawCode();
    if (!$("codes").open) $("codes").showModal();
    $("codes-next").focus();
  } catch {
    $("codes-error").textContent = "Mất liên lạc với chương trình. Đợi kết nối lại rồi làm lại.";
  }
}

$("codes-open").addEventListener("click", openCodes);
$("codes-next").addEventListener("click", () => { at += 1; drawCode(); });
$("codes-back").addEventListener("click", () => { at -= 1; drawCode(); });
$("codes-close").addEventListener("click", () => $("codes").close());
// The server shows another list by now (another window asked): begin anew with that.
$("codes-picture").addEventListener("error", () => {
  if (!$("codes").open || tried === list.parcel) return;
  tried = list.parcel;
  openCodes();
});
