package actorpb

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/wa"
)

// SnapshotSchema is the meaning that this release gives to the fields of a
// conversation's snapshot.
const SnapshotSchema = 2

// ReadSnapshot reads a stored snapshot of a conversation, the only way to do so.
// Those of older schemas get their present meaning, those of a newer one are an
// error, after which into holds nothing of use.
func ReadSnapshot(stored []byte, into *ConversationSnapshot) error {
	if err := proto.Unmarshal(stored, into); err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	if into.Schema == 1 { // threads stood in the order of arrival
		into.LastPlaceMs, into.NewestPlaceMs, into.Schema = into.LastAtMs, into.LastAtMs, 2
	}
	if into.Schema != SnapshotSchema {
		return fmt.Errorf("read snapshot: schema %d, this release knows %d", into.Schema, SnapshotSchema)
	}
	return nil
}

// Row is what a list shows of a conversation at a version: its snapshot, which
// is never nil, and how it looks in words.
type Row struct {
	*ConversationSnapshot
	Key            wa.ConversationKey
	Version        uint64
	ContactName    string
	ContactAddress string
	LastPreview    string
}

// RowOf reads a row as it is stored, the one way to do so for lists, feeds and
// replays. A snapshot that cannot be read hides no conversation: such a row says
// where it stands and who wrote, and no more.
func RowOf(r *InboxRow) Row {
	row := Row{
		ConversationSnapshot: &ConversationSnapshot{},
		Key:                  wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(r.GetPhoneNumberId()), ContactID: wa.ContactID(r.GetContactId())},
		Version:              r.GetVersion(), ContactName: r.GetContactName(), ContactAddress: r.GetContactAddress(), LastPreview: r.GetLastPreview(),
	}
	if ReadSnapshot(r.GetSnapshot(), row.ConversationSnapshot) != nil {
		row.ConversationSnapshot = &ConversationSnapshot{
			TenantId: r.GetTenantId(), TeamId: r.GetTeamId(), Phase: r.GetPhase(), LastAtMs: r.GetLastAtMs(),
		}
	}
	return row
}
