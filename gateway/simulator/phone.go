package simulator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Errors of the simulator's own calls.
var (
	ErrUnknownPhone  = errors.New("no such phone")
	ErrUnknownNumber = errors.New("no such number")
	ErrBadRequest    = errors.New("request is not valid")
)

// Phone is a customer's telephone.
type Phone struct {
	WaID      string `json:"wa_id"` // digits with country code
	BSUID     string `json:"bsuid"`
	Username  string `json:"username,omitempty"`
	Name      string `json:"name"`
	HidePhone bool   `json:"hide_phone,omitempty"` // businesses see the BSUID only
	Place     string `json:"place,omitempty"`      // shown on the page

	last wa.PhoneNumberID // of its newest message
}

// AddPhone switches a phone on. It needs an address that no other phone has; a
// missing BSUID is made up from the phone number.
func (s *Simulator) AddPhone(p Phone) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.WaID == "" && p.BSUID == "" {
		return fmt.Errorf("add phone: %w", ErrBadRequest)
	}
	if s.findPhone(p.WaID) != nil || s.findPhone(p.BSUID) != nil {
		return fmt.Errorf("add phone: address is taken: %w", ErrBadRequest)
	}
	s.addPhone(p)
	return nil
}

func (s *Simulator) addPhone(p Phone) *Phone {
	if p.BSUID == "" {
		p.BSUID = "BR." + "9007" + p.WaID
	}
	s.phones = append(s.phones, &p)
	for _, address := range []string{p.WaID, p.BSUID} {
		if address != "" {
			s.byAddress[address] = &p
		}
	}
	s.version++
	s.notify()
	return &p
}

// Phones lists the phones in the order in which they were added.
func (s *Simulator) Phones() []Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Phone, 0, len(s.phones))
	for _, p := range s.phones {
		list = append(list, *p)
	}
	return list
}

// findPhone looks up by wa_id or BSUID, exactly.
func (s *Simulator) findPhone(address string) *Phone { return s.byAddress[address] }

// findRecipient looks up as Meta does: a phone in another of its spellings is
// the same phone, and the answer names the spelling that WhatsApp uses.
func (s *Simulator) findRecipient(address string) *Phone {
	address = strings.TrimPrefix(address, "+")
	if p := s.findPhone(address); p != nil {
		return p
	}
	for _, variant := range wa.PhoneVariants(address) {
		if p := s.findPhone(variant); p != nil {
			return p
		}
	}
	return nil
}

func (s *Simulator) findNumber(id wa.PhoneNumberID) *number {
	for _, n := range s.numbers {
		if n.ID == id {
			return n
		}
	}
	return nil
}

// visibleWaID is the phone as a business may see it.
func (p *Phone) visibleWaID() string {
	if p.HidePhone {
		return ""
	}
	return p.WaID
}

// key names the phone in chats and in wamids.
func (p *Phone) key() string {
	if p.WaID != "" {
		return p.WaID
	}
	return p.BSUID
}
