// A file field that also takes a dropped file, and, where the page gives an upload address, sends it in pieces.
//
// The protocol, for the room that receives (all requests carry the page's CSRF token):
//   HEAD  {url}?id={id}                  -> 200, Upload-Offset: bytes already held (0 when unknown)
//   PATCH {url}?id={id}&name=&size=      -> 200, Upload-Offset: bytes now held; the body is the next piece
// `id` is the same for the same file on the same device, so a broken upload goes on where it stopped. When all bytes
// are held the field's value is replaced by a hidden input `{name}_upload` with the id. Nothing here is needed: without
// scripts, or when a piece is refused for good, the file travels with the form.

const PIECE = 512 * 1024;
const TRIES = 4;

const sizeOf = (bytes) =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

async function fingerprint(file) {
  const plain = new TextEncoder().encode(`${file.name}|${file.size}|${file.lastModified}`);
  if (!crypto.subtle) return [...plain].reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7).toString(16);
  const hash = await crypto.subtle.digest("SHA-256", plain);
  return [...new Uint8Array(hash)].slice(0, 16).map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function line(state, file) {
  const row = document.createElement("div");
  row.className = "drop__file";
  const name = document.createElement("span");
  const told = document.createElement("span");
  name.textContent = file.name;
  told.textContent = sizeOf(file.size);
  row.append(name, told);
  state.append(row);
  return { row, told };
}

async function held(url, id) {
  const answer = await fetch(`${url}?id=${id}`, { method: "HEAD", credentials: "same-origin" });
  return answer.ok ? Number(answer.headers.get("Upload-Offset") ?? 0) : 0;
}

async function sendPiece(url, query, file, from, token) {
  const answer = await fetch(`${url}?${query}`, {
    method: "PATCH",
    credentials: "same-origin",
    headers: { "X-CSRFToken": token, "Upload-Offset": String(from), "Content-Type": "application/octet-stream" },
    body: file.slice(from, from + PIECE),
  });
  if (answer.status >= 400 && answer.status < 500) throw new TypeError("refused");
  if (!answer.ok) throw new Error("later");
  return Number(answer.headers.get("Upload-Offset"));
}

async function upload(url, id, file, token, progress) {
  const query = new URLSearchParams({ id, name: file.name, size: String(file.size) });
  let offset = await held(url, id);
  let tries = 0;
  while (offset < file.size) {
    progress(offset);
    try {
      offset = await sendPiece(url, query, file, offset, token);
      tries = 0;
    } catch (error) {
      if (error.message === "refused" || ++tries >= TRIES) throw error;
      await new Promise((wake) => setTimeout(wake, 1000 * 2 ** tries));
      offset = await held(url, id);
    }
  }
  progress(file.size);
}

async function carry(drop, input, file, state) {
  const { row, told } = line(state, file);
  const bar = document.createElement("progress");
  bar.max = file.size;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.append(bar);
  const id = await fingerprint(file);
  const token = input.form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  try {
    await upload(drop.dataset.uploadUrl, id, file, token, (bytes) => {
      bar.value = bytes;
      told.textContent = `${drop.dataset.wordsBusy} ${Math.floor((bytes / file.size) * 100)}%`;
    });
  } catch {
    told.textContent = drop.dataset.wordsAgain;
    return;
  }
  told.textContent = `${drop.dataset.wordsDone} ${sizeOf(file.size)}`;
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: `${input.name}_upload`, value: id });
  row.append(hidden);
  input.value = ""; // the bytes are there already; they need not travel twice
  input.required = false;
}

function enhance(drop) {
  const input = drop.querySelector("input[type=file]");
  const state = drop.querySelector("[data-drop-state]");
  if (!input || drop.dataset.ready) return;
  drop.dataset.ready = "yes";
  const hint = document.createElement("p");
  hint.className = "drop__hint";
  hint.textContent = drop.dataset.wordsDrop;
  input.before(hint);
  input.addEventListener("change", () => {
    state.replaceChildren();
    for (const file of input.files) {
      if (drop.dataset.uploadUrl) carry(drop, input, file, state);
      else line(state, file);
    }
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
}

for (const drop of document.querySelectorAll("[data-drop]")) enhance(drop);
