package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel wakes the members when one joins, drains, leaves or comes back. The
// payload is the cluster's name.
const channel = "prosa_member"

// watchInterval is well below the margin that a lease keeps.
const watchInterval = 50 * time.Millisecond

// membership is who takes part, in Postgres, as one member takes part in it. Only
// the database's clock is compared between members. All database work happens on
// one session, on one goroutine (join, then run, then leave).
type membership struct {
	m    *Member
	cc   *pgx.ConnConfig
	slot int32
	conn *pgx.Conn // nil while the session is lost

	mu        sync.Mutex
	wake      context.CancelFunc // ends the present wait
	draining  bool
	announced chan struct{} // closed when the drain stands in the table
}

func newMembership(m *Member, cc *pgx.ConnConfig) *membership {
	return &membership{m: m, cc: cc, slot: lockNumber(m.id), announced: make(chan struct{})}
}

func lockNumber(s string) int32 { return int32(uint32(mix(fnv(fnvBasis, s)))) }

// classNumber is the first half of the advisory locks of a cluster's members.
func (d *membership) classNumber() int32 { return lockNumber("prosa.member:" + d.m.cfg.Name) }

const joinSQL = `
WITH dead AS (
	DELETE FROM member
	WHERE cluster = $1 AND (lease_until < now() - interval '1 minute' OR address IN ($4, ''))
)
INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until)
VALUES ($1, $2, $3, $4, $5, now(), now(), now() + $6::interval)`

// join makes this member known and fetches its first view. A row with our
// address is that of a process which cannot live any more: it goes at once. So does
// one without an address, whose member was alone with these data before they were
// moved to where others reach them: its lease never ends (alone.go).
func (d *membership) join(ctx context.Context) error {
	if err := d.connect(ctx); err != nil {
		return err
	}
	sent := d.m.lease.now()
	_, err := d.conn.Exec(ctx, joinSQL, d.m.cfg.Name, d.m.id, d.slot, d.m.net.address, d.m.kindNames(), d.m.cfg.Lease)
	if err != nil {
		d.disconnect()
		return fmt.Errorf("insert member: %w", err)
	}
	d.m.lease.renew(sent)
	if err := d.tick(ctx, false); err != nil {
		d.disconnect()
		return err
	}
	return d.notify(ctx)
}

// connect opens the session and listens on it.
func (d *membership) connect(ctx context.Context) error {
	cc := d.cc.Copy()
	if cc.RuntimeParams["application_name"] == "" {
		cc.RuntimeParams["application_name"] = "prosa member " + d.m.id
	}
	conn, err := pgx.ConnectConfig(ctx, cc)
	if err != nil {
		return fmt.Errorf("connect membership session: %w", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		_ = conn.Close(ctx)
		return fmt.Errorf("listen for members: %w", err)
	}
	d.conn = conn
	return nil
}

// disconnect ends the session, and with it the lock.
func (d *membership) disconnect() {
	d.m.lease.locked.Store(false)
	if d.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = d.conn.Close(ctx)
	d.conn = nil
}

func (d *membership) notify(ctx context.Context) error {
	if _, err := d.conn.Exec(ctx, "SELECT pg_notify($1, $2)", channel, d.m.cfg.Name); err != nil {
		return fmt.Errorf("notify members: %w", err)
	}
	return nil
}

// renewSQL renews our lease and reads the living members in one trip. A member
// lives when its lease runs and its session lock is held, or it renewed a moment
// ago ($6): a kill -9 frees the lock at once, a lost session alone is no death.
// $5: our session is new; if the others may have counted us dead meanwhile, we
// join anew, so that whoever took our grains is asked to release them.
const renewSQL = `
WITH mine AS (
	UPDATE member SET lease_until = now() + $3::interval, renewed_at = now(), draining = draining OR $4,
		joined_at = CASE WHEN $5 AND renewed_at < now() - $8::interval THEN now() ELSE joined_at END
	WHERE cluster = $1 AND id = $2 AND lease_until > now()
	RETURNING *
), live AS (
	SELECT * FROM mine
	UNION ALL
	SELECT m.* FROM member m
	WHERE m.cluster = $1 AND m.id <> $2 AND m.lease_until > now() AND (
		m.renewed_at > now() - $6::interval
		OR EXISTS (SELECT FROM pg_locks l
			WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
			AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND l.classid::bigint = $7::bigint & 4294967295 AND l.objid::bigint = m.slot::bigint & 4294967295))
)
SELECT id, address, kinds, draining, joined_at, extract(epoch FROM now() - joined_at)::float8 AS age FROM live`

type memberRow struct {
	ID       string
	Address  string
	Kinds    []string
	Draining bool
	JoinedAt time.Time
	Age      float64 // seconds
}

// errStruckOff says that our lease ended, or that somebody deleted our row.
var errStruckOff = errors.New("no valid lease in the member table")

// tick takes the lock if need be, renews and installs the view.
func (d *membership) tick(ctx context.Context, reconnected bool) error {
	if !d.m.lease.locked.Load() {
		var locked bool
		if err := d.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1, $2)", d.classNumber(), d.slot).Scan(&locked); err != nil {
			return fmt.Errorf("lock membership: %w", err)
		}
		defer func() { d.m.lease.locked.Store(locked && d.conn != nil) }()
	}
	d.mu.Lock()
	draining := d.draining
	d.mu.Unlock()
	sent := d.m.lease.now()
	rows, err := d.conn.Query(ctx, renewSQL, d.m.cfg.Name, d.m.id, d.m.cfg.Lease, draining, reconnected,
		graceAfterRenewal, int64(d.classNumber()), graceAfterRenewal*4/5)
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[memberRow])
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	return d.install(sent, found, reconnected)
}

func (d *membership) install(sent time.Duration, found []memberRow, reconnected bool) error {
	peers := make([]*peer, 0, len(found))
	var self *peer
	for _, r := range found {
		p := &peer{
			id: r.ID, address: r.Address, kinds: r.Kinds, draining: r.Draining, joined: r.JoinedAt,
			since: sent - time.Duration(r.Age*float64(time.Second)),
		}
		if p.id == d.m.id {
			self = p
			p.draining = p.draining || d.m.draining.Load()
		}
		peers = append(peers, p)
	}
	if self == nil {
		return errStruckOff
	}
	if reconnected {
		if p := d.m.view.Load().peer(d.m.id); p != nil && !p.joined.Equal(self.joined) {
			// The others may have taken our grains: start over with none, also when
			// we were back before watch looked.
			d.m.log.Warn("rejoined after a lost database session")
			d.m.releaseWhere(func(*activation) bool { return true })
		}
	}
	d.m.setView(newView(peers))
	d.m.lease.renew(sent)
	return nil
}

// run renews until the member stops. A lost session is opened again; only the
// end of the lease is final, and that is watch's to say.
func (d *membership) run() {
	defer d.m.background.Done()
	told := false
	for d.m.base.Err() == nil {
		d.wait()
		reconnected, err := d.step()
		if errors.Is(err, errStruckOff) {
			d.m.fence("struck off by the other members")
			return
		}
		if err != nil {
			if d.m.base.Err() != nil {
				return
			}
			if !told {
				d.m.log.Warn("membership session lost", "error", err)
				told = true
			}
			d.disconnect()
			pause(d.m.base, 100*time.Millisecond)
			continue
		}
		if reconnected {
			d.m.log.Info("membership session is back")
			told = false
		}
	}
}

// step is one renewal, on a new session if there is none.
func (d *membership) step() (reconnected bool, err error) {
	ctx, cancel := context.WithTimeout(d.m.base, d.m.cfg.Lease/3)
	defer cancel()
	if d.conn == nil {
		if err := d.connect(ctx); err != nil {
			return false, err
		}
		reconnected = true
	}
	d.mu.Lock()
	draining := d.draining
	d.mu.Unlock()
	if err := d.tick(ctx, reconnected); err != nil {
		return reconnected, err
	}
	if draining {
		select {
		case <-d.announced:
		default:
			close(d.announced)
			return reconnected, d.notify(ctx)
		}
	}
	if reconnected {
		return true, d.notify(ctx)
	}
	return false, nil
}

// wait returns after a poll, a notification for our cluster, or announce.
func (d *membership) wait() {
	if d.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(d.m.base, d.m.cfg.Poll)
	defer cancel()
	d.mu.Lock()
	d.wake = cancel
	select {
	case <-d.announced:
	default:
		if d.draining { // asked for before this wait
			cancel()
		}
	}
	d.mu.Unlock()
	for {
		n, err := d.conn.WaitForNotification(ctx)
		if err != nil || n.Payload == d.m.cfg.Name {
			return // a broken session shows in the next step
		}
	}
}

// announce writes into the table that this member drains, and returns when it
// stands there.
func (d *membership) announce(ctx context.Context) error {
	d.mu.Lock()
	d.draining = true
	if d.wake != nil {
		d.wake()
	}
	d.mu.Unlock()
	select {
	case <-d.announced:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-d.m.base.Done():
		return ErrStopped
	}
}

// watch acts on the lease whatever run waits for: when the others may count us
// dead it lets all grains go, and when the lease runs out it fences the member.
func (d *membership) watch() {
	defer d.m.background.Done()
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	trusted := true
	for {
		select {
		case <-tick.C:
		case <-d.m.base.Done():
			return
		}
		now := d.m.lease.now()
		if d.m.lease.overdue(now) {
			d.m.fence("could not renew the lease in time")
			return
		}
		valid := d.m.lease.validAt(now)
		if trusted && !valid {
			d.m.log.Warn("cut off from the membership: letting all grains go")
			d.m.releaseWhere(func(*activation) bool { return true })
		}
		trusted = valid
	}
}

// leave takes our row away. run has ended.
func (d *membership) leave(ctx context.Context) error {
	defer d.disconnect()
	if d.m.lease.lost.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if d.conn != nil && d.conn.IsClosed() { // the stop interrupted a renewal
		d.conn = nil
	}
	if d.conn == nil {
		if err := d.connect(ctx); err != nil {
			return fmt.Errorf("leave cluster: %w", err)
		}
	}
	if _, err := d.conn.Exec(ctx, "DELETE FROM member WHERE cluster = $1 AND id = $2", d.m.cfg.Name, d.m.id); err != nil {
		return fmt.Errorf("leave cluster: %w", err)
	}
	return d.notify(ctx)
}
