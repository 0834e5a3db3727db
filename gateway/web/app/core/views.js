// Code generated from actorpb.Views and wa's windows by deploy/tools/openapi. DO NOT EDIT.
// What stands in a view, and how a window stands.

/** @typedef {{phases: readonly string[], owner: ''|'me'|'nobody'}} ViewRule */

/** The views, in the order in which people see them. @type {Readonly<Record<string, ViewRule>>} */
export const viewRules = {
  mine: { phases: ['open', 'pending'], owner: 'me' },
  unclaimed: { phases: ['open', 'pending'], owner: 'nobody' },
  all: { phases: ['open', 'pending', 'snoozed'], owner: '' },
  snoozed: { phases: ['snoozed'], owner: '' },
  resolved: { phases: ['resolved'], owner: '' },
};

/** @type {readonly string[]} */
export const windows = ['open', 'closing', 'closed'];

/** What is decided so near the close, in milliseconds, is refused: it could not leave any more. */
export const windowMargin = 120000;

/** A window that closes within so many milliseconds is closing. */
export const windowClosing = 7200000;
