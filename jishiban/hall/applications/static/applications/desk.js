// The desk's own keys: Ctrl+Enter sends the form one is in; the first empty field waits for the cursor.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form[data-send]") ?? document.querySelector("form[data-send]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

const first = document.querySelector("form[data-first]");
if (first && !document.querySelector("[data-focus]")) {
  first.querySelector("input:not([type=hidden])")?.focus();
}

// What is written beside a box means the box.
for (const line of document.querySelectorAll(".check")) {
  const box = line.querySelector("input[type=checkbox]");
  line.addEventListener("input", (event) => {
    if (event.target !== box && event.target.value) box.checked = true;
  });
}

// When the session has ended, the refresh is sent to the sign-in page: go there, do not put it into the list.
document.addEventListener("htmx:beforeSwap", (event) => {
  const xhr = event.detail.xhr;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== location.pathname) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
