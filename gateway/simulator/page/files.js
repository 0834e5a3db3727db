// What customers send beside words: drawn in bubbles, chosen from the paper clip.

import { $, element, icon } from "./dom.js";
import { t } from "./words.js";

// drawFile draws what the customer sent or got.
export function drawFile(box, b) {
  const address = "sim/files/" + b.file;
  if (b.media === "image" || b.media === "sticker") {
    box.classList.add("has-pic");
    const picture = element("img", "pic" + (b.media === "sticker" ? " is-sticker" : ""));
    picture.src = address;
    picture.alt = t("file." + b.media);
    picture.width = 258;
    picture.height = 148;
    const words = element("p", "", b.text);
    words.append(element("span", "pad"));
    box.append(picture, words);
    return;
  }
  if (b.media === "video") {
    box.classList.add("has-pic");
    const film = element("video", "pic");
    film.src = address;
    film.controls = true;
    film.preload = "metadata";
    film.setAttribute("aria-label", t("file.video"));
    const words = element("p", "", b.text);
    words.append(element("span", "pad"));
    box.append(film, words);
    return;
  }
  if (b.media === "audio") {
    const sound = element("audio", "sound");
    sound.src = address;
    sound.controls = true;
    sound.preload = "metadata";
    box.append(sound, element("span", "pad"));
    return;
  }
  const link = element("a", "filelink", b.file_name || b.text || t("file." + b.media));
  link.href = address;
  link.download = b.file_name || "";
  box.append(icon("clip"), link);
  if (b.file_name && b.text && b.text !== b.file_name) box.append(element("p", "", b.text));
  box.append(element("span", "pad"));
}

// offerFiles makes the paper clip work: page says which chat is open, sends a
// sample and shows an error.
export function offerFiles(page) {
  function showFiles(on) {
    $("files").hidden = !on;
    $("attach").setAttribute("aria-expanded", String(on));
  }
  $("attach").onclick = () => {
    showFiles($("files").hidden);
    if (!$("files").hidden) $("files").querySelector("button").focus();
  };
  $("files").onkeydown = (event) => {
    if (event.key !== "Escape") return;
    showFiles(false);
    $("attach").focus();
  };
  for (const sample of $("files").querySelectorAll("[data-kind]")) {
    sample.onclick = () => {
      showFiles(false);
      const caption = sample.dataset.kind === "image" || sample.dataset.kind === "video" ? $("text").value.trim() : "";
      if (caption) $("text").value = "";
      page.send(caption, sample.dataset.kind);
    };
  }
  $("pick-file").onclick = () => $("file").click();
  $("file").onchange = async () => {
    const picked = $("file").files[0];
    if (!picked) return;
    showFiles(false);
    const query = new URLSearchParams({ ...page.chat(), name: picked.name, caption: $("text").value.trim() });
    $("text").value = "";
    try {
      if (picked.size > 16 << 20) throw new Error(t("file.tooLong"));
      const headers = { "Content-Type": picked.type || "application/octet-stream" };
      const response = await fetch("sim/files?" + query, { method: "POST", headers, body: picked });
      if (!response.ok) throw new Error((await response.json()).error);
    } catch (error) {
      page.report(error);
    }
    $("file").value = "";
  };
}
