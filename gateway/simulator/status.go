package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// firstStatusWait bounds how long an answer is held back by the fault StatusFirst.
const firstStatusWait = 2 * time.Second

// report starts the statuses of an accepted send, once.
func (s *Simulator) report(m *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.reported {
		return
	}
	m.reported = true
	if m.fails != 0 {
		s.reportStatus(m, wa.StatusFailed)
		return
	}
	s.reportStatus(m, wa.StatusSent)
	if s.config.DeliverAfter > 0 {
		s.spawnHeld(s.later(s.config.DeliverAfter, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.reportDelivered(m)
		}))
		return
	}
	s.reportDelivered(m)
}

// reportDelivered is skipped once the message was read: read implies it.
func (s *Simulator) reportDelivered(m *message) {
	if m.Status.Rank() >= wa.StatusDelivered.Rank() {
		return
	}
	s.reportStatus(m, wa.StatusDelivered)
	if s.config.ReadAfter <= 0 {
		return
	}
	s.spawnHeld(s.later(s.config.ReadAfter, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reportRead(m)
	}))
}

func (s *Simulator) reportRead(m *message) {
	if m.reported && m.Status.Rank() < wa.StatusRead.Rank() {
		s.reportStatus(m, wa.StatusRead)
	}
}

// OpenChat opens the chat on the phone: what the business wrote is read.
func (s *Simulator) OpenChat(phone string, id wa.PhoneNumberID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(phone, id)
	if err != nil {
		return fmt.Errorf("open chat: %w", err)
	}
	for _, m := range c.messages {
		if m.FromBusiness && m.from != nil {
			s.reportRead(m)
		}
	}
	return nil
}

// reportStatus queues one status. Callers hold the lock.
func (s *Simulator) reportStatus(m *message, status wa.Status) {
	now := s.Now()
	at := len(m.steps)
	m.steps = append(m.steps, step{status: status, at: now})
	m.raise(status)
	item := object{"id": string(m.ID), "status": string(status), "timestamp": strconv.FormatInt(now.Unix(), 10)}
	setIf(item, "biz_opaque_callback_data", m.Opaque)
	u := &update{
		number: m.from, field: "messages", part: "statuses", item: item,
		label: "status " + string(status) + " " + tail(m.ID), lane: laneOf(m.from.ID, m.to),
		accepted: func() { m.steps[at].accepted = true },
	}
	if m.chat != nil {
		u.lane = laneOf(m.from.ID, m.chat.phone.key())
		s.touch(m.chat)
	}
	if status == wa.StatusFailed {
		m.failedItem(item)
	} else {
		m.deliveredItem(u, status)
	}
	s.enqueue(u)
}

// failedItem has no contact and names the person as the send did.
func (m *message) failedItem(item object) {
	details := "Message undeliverable."
	if m.fails == 131047 {
		details = windowDetails
	}
	item["errors"] = []object{webhookError(m.fails, details)}
	alias, _ := wa.ClassifyAddress(m.to)
	if alias.Kind == wa.AliasPhone {
		item["recipient_id"] = strings.TrimPrefix(m.to, "+")
		return
	}
	item["recipient_user_id"] = m.to
}

func (m *message) deliveredItem(u *update, status wa.Status) {
	p := m.chat.phone
	u.contact = p.contact()
	setIf(u.item, "recipient_id", p.visibleWaID())
	setIf(u.item, "recipient_user_id", p.BSUID)
	if status == wa.StatusRead {
		return // the price stands with sent and delivered
	}
	price := object{"billable": true, "pricing_model": "PMP", "type": "regular", "category": m.category}
	if m.category == "service" {
		price["billable"], price["type"] = false, "free_customer_service"
	}
	u.item["pricing"] = price
}

// awaitFirstStatus waits until a status of the message was accepted.
func (s *Simulator) awaitFirstStatus(r *http.Request, m *message) {
	timer := time.NewTimer(firstStatusWait)
	defer timer.Stop()
	for {
		s.mu.Lock()
		accepted, changed := m.steps[0].accepted, s.change()
		s.mu.Unlock()
		if accepted {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			return
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}
