package actors

import (
	"time"

	"github.com/google/uuid"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// feedState is what the goroutine of a Feed owns.
type feedState struct {
	cfg    FeedConfig
	tenant wa.TenantID

	epoch string
	head  uint64 // offset of the newest update; the first is 1
	ring  []feedEntry
	first uint64 // offset of ring[0]
	fresh []*actorpb.ConversationUpdate
	seen  map[conversationID]uint64 // newest version published, while in the ring
	subs  map[feedSubscriber]*feedSubscription
	heard time.Time // when a gateway last asked to listen; zero: never

	missing map[wa.ConversationKey]uint64 // committed, and not published when the log told
	failing time.Time                     // since when rows of those cannot be read; zero: they can
}

type conversationID struct{ number, contact string }

type feedSubscriber struct{ member, endpoint string }

// feedSubscription is a gateway that listens until its lease ends. A gateway
// that did not get what had been sent before its last renewal lost a batch.
type feedSubscription struct {
	until     time.Time
	next      uint64 // offset to send next
	atRenewal uint64 // next, at the renewal before
}

// feedEntry keeps what a late reader needs: the row. Events and messages are in
// the database.
type feedEntry struct {
	at  time.Time
	row *actorpb.InboxRow
}

func newFeedState(cfg FeedConfig, tenant wa.TenantID, now time.Time) *feedState {
	s := &feedState{cfg: cfg, tenant: tenant, subs: make(map[feedSubscriber]*feedSubscription)}
	s.renew(now)
	return s
}

// renew starts a new epoch: nothing of the old one can be resumed.
func (s *feedState) renew(now time.Time) {
	s.epoch = uuid.NewString()
	s.head, s.first, s.ring, s.fresh = 0, 1, nil, nil
	s.seen = make(map[conversationID]uint64)
	for _, sub := range s.subs {
		sub.until = now // it hears of the new epoch when it renews
	}
	s.missing, s.failing = make(map[wa.ConversationKey]uint64), time.Time{}
}

// publish gives an update the next offset, unless a newer version went out.
func (s *feedState) publish(u *actorpb.ConversationUpdate, now time.Time) {
	row := u.GetRow()
	if row == nil || row.TenantId != string(s.tenant) {
		return
	}
	if s.unheard(now) {
		s.skip()
		return
	}
	id := conversationID{row.PhoneNumberId, row.ContactId}
	if row.Version <= s.seen[id] {
		return
	}
	s.seen[id] = row.Version
	s.head++
	s.ring = append(s.ring, feedEntry{now, row})
	s.fresh = append(s.fresh, u)
}

// unheard says whether nobody can come back for what is told now: no gateway has
// listened for as long as updates are kept. Then none are, for a tenant without
// anybody at a screen costs the room of every conversation that has news.
func (s *feedState) unheard(now time.Time) bool {
	if now.Sub(s.heard) <= feedDepth {
		return false
	}
	if len(s.ring)+len(s.fresh)+len(s.missing) > 0 {
		s.first, s.ring, s.fresh = s.head+1, nil, nil
		s.seen, s.missing = make(map[conversationID]uint64), make(map[wa.ConversationKey]uint64)
	}
	return true
}

// skip counts news that nobody hears: whoever stood before it is told to fetch anew.
func (s *feedState) skip() {
	s.head++
	s.first = s.head + 1
}

// behind says whether a gateway has not been sent everything.
func (s *feedState) behind() bool {
	for _, sub := range s.subs {
		if sub.next <= s.head {
			return true
		}
	}
	return len(s.fresh) > 0
}

// flush sends each gateway what it has not been sent.
func (s *feedState) flush(now time.Time) {
	for who, sub := range s.subs {
		if now.After(sub.until) {
			delete(s.subs, who)
			continue
		}
		for sub.next <= s.head {
			s.sendLot(who, sub)
		}
	}
	s.fresh = nil
	s.forget(now)
}

// sendLot sends what comes next, as large as a message may be. What is not
// fresh any more goes out as a row alone.
func (s *feedState) sendLot(who feedSubscriber, sub *feedSubscription) {
	freshFrom := s.head + 1 - uint64(len(s.fresh))
	var updates []*actorpb.ConversationUpdate
	if sub.next >= freshFrom {
		updates = s.fresh[sub.next-freshFrom:]
	} else {
		for o := sub.next; o < min(freshFrom, sub.next+publishUpdates); o++ {
			updates = append(updates, &actorpb.ConversationUpdate{Row: s.ring[o-s.first].row})
		}
	}
	n := lotSize(updates)
	s.cfg.Sender.TellMember(who.member, who.endpoint, &actorpb.FeedBatch{
		TenantId: string(s.tenant), Epoch: s.epoch, FirstOffset: sub.next, Updates: updates[:n:n],
	})
	sub.next += uint64(n)
}

func (s *feedState) forget(now time.Time) {
	old := 0
	for old < len(s.ring) && (len(s.ring)-old > feedSize || now.Sub(s.ring[old].at) > feedDepth) {
		row := s.ring[old].row
		if id := (conversationID{row.PhoneNumberId, row.ContactId}); s.seen[id] == row.Version {
			delete(s.seen, id)
		}
		s.ring[old] = feedEntry{}
		old++
	}
	s.ring = s.ring[old:]
	s.first += uint64(old)
}

// subscribe starts or renews the lease of a gateway.
func (s *feedState) subscribe(m *actorpb.SubscribeFeed, now time.Time) *actorpb.FeedPosition {
	s.heard = now
	who := feedSubscriber{m.MemberId, m.Endpoint}
	sub, known := s.subs[who]
	if !known {
		sub = &feedSubscription{next: s.head + 1}
		s.subs[who] = sub
	}
	sub.until = now.Add(feedLease)
	at := &actorpb.FeedPosition{Epoch: s.epoch, Offset: sub.next - 1}
	switch {
	case m.Epoch == "": // it follows nothing yet
		sub.next = s.head + 1
		at.Offset = s.head
	case m.Epoch != s.epoch || m.Offset+1 < s.first || m.Offset > s.head:
		sub.next = s.head + 1
		at.Offset, at.Resync = s.head, true
	case !known || m.Offset+1 < sub.atRenewal: // it was away, or a batch got lost
		sub.next = m.Offset + 1
		at.Offset = m.Offset
	}
	sub.atRenewal = sub.next
	return at
}
