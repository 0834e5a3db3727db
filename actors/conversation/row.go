package conversation

import "github.com/prosa-chat/prosa/actors/actorpb"

// Row is what the store keeps for lists of the conversation at this version,
// around its snapshot.
func (s *State) Row(snapshot []byte) *actorpb.InboxRow {
	return &actorpb.InboxRow{
		PhoneNumberId: string(s.Key.PhoneNumberID), ContactId: string(s.Key.ContactID), Version: s.Version,
		TenantId: s.TenantId, TeamId: s.TeamId, Phase: s.Phase, LastAtMs: s.LastAtMs,
		ContactName: s.Display.ContactName, ContactAddress: s.Display.ContactAddress, LastPreview: s.Display.LastPreview,
		Snapshot: snapshot,
	}
}
