// Package report bounds how often a process tells the same: of a number that fails a
// hundred times a second, of a code that ends thousands of messages.
package report

import (
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Repeat is how often the same cause is reported of a number at most.
const Repeat = 5 * time.Second

// Health is what this process has reported of numbers. Another that fails at the same
// number has its own. Its zero value has reported nothing; it is safe for concurrent use.
type Health struct {
	mu   sync.Mutex
	last map[wa.PhoneNumberID]told
}

type told struct {
	cause actorpb.RecordNumberHealth_Cause
	at    time.Time
}

// Due says whether to report now. A recovery is due once after trouble of this process's
// own reports; claims tell of all other trouble.
func (h *Health) Due(number wa.PhoneNumberID, cause actorpb.RecordNumberHealth_Cause, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, known := h.last[number]
	switch {
	case cause == actorpb.RecordNumberHealth_CAUSE_RECOVERED && !known:
		return false
	case cause == actorpb.RecordNumberHealth_CAUSE_RECOVERED:
		delete(h.last, number)
		return true
	case known && last.cause == cause && now.Sub(last.at) < Repeat:
		return false
	}
	if h.last == nil {
		h.last = make(map[wa.PhoneNumberID]told)
	}
	h.last[number] = told{cause, now}
	return true
}

// Troubled says whether this process reported trouble that did not end yet.
func (h *Health) Troubled(number wa.PhoneNumberID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, known := h.last[number]
	return known
}

// codesMost bounds the codes that are told of by name: they come from outside.
const codesMost = 64

// Codes are the error codes that Meta reported and nobody knows. Its zero value has met
// none; it is safe for concurrent use.
type Codes struct {
	mu  sync.Mutex
	met map[int]bool
}

// Meet says whether a code is new, and whether a count may name it.
func (c *Codes) Meet(code int) (isNew, named bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.met[code] || len(c.met) >= codesMost {
		return false, c.met[code]
	}
	if c.met == nil {
		c.met = make(map[int]bool)
	}
	c.met[code] = true
	return true, true
}
