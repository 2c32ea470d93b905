// Checks a receipt of the public ledger, by itself: no library, no network. It is served as a module to the page
// /ledger/verify and written whole into the file that works offline. Formats: kernel/ledger/receipts.py, and
// the verdicts must be the ones given there. Words for people come from the page (data-words), none are here.

// -- bytes --------------------------------------------------------------------------------------------
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function need(condition, why) {
  if (!condition) throw new TypeError(why);
}

function unhex(text, size) {
  need(typeof text === "string" && /^([0-9a-f]{2})*$/.test(text) && text.length === 2 * size, `not ${size} bytes in hex`);
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function number(bytes, littleEndian = false) {
  return BigInt(`0x${hex(littleEndian ? Uint8Array.from(bytes).reverse() : bytes)}`);
}

function fromBase64url(text) {
  need(/^[A-Za-z0-9_-]+$/.test(text), "not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

// -- SHA-2 (FIPS 180-4); its constants are fractions of roots of primes, so they are computed, not copied ----------
function root(value, degree) {
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / Number(degree)));
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (next >= guess) return guess;
    guess = next;
  }
}

const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const M64 = (1n << 64n) - 1n;
const K64 = PRIMES.map((prime) => root(BigInt(prime) << 192n, 3n) & M64);
const H64 = PRIMES.slice(0, 8).map((prime) => root(BigInt(prime) << 128n, 2n) & M64);
const K32 = K64.slice(0, 64).map((k) => Number(k >> 32n));
const H32 = H64.map((h) => Number(h >> 32n));

function padded(message, block) {
  const length = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const out = new Uint8Array(length);
  out.set(message);
  out[message.length] = 0x80;
  new DataView(out.buffer).setBigUint64(length - 8, BigInt(message.length) * 8n);
  return new DataView(out.buffer);
}

export function sha256(message) {
  const view = padded(message, 64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const state = [...H32];
  const w = new Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      if (t < 16) w[t] = view.getUint32(at + 4 * t);
      else {
        const s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ (w[t - 15] >>> 3);
        const s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ (w[t - 2] >>> 10);
        w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
      }
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K32[t] + w[t]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] = (state[n] + word) | 0; });
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, n) => out.setInt32(4 * n, word));
  return new Uint8Array(out.buffer);
}

export function sha512(message) {
  const view = padded(message, 128);
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
  const state = [...H64];
  const w = new Array(80);
  for (let at = 0; at < view.byteLength; at += 128) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t++) {
      if (t < 16) w[t] = view.getBigUint64(at + 8 * t);
      else {
        const s0 = turn(w[t - 15], 1n) ^ turn(w[t - 15], 8n) ^ (w[t - 15] >> 7n);
        const s1 = turn(w[t - 2], 19n) ^ turn(w[t - 2], 61n) ^ (w[t - 2] >> 6n);
        w[t] = (w[t - 16] + s0 + w[t - 7] + s1) & M64;
      }
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & M64 & g)) + K64[t] + w[t];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & M64, c, b, a, (t1 + t2) & M64];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] = (state[n] + word) & M64; });
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, n) => out.setBigUint64(8 * n, word));
  return new Uint8Array(out.buffer);
}

// -- Ed25519 (RFC 8032 §5.1); nothing secret is handled here, so nothing needs constant time -----------------------
const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (x) => ((x % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let x = mod(base), e = exponent; e > 0n; e >>= 1n, x = mod(x * x)) if (e & 1n) result = mod(result * x);
  return result;
}

const inverse = (x) => power(x, P - 2n);
const D = mod(-121665n * inverse(121666n));
const SQRT_M1 = power(2n, (P - 1n) / 4n);

function xOf(y, odd) {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * SQRT_M1);
  if (mod(x * x - square) !== 0n || (x === 0n && odd)) return null;
  return (x & 1n) === odd ? x : P - x;
}

const point = (x, y) => [x, y, 1n, mod(x * y)];

function plus([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  return [mod((b - a) * (d - c)), mod((d + c) * (b + a)), mod((d - c) * (d + c)), mod((b - a) * (b + a))];
}

function times(scalar, base) {
  let sum = point(0n, 1n);
  for (let q = base, s = scalar; s > 0n; s >>= 1n, q = plus(q, q)) if (s & 1n) sum = plus(sum, q);
  return sum;
}

function decode(bytes) {
  const whole = number(bytes, true);
  const y = whole & ((1n << 255n) - 1n);
  const x = y < P ? xOf(y, whole >> 255n) : null;
  return x === null ? null : point(x, y);
}

function encode([x, y, z]) {
  const shrink = inverse(z);
  const whole = mod(y * shrink) | ((mod(x * shrink) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, n) => Number((whole >> BigInt(8 * n)) & 255n));
}

const BASE_Y = mod(4n * inverse(5n));
const BASE = point(xOf(BASE_Y, 0n), BASE_Y);

export function isSigned(publicKey, signature, message) {
  const key = decode(publicKey);
  const s = number(signature.slice(32), true);
  if (!key || s >= L) return false;
  const k = number(sha512(join(signature.slice(0, 32), publicKey, message)), true) % L;
  const [x, y, z, t] = times(k, key);
  return same(encode(plus(times(s, BASE), [mod(-x), y, z, mod(-t)])), signature.slice(0, 32));
}

// -- the tree (RFC 9162 §2.1); sizes may exceed 32 bits, so there is no bit arithmetic on them ---------------------
const half = (n) => Math.floor(n / 2);
const isOdd = (n) => n % 2 === 1;
const node = (left, right) => sha256(join([1], left, right));

// Walks up a path; `step` is told each sibling and on which side it stands. True when the path ends at the root.
function climb(fn, sn, path, step) {
  for (const sibling of path) {
    if (sn === 0) return false;
    const left = isOdd(fn) || fn === sn;
    step(sibling, left);
    if (left) while (fn !== 0 && !isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0;
}

export function rootFromPath(index, size, leaf, path) {
  if (index < 0 || index >= size) return null;
  let found = leaf;
  const ends = climb(index, size - 1, path, (sibling, left) => {
    found = left ? node(sibling, found) : node(found, sibling);
  });
  return ends ? found : null;
}

export function isConsistent(first, second, firstRoot, secondRoot, path) {
  if (first > second) return false;
  if (first === second) return path.length === 0 && same(firstRoot, secondRoot);
  if (first === 0) return path.length === 0 && same(firstRoot, sha256(new Uint8Array()));
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  const steps = fn === 0 ? [firstRoot, ...path] : path;
  if (steps.length === 0) return false;
  let [old, fresh] = [steps[0], steps[0]];
  const ends = climb(fn, sn, steps.slice(1), (sibling, left) => {
    if (left) old = node(sibling, old);
    fresh = left ? node(sibling, fresh) : node(fresh, sibling);
  });
  return ends && same(old, firstRoot) && same(fresh, secondRoot);
}

// -- reading what the house gave ---------------------------------------------------------------------------------
export const FORMATS = {
  receipt: "jishiban-receipt-v1",
  checkpoint: "jishiban-checkpoint-v1",
  consistency: "jishiban-consistency-v1",
};
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const commit = (salt, payload) => sha256(join(salt, payload));
const leafHash = (leaf) => sha256(join([0], utf8(`jishiban-leaf-v1\n${leaf.kind}\n${leaf.at}\n${hex(leaf.commitment)}`)));
const keyId = (publicKey) => hex(sha256(publicKey)).slice(0, 16);
const readPath = (path) => (need(Array.isArray(path), "no path"), path.map((step) => unhex(step, 32)));

function readStatement(data) {
  need(data?.format === FORMATS.checkpoint && isCount(data.size) && TIME.test(data.at), "not a checkpoint");
  const [root, publicKey, signature] = [unhex(data.root, 32), unhex(data.public_key, 32), unhex(data.signature, 64)];
  need(data.key_id === keyId(publicKey), "the key id is not that of the key");
  return { size: data.size, root, publicKey, signature, at: data.at };
}

function isGenuine({ size, root, at, publicKey, signature }) {
  const text = `${FORMATS.checkpoint}\n${size}\n${hex(root)}\n${at}\n${keyId(publicKey)}\n`;
  return isSigned(publicKey, signature, utf8(text));
}

const timeOf = (micros) => {
  const seconds = new Date(Number(micros / 1000000n) * 1000).toISOString().slice(0, 19);
  const text = `${seconds}.${(micros % 1000000n).toString().padStart(6, "0")}Z`;
  need(TIME.test(text), "no such time");
  return text;
};

// The compact form of a QR code, as the receipt it stands for.
export function expand(text) {
  const raw = fromBase64url(text);
  need(raw.length >= 36, "cut short");
  const view = new DataView(raw.buffer);
  let at = 36;
  const take = (count) => {
    need(at + count <= raw.length, "cut short");
    at += count;
    return raw.slice(at - count, at);
  };
  const flags = raw[1];
  need(raw[0] === 1 && flags <= 1, "another version");
  const [index, size] = [Number(view.getBigUint64(2)), Number(view.getBigUint64(10))];
  const leaf = { kind: new TextDecoder("utf-8", { fatal: true }).decode(take(raw[35])), at: timeOf(view.getBigUint64(18)) };
  const path = Array.from({ length: raw[34] }, () => take(32));
  const [publicKey, signature] = [take(32), take(64)];
  const opened = {};
  if (flags) {
    const salt = take(16);
    const [high, low] = take(2);
    const payload = take(high * 256 + low);
    leaf.commitment = commit(salt, payload);
    opened.salt = hex(salt);
    opened.payload = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } else leaf.commitment = take(32);
  need(at === raw.length, "something after the end");
  const root = rootFromPath(index, size, leafHash(leaf), path);
  need(root, "the path does not belong to that leaf");
  return {
    format: FORMATS.receipt,
    index,
    leaf: { kind: leaf.kind, at: leaf.at, commitment: hex(leaf.commitment) },
    ...opened,
    path: path.map(hex),
    checkpoint: {
      format: FORMATS.checkpoint,
      size,
      root: hex(root),
      at: timeOf(view.getBigUint64(26)),
      key_id: keyId(publicKey),
      public_key: hex(publicKey),
      signature: hex(signature),
    },
  };
}

// What a person pasted: one JSON, several one to a line, the text of a QR code, or an address that carries it.
export function read(text) {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return [expand(trimmed.slice(trimmed.lastIndexOf("#") + 1))];
  try {
    return [JSON.parse(trimmed)];
  } catch {
    return trimmed.split(/\n(?=\{)/).map((part) => JSON.parse(part));
  }
}

// -- verdicts: {content, path, signature, key, ok}; null where a step could not be asked ---------------------------
function verdict(content, path, signature, publicKey, trusted) {
  const key = trusted.length ? trusted.includes(hex(publicKey)) : null;
  return { content, path, signature, key, ok: content !== false && path !== false && signature && key !== false };
}

export function verify(receipt, trusted = []) {
  need(receipt?.format === FORMATS.receipt && Number.isSafeInteger(receipt.index), "not a receipt");
  const { kind, at, commitment } = receipt.leaf ?? {};
  need(typeof kind === "string" && typeof at === "string", "no leaf");
  const leaf = { kind, at, commitment: unhex(commitment, 32) };
  const path = readPath(receipt.path);
  const statement = readStatement(receipt.checkpoint);
  let content = null;
  if ("payload" in receipt) {
    need(typeof receipt.payload === "string", "no content");
    content = same(commit(unhex(receipt.salt, 16), utf8(receipt.payload)), leaf.commitment);
  }
  const root = rootFromPath(receipt.index, statement.size, leafHash(leaf), path);
  const stands = root !== null && same(root, statement.root);
  return verdict(content, stands, isGenuine(statement), statement.publicKey, trusted);
}

export function verifyConsistency(kept, proof, trusted = []) {
  const [old, fresh] = [readStatement(kept), readStatement(proof?.checkpoint)];
  need(proof.format === FORMATS.consistency && proof.first === old.size, "not a proof from this checkpoint");
  const path = isConsistent(old.size, fresh.size, old.root, fresh.root, readPath(proof.path));
  const signed = isGenuine(old) && isGenuine(fresh) && same(old.publicKey, fresh.publicKey);
  return verdict(null, path, signed, fresh.publicKey, trusted);
}

// Whatever was pasted: which of the three it is, what it proves, and the statement it rests on.
export function judge(documents, trusted = []) {
  const byFormat = (format) => documents.find((document) => document?.format === format);
  const [receipt, kept, proof] = [byFormat(FORMATS.receipt), byFormat(FORMATS.checkpoint), byFormat(FORMATS.consistency)];
  if (receipt) return { what: "receipt", ...verify(receipt, trusted), receipt, statement: receipt.checkpoint };
  if (proof) {
    need(kept, "the kept checkpoint is missing");
    return { what: "consistency", ...verifyConsistency(kept, proof, trusted), kept, statement: proof.checkpoint };
  }
  const statement = readStatement(kept);
  return { what: "checkpoint", ...verdict(null, null, isGenuine(statement), statement.publicKey, trusted), statement: kept };
}

// -- the page ------------------------------------------------------------------------------------------------------
function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function stepLine(words, name, value) {
  const state = value === null ? "unasked" : value ? "good" : "bad";
  const line = element("li", `verdict__step verdict__step--${state}`);
  line.append(element("b", "", words[state]), ` ${words[`${name}_${state}`] ?? words[name]}`);
  return line;
}

function factList(words, { what, receipt, kept, statement }) {
  const rows = [];
  if (what === "receipt") {
    rows.push(["index", receipt.index], ["kind", receipt.leaf.kind], ["leaf_at", receipt.leaf.at]);
    if (receipt.payload !== undefined) rows.push(["payload", receipt.payload]);
  }
  if (what === "consistency") rows.push(["kept_size", kept.size], ["kept_at", kept.at]);
  rows.push(["size", statement.size], ["signed_at", statement.at], ["root", statement.root], ["key_id", statement.key_id]);
  const list = element("dl", "verdict__facts");
  for (const [name, value] of rows) {
    const shown = name.endsWith("_at") ? localTime(value) : String(value);
    list.append(element("div", "", element("dt", "", words[name]), element("dd", "", shown)));
  }
  return list;
}

function localTime(text) {
  const when = new Date(text);
  const shape = { dateStyle: "long", timeStyle: "medium", hourCycle: "h23", timeZone: "Asia/Shanghai" };
  return Number.isNaN(when.getTime()) ? text : when.toLocaleString(document.documentElement.lang || "zh", shape);
}

function show(place, words, judged) {
  const title = words[`${judged.what}_${judged.ok ? "ok" : "not_ok"}`];
  const heading = element("h3", `verdict__title verdict__title--${judged.ok ? "good" : "bad"}`, title);
  const steps = element("ul", "verdict__steps");
  for (const name of ["content", "path", "signature", "key"]) {
    if (judged.what === "checkpoint" && (name === "content" || name === "path")) continue;
    if (judged.what === "consistency" && name === "content") continue;
    const label = judged.what === "consistency" && name === "path" ? "kept_path" : name;
    steps.append(stepLine(words, label, judged[name]));
  }
  place.replaceChildren(heading, steps, factList(words, judged), element("p", "note", words.limits));
}

function attach(box) {
  const [input, file, result] = ["input", "file", "result"].map((name) => box.querySelector(`[data-${name}]`));
  const words = JSON.parse(box.dataset.words);
  const trusted = box.dataset.keys.split(" ").filter(Boolean);
  const check = () => {
    try {
      show(result, words, judge(read(input.value), trusted));
    } catch {
      const text = input.value.trim() ? words.unreadable : words.empty;
      result.replaceChildren(element("p", "verdict__title verdict__title--bad", text));
    }
  };
  box.querySelector("[data-check]").addEventListener("click", check);
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    input.value = await file.files[0].text();
    check();
  });
  const carried = () => {
    if (location.hash.length < 60) return;
    input.value = location.hash.slice(1);
    check();
  };
  window.addEventListener("hashchange", carried);
  carried();
  box.querySelector("[data-needs-scripts]").hidden = true;
  box.querySelector("[data-form]").hidden = false;
}

// The offline file holds the page in two languages, one of them hidden.
function attachLanguages(buttons) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const chosen = button.dataset.showLanguage;
      document.documentElement.lang = chosen;
      for (const part of document.querySelectorAll("[data-language]")) part.hidden = part.dataset.language !== chosen;
    });
  }
}

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-verifier]").forEach(attach);
  attachLanguages(document.querySelectorAll("[data-show-language]"));
}
