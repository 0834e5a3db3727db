// What stands for node:assert/strict in the engine of engine_test.go: as much of
// it as the tests use.

/** @param {unknown} value */
const show = (value) => (typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value) ?? String(value));

/** @param {string|undefined} message @param {string} text @returns {never} */
function fail(message, text) { throw new Error(message ? `${message}: ${text}` : text); }

/** @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Set || a instanceof Map) return b instanceof a.constructor && same([...a], [...b]);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

const assert = {
  /** @param {unknown} value @param {string} [message] */
  ok(value, message) { if (!value) fail(message, `${show(value)} does not hold`); },
  /** @param {unknown} got @param {unknown} want @param {string} [message] */
  equal(got, want, message) { if (!Object.is(got, want)) fail(message, `got ${show(got)}, want ${show(want)}`); },
  /** @param {unknown} got @param {unknown} other @param {string} [message] */
  notEqual(got, other, message) { if (Object.is(got, other)) fail(message, `got ${show(got)}, which it may not be`); },
  /** @param {unknown} got @param {unknown} want @param {string} [message] */
  deepEqual(got, want, message) { if (!same(got, want)) fail(message, `got ${show(got)}, want ${show(want)}`); },
  /** @param {unknown} got @param {unknown} other @param {string} [message] */
  notDeepEqual(got, other, message) { if (same(got, other)) fail(message, `got ${show(got)}, which it may not be`); },
  /** @param {string} text @param {RegExp} pattern @param {string} [message] */
  match(text, pattern, message) { if (!pattern.test(text)) fail(message, `${show(text)} does not match ${pattern}`); },
};

export default assert;
