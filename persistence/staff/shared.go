package staff

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

const (
	// sharePatience is how long a reading waits for others to share with. Who waits
	// longer reads alone: a connection that hangs holds up nobody else.
	sharePatience = 100 * time.Millisecond
	shareTimeout  = 3 * time.Second
)

// sharedReadings makes one reading of what is asked for while another is under way:
// every request asks who it comes from, and on its own that costs as much as all the
// rest of its statements. What one is answered was read after it asked, so that a
// session that has ended is refused to whoever asks after its end. Who finds no
// reading under way reads at once and alone.
type sharedReadings[V any] struct {
	// read reads some, each once; what there is not is missing. Safe for concurrent use.
	read     func(ctx context.Context, keys []string) (map[string]V, error)
	patience time.Duration

	mu      sync.Mutex
	reading bool
	waiting []*sharedAsk[V]
}

type sharedAsk[V any] struct {
	key    string
	answer chan sharedAnswer[V] // has room: who asked may have gone
}

type sharedAnswer[V any] struct {
	value V
	found bool
	err   error
}

// get reads one; ErrNotFound: there is none.
func (r *sharedReadings[V]) get(ctx context.Context, key string) (V, error) {
	ask := &sharedAsk[V]{key, make(chan sharedAnswer[V], 1)}
	r.mu.Lock()
	first := !r.reading
	r.reading = true
	if !first {
		r.waiting = append(r.waiting, ask)
	}
	r.mu.Unlock()
	if first {
		r.serve(ctx, []*sharedAsk[V]{ask})
		r.next(ctx)
		return (<-ask.answer).unpack()
	}
	timer := time.NewTimer(r.patience)
	defer timer.Stop()
	select {
	case answer := <-ask.answer:
		return answer.unpack()
	case <-timer.C:
	case <-ctx.Done():
	}
	// Whichever reading is first answers: both begin after it was asked.
	r.serve(ctx, []*sharedAsk[V]{ask})
	return (<-ask.answer).unpack()
}

// next reads what was asked meanwhile, until nothing was. It makes nobody wait who
// has his answer.
func (r *sharedReadings[V]) next(ctx context.Context) {
	r.mu.Lock()
	lot := r.waiting
	r.waiting, r.reading = nil, len(lot) > 0
	r.mu.Unlock()
	if len(lot) == 0 {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shareTimeout)
		defer cancel()
		r.serve(ctx, lot)
		r.next(ctx)
	}()
}

// serve answers some.
func (r *sharedReadings[V]) serve(ctx context.Context, lot []*sharedAsk[V]) {
	keys, twice := make([]string, 0, len(lot)), make(map[string]bool, len(lot))
	for _, ask := range lot {
		if !twice[ask.key] {
			twice[ask.key] = true
			keys = append(keys, ask.key)
		}
	}
	var found map[string]V
	err := persistence.Guarded(func() (err error) {
		found, err = r.read(ctx, keys)
		return err
	})
	for _, ask := range lot {
		value, ok := found[ask.key]
		select {
		case ask.answer <- sharedAnswer[V]{value, ok, err}:
		default: // it was answered by a reading of its own
		}
	}
}

func (a sharedAnswer[V]) unpack() (V, error) {
	if a.err == nil && !a.found {
		a.err = persistence.ErrNotFound
	}
	return a.value, a.err
}

// readSessions reads the live sessions of tokens by their hashes. One is asked for as
// such; the array of several is hidden from the planner, which would plan anew each
// time.
func (s *Staff) readSessions(ctx context.Context, hashes []string) (map[string]Session, error) {
	const find = `
SELECT n.token_hash, n.csrf_token, least(n.expires_at, n.created_at + $2) AS expires_at,
	n.trusted OR EXISTS (SELECT FROM second_factor f WHERE f.staff_id = s.id AND f.sealed_secret IS NOT NULL) AS factored,
	coalesce(n.proven_at > now() - $3::interval, false) AS proven,` + personColumns + `
FROM session n JOIN staff s ON s.id = n.staff_id
WHERE n.token_hash = `
	const live = ` AND n.expires_at > now() AND n.created_at + $2 > now() AND s.disabled_at IS NULL`
	sql, arg := find+`$1`+live, any([]byte(hashes[0]))
	if len(hashes) > 1 {
		list := make([][]byte, len(hashes))
		for n, hash := range hashes {
			list[n] = []byte(hash)
		}
		sql, arg = find+`ANY ((SELECT $1::bytea[])::bytea[])`+live, list
	}
	rows, err := s.pool.Query(ctx, sql, arg, sessionMax, proofLife)
	if err != nil {
		return nil, fmt.Errorf("find sessions: %w", Named(err))
	}
	found := make(map[string]Session, len(hashes))
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (none struct{}, err error) {
		var hash []byte
		var session Session
		p := &session.Person
		if err := row.Scan(&hash, &session.CSRFToken, &session.ExpiresAt, &session.Factored, &session.Proven,
			&p.ID, &p.TenantID, &p.Email, &p.Name, &p.Role, &p.Disabled, &p.Teams, &p.Revision, &p.Numbers, &p.OwnOnly, &p.Capacity,
			&p.Skills, &p.Languages, &p.TimeZone, &p.InterfaceLanguage); err != nil {
			return none, err
		}
		found[string(hash)] = session
		return none, nil
	})
	if err != nil {
		return nil, fmt.Errorf("find sessions: %w", Named(err))
	}
	return found, nil
}
