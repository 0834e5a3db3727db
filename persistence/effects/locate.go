package effects

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// SentQuery asks for one of our messages: by our own id when MessageID is set,
// else by the wamid.
type SentQuery struct {
	Number    wa.PhoneNumberID
	MessageID wa.MessageID
	WAMID     wa.MessageID
}

// SentMessage is the answer; without a contact there is no such message.
type SentMessage struct {
	MessageID wa.MessageID
	ContactID wa.ContactID
}

// Locate finds messages that we sent, one answer for each query, in order.
func (s *Sends) Locate(ctx context.Context, queries []SentQuery) ([]SentMessage, error) {
	numbers, ids, wamids := make([]string, len(queries)), make([]string, len(queries)), make([]string, len(queries))
	for n, q := range queries {
		numbers[n], ids[n], wamids[n] = string(q.Number), string(q.MessageID), string(q.WAMID)
	}
	rows, err := s.pool.Query(ctx, `
		SELECT q.i, m.id, m.contact_id
		FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (number, id, i)
		JOIN LATERAL (SELECT id, contact_id FROM message
			WHERE phone_number_id = q.number AND id = q.id AND direction = $4 OFFSET 0) AS m ON true
		WHERE q.id <> ''
		UNION ALL
		SELECT q.i, s.message_id, s.contact_id
		FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS q (number, id, wamid, i)
		JOIN LATERAL (SELECT message_id, contact_id FROM message_status
			WHERE phone_number_id = q.number AND wamid = q.wamid OFFSET 0) AS s ON true
		WHERE q.id = ''`, numbers, ids, wamids, int16(ledger.DirectionOut))
	if err != nil {
		return nil, fmt.Errorf("locate messages: %w", persistence.Classed(err))
	}
	found := make([]SentMessage, len(queries))
	var i int64
	var m SentMessage
	_, err = pgx.ForEachRow(rows, []any{&i, &m.MessageID, &m.ContactID}, func() error { found[i-1] = m; return nil })
	if err != nil {
		return nil, fmt.Errorf("locate messages: %w", persistence.Classed(err))
	}
	return found, nil
}

// NameAtMeta is the wamid of a message of ours, "" if Meta never took it.
func (s *Sends) NameAtMeta(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (name wa.MessageID, err error) {
	err = s.pool.QueryRow(ctx, `SELECT coalesce(max(wamid), '') FROM message_status WHERE phone_number_id = $1 AND message_id = $2`, number, id).Scan(&name)
	if err != nil {
		return "", fmt.Errorf("read name of %s: %w", id, err)
	}
	return name, nil
}

// CanaryLocate says whether our messages can be found.
func (s *Sends) CanaryLocate(ctx context.Context) error {
	id := wa.MessageID(persistence.CanaryID())
	_, err := s.Locate(ctx, []SentQuery{{Number: persistence.CanaryName, MessageID: id}, {Number: persistence.CanaryName, WAMID: id}})
	return err
}
