package live

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A replay reads the journal, finds nothing, and before it has said so a commit
// is handed to the room. The replay must read again: the room was told for the
// only time.
func TestUpdateDuringAnEmptyReplayIsNotLost(t *testing.T) {
	t.Parallel()
	key := wa.ConversationKey{PhoneNumberID: "1", ContactID: "c1"}
	c := &client{person: staff.Person{TenantID: "lume"}, scope: persistence.Scope{TenantID: "lume", AllTeams: true}}
	sub := &subscription{sent: 4, target: 4, replaying: true}
	ts := newTenantStream(nil, "lume")
	ts.room(key).subs[c] = sub

	read := threadPart{aim: sub.target} // what the journal held: nothing new
	ts.handRoom(view.OfUpdate(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{PhoneNumberId: "1", ContactId: "c1", Version: 5}}))
	if !ts.deliver(key, c, sub, read, nil) || !sub.replaying {
		t.Fatal("the replay ended at version 4; version 5 is committed and nobody will send it")
	}
	if read.aim = sub.target; ts.deliver(key, c, sub, read, nil) || sub.replaying {
		t.Error("a journal that does not have the target yet is read for ever")
	}
}
