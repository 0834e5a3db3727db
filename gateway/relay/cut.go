package relay

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// piece is one event of a row on its way through the cutter.
type piece struct {
	row   *heldRow // nil on a replay
	at    time.Time
	event *cloudapi.Event
}

// cut is the cutter: everything up to the lanes happens here, in order, a lot
// at a time. Its lots grow with the load; it never waits for more.
func (r *Relay) cut() {
	for {
		select {
		case <-r.quit:
			return
		case <-r.feed.ready:
		}
		if lot := r.feed.take(cutRows); len(lot) > 0 {
			r.cutLot(lot)
		}
	}
}

// cutLot routes the events of some rows. Identity changes are applied where they
// stand, so that all lanes see them in the same place.
func (r *Relay) cutLot(lot []*heldRow) {
	var segment []piece
	for _, row := range lot {
		events := r.parse(row)
		for n := range events {
			event := &events[n]
			if changesIdentity(event) {
				r.route(segment)
				segment = nil
				p := piece{row, row.ReceivedAt, event}
				r.link(p)
				r.route([]piece{p})
				continue
			}
			segment = append(segment, piece{row, row.ReceivedAt, event})
		}
	}
	r.route(segment)
}

// parse cuts one row, identity changes first. A body that is no JSON becomes a
// problem as a whole.
func (r *Relay) parse(row *heldRow) []cloudapi.Event {
	row.open.Store(1) // the row itself, until its events are counted
	delivery, err := r.readBody(row.Body)
	if err != nil {
		r.noteAndFinish([]intake.Problem{{
			Day: row.Day, Source: row.Source, Seq: row.Seq, EventIndex: intake.WholeBody,
			State: intake.ProblemFailed, Kind: "body", Reason: err.Error(), Raw: row.Body, ReceivedAt: row.ReceivedAt,
		}}, []*heldRow{row})
		return nil
	}
	if len(delivery.Events) == 0 {
		r.done(row)
		return nil
	}
	row.open.Store(int32(len(delivery.Events)))
	slices.SortStableFunc(delivery.Events, func(a, b cloudapi.Event) int {
		return boolToInt(changesIdentity(&b)) - boolToInt(changesIdentity(&a))
	})
	return delivery.Events
}

// readBody is cloudapi.Parse; a body that makes it panic cannot be read.
func (r *Relay) readBody(body []byte) (delivery cloudapi.Delivery, err error) {
	err = errPanicked
	r.guarded("parse", func() { delivery, err = cloudapi.Parse(body) })
	return delivery, err
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func changesIdentity(e *cloudapi.Event) bool {
	return e.Kind == cloudapi.KindMessage && e.Message.Identity != nil
}

// route sends a segment of events on their way: to lanes, to the problems, or to
// the statuses that wait for their message. When the relay stops it gives up;
// the rows stay unfinished and are read again.
func (r *Relay) route(segment []piece) {
	if len(segment) == 0 {
		return
	}
	plan := newRouting(r, segment)
	if err := r.persist("route events", plan.find); err != nil {
		return
	}
	if problems, rows := plan.problems(); len(problems) > 0 {
		r.noteAndFinish(problems, rows)
	}
	for _, row := range plan.unmatchedRows() {
		r.metrics.unmatched()
		r.done(row)
	}
	items := slices.DeleteFunc(plan.items, func(it *item) bool { return it == nil })
	r.countInbound(items)
	r.lanes.add(items)
}

// link applies an identity change. All events pass the cutter in order, so what
// follows in any lane sees the link. A change that cannot be stored is noted; its
// message goes on nevertheless.
func (r *Relay) link(p piece) {
	plan, links := r.linking(p)
	if err := r.persist("link aliases", func(ctx context.Context) error { return links.Run(ctx, []piece{p}) }); err != nil {
		return // the relay stops
	}
	if problems, _ := plan.problems(); len(problems) > 0 && p.row != nil {
		r.noteAndFinish(problems, nil)
	}
}

// linking is how an identity change is applied, and where it is noted that it
// cannot be.
func (r *Relay) linking(p piece) (*routing, *persistence.Sieve[piece]) {
	change := p.event.Message.Identity
	old := aliasesOf(change.PreviousUserID, change.PreviousParentUserID, change.OldPhone)
	now := aliasesOf(change.NewUserID, change.NewParentUserID, change.NewPhone)
	plan := newRouting(r, []piece{p})
	return plan, &persistence.Sieve[piece]{
		Do: func(ctx context.Context, _ []piece) error {
			number, err := r.store.Numbers.Get(ctx, p.event.PhoneNumberID)
			if errors.Is(err, persistence.ErrNotFound) {
				return nil // to be parked
			}
			if err != nil {
				return err
			}
			plan.numbers[0] = number
			_, err = r.store.Directory.LinkAliases(ctx, number.PortfolioID, old, now)
			return err
		},
		Canary: func(ctx context.Context) error {
			return errors.Join(r.store.Numbers.Canary(ctx), r.store.Directory.Canary(ctx))
		},
		Guilty: func(_ context.Context, _ piece, err error) error {
			plan.note(0, intake.ProblemFailed, "message", "the old and the new address cannot be linked: "+err.Error())
			return nil
		},
		Pause: r.cfg.Pauses.Retry,
	}
}

// aliasesOf lists what is not empty, in order of precedence.
func aliasesOf(bsuid, parent, phone string) []wa.Alias {
	var list []wa.Alias
	for _, alias := range []wa.Alias{
		{Kind: wa.AliasBSUID, Value: bsuid}, {Kind: wa.AliasParentBSUID, Value: parent}, {Kind: wa.AliasPhone, Value: phone},
	} {
		if alias.Value != "" {
			list = append(list, alias)
		}
	}
	return list
}

// problemOf describes an event that is not applied.
func problemOf(p piece, state intake.ProblemState, kind, reason string) intake.Problem {
	raw, err := json.Marshal(p.event)
	if err != nil {
		reason += "; its content could not be kept"
	}
	problem := intake.Problem{
		EventIndex: int32(p.event.Index), Number: p.event.PhoneNumberID,
		State: state, Kind: kind, Reason: reason, Raw: raw, ReceivedAt: p.at,
	}
	if p.row != nil {
		problem.Day, problem.Source, problem.Seq = p.row.Day, p.row.Source, p.row.Seq
	}
	return problem
}

// noteAndFinish writes problems down and finishes their events.
func (r *Relay) noteAndFinish(problems []intake.Problem, rows []*heldRow) {
	if err := r.persist(noting, func(ctx context.Context) error { return r.note(ctx, problems) }); err != nil {
		return // the relay stops
	}
	for n := range problems {
		r.metrics.noted(problems[n].State)
	}
	for _, row := range rows {
		r.done(row)
	}
}
