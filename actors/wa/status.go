package wa

// Status is how far one of our messages got, as Meta reports it.
type Status string

// The statuses of an outbound message. They arrive late, twice and in any
// order; a read one was delivered though no delivered may ever come.
const (
	StatusSent      Status = "sent"
	StatusDelivered Status = "delivered"
	StatusRead      Status = "read"
	StatusPlayed    Status = "played"
	StatusFailed    Status = "failed"
)

// Rank orders statuses for display: sent < delivered < read < played. Failed
// ranks below delivered, for a message that reached the phone did not fail.
// Zero means an unknown status.
func (s Status) Rank() int {
	switch s {
	case StatusSent:
		return 1
	case StatusFailed:
		return 2
	case StatusDelivered:
		return 3
	case StatusRead:
		return 4
	case StatusPlayed:
		return 5
	}
	return 0
}
