package simulator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/bucket"
)

// Bubble is one message as the phone shows it. Status is the tick: of the
// business's messages what was reported to it; of the customer's own, sent,
// delivered once the webhook was accepted, read once the business marked it.
type Bubble struct {
	ID           wa.MessageID   `json:"id"`
	FromBusiness bool           `json:"from_business"`
	At           time.Time      `json:"at"`
	Kind         wa.ContentKind `json:"kind"`
	Text         string         `json:"text"`
	Media        string         `json:"media,omitempty"` // image, video, audio, document, sticker
	File         string         `json:"file,omitempty"`  // id of the media
	FileName     string         `json:"file_name,omitempty"`
	Template     string         `json:"template,omitempty"`
	Header       string         `json:"header,omitempty"` // of a template
	Footer       string         `json:"footer,omitempty"`
	Buttons      []Button       `json:"buttons,omitempty"`
	Quoted       wa.MessageID   `json:"quoted,omitempty"`
	Reaction     string         `json:"reaction,omitempty"` // of the other side
	Revoked      bool           `json:"revoked,omitempty"`
	Status       wa.Status      `json:"status"`
	Opaque       string         `json:"-"` // callback data of the send
}

// Button is one under a template: a quick reply answers, a link opens, a phone calls.
type Button struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// chatKey names a chat between a number and a phone.
type chatKey struct {
	number wa.PhoneNumberID
	phone  string
}

// chat is a thread on a phone. messages holds what the phone shows.
type chat struct {
	number      *number
	phone       *Phone
	messages    []*message
	lastInbound time.Time
	pair        bucket.Bucket
	typing      time.Time // of the business, until then; real time
	version     int
}

// message is what the simulator remembers of one message, shown or not.
type message struct {
	Bubble
	chat     *chat   // nil: no phone has this address
	from     *number // that sent it through the API
	to       string  // address as given in the send
	category string  // of its price
	fails    int     // code of the failed status that will follow
	reported bool    // statuses have begun
	steps    []step
}

// step is one report about a message, for the Message History API.
type step struct {
	status   wa.Status
	at       time.Time
	accepted bool // by the webhook
}

// Pair rate: one message in 6 seconds to one person, 45 borrowed from the
// future (Meta, about the platform, 2026).
const (
	pairRate  = 1.0 / 6
	pairBurst = 45
)

// serviceWindow is how long free-form messages may follow the last inbound one.
const serviceWindow = 24 * time.Hour

func (s *Simulator) chatOf(n *number, p *Phone) *chat {
	key := chatKey{n.ID, p.key()}
	c := s.chats[key]
	if c == nil {
		c = &chat{number: n, phone: p, pair: bucket.New(pairRate, pairBurst)}
		s.chats[key] = c
	}
	return c
}

// remember stores a message and forgets the oldest beyond the limit.
func (s *Simulator) remember(m *message) {
	s.known[m.ID] = m
	s.ages = append(s.ages, m.ID)
	if len(s.ages) <= s.config.KeepMessages {
		return
	}
	if old := s.known[s.ages[0]]; old != nil && old.chat != nil {
		old.chat.messages = slices.DeleteFunc(old.chat.messages, func(m *message) bool { return m == old })
	}
	delete(s.known, s.ages[0])
	s.ages = s.ages[1:]
}

// show puts a message on the phone.
func (s *Simulator) show(m *message) {
	m.chat.messages = append(m.chat.messages, m)
	if p := m.chat.phone; p.last != m.chat.number.ID {
		p.last = m.chat.number.ID
		s.version++
	}
	s.touch(m.chat)
}

// touch tells those who watch the chat.
func (s *Simulator) touch(c *chat) {
	c.version++
	s.notify()
}

// raise moves a tick up, never down.
func (m *message) raise(status wa.Status) bool {
	if status.Rank() <= m.Status.Rank() {
		return false
	}
	m.Status = status
	return true
}

// notify wakes all who wait for a change. Callers hold the lock.
func (s *Simulator) notify() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// change gives the channel that closes at the next change. Callers hold the lock.
func (s *Simulator) change() <-chan struct{} {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// find resolves a phone and a number of the simulator's own calls.
func (s *Simulator) find(phone string, id wa.PhoneNumberID) (*chat, error) {
	p, n := s.findPhone(phone), s.findNumber(id)
	switch {
	case p == nil:
		return nil, fmt.Errorf("find phone: %w", ErrUnknownPhone)
	case n == nil, !s.desk.Live(id):
		return nil, fmt.Errorf("find number %s: %w", id, ErrUnknownNumber)
	}
	return s.chatOf(n, p), nil
}

// Messages lists what a phone shows in its chat with a number, oldest first.
func (s *Simulator) Messages(phone string, id wa.PhoneNumberID) []Bubble {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bubbles(phone, id)
}

func (s *Simulator) bubbles(phone string, id wa.PhoneNumberID) []Bubble {
	p := s.findPhone(phone)
	if p == nil {
		return nil
	}
	c := s.chats[chatKey{id, p.key()}]
	if c == nil {
		return nil
	}
	list := make([]Bubble, 0, len(c.messages))
	for _, m := range c.messages {
		list = append(list, m.Bubble)
	}
	return list
}

// WaitFor waits until the chat satisfies done and returns it, or the chat as it
// is and the error of the context.
func (s *Simulator) WaitFor(ctx context.Context, phone string, id wa.PhoneNumberID, done func([]Bubble) bool) ([]Bubble, error) {
	for {
		s.mu.Lock()
		list, changed := s.bubbles(phone, id), s.change()
		s.mu.Unlock()
		if done(list) {
			return list, nil
		}
		select {
		case <-changed:
		case <-s.done:
			return list, context.Canceled
		case <-ctx.Done():
			return list, fmt.Errorf("wait for the phone: %w", ctx.Err())
		}
	}
}

// WaitIdle waits until every delivery was accepted.
func (s *Simulator) WaitIdle(ctx context.Context) error {
	for {
		s.mu.Lock()
		pending, changed := s.pending, s.change()
		s.mu.Unlock()
		if pending == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-s.done:
			return context.Canceled
		case <-ctx.Done():
			return fmt.Errorf("wait for %d deliveries: %w", pending, ctx.Err())
		}
	}
}

// Pending counts the updates and duplicates that no webhook has accepted yet.
func (s *Simulator) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending
}
