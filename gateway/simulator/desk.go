package simulator

import (
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
)

// newDesk sets up what comes before the first message. Codes stand on the page, for
// there is no phone to which they could go.
func (s *Simulator) newDesk() *onboarding.Desk {
	c := onboarding.Config{
		Grants: s.config.Grants, Now: s.Now, Down: func() bool { return s.strikes(chance.Token) }, Proven: s.proven,
		Changed: s.numbersChanged,
		Tell:    func(display, code string) { s.note(entry{What: "code " + code + " · " + display}) },
	}
	for _, n := range s.config.Numbers {
		c.Numbers = append(c.Numbers, onboarding.Number{
			ID: n.ID, Display: n.Display, Name: n.Name, AccountID: n.AccountID, Portfolio: n.Portfolio, Token: n.Token,
			MPS: n.MPS, Fresh: n.Fresh, PIN: n.PIN, OnPhone: n.OnPhone, Standing: n.Standing,
		})
	}
	return onboarding.New(c)
}

// Code is the newest code that was told to a number; "" when there is none.
func (s *Simulator) Code(id wa.PhoneNumberID) string { return s.desk.Code(id) }

// Override has the webhooks of an account go elsewhere, as another system may have set.
func (s *Simulator) Override(account wa.AccountID, callback string) {
	s.desk.Override(account, callback)
}

// Connect has a number be registered and its account subscribed, as a start before
// this one has done.
func (s *Simulator) Connect(id wa.PhoneNumberID) { s.desk.Connect(id) }

func (s *Simulator) numbersChanged() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.notify()
}
