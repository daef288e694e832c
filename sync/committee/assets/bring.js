// Records that people bring in on a stick, as pictures of codes, or as the codes' text. The page
// only passes them on and shows what the committee's program says about them.
const $ = (id) => document.getElementById(id);
const TOO_LARGE = 24 * 1024 * 1024;
// Every code read or pasted so far: a missing one may come in the next picture.
const texts = new Set();

function say(kind, who, words) {
  const row = document.createElement("li");
  row.className = kind;
  const name = document.createElement("b");
  name.textContent = who;
  row.append(name, ` ${words}`);
  $("bring-answers").append(row);
}

async function post(path, type, body) {
  try {
    const answer = await fetch(`/api/v1/${path}`, { method: "POST", headers: { "content-type": type }, body });
    const data = await answer.json();
    return answer.ok ? data : { wrong: data.message_vi };
  } catch {
    return { wrong: "Không liên lạc được với chương trình. Thử lại." };
  }
}

function sayStations(who, stations) {
  for (const one of stations) say(one.refused > 0 ? "bad" : "good", who, one.sentence_vi);
}

async function typeOf(file) {
  const head = await file.slice(0, 18).text();
  if (head === "kiemphieu-bundle-1") return "application/vnd.kiemphieu.bundle";
  if (head.startsWith("KPP1")) return "application/vnd.kiemphieu.parcel";
  if (file.name.endsWith(".kpb")) return "application/vnd.kiemphieu.bundle";
  return file.type.startsWith("image/") ? file.type : "text";
}

async function bringFile(file) {
  if (file.size > TOO_LARGE) return say("bad", file.name, "Tệp lớn hơn 24 MiB: dùng lệnh kiemphieu bundle send.");
  const type = await typeOf(file);
  if (type === "text") return texts.add(await file.text());
  const answer = await post(type.startsWith("image/") ? "codes" : "parcels", type, file);
  if (answer.wrong) return say("bad", file.name, answer.wrong);
  if (answer.stations) return sayStations(file.name, answer.stations);
  for (const text of answer.texts) texts.add(text);
  say("note", file.name, `đọc được ${answer.texts.length} mã.`);
}

async function bringTexts() {
  if (texts.size === 0) return;
  const answer = await post("codes", "application/vnd.kiemphieu.codes", [...texts].join("\n"));
  if (answer.wrong) return say("bad", "Mã kết quả", answer.wrong);
  for (const parcel of answer.parcels) {
    const who = `Gói ${parcel.parcel.slice(0, 8)}`;
    if (parcel.words_vi) say("bad", who, `${parcel.words_vi}.`.replace("..", "."));
    sayStations(who, parcel.stations);
  }
}

async function bring() {
  $("bring-go").disabled = true;
  $("bring-answers").replaceChildren();
  for (const file of $("bring-files").files) await bringFile(file);
  if ($("bring-text").value.trim()) texts.add($("bring-text").value);
  await bringTexts();
  if (!$("bring-answers").children.length) say("bad", "", "Chọn tệp hoặc dán dòng chữ của mã trước.");
  $("bring-go").disabled = false;
}

$("bring-go").addEventListener("click", bring);
$("bring-clear").addEventListener("click", () => {
  texts.clear();
  $("bring-files").value = $("bring-text").value = "";
  $("bring-answers").replaceChildren();
});
// Whoever sees the board from elsewhere cannot bring anything in.
$("bring").hidden = !["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
