package metaapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	// readPause is between two readings of all apps, notePause between two writings of
	// what was seen of them.
	readPause = 2 * time.Second
	notePause = 10 * time.Second
	// patience bounds one statement.
	patience = 3 * time.Second
)

// Trust is how old a reading may be by which webhooks are accepted.
const Trust = 10 * time.Second

// ErrBehind says that this process has not read the apps for so long that one might
// have been revoked: nothing is accepted by them now.
var ErrBehind = errors.New("the Meta apps have not been read for ten seconds")

// Credentials are what a webhook of an app is checked by: the current one first and,
// while it is good, the one before. Never to be logged.
type Credentials struct {
	ID       string
	TenantID wa.TenantID // "": of the whole installation
	Secrets  []string
	Tokens   []string // of the handshake
	seen     *seen
}

// String keeps the secrets out of whatever prints them.
func (c *Credentials) String() string { return "Meta app " + c.ID }

// seen is what this process has seen of an app since it was last written down.
type seen struct{ received, refused, refusedAt atomic.Int64 } // times in Unix ms

// Received notes that a webhook of the app was taken in.
func (c *Credentials) Received(at time.Time) { c.seen.received.Store(at.UnixMilli()) }

// Refused notes that a webhook to the app had a wrong signature.
func (c *Credentials) Refused(at time.Time) {
	c.seen.refusedAt.Store(at.UnixMilli())
	c.seen.refused.Add(1)
}

// Known is what one process knows of all apps. It is safe for concurrent use, and
// asking it costs no query. Run keeps it.
type Known struct {
	pool   *pgxpool.Pool
	sealer *persistence.Sealer
	log    *slog.Logger
	read   atomic.Pointer[reading]
	one    sync.Mutex // reads
	seen   map[string]*seen
	closed map[string]bool // apps whose secrets do not open, told once
}

// reading is one reading of the store; it is not changed.
type reading struct {
	began time.Time
	apps  map[string]*Credentials
}

// NewKnown knows nothing yet.
func NewKnown(pool *pgxpool.Pool, sealer *persistence.Sealer, log *slog.Logger) *Known {
	return &Known{pool: pool, sealer: sealer, log: log, seen: make(map[string]*seen), closed: make(map[string]bool)}
}

// Find is the app of an id. Errors: ErrNotFound, ErrBehind.
func (k *Known) Find(id string) (*Credentials, error) {
	r := k.read.Load()
	if r == nil || time.Since(r.began) > Trust {
		return nil, ErrBehind
	}
	app := r.apps[id]
	if app == nil {
		return nil, persistence.ErrNotFound
	}
	return app, nil
}

// Secret is the current secret of an app, by which calls to Meta are proved; "" where
// there is no such app. It may be as old as the last reading: a call with a wrong proof
// is refused by Meta, not by us.
func (k *Known) Secret(id string) string {
	if r := k.read.Load(); r != nil && r.apps[id] != nil && len(r.apps[id].Secrets) > 0 {
		return r.apps[id].Secrets[0]
	}
	return ""
}

// Run reads every two seconds, and writes down now and then what was seen, until ctx
// ends; then once more.
func (k *Known) Run(ctx context.Context) {
	reads, notes := time.NewTicker(readPause), time.NewTicker(notePause)
	defer reads.Stop()
	defer notes.Stop()
	behind := false
	for {
		persistence.Guard(k.log, "read Meta apps", func() {
			err := k.Read(ctx)
			if (err != nil) == behind || ctx.Err() != nil {
				return
			}
			if behind = err != nil; behind {
				k.log.Warn("Meta apps not read; their webhooks are refused soon, and Meta sends them again", "error", err)
			} else {
				k.log.Info("Meta apps are read again")
			}
		})
		select {
		case <-reads.C:
		case <-notes.C:
			persistence.Guard(k.log, "note webhooks of Meta apps", func() { k.note(ctx) })
		case <-ctx.Done():
			k.note(context.WithoutCancel(ctx))
			return
		}
	}
}

// row is an app as it is stored, with what is not good any more left out.
type row struct {
	id                                 string
	tenant                             wa.TenantID
	secret, oldSecret, token, oldToken []byte
}

// Read reads all apps now. Whoever has changed one calls it, so that the change holds
// here at once.
func (k *Known) Read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	k.one.Lock()
	defer k.one.Unlock()
	began := time.Now()
	const all = `
SELECT id, coalesce(tenant_id, ''), sealed_secret, CASE WHEN secret_previous_until > now() THEN sealed_secret_previous END,
	sealed_verify_token, CASE WHEN verify_token_previous_until > now() THEN sealed_verify_token_previous END
FROM meta_app`
	rows, err := persistence.Collect(ctx, k.pool, "read Meta apps", func(r pgx.CollectableRow) (a row, err error) {
		return a, r.Scan(&a.id, &a.tenant, &a.secret, &a.oldSecret, &a.token, &a.oldToken)
	}, all)
	if err != nil {
		return err
	}
	apps := make(map[string]*Credentials, len(rows))
	for i := range rows {
		apps[rows[i].id] = k.open(&rows[i])
	}
	for id := range k.seen {
		if apps[id] == nil {
			delete(k.seen, id)
			delete(k.closed, id)
		}
	}
	k.read.Store(&reading{began, apps})
	return nil
}

// open reads the secrets of an app. Those that do not open it does not have.
func (k *Known) open(a *row) *Credentials {
	s := k.seen[a.id]
	if s == nil {
		s = &seen{}
		k.seen[a.id] = s
	}
	c := &Credentials{ID: a.id, TenantID: a.tenant, seen: s}
	fails := false
	add := func(to *[]string, label string, sealed []byte) {
		if sealed == nil {
			return
		}
		text, err := k.sealer.Open(label, sealed)
		if err != nil {
			fails = true
			return
		}
		*to = append(*to, text)
	}
	add(&c.Secrets, persistence.AppSecretLabel(a.id), a.secret)
	add(&c.Secrets, persistence.AppSecretLabel(a.id), a.oldSecret)
	add(&c.Tokens, persistence.AppVerifyTokenLabel(a.id), a.token)
	add(&c.Tokens, persistence.AppVerifyTokenLabel(a.id), a.oldToken)
	if fails && !k.closed[a.id] {
		k.log.Error("a secret of a Meta app cannot be opened with PROSA_SECRET_KEY: enter it again", "app", a.id)
	}
	k.closed[a.id] = fails
	return c
}

// note writes down what was seen. What cannot be written is kept for the next time.
func (k *Known) note(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	k.one.Lock()
	defer k.one.Unlock()
	var ids []string
	for id, s := range k.seen {
		if s.received.Load() != 0 || s.refused.Load() != 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return
	}
	slices.Sort(ids)
	received, refused, refusedAt := make([]int64, len(ids)), make([]int64, len(ids)), make([]int64, len(ids))
	for i, id := range ids {
		s := k.seen[id]
		received[i], refused[i], refusedAt[i] = s.received.Swap(0), s.refused.Swap(0), s.refusedAt.Load()
	}
	// Locked in one order: other gateways write the same rows.
	const note = `
WITH locked AS MATERIALIZED (SELECT id FROM meta_app WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE)
UPDATE meta_app AS a SET refused = a.refused + u.refused,
	received_at = CASE WHEN u.received > 0 THEN greatest(a.received_at, to_timestamp(u.received / 1000.0)) ELSE a.received_at END,
	refused_at = CASE WHEN u.refused > 0 THEN greatest(a.refused_at, to_timestamp(u.refused_at / 1000.0)) ELSE a.refused_at END
FROM locked, unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u (id, received, refused, refused_at)
WHERE a.id = locked.id AND u.id = a.id`
	if _, err := k.pool.Exec(ctx, note, ids, received, refused, refusedAt); err != nil {
		for i, id := range ids {
			k.seen[id].received.CompareAndSwap(0, received[i])
			k.seen[id].refused.Add(refused[i])
		}
		k.log.Warn("webhooks of Meta apps not noted", "error", fmt.Sprint(err))
	}
}
