// The simulator beside the phone: its clock, Meta's faults, and what went between
// Meta and the engine.

import { $, element, icon } from "./dom.js";
import { clockOf, dateOf, locale, logWords, t } from "./words.js";

const logLength = 200;

// Faults that the page offers, with their probability when on; words.js says what they do.
const faults = [["duplicate", 0.34], ["reorder", 0.34], ["batch", 0.5], ["status_first", 1], ["slow", 1], ["no_answer", 0.34], ["131047", 1], ["131000", 1], ["190", 1], ["media_404", 1]];

/** Shows which faults are on; turn(fault, probability) changes one. */
export function showFaults(rates, turn) {
  const on = (fault) => (rates[fault] || 0) > 0;
  if ($("faults").childElementCount > 0) {
    // Changed in place: a rebuilt switch would lose the focus.
    for (const toggle of $("faults").querySelectorAll("input")) toggle.checked = on(toggle.dataset.fault);
    return;
  }
  const rows = faults.map(([fault, rate]) => {
    const [name, note, what] = t("fault." + fault);
    const row = element("label", "sw-row is-two"), words = element("span", "");
    words.append(element("span", "", name), element("small", "", what));
    const toggle = element("input", "toggle");
    toggle.type = "checkbox";
    toggle.setAttribute("role", "switch");
    toggle.dataset.fault = fault;
    toggle.checked = on(fault);
    toggle.onchange = () => turn(fault, toggle.checked ? rate : 0);
    row.append(words, element("small", "", note), toggle);
    return row;
  });
  $("faults").replaceChildren(...rows);
}

/** Shows the clock, and the window of the chat that is open. */
export function showClock(now, chat) {
  $("clock").textContent = $("os-time").textContent = clockOf(now);
  $("date").textContent = dateOf(now);
  const left = chat && chat.window_closes_at ? Date.parse(chat.window_closes_at) - now : 0;
  const minutes = Math.floor(left / 60000);
  $("window").textContent = left > 0 ? t("window", { h: Math.floor(minutes / 60), m: minutes % 60 }) : t("windowClosed");
  $("close-window").disabled = left <= 0;
}

/** Says how far the clock was moved, in seconds, and whether a restart undoes it. */
export function showAhead(seconds, lasting) {
  const minutes = Math.round(seconds / 60);
  $("ahead").hidden = minutes === 0;
  $("ahead").textContent = t(lasting ? "aheadKept" : "ahead", { h: Math.trunc(minutes / 60), m: Math.abs(minutes % 60) });
}

/** Puts the newest lines, the newest first, above those that are there. */
export function showLog(newest) {
  const rows = newest.map((e) => {
    const row = element("li", e.odd ? "dup" : "");
    row.append(element("time", "", new Date(e.at).toLocaleTimeString(locale())), icon(e.in ? "left" : "right"), element("span", "cut", logWords(e.what)), element("span", "ms", e.millis ? e.millis + " ms" : ""));
    return row;
  });
  $("log").prepend(...rows);
  while ($("log").childElementCount > logLength) $("log").lastElementChild.remove();
  $("log-empty").hidden = $("log").childElementCount > 0;
}
