// Small pieces of the page. Whatever a message says is only ever set as textContent.

/** @returns {any} whatever kind of element the page has under this id */
export const $ = (id) => document.getElementById(id);

/** @returns {any[]} whatever kinds of elements a selector finds */
export const all = (selector) => [...document.querySelectorAll(selector)];

/**
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {any}
 */
export function element(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

/**
 * @param {string} name of the sprite
 * @param {string} [className]
 */
export function icon(name, className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className || "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "icons.svg#" + name);
  svg.append(use);
  return svg;
}
