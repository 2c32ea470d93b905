// 长者模式: reads the page aloud with the browser's own voice. Where there is no Chinese voice nothing is shown.

const words = document.documentElement.lang.startsWith("en")
  ? { start: "Read aloud", stop: "Stop reading", lang: "en" }
  : { start: "朗读本页", stop: "停止朗读", lang: "zh" };
const speech = window.speechSynthesis;
const main = document.getElementById("main");
let queue = [];

function voice() {
  return speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(words.lang));
}

// Short pieces, because several browsers fall silent in the middle of a long one.
function pieces() {
  const text = main.innerText.replace(/\s*\n+\s*/g, "。");
  return text.match(/[^。！？；.!?;]+[。！？；.!?;]?/g)?.map((one) => one.trim()).filter(Boolean) ?? [];
}

function speak(button) {
  const next = queue.shift();
  if (!next) return stop(button);
  const said = new SpeechSynthesisUtterance(next);
  said.voice = voice();
  said.lang = said.voice?.lang ?? words.lang;
  said.rate = 0.85;
  said.onend = () => { if (button.getAttribute("aria-pressed") === "true") speak(button); };
  speech.speak(said);
}

function stop(button) {
  queue = [];
  speech.cancel();
  button.setAttribute("aria-pressed", "false");
  button.textContent = words.start;
}

function offer() {
  if (!main || document.querySelector(".aloud") || !voice()) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--quiet aloud";
  button.textContent = words.start;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return stop(button);
    queue = pieces();
    button.setAttribute("aria-pressed", "true");
    button.textContent = words.stop;
    speak(button);
  });
  main.before(button);
  window.addEventListener("pagehide", () => speech.cancel());
}

if (speech) {
  offer();
  speech.addEventListener?.("voiceschanged", offer); // voices may come after the page
}
