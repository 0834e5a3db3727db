package relay

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// alarmsAtOnce is more than grains answer in a moment, so that a claim takes many.
const alarmsAtOnce = 200

// alarmKind rings the alarms that are due, of grains of every kind, and writes when
// each is to ring next. One whose grain does not answer, or whose answer is lost, is
// rung again in 30 s. It sleeps until the next is due, or for its pause: an alarm
// that is armed for earlier meanwhile wakes nobody.
func alarmKind(r *Relay) kind[effects.DueAlarm] {
	pause := r.cfg.Pauses.Alarm
	return kind[effects.DueAlarm]{
		name: "alarm", slots: alarmsAtOnce, room: alarmsAtOnce / 2, pause: pause,
		claim: func(ctx context.Context, _ string, free int) (lot[effects.DueAlarm], error) {
			due, wait, err := r.store.Alarms.Due(ctx, free)
			return lot[effects.DueAlarm]{work: due, more: err == nil && wait < pause, wait: wait}, err
		},
		run: r.ring,
	}
}

// ring has one grain do what is due.
// An append may arm the alarm anew between the grain's answer and the write of it: the
// answer names the version that gave it, and what a later one armed stays.
func (r *Relay) ring(ctx context.Context, d *effects.DueAlarm) error {
	kind, key, _ := strings.Cut(d.Grain, ":")
	answer, err := r.answer(kind, key, &actorpb.AlarmDue{NowMs: d.Now.UnixMilli()})
	if err != nil {
		return fmt.Errorf("ring %s: %w", d.Grain, err)
	}
	rung, err := rungBy(d, answer)
	if err != nil {
		return err
	}
	_, err = r.rung.Do(ctx, rung)
	return err
}

// rungBy reads when a grain wants to be rung next. One that refuses, because there
// is none such, not at all.
func rungBy(d *effects.DueAlarm, answer proto.Message) (effects.Rung, error) {
	told, ok := answer.(interface {
		GetVersion() uint64
		GetNextAlarmMs() int64
		GetRefusal() string
	})
	switch {
	case !ok:
		return effects.Rung{}, fmt.Errorf("ring %s: it answers with %T", d.Grain, answer)
	case told.GetRefusal() != "":
		return effects.Rung{Grain: d.Grain, Version: d.Version}, nil
	}
	rung := effects.Rung{Grain: d.Grain, Version: told.GetVersion()}
	if next := told.GetNextAlarmMs(); next != 0 {
		rung.Next = time.UnixMilli(next)
	}
	return rung, nil
}

// rings makes one statement of the answers of many grains.
func (r *Relay) rings() *persistence.Group[effects.Rung] {
	type asked = persistence.Ask[effects.Rung]
	return persistence.NewGroup(persistence.GroupConfig[effects.Rung]{
		Patience: claimPatience,
		Do: func(ctx context.Context, some []*asked) error {
			list := make([]effects.Rung, len(some))
			for n, one := range some {
				list[n] = one.Of
			}
			return r.store.Alarms.Rung(ctx, list)
		},
		Struck: func(p *persistence.Panic) { r.work.Struck("write alarms", p) },
	})
}
