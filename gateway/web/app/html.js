// htm bound to preact, and what components need beside it.

import htm from '../lib/htm.js';
import { Component, h, render } from '../lib/preact.js';

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(h);
export { h, render };
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../lib/preact-hooks.js';

/**
 * Draws a component again only when one of its properties is another value.
 * @template P
 * @param {(props: P) => any} draw
 * @returns {any}
 */
export function memo(draw) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const now = this.props;
      for (const key in next) if (next[key] !== now[key]) return true;
      for (const key in now) if (!(key in next)) return true;
      return false;
    }
    render(props) { return h(draw, props); }
  };
}
