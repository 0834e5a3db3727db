package simulator

import (
	"fmt"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// journalSize is how many lines the page can show.
const journalSize = 200

// entry is one line of what went between Meta and us. It holds no content.
type entry struct {
	Serial int       `json:"serial"`
	At     time.Time `json:"at"`
	In     bool      `json:"in"` // from the engine to Meta
	What   string    `json:"what"`
	Odd    bool      `json:"odd"` // refused or repeated
	Millis int64     `json:"millis"`
}

// journal keeps the last lines.
type journal struct {
	entries []entry
	serial  int
}

func (j *journal) add(e entry) {
	j.serial++
	e.Serial = j.serial
	j.entries = append(j.entries, e)
	if len(j.entries) > 2*journalSize {
		j.entries = append([]entry(nil), j.entries[len(j.entries)-journalSize:]...)
	}
}

// since lists the lines after a serial.
func (j *journal) since(serial int) []entry {
	from := len(j.entries) - min(j.serial-serial, journalSize, len(j.entries))
	return append([]entry(nil), j.entries[from:]...)
}

// record notes a delivery.
func (s *Simulator) record(p *post, status int, took time.Duration) {
	what := p.updates[0].label
	if len(p.updates) > 1 {
		what = fmt.Sprintf("%s +%d", what, len(p.updates)-1)
	}
	if status != 200 {
		what = fmt.Sprintf("%s · %d", what, status)
	}
	s.logger.Debug("webhook delivered", "status", status, "updates", len(p.updates), "attempt", p.attempts+1)
	s.note(entry{What: what, Odd: status != 200 || p.updates[0].number == nil, Millis: took.Milliseconds()})
}

// note adds a line at the simulator's time.
func (s *Simulator) note(e entry) {
	e.At = s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add(e)
	s.notify()
}

// tail shortens an id for the log: its last characters that differ. The end of
// a wamid is padding.
func tail(id wa.MessageID) string {
	const padding, shown = len("AA=="), 6
	if len(id) <= padding+shown {
		return string(id)
	}
	return "…" + string(id[len(id)-padding-shown:len(id)-padding])
}
