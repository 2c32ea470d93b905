// What every page can do with scripts on. Each thing works without them in another way, or is not shown.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // only over https or on this machine; the code can still be selected
  button.hidden = false;
  const before = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 4000);
  });
}

// After a refused form the summary takes the focus, so that keyboard and screen reader start there.
document.querySelector("[data-focus]")?.focus();

// A second press on a slow line must not send a form twice. The server refuses the repetition anyway.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  setTimeout(() => { delete event.target.dataset.sent; }, 6000);
});

// Esc closes what folds out over the page and gives the focus back to what opened it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.pop[open], details.menu[open]")) {
    const held = open.contains(document.activeElement);
    open.open = false;
    if (held) open.querySelector("summary").focus();
  }
});

// Back from another page: a form sent before may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
