// Speaking instead of typing, where the browser offers it. Without it, or refused, the box is all there is.

// A question that was typed on another page is asked at once; going back does not ask it again.
const typed = document.querySelector("[data-say] input[name=q]");
if (typed?.value && new URLSearchParams(location.search).has("q")) {
  history.replaceState(null, "", location.pathname);
  typed.form.requestSubmit();
}

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const form = document.querySelector("[data-say]");
const button = form?.querySelector("[data-voice]");
const box = form?.querySelector("input[name=q]");
const status = form?.querySelector("[data-voice-status]");

if (Recognition && button) {
  const label = button.querySelector("span");
  const quiet = label.textContent;
  const heard = new Recognition();
  heard.lang = button.dataset.lang;
  heard.interimResults = true;
  let listening = false;

  const show = (on) => {
    listening = on;
    button.setAttribute("aria-pressed", String(on));
    label.textContent = on ? button.dataset.listening : quiet;
    status.textContent = on ? button.dataset.listening : "";
  };
  heard.addEventListener("result", (event) => {
    box.value = [...event.results].map((one) => one[0].transcript).join("");
  });
  heard.addEventListener("end", () => { show(false); box.focus(); });
  heard.addEventListener("error", () => show(false));
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (listening) return heard.stop();
    heard.start();
    show(true);
  });
}
