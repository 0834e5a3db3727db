package wa

import "time"

// serviceWindow is how long free-form messages may follow the contact's last
// message (Meta, customer service window: 24 hours).
const serviceWindow = 24 * time.Hour

// Margins before the close of the window. A decision is refused earlier than
// the claim re-checks, so that what was decided in time can still leave.
const (
	DecideMargin = 120 * time.Second
	ClaimMargin  = 60 * time.Second
)

// WindowClosesAt is when the service window opened by one user message closes:
// 24 hours after Meta's timestamp or our receipt, whichever is earlier, for
// clocks differ and a late delivery must not lengthen the window.
func WindowClosesAt(sentAt, receivedAt time.Time) time.Time {
	if receivedAt.Before(sentAt) {
		sentAt = receivedAt
	}
	return sentAt.Add(serviceWindow)
}

// FreeFormAllowed says whether a free-form message may be decided now.
func FreeFormAllowed(closesAt, now time.Time) bool {
	return now.Before(closesAt.Add(-DecideMargin))
}

// Window says how a service window stands.
type Window string

// The windows. An open one lets free text through; a closing one does for less than
// ClosingWithin more; what was never open counts as closed.
const (
	WindowOpen    Window = "open"
	WindowClosing Window = "closing" // an open one, too
	WindowClosed  Window = "closed"
)

// ClosingWithin is how near the close of a window people are told of it.
const ClosingWithin = 2 * time.Hour
