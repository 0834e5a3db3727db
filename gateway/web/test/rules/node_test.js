// What stands for node:test in the engine of engine_test.go, which runs what is
// registered here.

/** @type {{name: string, run: () => any}[]} */
export const registered = [];

/** @param {string} name @param {(t: any) => any} run */
export function test(name, run) {
  registered.push({
    name,
    run() {
      /** @type {(() => void)[]} */
      const after = [];
      const end = () => { for (const f of after.reverse()) f(); };
      const done = run({ after: (/** @type {() => void} */ f) => after.push(f) });
      if (done?.then) return done.then(end, (/** @type {unknown} */ err) => { end(); throw err; });
      end();
      return undefined;
    },
  });
}

export default test;
