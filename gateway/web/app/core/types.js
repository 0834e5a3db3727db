// The shapes that the API and the socket speak (see the package documentation of
// gateway), and those of the state that the screens are drawn from.

/** @typedef {import('./api_types.js').Party} Party */
/** @typedef {import('./api_types.js').Owner} Owner */
/** @typedef {import('./api_types.js').Contact} Contact */
/** @typedef {import('./api_types.js').Last} Last */

/**
 * A conversation as lists show it. `at` is last.at in milliseconds, added on arrival.
 * @typedef {import('./api_types.js').Row & {at: number}} Row
 */

/** @typedef {import('./api_types.js').Status} Status */
/**
 * @typedef {{id: string, direction: string, author: Party, kind: string, sent_at?: string, content?: any, status?:
 *   Status, media?: Media, wamid?: string}} Message
 */
/** @typedef {import('./api_types.js').Media} Media */
/** @typedef {import('./api_types.js').OwnerChange} OwnerChange */
/** @typedef {import('./api_types.js').PhaseChange} PhaseChange */

/**
 * One thing that happened in a conversation.
 * @typedef {{
 *   version: number, place_ms?: number, at?: string, type: string, target?: string, message?: Message, edit?: Message,
 *   revoked?: boolean, owner?: OwnerChange,
 *   phase?: PhaseChange, status?: Status, media?: Media, by?: Party,
 * }} Item
 */

/** @typedef {{who: Party, state: string}} Presence */
/**
 * @typedef {Omit<Partial<import('./api_types.js').Problem>, 'code'|'reason'> & {code: string, title: string, status:
 *   number, reason?: string}} Problem
 */

/**
 * A thread as far as it was read, without a gap of versions; items are by place. `live` says that a subscription
 * goes on from `version`; `before` is where the older part begins, 0 at the start.
 * `after`, unless 0, says that it was opened in its middle and is not read to its
 * end: it takes no news, which would leave a gap, until the rest was read.
 * `unread` and `openedAt` place the divider: as of when it was opened.
 * @typedef {{
 *   items: Item[], version: number, before: number, state: 'loading'|'ready'|'error'|'gone', error?: string,
 *   older: boolean, after: number, newer: boolean, live: boolean, unread: number, openedAt: number, used: number,
 * }} Thread
 */

/**
 * A message that a search found. Marks are the hits within the excerpt.
 * @typedef {{
 *   row: Row, message: {id: string, version: number, at: string, direction: string, author: Party, kind: string,
 *   excerpt: string, marks: [number, number][]},
 * }} Hit
 */

/**
 * A list as far as it was read, in the order shown. While `hold` is set nothing
 * moves; `waiting` are the rows that would come or move, `absent` those that a page
 * no longer had. `touched` are the rows
 * that changed while a first page is on its way.
 * @typedef {{
 *   key: string, view: string, sort: string, q: string, by: import('./filter.js').Filter, ids: string[], next: string,
 *   more: boolean,
 *   state: 'loading'|'ready'|'error', error?: string, hold: boolean, waiting: string[], absent: string[], touched:
 *   string[]|null, used: number,
 * }} List
 */

/**
 * Something written here that the server has not confirmed yet. `content`: as the thread will show it.
 * @typedef {{
 *   id: string, kind: 'text'|'note'|'template'|'media'|'location'|'interactive'|'reaction', text: string,
 *   template?: any, content?: any, at: number, state: 'sending'|'failed', problem?: Problem, message?: string,
 *   claim?: boolean, body: any,
 * }} Pending
 */

/**
 * What stands beside a thread. `items` are changes of owner, resolutions and notes.
 * @typedef {{
 *   state: 'loading'|'ready'|'error', username: string, aliases: {kind: string, value: string, variant?: boolean}[],
 *   others: string[], probably: string[], items: Item[], used: number,
 *   marketingStopped: import('./api_types.js').Stop|null, blocked: import('./api_types.js').Stop|null,
 * }} Details
 */

/** @typedef {{text: string, difference: Item[], body: any}} StaleSend */
/**
 * @typedef {{id: string, name: string, email?: string, role: string, teams: string[], tenant_id?: string, active?:
 *   boolean, numbers?: string[], own_only?: boolean, skills?: string[], languages?: string[], time_zone?: string,
 *   interface_language?: string}} Agent
 */
/**
 * @typedef {{id: string, team_id: string, display: string, name: string, health?: string, health_code?: number,
 *   health_text?: string, health_cause?: string, since?: string, until?: string,
 *   hold?: import('./api_types.js').Hold}} PhoneNumber
 */
/** @typedef {{phones: string, token?: string, people?: {email: string, name: string, role: string}[]}} Demo */
/**
 * Conversations, of these those that wait for us or for the customer, and those with something unread.
 * @typedef {{n: number, us: number, customer: number, unread: number}} Tally
 */
/**
 * The count of a view as of a place in the inbox stream. `more`: each figure is the least.
 * @typedef {Tally & {more?: boolean, numbers: Record<string, Tally>, epoch?: string, offset: number}} Count
 */
/**
 * A row that changed how it counts; neither before nor after is known where it came from elsewhere.
 * @typedef {{offset: number, before: Row|null, after: Row|null}} Move
 */
/** @typedef {{format?: string, text?: string, link?: string}} TemplateHeader */
/** @typedef {{type: string, text?: string, url?: string, phone?: string}} TemplateButton */
/** @typedef {{key: string, part: string, name?: string, kind: string, example?: string}} TemplateVariable */

/**
 * A template with its variables open.
 * @typedef {{
 *   name: string, language: string, category: string, status: string, header?: TemplateHeader, body: string, footer?:
 *   string,
 *   buttons?: TemplateButton[], variables: TemplateVariable[], unsupported?: string,
 * }} Template
 */

/**
 * What a number may send, as it was read at `at`; without `synced` the server has
 * never read it from Meta. `failure`: why the last reading failed.
 * @typedef {{state: 'loading'|'ready'|'error', list: Template[], more: boolean, synced: number, failure: string, at:
 *   number, error?: string}} TemplateList
 */

/**
 * @typedef {{phase: 'connecting'|'live'|'cut'|'stopped', since: number, lastAt: number, code: number, nextAt: number}}
 *   Net
 */

/**
 * @typedef {{
 *   me: Agent|null, session: 'unknown'|'out'|'in', ended: boolean, tenant: string, demo: Demo|null, net: Net,
 *   feed: {epoch: string, offset: number}|null, rows: Record<string, Row>, gone: Record<string, number>, lists:
 *   Record<string, List>,
 *   threads: Record<string, Thread>, details: Record<string, Details>, presence: Record<string, Presence[]>, pending:
 *   Record<string, Pending[]>,
 *   stale: Record<string, StaleSend>, shut: Record<string, string>, counts: Record<string, Count>, moves: Move[],
 *   requested: Record<string, {epoch: number, at: number}>, back: string,
 *   agents: Agent[], agentsAt: number, numbers: PhoneNumber[], connected: number, templates: Record<string,
 *   TemplateList>, teams: {id: string, name: string, mine: boolean}[],
 *   removed: {id: string, name: string}[],
 *   countsDue: number, refetch: number, now: number,
 * }} State
 */

export {};
