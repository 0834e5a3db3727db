package intake

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meaning"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// arrival is one event of a row on its way through the router.
type arrival struct {
	row   *heldRow // nil on a replay
	at    time.Time
	event *cloudapi.Event
	// by is whose Meta app it came by; "": of the whole installation.
	by wa.TenantID
}

// arrived is an event of a row.
func (row *heldRow) arrived(event *cloudapi.Event) arrival {
	return arrival{row, row.ReceivedAt, event, row.From.Tenant}
}

// mayNot says that the Meta app by which the event came is another tenant's than what
// the event is about.
func (p *arrival) mayNot(owner wa.TenantID) bool { return p.by != "" && p.by != owner }

// read is the router: everything up to the lanes happens here, in order, some rows
// at a time. They grow with the load; it never waits for more.
func (a *Applier) read() {
	for {
		select {
		case <-a.work.Quit():
			return
		case <-a.feed.ready:
		}
		if rows := a.feed.take(rowsAtOnce); len(rows) > 0 {
			a.routeRows(rows)
		}
	}
}

// routeRows routes the events of some rows. Identity changes are applied where they
// stand, so that all lanes see them in the same place.
func (a *Applier) routeRows(rows []*heldRow) {
	var segment []arrival
	for _, row := range rows {
		events := a.parse(row)
		for n := range events {
			event := &events[n]
			if changesIdentity(event) {
				a.route(segment)
				segment = nil
				p := row.arrived(event)
				a.link(p)
				a.route([]arrival{p})
				continue
			}
			segment = append(segment, row.arrived(event))
		}
	}
	a.route(segment)
}

// parse cuts one row, identity changes first. A body that is no JSON becomes a
// problem as a whole.
func (a *Applier) parse(row *heldRow) []cloudapi.Event {
	row.open.Store(1) // the row itself, until its events are counted
	delivery, err := a.readBody(row.Body)
	if err != nil {
		a.noteAndFinish([]intake.Problem{{
			Day: row.Day, Source: row.Source, Seq: row.Seq, EventIndex: intake.WholeBody,
			State: intake.ProblemFailed, Kind: "body", Reason: err.Error(), Raw: row.Body, ReceivedAt: row.ReceivedAt,
			TenantID: row.From.Tenant, AppTenant: row.From.Tenant,
		}}, []*heldRow{row})
		return nil
	}
	if len(delivery.Events) == 0 {
		a.done(row)
		return nil
	}
	// Before the first of them is on its way: a lane may finish it at once.
	row.open.Store(int32(len(delivery.Events)))
	slices.SortStableFunc(delivery.Events, func(a, b cloudapi.Event) int {
		return boolToInt(changesIdentity(&b)) - boolToInt(changesIdentity(&a))
	})
	return delivery.Events
}

// readBody is cloudapi.Parse, and what stands inside of fields in its place; a body that
// makes it panic cannot be read.
func (a *Applier) readBody(body []byte) (delivery cloudapi.Delivery, err error) {
	err = background.ErrPanicked
	a.work.Guard("parse", func() {
		delivery, err = cloudapi.Parse(body)
		delivery.Events = meaning.Spread(delivery.Events)
	})
	return delivery, err
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// changesIdentity: such a message tells that its sender has another address from now on.
func changesIdentity(e *cloudapi.Event) bool {
	return e.Kind == cloudapi.KindMessage && e.Message.Identity != nil
}

// route sends a segment of events on their way: to lanes, to the problems, or to
// the statuses that wait for their message. When the process stops it gives up;
// the rows stay unfinished and are read again.
func (a *Applier) route(segment []arrival) {
	if len(segment) == 0 {
		return
	}
	plan := newRouting(a, segment)
	// It waits as long as the store is away: what stands behind must not go before.
	if err := a.work.Persist("route events", plan.find); err != nil {
		return
	}
	a.dropped(a.dropErased(plan))
	if problems, rows := plan.problems(); len(problems) > 0 {
		a.noteAndFinish(problems, rows)
	}
	for n, waits := range plan.waits {
		if !waits {
			continue
		}
		if plan.arrivals[n].event.Kind == cloudapi.KindStatus {
			a.metrics.unmatched()
		}
		a.done(plan.arrivals[n].row)
	}
	a.beat(plan)
	items := slices.DeleteFunc(plan.items, func(it *item) bool { return it == nil })
	a.countInbound(items)
	a.lanes.add(items)
}

// link applies an identity change. All events pass the router in order, so what
// follows in any lane sees the link. A change that cannot be stored is noted; its
// message goes on nevertheless.
// Its row goes on as well: the message that told of the change is still to be routed.
func (a *Applier) link(p arrival) {
	plan, links := a.linking(p)
	if err := a.work.Persist("link aliases", func(ctx context.Context) error { return links.Run(ctx, []arrival{p}) }); err != nil {
		return // the process stops
	}
	if problems, _ := plan.problems(); len(problems) > 0 && p.row != nil {
		a.noteAndFinish(problems, nil)
	}
}

// linking is how an identity change is applied, and where it is noted that it
// cannot be.
func (a *Applier) linking(p arrival) (*routing, *persistence.Sieve[arrival]) {
	change := p.event.Message.Identity
	old := wa.Addresses{BSUID: change.PreviousUserID, Parent: change.PreviousParentUserID, Phone: change.OldPhone}.Aliases()
	now := wa.Addresses{BSUID: change.NewUserID, Parent: change.NewParentUserID, Phone: change.NewPhone}.Aliases()
	plan := newRouting(a, []arrival{p})
	return plan, &persistence.Sieve[arrival]{
		Do: func(ctx context.Context, _ []arrival) error {
			number, err := a.store.Numbers.Get(ctx, p.event.PhoneNumberID)
			if errors.Is(err, persistence.ErrNotFound) || err == nil && p.mayNot(number.TenantID) {
				return nil // to be parked
			}
			if err != nil {
				return err
			}
			plan.numbers[0] = number
			_, err = a.store.Directory.LinkAliases(ctx, number.PortfolioID, old, now)
			return err
		},
		Canary: func(ctx context.Context) error {
			return errors.Join(a.store.Numbers.Canary(ctx), a.store.Directory.Canary(ctx))
		},
		Guilty: func(_ context.Context, _ arrival, err error) error {
			plan.note(0, intake.ProblemFailed, "message", "the old and the new address cannot be linked: "+err.Error())
			return nil
		},
		Pause: a.cfg.Pauses.Retry,
	}
}

// problemOf describes an event that is not applied.
func problemOf(p arrival, state intake.ProblemState, kind, reason string) intake.Problem {
	raw, err := json.Marshal(p.event)
	if err != nil {
		reason += "; its content could not be kept"
	}
	problem := intake.Problem{
		EventIndex: int32(p.event.Index), Number: p.event.PhoneNumberID,
		State: state, Kind: kind, Reason: reason, Raw: raw, ReceivedAt: p.at, AppTenant: p.by,
	}
	if p.row != nil {
		problem.Day, problem.Source, problem.Seq = p.row.Day, p.row.Source, p.row.Seq
	}
	return problem
}

// noteAndFinish writes problems down and finishes their events.
// The router waits here while the store is away. If the rows were finished before their
// problems are stored, a crash would lose what was acknowledged (I1).
func (a *Applier) noteAndFinish(problems []intake.Problem, rows []*heldRow) {
	if err := a.work.Persist(noting, func(ctx context.Context) error { return a.note(ctx, problems) }); err != nil {
		return // the process stops
	}
	for n := range problems {
		a.metrics.noted(problems[n].State)
	}
	for _, row := range rows {
		a.done(row)
	}
}
