// The desk by keys: j and k walk the lines, Enter opens, / searches, n registers, g goes to the inbox, ? shows the keys.
// Keys do nothing while one types, and a key with Ctrl, Alt or Meta belongs to the browser.

const lines = () => [...document.querySelectorAll("[data-keys] [data-line]")];
const link = (line) => (line.matches("a") ? line : line.querySelector("a[href]"));

function walk(step) {
  const all = lines();
  if (!all.length) return;
  const here = all.findIndex((line) => line.contains(document.activeElement));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  link(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function toggleHelp() {
  const help = document.querySelector("[data-key-help]");
  if (!help) return;
  help.parentElement.open = !help.parentElement.open;
  help.focus();
}

const does = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => document.querySelector("[data-key-search]")?.focus(),
  "?": toggleHelp,
  n: () => location.assign("/desk/new/"),
  g: () => location.assign("/desk/"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (own) {
    event.preventDefault();
    return own.matches("a, button, summary") ? own.click() : own.focus();
  }
  if (!does[event.key]) return;
  event.preventDefault();
  does[event.key]();
});

// A part that refreshes itself ([data-live]) waits while somebody stands in it, marks words in it, or looks elsewhere:
// nothing moves under a hand.
const busy = (part) =>
  document.hidden || part.contains(document.activeElement) || part.contains(getSelection()?.focusNode ?? null) && !getSelection().isCollapsed;

for (const moment of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
  document.addEventListener(moment, (event) => {
    const part = event.target.closest?.("[data-live]");
    if (part && busy(part)) event.preventDefault();
  });
}
