package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// A conversation has one alarm, for all that happens by the clock alone. Its row
// rings at the earliest of the deadlines or before, never later: a deadline that
// moves later, or goes, costs no write, for an alarm that rings early is answered
// with the next time, and whoever rang writes that. No event tells of it, so the
// state holds the row to be at AlarmMs until that is over, and then knows nothing of
// it: a ring before is answered with AlarmMs itself, and what is armed later is
// written.

// alarmSkew is how far the clocks of members may be apart: an alarm that is so near
// may be over by another's.
const alarmSkew = 2 * time.Second

// NextAlarm is when the earliest thing is due that happens by the clock alone.
// It may be over already. Zero: nothing is due, ever.
func (s *State) NextAlarm() time.Time { return at(s.nextAlarm()) }

func (s *State) nextAlarm() int64 {
	return earliest(s.scheduleEnds(), earliest(s.snoozeEnds(), s.holdEnds()))
}

// snoozeEnds is when a snoozed conversation comes back; 0: it is not snoozed.
func (s *State) snoozeEnds() int64 {
	if s.Phase != actorpb.Phase_PHASE_SNOOZED {
		return 0
	}
	return s.SnoozedUntilMs
}

// holdEnds is when an ambiguous send no longer holds back the one that waits
// behind it, nor one whose file is on its way; 0: none waits for that. One that was
// requested after the hold does not wait for it, and what waits for a queued send hears
// of its outcome.
func (s *State) holdEnds() int64 {
	var end int64
	if s.leaving() {
		return 0
	}
	for _, o := range s.Sends {
		switch {
		case o.State == actorpb.OpenSend_STATE_AMBIGUOUS:
			end = max(end, o.SinceMs+ambiguousHold.Milliseconds())
		case o.State == actorpb.OpenSend_STATE_WAITING && o.Uploading:
			if !o.UploadLate {
				end = max(end, o.SinceMs+uploadHold.Milliseconds())
			}
		case o.State == actorpb.OpenSend_STATE_WAITING:
			if o.SinceMs >= end {
				return 0
			}
			return end
		}
	}
	return 0
}

// arm notes what the row of the alarm must hold after an event: it is set when
// there is none or only one that may have rung, and else moved only to an earlier
// time. Whoever appends writes the row if this changed it.
func (s *State) arm(stored time.Time) {
	next := s.nextAlarm()
	if s.AlarmMs <= ms(stored.Add(alarmSkew)) || next != 0 && next < s.AlarmMs {
		s.AlarmMs = next
	}
}

// alarmDue does all that is due, and answers when to ring next: if nothing is, as is
// reckoned here, else as Answer reads it off the state. The store's clock counts where it
// is ahead of ours: by it the alarm rang.
func (s *State) alarmDue(c *actorpb.AlarmDue, facts Facts, now time.Time) Decision {
	rang := now
	if told := at(c.NowMs); told.After(now) && wa.Plausible(told) {
		rang = told
	}
	d := Decision{Outcome: &actorpb.Outcome{}, rang: true}
	next := &d.Outcome.NextAlarmMs
	if end := s.snoozeEnds(); end != 0 && end <= ms(rang) {
		d.Events = append(d.Events, &actorpb.PhaseChanged{
			From: s.Phase, To: actorpb.Phase_PHASE_OPEN, By: &actorpb.Party{Kind: actorpb.Party_KIND_SYSTEM, Id: "snooze"},
		})
	} else {
		*next = end
	}
	if end := s.holdEnds(); end != 0 && end <= ms(rang) {
		d.Events = append(d.Events, s.next("", rang)...)
	} else {
		*next = earliest(*next, end)
	}
	if o := s.dueSend(rungAt(c)); o != nil {
		d = s.fire(d, o, facts, rang)
	} else {
		*next = earliest(*next, s.scheduleEnds())
	}
	// It rang late or twice, and another is armed. One that is due within the skew is
	// this one, rung by a clock ahead of ours: to answer with it would ring at once.
	if s.AlarmMs > ms(now.Add(alarmSkew)) {
		*next = s.AlarmMs
	}
	return d
}

// earliest is the earlier of two times, of which 0 is none.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
