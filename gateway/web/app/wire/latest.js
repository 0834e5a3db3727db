// Which of several requests for the same thing was made last: the answer to an
// earlier one comes too late, whenever it comes.

export class LatestRequests {
  constructor() {
    /** @type {Map<string, object>} */
    this.last = new Map();
  }

  /** Asks for something; what was asked for it before is out. @param {string} key @returns {object} the request */
  begin(key) {
    const request = {};
    this.last.set(key, request);
    return request;
  }

  /** Whether nothing was asked for it since. @param {string} key @param {object} request */
  isLatest(key, request) { return this.last.get(key) === request; }

  /** Whether something is asked for now. @param {string} key */
  pending(key) { return this.last.has(key); }

  /** Its answer was taken; a later request is left alone. @param {string} key @param {object} request */
  end(key, request) { if (this.isLatest(key, request)) this.last.delete(key); }
}
