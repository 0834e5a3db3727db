// The phones page: shows one chat of one phone as the simulator pushes it, and
// sends what the person at the page does. Whatever a message says is only ever
// set as textContent.

import { $, element, icon } from "./dom.js";
import { drawFile, offerFiles } from "./files.js";
import { languages, locale, logWords, speak, spoken, t, translate } from "./words.js";

// Faults that the page offers, with their probability when on; words.js says what they do.
const faults = [["duplicate", 0.34], ["reorder", 0.34], ["batch", 0.5], ["status_first", 1], ["slow", 1], ["no_answer", 0.34], ["131047", 1], ["131000", 1], ["190", 1], ["media_404", 1]];

let state = null; // phones, numbers, faults and the clock
let chat = null; // what the phone shows
let phone = ""; // chosen, by wa_id or BSUID
let number = "";
let quoted = null;
let opened = ""; // last business message that was read
let added = ""; // phone to choose as soon as the simulator names it
let drift = 0; // simulator's clock minus ours, milliseconds
let socket = null;
let retry = 500;
let entries = []; // of the log, newest first

const key = (p) => p.wa_id || p.bsuid;

async function post(path, body) {
  const response = await fetch("sim/" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.json()).error);
}

// report shows a failed action where the connection is shown.
const report = (error) => link(error.message, true);

function link(words, late) {
  $("link").textContent = words;
  $("link").classList.toggle("is-late", late);
}

function connect() {
  const url = new URL("sim/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(url);
  socket.onopen = () => {
    retry = 500;
    link(t("live"), false);
    watch();
  };
  socket.onmessage = (message) => receive(JSON.parse(message.data));
  socket.onclose = () => {
    link(t("lost"), true);
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 10000);
  };
}

function watch() {
  if (phone && number && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ phone, number }));
}

function receive(frame) {
  switch (frame.type) {
    case "state":
      state = frame;
      drift = Date.parse(frame.now) - Date.now();
      showState();
      break;
    case "chat":
      if (frame.phone !== phone || frame.number !== number) return;
      chat = frame;
      showChat();
      break;
    case "log":
      entries = [...frame.entries.reverse(), ...entries].slice(0, 200);
      showLog(frame.entries);
  }
}

function choose(newPhone, newNumber) {
  if (newPhone !== phone || newNumber !== number) {
    phone = newPhone;
    number = newNumber;
    chat = null;
    opened = "";
    setQuote(null);
    $("msgs").replaceChildren();
    location.hash = new URLSearchParams({ phone, number }).toString();
  }
  showState();
  watch();
}

function showState() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const has = (list, id, value) => list.some((x) => id(x) === value);
  if (added && has(state.phones, key, added)) {
    const fresh = added;
    added = "";
    return choose(fresh, number);
  }
  if (!has(state.phones, key, phone) || !has(state.numbers, (n) => n.id, number)) {
    const p = has(state.phones, key, wanted.get("phone")) ? wanted.get("phone") : state.phones[0] && key(state.phones[0]);
    const last = state.phones.find((x) => key(x) === p)?.number || (state.numbers[0] && state.numbers[0].id);
    const n = has(state.numbers, (x) => x.id, wanted.get("number")) ? wanted.get("number") : last;
    if (p && n) return choose(p, n);
  }
  showPhones();
  showNumbers();
  showFaults();
  showInbox();
  tick();
}

// showInbox links to where the business answers: as somebody, and at this customer.
function showInbox() {
  const { url, door, name } = state.inbox;
  const person = state.phones.find((p) => key(p) === phone);
  $("inbox").hidden = $("see").hidden = !url;
  if (!url) return;
  $("inbox").href = door || url;
  $("inbox-words").textContent = name ? t("openAs", { name }) : t("open");
  $("see").href = url + "/inbox/all" + (person ? "?q=" + encodeURIComponent(person.name || key(person)) : "");
}

const initials = (name) => name.replace("@", "").split(/\s+/).slice(0, 2).map((w) => w[0] || "").join("").toUpperCase();
// Numbers of one business are told apart by what follows its name.
const shortName = (n) => (n.name || n.display).split(" · ").at(-1);
const nameOf = (p) => p.name || (p.username ? "@" + p.username : key(p));

// chip names a number in the colour that it has in the inbox, too, which orders
// numbers by their digits.
function chip(n) {
  const rank = state.numbers.filter((other) => other.display < n.display).length;
  const e = element("span", "numchip n" + ((rank % 5) + 1), shortName(n));
  e.title = n.name;
  return e;
}

function showPhones() {
  const rows = state.phones.map((p, i) => {
    const row = element("button", "cust");
    row.type = "button";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(key(p) === phone));
    const text = element("span", "txt");
    const about = p.place || (p.hide_phone ? (p.username ? "@" + p.username + " · " : "") + t("noPhone") : "+" + p.wa_id);
    text.append(element("b", "cut", nameOf(p)), element("small", "cut", about));
    row.append(element("span", "av t" + ((i % 6) + 1), initials(nameOf(p))), text);
    const business = state.numbers.find((n) => n.id === (key(p) === phone ? number : p.number));
    if (business) row.append(chip(business));
    row.onclick = () => {
      choose(key(p), p.number || number);
      pane("chat");
    };
    return row;
  });
  $("phones").replaceChildren(...rows);
}

function showNumbers() {
  const options = state.numbers.map((n) => {
    const option = element("option", "", (n.name ? shortName(n) : t("number")) + " · +" + n.display);
    option.value = n.id;
    option.selected = n.id === number;
    return option;
  });
  $("number").replaceChildren(...options);
  const business = state.numbers.find((n) => n.id === number);
  const person = state.phones.find((p) => key(p) === phone);
  $("business").textContent = business ? business.name || "+" + business.display : "";
  $("business-mark").textContent = business ? initials(business.name || business.display) : "";
  $("os-name").textContent = person ? nameOf(person) : "";
  $("handset").setAttribute("aria-label", t("phone", { name: person ? nameOf(person) : "" }));
}

function showFaults() {
  const rows = faults.map(([fault, rate]) => {
    const [name, note, what] = t("fault." + fault);
    const row = element("label", "sw-row is-two"), words = element("span", "");
    words.append(element("span", "", name), element("small", "", what));
    const toggle = element("input", "toggle");
    toggle.type = "checkbox";
    toggle.setAttribute("role", "switch");
    toggle.dataset.fault = fault;
    toggle.checked = (state.faults[fault] || 0) > 0;
    toggle.onchange = () => post("faults", { fault, probability: toggle.checked ? rate : 0 }).catch(report);
    row.append(words, element("small", "", note), toggle);
    return row;
  });
  if ($("faults").childElementCount === 0) return $("faults").replaceChildren(...rows);
  // Changed in place: a rebuilt switch would lose the focus.
  for (const toggle of $("faults").querySelectorAll("input")) toggle.checked = (state.faults[toggle.dataset.fault] || 0) > 0;
}

const clockOf = (at) => at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
const dateOf = (at) => at.toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });
function dayOf(at) {
  const now = Date.now() + drift, day = 24 * 3600_000;
  if (dateOf(at) === dateOf(new Date(now))) return t("today");
  return dateOf(at) === dateOf(new Date(now - day)) ? t("yesterday") : dateOf(at);
}

function showChat() {
  const atEnd = $("stream").scrollHeight - $("stream").scrollTop - $("stream").clientHeight < 40;
  const byId = new Map(chat.bubbles.map((b) => [b.id, b]));
  const rows = [];
  let before = null;
  for (const b of chat.bubbles) {
    const day = dayOf(new Date(b.at));
    if (!before || dayOf(new Date(before.at)) !== day) rows.push(element("li", "day", day));
    rows.push(bubble(b, before, byId));
    before = b;
  }
  $("msgs").replaceChildren(...rows);
  if (atEnd || !before || !before.from_business) $("stream").scrollTop = $("stream").scrollHeight;
  tick();
  read();
}

// bubble draws one message. The customer is at home here: theirs are "out".
function bubble(b, before, byId) {
  const row = element("li", "msg " + (b.from_business ? "in" : "out"));
  if (before && before.from_business === b.from_business) row.classList.add("cont");
  const box = element("div", "bub");
  const original = b.quoted && byId.get(b.quoted);
  if (original) box.append(quote(original));
  if (b.file && !b.revoked) {
    drawFile(box, b);
  } else if (b.template) {
    box.append(...templateParts(b));
  } else {
    box.append(element("span", b.revoked || !b.text ? "gone" : "", b.revoked ? t("deleted") : b.text || "[" + (b.media || b.kind) + "]"), element("span", "pad"));
  }
  const meta = element("span", "meta");
  const time = element("time", "", clockOf(new Date(b.at)));
  time.dateTime = b.at;
  meta.append(time);
  if (!b.from_business) meta.append(ticks(b.status));
  const actions = element("span", "msg-acts");
  const reply = element("button", "ibtn");
  reply.type = "button";
  reply.title = t("quote");
  reply.append(icon("reply"), element("span", "sr", t("quote")));
  reply.onclick = () => setQuote(b);
  actions.append(reply);
  box.append(meta, actions);
  if (b.reaction) {
    box.append(element("span", "react", b.reaction));
    row.classList.add("has-react");
  }
  row.append(box);
  return row;
}

// templateParts are what a template has beside its text. A quick reply answers;
// what a link or a number would open is not here.
function templateParts(b) {
  const parts = [];
  if (b.media) {
    const picture = element("img", "pic");
    picture.src = "picture.jpg";
    picture.alt = t("file.image");
    parts.push(picture);
  }
  if (b.header) parts.push(element("b", "tpl-head", b.header));
  const text = element("span", "", b.text);
  text.append(element("span", "pad"));
  parts.push(text);
  if (b.footer) parts.push(element("small", "tpl-foot", b.footer));
  const buttons = element("span", "tplbtns");
  for (const { type, text: label } of b.buttons || []) {
    const quick = type === "QUICK_REPLY";
    const button = element(quick ? "button" : "span", "tplbtn", label);
    if (quick) {
      button.type = "button";
      button.onclick = () => post("say", { phone, number, text: label, kind: "button", quoted: b.id }).catch(report);
    }
    buttons.append(button);
  }
  if (buttons.childElementCount) parts.push(buttons);
  return parts;
}

function ticks(status) {
  const mark = icon(status === "sent" ? "tick" : "ticks", "i tk" + (status === "read" ? " is-read" : ""));
  mark.removeAttribute("aria-hidden");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", t("tick." + (status || "sent")));
  return mark;
}

function quote(b) {
  const box = element("span", "quote");
  box.append(element("b", "", b.from_business ? $("business").textContent : t("you")), b.text || "[" + (b.media || b.kind) + "]");
  return box;
}

function setQuote(b) {
  quoted = b;
  $("quoting").hidden = !b;
  $("quoted").textContent = b ? b.text || "[" + (b.media || b.kind) + "]" : "";
  if (b) $("text").focus();
}

// read opens the chat once for each new message of the business.
function read() {
  const last = chat.bubbles.findLast((b) => b.from_business && b.status !== "read");
  if (!last || document.hidden || last.id === opened) return;
  opened = last.id;
  post("open", { phone, number }).catch(report);
}

function showLog(newest) {
  const rows = newest.map((e) => {
    const row = element("li", e.odd ? "dup" : "");
    row.append(element("time", "", new Date(e.at).toLocaleTimeString(locale())), icon(e.in ? "left" : "right"), element("span", "cut", logWords(e.what)), element("span", "ms", e.millis ? e.millis + " ms" : ""));
    return row;
  });
  $("log").prepend(...rows);
  while ($("log").childElementCount > 200) $("log").lastElementChild.remove();
}

// tick shows what changes with time alone.
function tick() {
  const now = new Date(Date.now() + drift);
  $("clock").textContent = $("os-time").textContent = clockOf(now);
  $("date").textContent = dateOf(now);
  const left = chat && chat.window_closes_at ? Date.parse(chat.window_closes_at) - now : 0;
  const minutes = Math.floor(left / 60000);
  $("window").textContent = left > 0 ? t("window", { h: Math.floor(minutes / 60), m: minutes % 60 }) : t("windowClosed");
  $("close-window").disabled = left <= 0;
  $("typing").textContent = chat && Date.parse(chat.typing_until || 0) > Date.now() ? t("typing") : "";
}

function send(text, kind) {
  if (!phone) return undefined; // the simulator has not answered yet
  const body = { phone, number, text, kind: kind || "text" };
  if (quoted) body.quoted = quoted.id;
  setQuote(null);
  return post("say", body).catch(report);
}

$("type").onsubmit = (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !phone) return;
  $("text").value = "";
  send(text);
};
// Enter sends and Shift+Enter breaks the line. The break itself is caught, for
// the keyboards of telephones name no keys.
let shift = false;
$("text").onkeydown = (event) => {
  shift = event.shiftKey;
};
$("text").onbeforeinput = (event) => {
  if (event.inputType !== "insertLineBreak" || shift || event.isComposing) return;
  event.preventDefault();
  $("type").requestSubmit();
};
offerFiles({ chat: () => ({ phone, number }), send, report });
$("unquote").onclick = () => setQuote(null);
$("number").onchange = () => choose(phone, $("number").value);
for (const button of document.querySelectorAll("[data-hours]")) {
  button.onclick = () => post("clock", { seconds: Number(button.dataset.hours) * 3600 }).catch(report);
}
$("close-window").onclick = () => {
  const left = Date.parse(chat.window_closes_at) - (Date.now() + drift);
  post("clock", { seconds: Math.ceil(left / 1000) + 1 }).catch(report);
};
$("new-phone").onclick = () => {
  $("new-form").reset();
  $("new-error").hidden = true;
  $("new-dialog").showModal();
};
$("new-form").onsubmit = (event) => {
  if (event.submitter.value === "cancel") return;
  event.preventDefault();
  const name = $("new-name").value.trim();
  const customer = { name, wa_id: $("new-wa").value, hide_phone: $("new-hide").checked };
  if (customer.hide_phone) customer.username = name.toLowerCase().replace(/[^a-z0-9]+/g, ".");
  post("phones", customer).then(
    () => {
      $("new-dialog").close();
      added = customer.wa_id;
      showState();
    },
    (error) => {
      $("new-error").textContent = error.message;
      $("new-error").hidden = false;
    },
  );
};

// pane is what a narrow screen shows: the list, the chat or the simulator.
function pane(name) {
  document.body.dataset.pane = name;
}
$("open-list").onclick = () => pane("list");
$("open-ctl").onclick = () => pane("ctl");
$("close-ctl").onclick = () => pane("chat");

// say shows everything in the language that was chosen.
function say() {
  translate();
  const ready = t("quick").map((words) => {
    const button = element("button", "pick", words);
    button.type = "button";
    button.onclick = () => send(words);
    return button;
  });
  $("quick").replaceChildren(...ready);
  $("faults").replaceChildren();
  $("log").replaceChildren();
  showLog(entries);
  if (socket?.readyState === WebSocket.OPEN) link(t("live"), false);
  if (state) showState();
  if (chat) showChat();
}
for (const [tag, name] of Object.entries(languages)) {
  const option = element("option", "", name);
  option.value = option.lang = tag;
  option.selected = tag === spoken();
  $("language").append(option);
}
$("language").onchange = () => {
  speak($("language").value);
  say();
};

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").querySelector("use").setAttribute("href", "icons.svg#" + (theme === "dark" ? "sun" : "moon"));
}
$("theme").onclick = () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme);
  setTheme(theme);
};
setTheme(localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));

document.onvisibilitychange = () => chat && read();
setInterval(() => state && tick(), 1000);
say();
link(t("connecting"), false);
connect();
