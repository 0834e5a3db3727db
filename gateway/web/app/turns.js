// Which of several questions about the same thing was asked last: the answer to
// an earlier one comes too late, whenever it comes.

export class Turns {
  constructor() {
    /** @type {Map<string, object>} */
    this.last = new Map();
  }

  /** Asks about something; what was asked about it before is out. @param {string} about @returns {object} the turn */
  take(about) {
    const turn = {};
    this.last.set(about, turn);
    return turn;
  }

  /** Whether nothing was asked about it since. @param {string} about @param {object} turn */
  holds(about, turn) { return this.last.get(about) === turn; }

  /** Whether something is asked now. @param {string} about */
  busy(about) { return this.last.has(about); }

  /** Its answer was taken; a later turn is left alone. @param {string} about @param {object} turn */
  end(about, turn) { if (this.holds(about, turn)) this.last.delete(about); }
}
