package intake

import (
	"context"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// spoke keeps what a person says of marketing.
func (p *routing) spoke(n int, contact wa.ContactID) {
	m := p.arrivals[n].event.Message
	if m.Content.System == nil {
		return
	}
	kind := m.Content.System.Type
	if kind != wa.SystemMarketingStop && kind != wa.SystemMarketingResume {
		return
	}
	p.words = append(p.words, consent.Word{
		Portfolio: p.numbers[n].PortfolioID, Contact: contact, Stopped: kind == wa.SystemMarketingStop, At: m.At, By: consent.ByCustomer,
	})
}

// shown keeps what a failed send shows of a person.
func (p *routing) shown(n int, contact wa.ContactID) {
	s := p.arrivals[n].event.Status
	if word, ok := WordOf(s.Error.Code, &p.numbers[n], contact, s.At); ok {
		p.words = append(p.words, word)
	}
}

// WordOf is what an error of Meta's shows of the person that a send was for: that
// marketing is stopped, or that the number blocks the person. False: nothing of it.
func WordOf(code int, number *numbers.Number, contact wa.ContactID, at time.Time) (consent.Word, bool) {
	w := consent.Word{Portfolio: number.PortfolioID, Contact: contact, Stopped: true, At: at, By: consent.ByMeta}
	switch code {
	case cloudapi.CodeOptedOut:
		return w, true
	case cloudapi.CodeBlocked:
		w.Number = number.ID
		return w, true
	}
	return w, false
}

// sayWords stores them before their lines and statuses are on their way: what a crash
// cuts off comes once more.
func (p *routing) sayWords(ctx context.Context) error {
	if len(p.words) == 0 {
		return nil
	}
	return p.applier.store.Consent.Say(ctx, p.words...)
}
