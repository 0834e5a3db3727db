// The phones page: shows one chat of one phone as the simulator pushes it, and
// sends what the person at the page does. Whatever a message says is only ever
// set as textContent.

import { showAhead, showClock, showFaults, showLog } from "./bench.js";
import { bubble, excerpt } from "./bubble.js";
import { $, all, element } from "./dom.js";
import { offerFiles } from "./files.js";
import { connect, post, report } from "./link.js";
import { key, nameOf, offerCustomer, showNumbers, showPhones } from "./people.js";
import { dateOf, dayOf, languages, speak, spoken, t, translate } from "./words.js";

let state = null; // phones, numbers, faults and the clock
let chat = null; // what the phone shows
let phone = ""; // chosen, by wa_id or BSUID
let number = "";
let drawn = ""; // day on which the chat was drawn
let quoted = null;
let opened = ""; // last business message that was read
let added = ""; // phone to choose as soon as the simulator names it
let drift = 0; // simulator's clock minus ours, milliseconds
let entries = []; // of the log, newest first
let link = null; // to the simulator

const simulated = () => new Date(Date.now() + drift);

function watch() {
  if (phone && number) link?.watch({ phone, number });
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
  showPhones(state, { phone, number }, (newPhone, newNumber) => {
    choose(newPhone, newNumber);
    pane("chat");
  });
  showNumbers(state, { phone, number });
  showFaults(state.faults, (fault, probability) => post("faults", { fault, probability }).catch(report));
  showAhead(state.ahead, state.lasting);
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

function showChat() {
  const atEnd = $("stream").scrollHeight - $("stream").scrollTop - $("stream").clientHeight < 40;
  const byId = new Map(chat.bubbles.map((b) => [b.id, b]));
  const page = {
    find: (id) => byId.get(id),
    quote: setQuote,
    answer: (b, text) => post("say", { phone, number, text, kind: "button", quoted: b.id }).catch(report),
  };
  drawn = dateOf(simulated());
  const rows = [];
  let before = null, today = "";
  for (const b of chat.bubbles) {
    const day = dayOf(new Date(b.at), simulated());
    if (day !== today) rows.push(element("li", "day", day));
    rows.push(bubble(b, before, page));
    before = b;
    today = day;
  }
  $("msgs").replaceChildren(...rows);
  if (atEnd || !before || !before.from_business) $("stream").scrollTop = $("stream").scrollHeight;
  tick();
  read();
}

function setQuote(b) {
  quoted = b;
  $("quoting").hidden = !b;
  $("quoted").textContent = b ? excerpt(b) : "";
  if (b) $("text").focus();
}

// read opens the chat once for each new message of the business.
function read() {
  const last = chat.bubbles.findLast((b) => b.from_business && b.status !== "read");
  if (!last || document.hidden || last.id === opened) return;
  opened = last.id;
  post("open", { phone, number }).catch(report);
}

// tick shows what changes with time alone.
function tick() {
  if (chat && drawn !== dateOf(simulated())) showChat(); // today has become yesterday
  showClock(simulated(), chat);
  $("typing").textContent = chat && Date.parse(chat.typing_until || 0) > Date.now() ? t("typing") : "";
}

// send resolves to whether the message left.
function send(text, kind) {
  const body = { phone, number, text, kind: kind || "text" };
  if (quoted) body.quoted = quoted.id;
  setQuote(null);
  return post("say", body).then(
    () => true,
    (error) => {
      report(error);
      return false;
    },
  );
}

$("type").onsubmit = async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !phone) return;
  $("text").value = "";
  const left = await send(text);
  if (!left && !$("text").value) $("text").value = text;
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
for (const button of all("[data-hours]")) {
  button.onclick = () => post("clock", { seconds: Number(button.dataset.hours) * 3600 }).catch(report);
}
$("close-window").onclick = () => {
  const left = Date.parse(chat.window_closes_at) - simulated().getTime();
  post("clock", { seconds: Math.ceil(left / 1000) + 1 }).catch(report);
};
offerCustomer(
  (customer) => post("phones", customer),
  (address) => {
    added = address;
    showState();
  },
);

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
    button.onclick = () => phone && send(words); // the simulator has answered
    return button;
  });
  $("quick").replaceChildren(...ready);
  $("faults").replaceChildren();
  $("log").replaceChildren();
  showLog(entries);
  link?.translate();
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
link = connect(() => {
  entries = []; // the simulator tells all of its log again
  $("log").replaceChildren();
  watch();
}, receive);
