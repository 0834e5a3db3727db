package conversation

import "github.com/prosa-chat/prosa/actors/actorpb"

// Row is what a list shows of the conversation at this version.
func (s *State) Row() *actorpb.InboxRow {
	return &actorpb.InboxRow{
		PhoneNumberId: string(s.Key.PhoneNumberID), ContactId: string(s.Key.ContactID), Version: s.Version,
		TenantId: s.TenantId, TeamId: s.TeamId,
		Owner: s.Owner, OwnerEpoch: s.OwnerEpoch, OwnedSinceMs: s.OwnedSinceMs, Phase: s.Phase,
		ContactName: s.Face.ContactName, ContactAddress: s.Face.ContactAddress,
		LastAtMs: s.LastAtMs, LastOutbound: s.LastOutbound, LastKind: s.LastKind, LastPreview: s.Face.LastPreview,
		LastStatus: s.LastStatus, LastMessageId: s.LastMessageId, Unread: s.Unread,
		WindowClosesAtMs: s.WindowClosesAtMs, SnoozedUntilMs: s.SnoozedUntilMs,
		QueuedSinceMs: s.QueuedSinceMs, StartedAtMs: s.StartedAtMs,
	}
}
