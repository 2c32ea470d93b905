// One key for one deed: j and k move through the clusters, 1 to 4 confirm what was meant, x takes it off the list.

const rows = [...document.querySelectorAll("[data-cluster]")];
let here = -1;

function go(step) {
  rows[here]?.classList.remove("is-here");
  here = Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[here]?.classList.add("is-here");
  rows[here]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "j") return go(1);
  if (event.key === "k") return go(-1);
  rows[here]?.querySelector(`[data-do="${CSS.escape(event.key)}"]`)?.click();
});
