// Package consent keeps what may not be sent to a person: marketing, which the person
// stops and resumes for a whole portfolio, and everything of a number that blocks the
// person. The claim of sends reads its rows by key, for marketing alone.
package consent
