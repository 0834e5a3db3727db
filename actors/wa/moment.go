package wa

import "time"

// Bounds of every time that is taken from outside: seconds since 1970 of the
// first of January 2009, WhatsApp's first year, and of 2200. What lies beyond is
// a broken clock or an attempt; far beyond, it cannot be written as JSON at all.
const (
	firstMoment = 1_230_768_000
	lastMoment  = 7_258_118_400
)

// MaxAhead is how far ahead a person may set a time.
const MaxAhead = 5 * 365 * 24 * time.Hour

// ClockSkew is how far Meta's clock may be ahead of ours.
const ClockSkew = 24 * time.Hour

// Plausible says whether a time from outside may be stored. The zero time is
// not plausible.
func Plausible(t time.Time) bool {
	return t.Unix() >= firstMoment && t.Unix() < lastMoment
}

// MetaTime is a time that Meta told, or ours where that cannot be: outside of all
// bounds, or later than it came by more than ClockSkew.
func MetaTime(told, came time.Time) time.Time {
	if !Plausible(told) || told.Sub(came) > ClockSkew {
		return came
	}
	return told
}

// AheadRange is what MayBeSet allows, in words for an error.
func AheadRange(now time.Time) string {
	const layout = "2006-01-02T15:04:05Z"
	return "want a time after " + now.UTC().Format(layout) + " and not after " + now.Add(MaxAhead).UTC().Format(layout)
}

// MayBeSet says whether a person may set a time for something to come.
func MayBeSet(t, now time.Time) bool {
	return t.After(now) && !t.After(now.Add(MaxAhead))
}
