package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Who said a word.
const (
	ByCustomer = "customer" // the person, in WhatsApp
	ByMeta     = "meta"     // an answer of Meta shows it; when it was said is not known
	ByAgent    = "agent"
)

// Word is what was said of one person. Number is "" for marketing, which is stopped in
// the whole portfolio, and else the number that blocks the person.
type Word struct {
	Portfolio wa.PortfolioID
	Contact   wa.ContactID
	Number    wa.PhoneNumberID
	Stopped   bool
	At        time.Time
	By        string
	ByID      string
	ByName    string
}

// Consents are the words of all tenants. Safe for concurrent use.
type Consents struct{ pool *pgxpool.Pool }

// New reads and writes through the pool.
func New(pool *pgxpool.Pool) *Consents { return &Consents{pool} }

// sayOne keeps the later of two words; of one second, which is all that Meta tells, the
// one that stops.
const sayOne = `
	INSERT INTO consent AS c (portfolio_id, contact_id, scope, stopped, said_at, by_kind, by_id, by_name)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (portfolio_id, contact_id, scope) DO UPDATE SET
		stopped = excluded.stopped, said_at = excluded.said_at,
		by_kind = excluded.by_kind, by_id = excluded.by_id, by_name = excluded.by_name
	WHERE (c.said_at, c.stopped) < (excluded.said_at, excluded.stopped)`

func (w *Word) args() []any {
	return []any{w.Portfolio, w.Contact, w.Number, w.Stopped, w.At, w.By, w.ByID, w.ByName}
}

// Say keeps words, in whichever order and however often they come: the last that was
// said counts.
func (c *Consents) Say(ctx context.Context, words ...Word) error {
	words = slices.Clone(words)
	// In one order: two that say the same at the same moment wait for each other.
	slices.SortStableFunc(words, func(a, b Word) int {
		return cmp.Or(cmp.Compare(a.Portfolio, b.Portfolio), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Number, b.Number))
	})
	batch := &pgx.Batch{}
	for n := range words {
		batch.Queue(sayOne, words[n].args()...)
	}
	if err := c.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("keep what people allow: %w", persistence.Classed(err))
	}
	return nil
}

// SayOf keeps a word about the person of a conversation, with its audit line, if it is
// news. The portfolio of the word is that of the number.
func (c *Consents) SayOf(ctx context.Context, number wa.PhoneNumberID, w Word, entry audit.Entry) error {
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, portfolioOf, number).Scan(&w.Portfolio); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, sayOne, w.args()...)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return audit.Write(ctx, tx, entry)
	})
	if err != nil {
		return fmt.Errorf("keep what a person allows: %w", persistence.Classed(err))
	}
	return nil
}

const portfolioOf = `SELECT a.portfolio_id FROM phone_number n JOIN account a ON a.id = n.account_id WHERE n.id = $1`

// Of tells what was said of the person of a conversation: of marketing, and of its number.
// Zero where nothing was.
func (c *Consents) Of(ctx context.Context, key wa.ConversationKey) (marketing, number Word, err error) {
	list, err := persistence.Collect(ctx, c.pool, "read what a person allows", pgx.RowToStructByPos[Word], `
		SELECT portfolio_id, contact_id, scope, stopped, said_at, by_kind, by_id, by_name FROM consent
		WHERE portfolio_id = (`+portfolioOf+`) AND contact_id = $2 AND scope IN ('', $1)`, key.PhoneNumberID, key.ContactID)
	for _, w := range list {
		if w.Number == "" {
			marketing = w
		} else {
			number = w
		}
	}
	return marketing, number, err
}
