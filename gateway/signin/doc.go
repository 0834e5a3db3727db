// Package signin is the door: what follows the first step of a sign-in, whichever it
// was, until there is a session, and what somebody does with his own second factor.
//
// Every first step ends in Door.Proceed, which opens the session or asks for the second
// step. API keys know no second factor.
package signin
