package relay

import "sync"

// unknownMost bounds the codes that are told of by name.
const unknownMost = 64

// unknownCodes are what Meta reported and package codes has no row for.
type unknownCodes struct {
	mu   sync.Mutex
	told map[int]bool
}

// first says whether a code is new; told: the count may name it.
func (u *unknownCodes) first(code int) (first, told bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.told[code] || len(u.told) >= unknownMost {
		return false, u.told[code]
	}
	if u.told == nil {
		u.told = make(map[int]bool)
	}
	u.told[code] = true
	return true, true
}

// unknown counts a code that is not in the table, and warns of it once: thousands of
// messages may end by it.
func (r *Relay) unknown(code int) {
	first, told := r.codes.first(code)
	r.metrics.unknownCode(code, told)
	if first {
		r.cfg.Logger.Warn("Meta reports an error code that we do not know", "code", code)
	}
}
