// What the reducer is told, each kind with its fields: by the socket, by answers
// to requests, and by the person.

/** @typedef {import('./types.js').Agent} Agent */
/** @typedef {import('./types.js').Count} Count */
/** @typedef {import('./types.js').Demo} Demo */
/** @typedef {import('./types.js').Item} Item */
/** @typedef {import('./types.js').List} List */
/** @typedef {import('./types.js').Media} Media */
/** @typedef {import('./types.js').Net} Net */
/** @typedef {import('./types.js').Owner} Owner */
/** @typedef {import('./types.js').Party} Party */
/** @typedef {import('./types.js').Pending} Pending */
/** @typedef {import('./types.js').PhoneNumber} PhoneNumber */
/** @typedef {import('./types.js').Presence} Presence */
/** @typedef {import('./types.js').Problem} Problem */
/** @typedef {import('./types.js').Row} Row */
/** @typedef {import('./types.js').StaleSend} StaleSend */
/** @typedef {import('./types.js').TemplateList} TemplateList */
/** @typedef {import('./types.js').Thread} Thread */

/**
 * From the socket, as the package documentation of gateway/live tells them. `epoch`
 * and `offset` are a place in the stream of the inbox; in that of a conversation
 * the offset is its version.
 * @typedef {(
 *   {t: 'hello', hello: {server_time_ms: number}} |
 *   {t: 'pong', server_time_ms?: number} |
 *   {t: 'clock', server_time_ms: number} |
 *   {t: 'ready', me: Agent} |
 *   {t: 'row', stream?: string, epoch: string, offset: number, row: Row} |
 *   {t: 'subscribed', stream: string, epoch: string, offset: number, recovered: boolean, present?: PresenceIn[]} |
 *   {t: 'resync', stream: string, epoch: string, offset: number} |
 *   {t: 'gone', stream: string, epoch: string, offset?: number, conversation: string, version?: number} |
 *   {t: 'error', stream: string, epoch: string, error: {code: number}} |
 *   {t: 'thread', stream: string, offset: number, row?: Row, items?: Item[]} |
 *   {t: 'presence', stream: string, conversation?: string, presence: Presence} |
 *   {t: 'owner', conversation: string, change: 'gained'|'lost', cause: string, owner?: Owner} |
 *   {t: 'note', conversation: string, who?: Party} |
 *   {t: 'changed', stream: string, kind: string, id: string, revision?: number}
 * )} SocketFrame
 */

/**
 * Who is present, and where: in a conversation's own stream that goes without saying.
 * @typedef {Presence & {conversation?: string}} PresenceIn
 */

/** @typedef {{version: number, items: Item[], before?: number, after?: number}} ThreadPage */
/** @typedef {{conversations: Row[], next?: string}} ListPage */

/**
 * What stands beside a thread, as it is answered.
 * @typedef {{
 *   username?: string, aliases: {kind: string, value: string, variant?: boolean}[],
 *   others: Row[], probably?: Row[], history: Item[], notes: Item[],
 * }} DetailsAnswer
 */

/**
 * From answers to requests, and of requests under way. `id` is a conversation, `key` a list.
 * @typedef {(
 *   {t: 'session', session: 'unknown'|'out'|'in', ended?: boolean, me?: Agent, tenant?: string, demo?: Demo|null} |
 *   {t: 'rights'} |
 *   {t: 'rows', rows: Row[]} |
 *   {t: 'templates', number: string, set: Partial<TemplateList>} |
 *   {t: 'people', at: number, agents?: Agent[], numbers?: PhoneNumber[], connected?: number,
 *     teams?: {id: string, name: string, mine: boolean}[], removed?: {id: string, name: string}[]} |
 *   {t: 'counts', views: Record<string, Count>} |
 *   {t: 'list.open', key: string, view: string, sort: string, q: string, used: number} & import('./filter.js').Filter |
 *   {t: 'list.page', key: string, first: boolean, page: ListPage} |
 *   {t: 'list.set', key: string, set: Partial<List>} |
 *   {t: 'thread.set', id: string, set: Partial<Thread>} |
 *   {t: 'thread.page', id: string, older: boolean, page: ThreadPage} |
 *   {t: 'thread.middle', id: string, page: ThreadPage} |
 *   {t: 'thread.newer', id: string, page: ThreadPage} |
 *   {t: 'media', id: string, media: Media} |
 *   {t: 'details.open', id: string, used: number} |
 *   {t: 'details', id: string, details: DetailsAnswer|null} |
 *   {t: 'net', net: Partial<Net>}
 * )} AnswerFrame
 */

/**
 * From the person, and from time. `echo` names a send.
 * @typedef {(
 *   {t: 'list.hold', key: string, on: boolean} |
 *   {t: 'list.show', key: string} |
 *   {t: 'time', now: number} |
 *   {t: 'send', id: string, pending: Pending} |
 *   {t: 'result', id: string, echo: string, result?: {message_id: string}, problem?: Problem} |
 *   {t: 'unsent', id: string, echo: string} |
 *   {t: 'requested', id: string, at: number} |
 *   {t: 'back', id: string} |
 *   {t: 'stale', id: string, stale?: StaleSend} |
 *   {t: 'shut', id: string} |
 *   {t: 'owner.is', id: string, owner?: Owner}
 * )} PersonFrame
 */

/** @typedef {SocketFrame | AnswerFrame | PersonFrame} OneFrame */
/** Frames that came together are applied together. @typedef {OneFrame | {t: 'batch', frames: OneFrame[]}} Frame */
/** The frame of a kind. @template {OneFrame['t']} T @typedef {Extract<OneFrame, {t: T}>} FrameOf */

export {};
