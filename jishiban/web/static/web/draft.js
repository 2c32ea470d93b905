// Keeps a long form on this device while it is being filled, and offers it again after a broken line or a closed tab.
// <form data-draft="a name of its own"> takes part. Never kept: files, passwords, hidden fields, and anything marked
// data-private (identity numbers). What the server gave stands; only empty fields are filled, and only when asked.

const DAY = 24 * 3600 * 1000;
const english = document.documentElement.lang.startsWith("en");
const words = english
  ? { found: "You began this form on this device.", use: "Fill it in again", drop: "Start afresh" }
  : { found: "这台设备上有您没填完的内容。", use: "接着填", drop: "不要了" };

const store = (() => {
  try {
    localStorage.setItem("jsb-probe", "1");
    localStorage.removeItem("jsb-probe");
    return localStorage;
  } catch {
    return null; // private windows and strict settings: the form works as before
  }
})();

const kept = (field) =>
  field.name && !["file", "password", "hidden", "submit", "button"].includes(field.type) && !("private" in field.dataset);

function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (found[field.name] ??= []).push(field.value);
    } else if (field.value) found[field.name] = [field.value];
  }
  return found;
}

function fill(form, found) {
  for (const field of form.elements) {
    const old = found[field.name];
    if (!kept(field) || !old) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked ||= old.includes(field.value);
    else if (!field.value) field.value = old[0];
  }
}

function read(key) {
  try {
    const found = JSON.parse(store.getItem(key));
    if (found && Date.now() - found.at < 7 * DAY) return found.values;
  } catch { /* unreadable is as good as none */ }
  store.removeItem(key);
  return null;
}

function button(text, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function offer(form, key, found) {
  const line = document.createElement("div");
  line.className = "said__line said__line--info";
  line.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = words.found;
  line.append(
    text,
    button(words.use, "btn btn--quiet", () => { fill(form, found); line.remove(); }),
    button(words.drop, "plain", () => { store.removeItem(key); line.remove(); }),
  );
  form.prepend(line);
}

function watch(form) {
  const key = `jsb-draft:${form.dataset.draft}`;
  const found = read(key);
  const now = values(form);
  if (found && Object.keys(found).some((name) => !now[name])) offer(form, key, found);
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => store.setItem(key, JSON.stringify({ at: Date.now(), values: values(form) })), 600);
  });
  form.addEventListener("submit", () => { clearTimeout(waiting); store.removeItem(key); });
}

if (store && document.documentElement.dataset.mode !== "kiosk") for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
