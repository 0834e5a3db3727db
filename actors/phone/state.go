package phone

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

const schema = 1

// Healths of a number, as NumberState.health has them.
const (
	HealthOK      = "ok"
	HealthSlow    = "slow"    // sends below its rate
	HealthPaused  = "paused"  // sends nothing until a time
	HealthStopped = "stopped" // sends nothing until somebody acts
)

// Rates in messages a second, in and out (Meta, throughput).
const (
	defaultRate     = 80
	coexistenceRate = 20
	highestRate     = 1000
)

// State is a number at a version. The zero value is a number of which nothing is
// known: it sends at the default rate. One caller owns it; it is not safe for
// concurrent use.
type State struct {
	actorpb.NumberSnapshot
	// ID is given by the caller and never changes.
	ID wa.PhoneNumberID
	// Version counts the events of the journal.
	Version uint64
}

// Restore makes the state of a stored snapshot. Snapshots of another schema are
// refused: upgrades are pure functions added here when the number rises.
func Restore(id wa.PhoneNumberID, version uint64, snapshot []byte) (*State, error) {
	s := &State{ID: id, Version: version}
	if version == 0 {
		return s, nil
	}
	if err := proto.Unmarshal(snapshot, &s.NumberSnapshot); err != nil {
		return nil, fmt.Errorf("restore number %s: %w", id, err)
	}
	if s.Schema != schema {
		return nil, fmt.Errorf("restore number %s: snapshot schema %d, this release knows %d", id, s.Schema, schema)
	}
	return s, nil
}

// Snapshot is the state as Restore reads it.
func (s *State) Snapshot() ([]byte, error) {
	b, err := proto.Marshal(&s.NumberSnapshot)
	if err != nil {
		return nil, fmt.Errorf("snapshot number %s: %w", s.ID, err)
	}
	return b, nil
}

// Describe is the number as it is at a time: what ended by the clock is over.
func (s *State) Describe(now time.Time) *actorpb.NumberState {
	health, _, until := s.health(now)
	n := &actorpb.NumberState{
		Rate: s.rate(), Coexistence: s.Coexistence, Health: health, Quality: s.Quality, Version: s.Version, Hold: s.Hold,
	}
	if health != HealthOK {
		n.Code, n.Detail, n.SinceMs, n.Cause = s.Code, s.Text, s.SinceMs, s.Cause
	}
	if !until.IsZero() {
		n.UntilMs = until.UnixMilli()
	}
	return n
}

// health is the health, pace and end of both at a time. Paused and stopped
// numbers have the pace that they will go on with.
func (s *State) health(now time.Time) (health string, factor float64, until time.Time) {
	stored, held := s.factor(), at(s.UntilMs)
	switch {
	case s.Health == HealthStopped:
		return HealthStopped, stored, time.Time{}
	case s.Health == HealthPaused && now.Before(held):
		return HealthPaused, stored, held
	}
	if factor = Recovered(stored, held, now); factor < 1 {
		return HealthSlow, factor, RecoveredAt(stored, held)
	}
	return HealthOK, 1, time.Time{}
}

func (s *State) rate() int32 {
	if s.Rate == 0 {
		return defaultRate
	}
	return s.Rate
}

// granted is the rate that Meta gives the number while it has no coexistence.
func (s *State) granted() int32 { return max(s.GrantedRate, defaultRate) }

func (s *State) factor() float64 {
	if s.PaceFactor == 0 {
		return 1
	}
	return s.PaceFactor
}

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
