// Package codes is the table of Meta's error codes, and of what stops and goes on by
// them: a row for each code, and one for each breaker. What a code means to a person, to
// its message and to others that wait is decided here and nowhere else.
//
// The codes are from Meta's documentation of 2026 (error codes of the Cloud API and of
// Graph). One that is not here is what its HTTP status makes it: with 5xx a passing
// fault, else the end of its message, and worth an alarm.
package codes
