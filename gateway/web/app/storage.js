// What the browser keeps, where it does: storage may be refused or full.

const store = () => { try { return window.localStorage; } catch { return null; } };

/** @param {string} key */
export function read(key) { try { return store()?.getItem(key) ?? null; } catch { return null; } }

/** @param {string} key @param {string} value @returns {boolean} whether it is kept */
export function write(key, value) {
  try { const to = store(); to?.setItem(key, value); return to !== null; } catch { return false; }
}

/** @param {string} key */
export function erase(key) { store()?.removeItem(key); }

/** Settings of this browser: theme, language, density. @param {string} key */
export const readSetting = (key) => read(`prosa.${key}`) ?? '';

/** @param {string} key @param {string} value */
export function writeSetting(key, value) {
  if (value) write(`prosa.${key}`, value);
  else erase(`prosa.${key}`);
}
