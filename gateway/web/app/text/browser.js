// What a browser calls itself, as a person knows it. Names are proper names and the
// same in every language.

const browsers = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'],
  ['Version/', 'Safari'], ['curl/', 'curl']];
const systems = [['Windows', 'Windows'], ['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'],
  ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']];

/** @param {string[][]} known @param {string} agent */
const first = (known, agent) => known.find(([mark]) => agent.includes(mark))?.[1];

/** "Chrome, Windows"; what is not known is cut short. @param {string} agent the header User-Agent */
export const browserOf = (agent) =>
  [first(browsers, agent), first(systems, agent)].filter(Boolean).join(', ') || agent.slice(0, 40);
