// What names a message within its conversation. Meta may name one by two wamids,
// with the phone or with the user id of the person in it; the key at its end is
// the same (wa.MessageKey).

const end = /\x00[\x11\x12]\x18([^])([\x20-\x7e]{8,127})\x00$/;

/** @param {string} id */
export function keyOf(id) {
  if (!id.startsWith('wamid.HB')) return id;
  try {
    const found = end.exec(atob(id.slice(6)));
    return found && found[1].charCodeAt(0) === found[2].length ? found[2] : id;
  } catch {
    return id; // no base64
  }
}
