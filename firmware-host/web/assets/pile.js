// A pile counted right once: where a sheet lies on paper, how to go on after a stop, and
// the number that people counted. Draws what the server says.
const $ = (id) => document.getElementById(id);

// "Tờ 47 của chồng 3 (tờ thứ 12 từ trên xuống)"
export const sheetName = (sheet) => `Tờ ${sheet.position}, chồng ${sheet.batch}` +
  (sheet.place ? ` (${sheet.place.text_vi})` : "");

const uncountedWords = (resume) =>
  resume.uncounted === null ? "Máy KHÔNG biết có bao nhiêu tờ đã ra mà chưa đếm." :
  resume.uncounted > 0 ? `${resume.uncounted} tờ đã ra mà CHƯA được đếm.` : "";

let shown = "";
export function drawResume({ resume, scanning, contests }) {
  const hidden = !resume || resume.calm || scanning;
  $("resume").hidden = hidden;
  if (hidden || shown === JSON.stringify(resume)) return;
  shown = JSON.stringify(resume);
  const contest = contests.find((entry) => entry.id === resume.contest);
  $("resume-title").textContent = `Máy đã dừng ở chồng ${resume.batch} (${contest.short_vi})`;
  $("resume-counted").textContent = `Đã đếm ${resume.sheets} tờ. ${uncountedWords(resume)}`;
  $("resume-steps").replaceChildren(...resume.steps.map((step) => {
    const item = document.createElement("li");
    item.textContent = step.text_vi;
    return item;
  }));
  $("resume-last").hidden = !resume.last;
  if (!resume.last) return;
  $("resume-last").href = resume.last.image;
  $("resume-picture").src = resume.last.image;
  $("resume-caption").textContent = `Tờ đã đếm cuối cùng: tờ ${resume.last.position}`;
}

const WHY = {
  optional: "Bộ đếm của máy quét khớp, nhưng không thấy hai tờ dính nhau: đếm tay vẫn chắc hơn.",
  no_counter: "Máy quét này không có bộ đếm tờ: chỉ số đếm tay mới phát hiện được tờ bị sót. Xin đếm tay.",
  after_stop: "Chồng này có lần máy dừng giữa chừng: xin đếm tay để chắc không sót tờ nào.",
  differs: "Các số của chồng này CHƯA khớp: phải đếm tay lại.",
};

// Asks for the number; resolves to the command's body, or null when they go back.
export function askPapers(batch) {
  $("papers-title").textContent = `Xong chồng ${batch.batch}?`;
  $("papers-why").textContent = WHY[batch.hand_count];
  $("papers-why").className = batch.hand_count === "optional" ? "" : "wanted";
  $("papers-number").value = "";
  $("papers").showModal();
  $("papers-number").focus();
  return new Promise((resolve) => {
    $("papers").addEventListener("close", () => {
      if ($("papers").returnValue !== "yes") return resolve(null);
      const typed = $("papers-number").value.trim();
      resolve(typed === "" ? {} : { papers: Number(typed) });
    }, { once: true });
  });
}
