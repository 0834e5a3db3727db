package persistence

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Canaries go through the statements of intake with data of their own and leave
// nothing behind: they tell an event that the database does not take from a
// statement that takes nothing.

// canaryName is in a canary's data; the rest of its keys is chance, so that two
// of them never wait for each other.
const canaryName = "canary"

func canaryID() string { return canaryName + "." + rand.Text() }

// Canary says whether numbers can be found.
func (n *Numbers) Canary(ctx context.Context) error {
	if _, err := collect(ctx, n.pool, "find no number", n.scan, selectNumber+`WHERE n.id = $1`, canaryID()); err != nil {
		return marked(err)
	}
	return nil
}

// Canary says whether contacts can be resolved.
func (d *Directory) Canary(ctx context.Context) error {
	lookup := []Lookup{{Portfolio: canaryName, Aliases: []wa.Alias{{Kind: wa.AliasBSUID, Value: canaryID()}}}}
	lot := newDirectoryLot(lookup, []int{0})
	err := rehearse(ctx, d.pool, func(tx pgx.Tx) error {
		if err := lot.read(ctx, tx, []aliasKey{{canaryName, lookup[0].Aliases[0]}}); err != nil {
			return err
		}
		if err := lot.readPeople(ctx, tx); err != nil {
			return err
		}
		lot.decideAll()
		if _, err := lot.insert(ctx, tx); err != nil {
			return err
		}
		id := lot.answer(&lookup[0]).ID
		lot.suggestions = []suggestion{{canaryName, id, id, canaryName}}
		lot.renamed[id] = canaryName
		return lot.writeRest(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("resolve nobody: %w", marked(err))
	}
	return nil
}

// CanaryLocate says whether our messages can be found.
func (o *Outbox) CanaryLocate(ctx context.Context) error {
	id := wa.MessageID(canaryID())
	_, err := o.Locate(ctx, []SentQuery{{Number: canaryName, MessageID: id}, {Number: canaryName, WAMID: id}})
	return err
}

// CanaryFinish says whether outcomes can be written.
func (o *Outbox) CanaryFinish(ctx context.Context) error {
	return o.Finish(ctx, canaryName, []SendOutcome{{
		SendAttempt: SendAttempt{Key: wa.ConversationKey{PhoneNumberID: canaryName}, MessageID: wa.MessageID(canaryID())},
		State:       SendAmbiguous,
	}})
}

// Canary says whether statuses can be kept and found.
func (u *Unmatched) Canary(ctx context.Context) error {
	status := UnmatchedStatus{Number: canaryName, WAMID: wa.MessageID(canaryID()), Status: canaryName, At: time.Unix(0, 0)}
	err := rehearse(ctx, u.pool, func(tx pgx.Tx) error { return putUnmatched(ctx, tx, []UnmatchedStatus{status}) })
	if err != nil {
		return marked(err)
	}
	_, err = u.Find(ctx, []SentQuery{{Number: status.Number, WAMID: status.WAMID}})
	return err
}

// Canary says whether problems can be noted.
func (p *IntakeProblems) Canary(ctx context.Context) error {
	problem := Problem{
		Day: time.Unix(0, 0), Number: canaryName, Conversation: canaryID(), State: ProblemParked, Kind: canaryName,
		Raw: []byte{}, ReceivedAt: time.Unix(0, 0),
	}
	err := rehearse(ctx, p.pool, func(tx pgx.Tx) error { return noteProblems(ctx, tx, []Problem{problem}) })
	return marked(err)
}

// Canary says whether the search index can be written.
func (l *SearchLead) Canary(ctx context.Context) error {
	id := canaryID()
	ref := MessageRef{Number: canaryName, ID: wa.MessageID(id)}
	key := wa.ConversationKey{PhoneNumberID: canaryName, ContactID: wa.ContactID(id)}
	change := SearchChange{
		Put:   []SearchDocument{{MessageRef: ref, ContactID: key.ContactID, At: time.Unix(0, 0), Words: []string{canaryName}}},
		Marks: []SearchMark{{Key: key, Words: []string{canaryName}}},
	}
	return marked(rehearse(ctx, l.conn, func(tx pgx.Tx) error { return writeSearch(ctx, tx, &change) }))
}
