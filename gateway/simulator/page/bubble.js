// One message as the phone shows it.

import { $, element, icon } from "./dom.js";
import { drawFile } from "./files.js";
import { clockOf, t } from "./words.js";

/** What stands for a message where there is little room. */
export const excerpt = (b) => b.text || "[" + (b.media || b.kind) + "]";

/**
 * Draws one message after the one before it. The customer is at home here: theirs
 * are "out". page finds what is quoted, and hears of a quote and of an answer.
 */
export function bubble(b, before, page) {
  const row = element("li", "msg " + (b.from_business ? "in" : "out"));
  if (before && before.from_business === b.from_business) row.classList.add("cont");
  const box = element("div", "bub");
  const original = b.quoted && page.find(b.quoted);
  if (original) box.append(quote(original));
  if (b.file && !b.revoked) {
    drawFile(box, b);
  } else if (b.template) {
    box.append(...templateParts(b, page));
  } else {
    box.append(element("span", b.revoked || !b.text ? "gone" : "", b.revoked ? t("deleted") : excerpt(b)), element("span", "pad"));
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
  reply.onclick = () => page.quote(b);
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
function templateParts(b, page) {
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
      button.onclick = () => page.answer(b, label);
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
  box.append(element("b", "", b.from_business ? $("business").textContent : t("you")), excerpt(b));
  return box;
}
