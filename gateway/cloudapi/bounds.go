package cloudapi

import (
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ReasonIDTooLong is the Broken.Kind of an item with an id past wa.MaxID bytes:
// some five times Meta's longest, and what every index of the store takes. Such an
// item is kept whole, alone, as a problem. An id that only decorates a message (its
// quote, what the contacts add, the account) is left out instead: the message is
// shown. Names are shortened, see wa.CleanName.
const ReasonIDTooLong = "id_too_long"

// tooLongError names an id that cannot be a key.
type tooLongError struct {
	field string
	bytes int
}

func (e *tooLongError) Error() string {
	return fmt.Sprintf("id too long: field %s has %d bytes, at most %d", e.field, e.bytes, wa.MaxID)
}

// bounded is the text of an id, and none if it is too long.
func bounded(id string) string {
	if len(id) > wa.MaxID {
		return ""
	}
	return id
}

func boundedAddresses(a wa.Addresses) wa.Addresses {
	return wa.Addresses{BSUID: bounded(a.BSUID), Parent: bounded(a.Parent), Phone: bounded(a.Phone)}
}

// namedID is an id and where Meta put it.
type namedID struct{ field, id string }

func checkIDs(ids ...namedID) error {
	for _, n := range ids {
		if len(n.id) > wa.MaxID {
			return &tooLongError{n.field, len(n.id)}
		}
	}
	return nil
}

// idsOf checks what identifies an event, or what it is about.
func idsOf(e *Event) error {
	switch e.Kind {
	case KindStatus:
		return checkIDs(namedID{"id", string(e.Status.MessageID)}, namedID{"recipient_id", e.Status.GroupID})
	case KindMessage:
		return e.Message.checkIDs()
	}
	return nil
}

func (m *Message) checkIDs() error {
	ids := append(make([]namedID, 0, 12), namedID{"id", string(m.ID)}, namedID{"group_id", m.GroupID})
	for _, alias := range m.From {
		field := "from"
		switch alias.Kind {
		case wa.AliasBSUID:
			field = "from_user_id"
		case wa.AliasParentBSUID:
			field = "from_parent_user_id"
		}
		ids = append(ids, namedID{field, alias.Value})
	}
	switch c := &m.Content; {
	case c.Reaction != nil:
		ids = append(ids, namedID{"reaction.message_id", string(c.Reaction.Target)})
	case c.Edit != nil:
		ids = append(ids, namedID{"edit.original_message_id", string(c.Edit.Target)})
	case c.Revoke != nil:
		ids = append(ids, namedID{"revoke.original_message_id", string(c.Revoke.Target)})
	}
	if change := m.Identity; change != nil {
		ids = append(ids,
			namedID{"from", change.OldPhone}, namedID{"system.wa_id", change.NewPhone},
			namedID{"system.previous_user_id", change.PreviousUserID}, namedID{"system.user_id", change.NewUserID},
			namedID{"system.previous_parent_user_id", change.PreviousParentUserID},
			namedID{"system.parent_user_id", change.NewParentUserID})
	}
	return checkIDs(ids...)
}

// brokenKind is the kind of problem that an error of reading is.
func brokenKind(err error) string {
	if _, ok := errors.AsType[*tooLongError](err); ok {
		return ReasonIDTooLong
	}
	return ""
}
