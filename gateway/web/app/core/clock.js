// The time as the server has it: business time. Browsers' clocks are wrong by minutes;
// windows, ages and waiting times are the server's, and a demo's can be moved. What is
// measured between two moments of this browser is its own.

import { signal } from '../../lib/signals.js';

let offset = 0;

export const serverNow = () => Date.now() + offset;

/** Tick every second and every half minute, for what counts down. */
export const second = signal(serverNow());
export const halfMinute = signal(serverNow());

/** @param {number} ms what the server says the time is */
export function learn(ms) {
  offset = ms - Date.now();
  tick();
}

/** An event of that time has happened, so it is at least as late. @param {number} ms */
export function atLeast(ms) {
  if (ms > serverNow() + 2000) learn(ms);
}

/** A moment of this browser, told in the server's time. @param {number} ms as Date.now() says */
export const onServer = (ms) => ms + offset;

/** How long ago something of this browser was, told anew each second. @param {number} ms as Date.now() says */
export const ago = (ms) => second.value && Date.now() - ms;

let coarse = 0;
function tick() {
  const now = serverNow();
  second.value = now;
  if (Math.abs(now - coarse) >= 30_000) halfMinute.value = coarse = now;
}

export function startClock() { setInterval(tick, 1000); }
