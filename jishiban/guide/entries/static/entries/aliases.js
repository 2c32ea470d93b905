// Aliases by keys: y uses the line one stands on, n does not. The desk's own keys press what carries data-key, so the two
// buttons of that line, and of no other, carry it.

const lists = document.querySelectorAll("[data-aliases]");
const KEYS = { confirm: "y", refuse: "n" };

function stand(line) {
  for (const button of document.querySelectorAll("[data-aliases] button[data-key]")) button.removeAttribute("data-key");
  for (const [name, key] of Object.entries(KEYS)) {
    line?.querySelector(`button[name="${name}"]`)?.setAttribute("data-key", key);
  }
}

for (const list of lists) {
  stand(list.querySelector("[data-line]"));
  list.addEventListener("focusin", (event) => stand(event.target.closest("[data-line]")));
}
