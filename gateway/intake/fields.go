package intake

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meaning"
	"github.com/prosa-chat/prosa/gateway/cloudapi/standing"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// park notes an event of a number that nobody has, or not the tenant whose Meta app
// sent it.
func (p *routing) park(n int, kind string) {
	reason := errUnknownNumber
	if p.arrivals[n].by != "" {
		reason = errForeignNumber
	}
	p.note(n, intake.ProblemParked, kind, reason.Error())
}

// sortField sends what a field tells of a number's throughput to the number, and
// keeps all else. What it tells of how numbers fare is applied beside.
func (p *routing) sortField(ctx context.Context, n int, event *cloudapi.Event) error {
	if news, ok := standing.NewsOf(event.Field); ok {
		p.applier.cfg.Standing(p.arrivals[n].by, event.AccountID, news)
	}
	news, ok := event.Field.ThroughputNews()
	if !ok {
		return p.noteField(ctx, n, event)
	}
	number, err := p.applier.store.Numbers.Shown(ctx, event.AccountID, news.Display)
	if errors.Is(err, persistence.ErrNotFound) || err == nil && p.arrivals[n].mayNot(number.TenantID) {
		p.note(n, intake.ProblemStored, event.Field.Name, "stored only, because the account has no registered number that is shown so")
		return nil
	}
	if err != nil {
		return err
	}
	p.numbers[n] = number
	p.items[n] = p.item(n, wa.PhoneNumberKind, string(number.ID), &actorpb.RecordThroughput{Rate: int32(news.Rate)})
	return nil
}

// noteField keeps a field as it came. What it tells of templates is applied beside.
func (p *routing) noteField(ctx context.Context, n int, event *cloudapi.Event) error {
	news, ok := event.Field.TemplateNews()
	if !ok {
		if row := meaning.Of(event.Field); row.Stored != "" {
			p.note(n, intake.ProblemStored, event.Field.Name, row.Stored)
		} else {
			p.waits[n] = true // sortField has told it
		}
		return nil
	}
	if by := p.arrivals[n].by; by != "" { // an app of the installation speaks of every account
		owner, err := p.applier.store.Numbers.AccountTenant(ctx, event.AccountID)
		switch {
		case errors.Is(err, persistence.ErrNotFound), err == nil && owner != by:
			p.note(n, intake.ProblemStored, event.Field.Name, "stored only, because the account is not registered in the company whose Meta app sent this")
			return nil
		case err != nil:
			return err
		}
	}
	p.waits[n] = true
	p.applier.cfg.Templates(event.AccountID, news)
	return nil
}
