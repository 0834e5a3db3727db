package cloudapi

import (
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
)

// statusItem is one entry of statuses[].
type statusItem struct {
	ID                    looseString  `json:"id"`
	Status                looseString  `json:"status"`
	Timestamp             looseString  `json:"timestamp"`
	RecipientID           looseString  `json:"recipient_id"`
	RecipientUserID       looseString  `json:"recipient_user_id"`
	RecipientParentUserID looseString  `json:"recipient_parent_user_id"`
	OldParentUserID       looseString  `json:"parent_recipient_user_id"` // name before 5 May 2026
	RecipientType         looseString  `json:"recipient_type"`
	ParticipantID         looseString  `json:"recipient_participant_id"`
	OtherParticipantID    looseString  `json:"participant_recipient_id"` // both names are documented
	ParticipantUserID     looseString  `json:"recipient_participant_user_id"`
	ParticipantParentID   looseString  `json:"recipient_participant_parent_user_id"`
	Opaque                looseString  `json:"biz_opaque_callback_data"`
	Errors                []graphError `json:"errors"`
	Pricing               *Pricing     `json:"pricing"`
}

func statusEvent(raw []byte, people []contact) (Event, error) {
	var item statusItem
	if err := decode(raw, &item); err != nil {
		return Event{}, fmt.Errorf("read status: %w", err)
	}
	switch {
	case item.ID == "":
		return Event{}, errors.New("status without an id")
	case item.Status == "":
		return Event{}, errors.New("status without a value")
	}
	at, _ := unixTime(item.Timestamp) // without one it is of when it came
	status := &Status{
		MessageID: wa.MessageID(item.ID),
		Status:    wa.Status(item.Status),
		At:        at,
		Opaque:    string(item.Opaque),
		Pricing:   item.Pricing,
	}
	who := item.recipient(status)
	// A contact only adds addresses here: a failed status comes without one.
	if _, known, ok := findContact(people, who); ok {
		who = who.Fill(known)
	}
	status.Recipients = who.Aliases()
	if len(item.Errors) > 0 {
		detail := item.Errors[0].detail()
		status.Error = &detail
	}
	return Event{Kind: KindStatus, Status: status}, nil
}

// recipient is the person that the status speaks of: in a group the participant.
func (item *statusItem) recipient(status *Status) wa.Addresses {
	if item.RecipientType == "group" {
		status.GroupID = string(item.RecipientID)
		phone := item.ParticipantID
		if phone == "" {
			phone = item.OtherParticipantID
		}
		return newAddress(phone, item.ParticipantUserID, item.ParticipantParentID)
	}
	parent := item.RecipientParentUserID
	if parent == "" {
		parent = item.OldParentUserID
	}
	return newAddress(item.RecipientID, item.RecipientUserID, parent)
}
