// The line to the simulator: calls one way, frames the other.

import { $ } from "./dom.js";
import { t } from "./words.js";

export async function post(path, body) {
  const response = await fetch("sim/" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.json()).error);
}

/** Shows a failed action where the connection is shown. */
export const report = (error) => say(error.message, true);

function say(words, late) {
  $("link").textContent = words;
  $("link").classList.toggle("is-late", late);
}

/** Keeps a connection: opened() when there is one, receive(frame) for what comes. */
export function connect(opened, receive) {
  let socket = null, retry = 500;
  function dial() {
    const url = new URL("sim/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.onopen = () => {
      retry = 500;
      say(t("live"), false);
      opened();
    };
    socket.onmessage = (message) => receive(JSON.parse(message.data));
    socket.onclose = () => {
      say(t("lost"), true);
      setTimeout(dial, retry);
      retry = Math.min(retry * 2, 10000);
    };
  }
  const live = () => socket?.readyState === WebSocket.OPEN;
  say(t("connecting"), false);
  dial();
  return {
    watch: (chat) => live() && socket.send(JSON.stringify(chat)),
    translate: () => live() && say(t("live"), false),
  };
}
