package conversation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Reasons of withdrawals.
const (
	reasonSuperseded = "superseded"
	reasonWindow     = "window_closed"
)

// The pair rate: to one person one message in 6 seconds, with bursts of 45
// borrowed from the future (Meta, about the platform).
const (
	pairInterval = 6 * time.Second
	pairBurst    = 45
)

// EchoMessageID is the id of the message that an echo id makes. It follows from
// its parts, so that an echo id sent twice, however much later, meets its own
// message in the database.
func EchoMessageID(key wa.ConversationKey, author, echoID string) wa.MessageID {
	sum := sha256.Sum256([]byte(key.String() + "\x00" + author + "\x00" + echoID))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80 // RFC 9562, version 8: custom
	id[8] = id[8]&0x3f | 0x80
	h := hex.EncodeToString(id)
	return wa.MessageID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// sendMessage lets the owner write, inside the window or by template.
func (s *State) sendMessage(c *actorpb.SendMessage, facts Facts, now time.Time) (Decision, error) {
	if c.EchoId == "" {
		return Decision{}, refusal.Field("echo_id", "echo_id is missing: name each send so that it can be repeated safely")
	}
	id := OrderMessageID(s.Key, c.By, c.EchoId)
	if s.send(string(id)) != nil {
		return already(string(id)), nil
	}
	d, err := s.newSend(c, id, facts, now)
	return d, refusal.Unless(id, err)
}

// newSend decides a send that is not known to the state.
func (s *State) newSend(c *actorpb.SendMessage, id wa.MessageID, facts Facts, now time.Time) (Decision, error) {
	say, err := content.Of(c, s.Key.PhoneNumberID, content.Facts{Template: facts.Template, Message: facts.Message, File: facts.File}, now)
	if err != nil {
		return Decision{}, err
	}
	d, err := s.admitSend(c, now)
	if err != nil {
		return Decision{}, err
	}
	if facts.Spent {
		return Decision{}, refusal.Of(MonthSpent, "the company has sent what it may in this month")
	}
	if s.ownerAfter(c) != "" { // claimed or reopened on the way
		if err := s.mayOwn(facts.Seat, s.TeamId); err != nil {
			return Decision{}, err
		}
	}
	if c.AtMs != 0 {
		return schedule(d, c, id, say, now), nil
	}
	epoch := s.OwnerEpoch
	if len(d.Events) > 0 { // claimed on the way
		epoch++
	}
	author := party(c.By)
	requested := &actorpb.SendRequested{
		MessageId: string(id), Kind: c.Kind, Author: author,
		OwnerEpoch: epoch, Class: lane(c.By, say.Class), FileType: say.FileType,
	}
	d.Events = append(d.Events, requested)
	mark := isMark(c)
	if !mark || c.Then != actorpb.Phase_PHASE_UNSPECIFIED {
		s.phaseAfter(&d, c)
	}
	switch uploading, err := s.sends(requested, c, say.File, now); {
	case err != nil:
		return Decision{}, err
	case uploading:
		d.Events = append(d.Events, &actorpb.UploadQueued{MessageId: string(id), Attempt: 1, NotBeforeMs: ms(now)})
	case !s.blocked(now):
		d.Events = append(d.Events, s.queued(string(id), 1, now))
	}
	d.Messages = []Message{{
		Id: string(id), Direction: actorpb.DirectionOut, Author: author, Kind: c.Kind, SentAtMs: ms(now), Content: say.Stored,
	}}
	if !mark {
		display := s.Display
		display.LastPreview = wa.Trimmed(say.Preview, maxPreview)
		d.Display = &display
	}
	d.Outcome = &actorpb.Outcome{MessageId: string(id)}
	return d, nil
}

// admitSend holds the rules of sending in the order in which a person should
// hear of them. Its decision claims, if that was asked for.
func (s *State) admitSend(c *actorpb.SendMessage, now time.Time) (Decision, error) {
	var d Decision
	switch {
	case s.isOwner(c.By):
	case s.ownerKind() != actorpb.Party_KIND_NOBODY:
		return d, refusal.Of(NotOwner, "only the owner may reply")
	case c.By.GetThrough():
		if c.Claim {
			return d, refusal.Field("claim", "this API key writes without owning: leave claim out")
		}
	case !c.Claim:
		return d, refusal.Of(Unclaimed, "claim the conversation before you reply")
	case !ownsAtAll(actorpb.KindOf(c.By)):
		return d, refusal.Of(Forbidden, "the engine itself owns nothing")
	default:
		d.Events = append(d.Events, s.ownerChange(party(c.By), actorpb.OwnerChanged_CAUSE_CLAIM, c.By))
	}
	switch {
	case c.OwnerEpoch != 0 && c.OwnerEpoch != s.OwnerEpoch:
		return d, refusal.Of(StaleEpoch, "the ownership has changed since")
	case !c.DespiteStale && !isMark(c) && s.newsFor(actorpb.PartyID(c.By)) > c.SeenVersion:
		return d, refusal.Of(Stale, "something arrived that you had not seen")
	case c.AtMs != 0:
		return d, s.admitSchedule(c, now)
	case c.Template == nil && !windowAllows(s, now):
		return d, refusal.Of(WindowClosed, "the 24-hour window is closed: only an approved template may be sent")
	case s.openSends() >= maxOpenSends:
		return d, refusal.Of(TooManyOpen, "too many messages are waiting to leave")
	}
	return d, checkThen(c, now)
}

// checkThen judges what is to become of the conversation with the send.
func checkThen(c *actorpb.SendMessage, now time.Time) error {
	switch c.Then {
	case actorpb.Phase_PHASE_UNSPECIFIED, actorpb.Phase_PHASE_RESOLVED:
		return nil
	case actorpb.Phase_PHASE_SNOOZED:
		return ahead(c.UntilMs, now)
	}
	return refusal.Field("then", "a send can only resolve or snooze")
}

// phaseAfter opens the conversation for the send, or closes it with it: both are
// one step, so that no news can come in between and be closed away unseen.
func (s *State) phaseAfter(d *Decision, c *actorpb.SendMessage) {
	ev := &actorpb.PhaseChanged{From: s.Phase, To: actorpb.Phase_PHASE_OPEN, By: party(c.By)}
	if c.Then != actorpb.Phase_PHASE_UNSPECIFIED {
		ev.To = c.Then
	}
	snooze := ev.To == actorpb.Phase_PHASE_SNOOZED
	if snooze {
		ev.UntilMs = c.UntilMs
	}
	if ev.To != s.Phase || snooze && ev.UntilMs != s.SnoozedUntilMs {
		d.Events = append(d.Events, ev)
	}
}

// newsFor is the version of the newest message that is not the author's own.
func (s *State) newsFor(author string) uint64 {
	if s.OutboundAuthor == author {
		return s.CustomerVersion
	}
	return max(s.CustomerVersion, s.OutboundVersion)
}

// blocked says whether a send is on its way, so that the next must wait.
func (s *State) blocked(now time.Time) bool {
	for _, o := range s.Sends {
		switch o.State {
		case actorpb.OpenSend_STATE_QUEUED:
			return true
		case actorpb.OpenSend_STATE_WAITING:
			if !o.Uploading || uploadHolds(o, now) {
				return true
			}
		case actorpb.OpenSend_STATE_AMBIGUOUS:
			if now.Sub(at(o.SinceMs)) < ambiguousHold {
				return true
			}
		}
	}
	return false
}

func (s *State) openSends() int {
	n := 0
	for _, o := range s.Sends {
		if o.State != actorpb.OpenSend_STATE_ACCEPTED {
			n++
		}
	}
	return n
}

// queued makes a send an effect, due not before the pair rate allows it.
func (s *State) queued(id string, attempt int32, earliest time.Time) *actorpb.SendQueued {
	if allowed := at(s.PairRateMs).Add(-(pairBurst - 1) * pairInterval); s.PairRateMs != 0 && allowed.After(earliest) {
		earliest = allowed
	}
	return &actorpb.SendQueued{MessageId: id, Attempt: attempt, NotBeforeMs: ms(earliest)}
}

// next queues the send that waits longest, for when the one before has an
// outcome, and withdraws those for which the window has closed meanwhile.
// Without is the send that is about to leave the list.
func (s *State) next(without string, now time.Time) []Event {
	return s.following(becomes{gone: without}, now)
}

// becomes is what the events of the same decision make of the sends.
type becomes struct {
	gone     string // it leaves the list
	uploaded string // its file is at Meta
	late     string // an attempt to bring its file there has failed
	unknown  string // nobody knows whether it left: it holds those behind it
}

// following is next after what sends are about to become. A send whose file is on its way
// is passed over, once those behind it have waited long enough; it takes its turn when
// the file is there, but never beside another.
func (s *State) following(of becomes, now time.Time) []Event {
	var events []Event
	if s.leavingBut(of.gone, of.unknown) {
		return nil
	}
	for _, o := range s.Sends {
		switch o.MessageId {
		case of.gone:
			continue
		case of.unknown:
			return events
		}
		switch o.State {
		case actorpb.OpenSend_STATE_AMBIGUOUS:
			if now.Sub(at(o.SinceMs)) < ambiguousHold {
				return events
			}
		case actorpb.OpenSend_STATE_WAITING:
			if o.Uploading && o.MessageId != of.uploaded {
				if o.MessageId != of.late && uploadHolds(o, now) {
					return events
				}
				continue
			}
			if s.mayLeave(o, now) {
				return append(events, s.queued(o.MessageId, o.Attempt+1, now))
			}
			events = append(events, &actorpb.SendWithdrawn{MessageId: o.MessageId, Reason: reasonWindow})
		}
	}
	return events
}

// mayLeave is the law of the window for a send that was admitted earlier.
func (s *State) mayLeave(o *actorpb.OpenSend, now time.Time) bool {
	return o.Kind == string(wa.KindTemplate) || windowAllows(s, now)
}

func (s *State) evolveRequested(e *actorpb.SendRequested, stored time.Time) {
	if e.Scheduled {
		s.dropSend(e.MessageId)
	} else {
		s.evolveSeen()
	}
	if wa.ContentKind(e.Kind) != wa.KindReaction { // a mark is no answer, and no news
		s.OutboundVersion, s.OutboundAuthor = s.Version, e.Author.GetId()
		s.LastPlaceMs = actorpb.PlaceMs(e, ms(stored))
		s.LastAtMs, s.LastOutbound, s.LastKind = ms(stored), true, cmp.Or(e.FileType, e.Kind)
		s.LastMessageId, s.LastStatus, s.LastEditMs = e.MessageId, "", 0
	}
	s.Sends = append(s.Sends, &actorpb.OpenSend{
		MessageId: e.MessageId, State: actorpb.OpenSend_STATE_WAITING, Class: e.Class,
		OwnerEpoch: e.OwnerEpoch, Kind: e.Kind, SinceMs: ms(stored), File: e.File, MediaId: e.MediaId,
	})
}

func (s *State) evolveQueued(e *actorpb.SendQueued) {
	if e.Attempt == 1 { // retries are paced by their own back-off
		s.PairRateMs = max(s.PairRateMs, e.NotBeforeMs) + pairInterval.Milliseconds()
	}
	if o := s.send(e.MessageId); o != nil {
		o.State, o.Attempt = actorpb.OpenSend_STATE_QUEUED, e.Attempt
	}
	if s.LastMessageId == e.MessageId {
		s.LastStatus = "" // on its way again, if it was ambiguous
	}
}
