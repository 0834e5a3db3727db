package config

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	// readPause is between two looks at the revisions.
	readPause = time.Second
	// trusted is how old a reading may be that is decided by. A publication takes its
	// time before its commit, and a reading between the two does not see it: what is
	// left of Lead is for that commit to take.
	trusted = Lead - commitRoom
	// commitRoom is ample for one row.
	commitRoom = 500 * time.Millisecond
	// overlap is how long after its end a version is still held: two estimates of the
	// database's clock differ by what their readings took.
	overlap = 10 * time.Second
)

// ErrBehind says that this member has not read the configuration for so long that it
// might have changed. Whatever needs it is not decided now.
var ErrBehind = errors.New("the configuration has not been read for three seconds")

// Cache is what one member knows of the configuration of all tenants. It is safe for
// concurrent use, and asking it costs no query. Run keeps it.
type Cache struct {
	docs    *Documents
	machine func() time.Time
	log     *slog.Logger
	read    atomic.Pointer[reading]
}

// reading is one reading of the store; it is not changed.
type reading struct {
	began time.Time // by the machine's clock
	stamp time.Time // by the database's, not before began
	sets  map[wa.TenantID]setting.Set
}

// NewCache makes a cache that has read nothing. The machine's clock is steady, such as
// time.Now.
func NewCache(docs *Documents, machine func() time.Time, log *slog.Logger) *Cache {
	return &Cache{docs: docs, machine: machine, log: log}
}

// Of is what a tenant has configured, and the instant to pick by: the database's
// machine time. Error: ErrBehind.
func (c *Cache) Of(tenant wa.TenantID) (set setting.Set, now time.Time, err error) {
	r := c.read.Load()
	if r == nil {
		return set, now, ErrBehind
	}
	age := c.machine().Sub(r.began)
	if age < 0 || age >= trusted {
		return set, now, ErrBehind
	}
	return r.sets[tenant], r.stamp.Add(age), nil
}

// Held is what of a kind a tenant has configured at this instant, and the number of its
// version; see setting.Kind. Errors: ErrBehind, setting.ErrUnreadable.
func Held[B setting.Body](c *Cache, k setting.Kind[B], tenant wa.TenantID) (body B, number int64, err error) {
	set, now, err := c.Of(tenant)
	if err != nil {
		return body, 0, err
	}
	return k.At(set, now)
}

// Run reads each second until ctx ends.
func (c *Cache) Run(ctx context.Context) {
	tick := time.NewTicker(readPause)
	defer tick.Stop()
	behind := false
	for {
		persistence.Guard(c.log, "read configuration", func() {
			err := c.Read(ctx)
			if (err != nil) == behind || ctx.Err() != nil {
				return
			}
			if behind = err != nil; behind {
				c.log.Warn("configuration not read; what needs it is not decided soon", "error", err)
			} else {
				c.log.Info("configuration is read again")
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Read looks at the revisions of all tenants, and reads of those that have changed
// what holds and what is to come. One caller at a time. Its time is bounded by what
// its outcome would be worth.
func (c *Cache) Read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, trusted)
	defer cancel()
	before := c.read.Load()
	r := &reading{began: c.machine()}
	heads, err := c.heads(ctx, r)
	if err != nil {
		return err
	}
	var known map[wa.TenantID]setting.Set
	if before != nil {
		known = before.sets
	}
	if r.sets, err = c.changed(ctx, heads, known); err != nil {
		return err
	}
	c.read.Store(r)
	return nil
}

// heads are the revisions of all tenants that have published something.
func (c *Cache) heads(ctx context.Context, r *reading) (map[wa.TenantID]int64, error) {
	heads := make(map[wa.TenantID]int64)
	// The clock is read without a head, too.
	rows, err := c.docs.pool.Query(ctx, `SELECT c.now, h.tenant_id, h.rev
		FROM (SELECT clock_timestamp() AS now OFFSET 0) AS c LEFT JOIN config_head h ON true`)
	if err != nil {
		return nil, failed("read revisions of settings", err)
	}
	var tenant *wa.TenantID
	var rev *int64
	_, err = pgx.ForEachRow(rows, []any{&r.stamp, &tenant, &rev}, func() error {
		if tenant != nil {
			heads[*tenant] = *rev
		}
		return nil
	})
	return heads, failed("read revisions of settings", err)
}

// changed are the sets of all tenants, those that are known as far as their revision
// has not changed. A set may be newer than its revision says, and is read again then.
func (c *Cache) changed(ctx context.Context, heads map[wa.TenantID]int64, known map[wa.TenantID]setting.Set) (map[wa.TenantID]setting.Set, error) {
	var tenants []string
	for tenant, rev := range heads {
		if set, ok := known[tenant]; !ok || set.Rev != rev {
			tenants = append(tenants, string(tenant))
		}
	}
	if len(tenants) == 0 && len(known) == len(heads) {
		return known, nil
	}
	sets := maps.Clone(known)
	if sets == nil {
		sets = make(map[wa.TenantID]setting.Set)
	}
	// A tenant without a head has gone: the database is one of before.
	maps.DeleteFunc(sets, func(tenant wa.TenantID, _ setting.Set) bool { _, has := heads[tenant]; return !has })
	versions, err := c.versions(ctx, tenants)
	if err != nil {
		return nil, err
	}
	for _, tenant := range tenants {
		sets[wa.TenantID(tenant)] = setting.NewSet(heads[wa.TenantID(tenant)], versions[wa.TenantID(tenant)])
		c.log.Debug("configuration read", "tenant", tenant, "rev", heads[wa.TenantID(tenant)])
	}
	return sets, nil
}

// versions are those of some tenants that hold, are to come, or have held a moment ago.
func (c *Cache) versions(ctx context.Context, tenants []string) (map[wa.TenantID][]setting.Version, error) {
	versions := make(map[wa.TenantID][]setting.Version)
	rows, err := c.docs.pool.Query(ctx, `
		SELECT tenant_id, kind, version, effective_from, body::text FROM config c
		WHERE tenant_id = ANY ($1) AND version >= coalesce((SELECT max(version) FROM config
			WHERE tenant_id = c.tenant_id AND kind = c.kind AND effective_from <= clock_timestamp() - $2::interval), 0)`,
		tenants, overlap)
	if err != nil {
		return nil, failed("read settings", err)
	}
	var tenant wa.TenantID
	var v setting.Version
	var document []byte
	_, err = pgx.ForEachRow(rows, []any{&tenant, &v.Kind, &v.Number, &v.From, &document}, func() error {
		v.Body = c.body(tenant, &v, document)
		versions[tenant] = append(versions[tenant], v)
		return nil
	})
	return versions, failed("read settings", err)
}

// body reads a document; nil: this release cannot. Then nothing is decided by it, and
// the others hold. A kind that is not known here nobody asks for.
func (c *Cache) body(tenant wa.TenantID, v *setting.Version, document []byte) setting.Body {
	k := c.docs.reader(v.Kind)
	if k == nil {
		return nil
	}
	body, err := k.Read(document)
	if err != nil {
		c.log.Error("settings not understood: were they published by a newer release? what needs them is not decided",
			"tenant", tenant, "kind", v.Kind, "version", v.Number, "error", fmt.Sprint(err))
		return nil
	}
	return body
}
