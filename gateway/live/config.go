package live

import "time"

// SocketConfig bounds sockets. The zero value is right for production.
type SocketConfig struct {
	QueueFrames  int           // frames waiting for one socket; default 256
	QueueBytes   int           // their bytes; default 1 MB
	SessionCheck time.Duration // how often a socket's session is looked up; default 1 min
	Grace        time.Duration // how long a vanished person still counts as present; default 5 s
	OfPerson     int           // sockets of one person at this gateway; default 20
	ResyncSpread time.Duration // over what a new feed epoch spreads the refetching; default 5 s
}

// WithDefaults fills in what is not set, and what makes no sense.
func (s SocketConfig) WithDefaults() SocketConfig {
	s.QueueFrames = orDefault(s.QueueFrames, 256)
	s.QueueBytes = orDefault(s.QueueBytes, 1<<20)
	s.SessionCheck = orDefault(s.SessionCheck, time.Minute)
	s.Grace = orDefault(s.Grace, 5*time.Second)
	s.OfPerson = orDefault(s.OfPerson, 20)
	s.ResyncSpread = orDefault(s.ResyncSpread, 5*time.Second)
	return s
}

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
