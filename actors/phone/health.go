package phone

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Causes of a health that is not ok, as NumberState.cause has them.
const (
	CauseThroughput   = "throughput"    // faster than Meta grants
	CauseToken        = "token"         // Meta refuses the access token
	CauseTokenMissing = "token_missing" // there is none
	CauseAccount      = "account"       // the number or its account is stopped by Meta
	CauseMaintenance  = "maintenance"   // Meta works on the number
)

// recordHealth takes what Meta or a send told, if it is news. Evidence is judged
// by its own time, not by its arrival: reports of several members overtake each
// other.
func (s *State) recordHealth(c *actorpb.RecordNumberHealth, now time.Time) (Event, error) {
	health, factor, _ := s.health(now)
	ev := &actorpb.NumberHealthChanged{
		Code: c.Code, Text: c.Text, Quality: s.Quality, PaceFactor: factor, EvidenceMs: evidenceOf(c, now),
	}
	late := ev.EvidenceMs < s.EvidenceMs
	again := func(than string) bool { // told once more, or overtaken
		return late || ev.EvidenceMs == s.EvidenceMs && health == than && c.Code == s.Code
	}
	news := false
	switch c.Cause {
	case actorpb.RecordNumberHealth_CAUSE_THROUGHPUT:
		held := now.Before(at(s.UntilMs))
		news = (health == HealthOK || health == HealthSlow) && !held
		ev.Health, ev.PaceFactor, ev.Cause = HealthSlow, Slower(factor), CauseThroughput
		ev.UntilMs, ev.EvidenceMs = now.Add(hold).UnixMilli(), s.EvidenceMs
	case actorpb.RecordNumberHealth_CAUSE_MAINTENANCE:
		news = health != HealthStopped && !again(HealthPaused)
		ev.Health, ev.Cause, ev.UntilMs = HealthPaused, CauseMaintenance, now.Add(Maintenance).UnixMilli()
		if health == HealthPaused {
			ev.UntilMs = s.UntilMs // one maintenance is reported many times
		}
	case actorpb.RecordNumberHealth_CAUSE_TOKEN:
		news = c.Code != 0 && !again(HealthStopped) // Meta says 0 for what passes by itself, too
		ev.Health, ev.Cause = HealthStopped, CauseToken
	case actorpb.RecordNumberHealth_CAUSE_STOPPED:
		news = c.Code != 0 && !again(HealthStopped)
		ev.Health, ev.Cause = HealthStopped, CauseAccount
	case actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING:
		news = !again(HealthStopped)
		ev.Health, ev.Cause = HealthStopped, CauseTokenMissing
	case actorpb.RecordNumberHealth_CAUSE_RECOVERED:
		// A slow number accepts as well; it comes back by the clock.
		news = (health == HealthStopped || health == HealthPaused) && !late
		ev.Health, ev.PaceFactor, ev.Code, ev.Text = HealthOK, 1, 0, ""
	case actorpb.RecordNumberHealth_CAUSE_QUALITY:
	default:
		return nil, refuse(BadRequest, "cause is missing or not known")
	}
	if ev.SinceMs = s.SinceMs; ev.Health != health {
		ev.SinceMs = now.UnixMilli()
	}
	return s.withQuality(ev, news, c.Quality), nil
}

// evidenceOf is when a report showed, never after now: a member's clock may be
// ahead, and what it said would count for ever.
func evidenceOf(c *actorpb.RecordNumberHealth, now time.Time) int64 {
	if c.AtMs == 0 {
		return now.UnixMilli()
	}
	return min(c.AtMs, now.UnixMilli())
}

// withQuality adds a change of quality to the news; if it is the only one, the
// health stays as it was.
func (s *State) withQuality(ev *actorpb.NumberHealthChanged, news bool, quality string) Event {
	changed := quality != "" && quality != s.Quality
	switch {
	case !news && !changed:
		return nil
	case !news:
		ev = &actorpb.NumberHealthChanged{
			Health: s.Health, Code: s.Code, Text: s.Text, UntilMs: s.UntilMs, PaceFactor: s.PaceFactor,
			SinceMs: s.SinceMs, Cause: s.Cause, EvidenceMs: s.EvidenceMs,
		}
		ev.Quality = quality
	case changed:
		ev.Quality = quality
	}
	return ev
}
