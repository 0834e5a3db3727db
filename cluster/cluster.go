package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Member is this process in the cluster.
type Member struct {
	cfg   Config
	id    string
	kinds map[string]Factory
	log   *slog.Logger

	lease   *lease
	viewMu  sync.Mutex               // orders changes of view
	lost    map[string]time.Duration // who vanished from the view, and when; under viewMu
	view    atomic.Pointer[view]
	workers *workers
	table   *table
	crowded chan struct{} // has a token while more than cfg.Warm may be active

	system     *actor.ActorSystem
	net        *network     // nil when alone
	membership *membership  // nil when alone
	endpoints  sync.Map     // name → *endpoint
	metrics    *instruments // nil without a meter

	base       context.Context //nolint:containedctx // ends when the member stops; parent of every Receive
	ended      context.Context //nolint:containedctx // has ended
	cancel     context.CancelFunc
	background sync.WaitGroup

	draining atomic.Bool
	drained  sync.Mutex // one drain at a time
	stopOnce sync.Once
	stopErr  error
}

// MemberInfo describes a member as this one sees it.
type MemberInfo struct {
	ID       string
	Address  string // empty for a cluster of one
	Kinds    []string
	Draining bool
	Joined   time.Time // by the database's clock
}

// Start joins the cluster with the kinds that this member hosts (none is fine:
// such a member only asks) and returns when the member can be asked. Undo it
// with Stop. The caller keeps the pool.
func Start(ctx context.Context, cfg Config, kinds map[string]Factory) (*Member, error) {
	cfg, err := cfg.withDefaults(ctx)
	if err != nil {
		return nil, fmt.Errorf("configure member: %w", err)
	}
	for kind := range kinds {
		if kind == "" || strings.ContainsAny(kind, "/. ") {
			return nil, fmt.Errorf("kind %q: a name without space, dot or slash", kind)
		}
	}
	db, err := cfg.database()
	if err != nil {
		return nil, err
	}
	m := newMember(cfg, kinds)
	if m.metrics, err = newInstruments(m, cfg.Meter); err != nil {
		m.cancel()
		return nil, err
	}
	if db == nil {
		if cfg.Alone {
			if err := m.makeKnown(ctx); err != nil {
				m.cancel()
				return nil, fmt.Errorf("join cluster %s: %w", cfg.Name, err)
			}
		}
		m.setView(newView([]*peer{{id: m.id, kinds: m.kindNames(), joined: time.Now(), since: -cfg.handoffWindow() - 1}}))
	} else if err := m.join(ctx, newMembership(m, db)); err != nil {
		m.cancel()
		return nil, fmt.Errorf("join cluster %s: %w", cfg.Name, err)
	}
	m.background.Add(1)
	go m.sweep()
	return m, nil
}

func newMember(cfg Config, kinds map[string]Factory) *Member {
	id := strings.ToLower(rand.Text()[:16])
	m := &Member{
		cfg:   cfg,
		id:    id,
		kinds: maps.Clone(kinds),
		log:   cfg.Logger.With("member", id),
		lease: &lease{start: time.Now()},
		lost:  map[string]time.Duration{},
		table: newTable(), crowded: make(chan struct{}, 1),
	}
	m.base, m.cancel = context.WithCancel(context.Background())
	ended, end := context.WithCancel(m.base)
	end()
	m.ended = ended
	m.view.Store(newView(nil)) // others know our row, and ask us, before we have read theirs
	m.system = newActorSystem(m)
	m.workers = newWorkers(m.run)
	return m
}

// join starts the network, then the membership: the row that makes us known
// names the address where we already answer.
func (m *Member) join(ctx context.Context, d *membership) error {
	var err error
	if m.net, err = startNetwork(m); err != nil {
		return err
	}
	m.lease.length = m.cfg.Lease
	if err := d.join(ctx); err != nil {
		m.net.close()
		return err
	}
	m.membership = d
	m.background.Add(3)
	go d.run()
	go d.watch()
	go m.net.listen()
	return nil
}

// kindNames is never nil: an empty list is not NULL in the database.
func (m *Member) kindNames() []string {
	names := slices.AppendSeq([]string{}, maps.Keys(m.kinds))
	slices.Sort(names)
	return names
}

// ID is the id of this member, new at each start.
func (m *Member) ID() string { return m.id }

// Address is where other members reach this one; empty for a cluster of one.
func (m *Member) Address() string {
	if m.net == nil {
		return ""
	}
	return m.net.address
}

// Members are the living members as this one sees them, itself included, sorted
// by id.
func (m *Member) Members() []MemberInfo {
	v := m.view.Load()
	infos := make([]MemberInfo, 0, len(v.peers))
	for _, p := range v.peers {
		infos = append(infos, MemberInfo{ID: p.id, Address: p.address, Kinds: slices.Clone(p.kinds), Draining: p.draining, Joined: p.joined})
	}
	return infos
}

// Lost are the members that vanished from this member's view without leaving, as
// long as their leases may run. What they held may be taken over where the database
// shows that it has not heard of them since. It may name one that comes back.
func (m *Member) Lost() []string {
	m.viewMu.Lock()
	defer m.viewMu.Unlock()
	return slices.Collect(maps.Keys(m.lost))
}

// Owner is the id of the member that hosts the grain in this member's view,
// empty when nobody does. It may be wrong a moment later.
func (m *Member) Owner(kind, key string) string {
	id := grainID{kind, key}
	if p := m.view.Load().owner(id, id.hash()); p != nil {
		return p.id
	}
	return ""
}

// Activations is the number of grains in memory here.
func (m *Member) Activations() int { return int(m.table.count.Load()) }

// LeaseValid says whether this member may answer for its grains without asking
// the database: nobody can have declared it dead yet. It reads the monotonic
// clock, so it is right after the process was frozen.
func (m *Member) LeaseValid() bool { return m.lease.validAt(m.lease.now()) }

// Ready says whether this member takes new work.
func (m *Member) Ready() bool {
	return !m.stopped() && !m.draining.Load() && !m.Deaf() && m.LeaseValid() && m.view.Load().peer(m.id) != nil
}

func (m *Member) stopped() bool { return m.base.Err() != nil }

// fence ends this member's work for good.
func (m *Member) fence(reason string) {
	if !m.lease.lost.CompareAndSwap(false, true) || m.stopped() {
		return
	}
	m.log.Error("member fenced", "reason", reason)
	m.releaseWhere(func(*activation) bool { return true })
	if m.cfg.OnFenced != nil {
		go m.cfg.OnFenced(reason) // it may stop the member, which waits for our caller
	}
}

// Drain hands all grains to the other members and returns when none is left and
// askers with an older view have had time to notice. The member still asks
// others afterwards. It refuses new activations from the first moment; a second
// call waits for the first. The error is ctx's, with grains possibly left.
func (m *Member) Drain(ctx context.Context) error {
	first := m.draining.CompareAndSwap(false, true)
	m.drained.Lock()
	defer m.drained.Unlock()
	if !first && m.Activations() == 0 {
		return nil
	}
	m.setView(m.view.Load().withDraining(m.id))
	if m.membership != nil {
		if err := m.membership.announce(ctx); err != nil {
			m.log.Warn("announce drain", "error", err) // the others learn it from refusals and the end of our lease
		}
	}
	for m.Activations() > 0 {
		// A grain that waits for a former owner at this moment is released by
		// that wait's end, not by the view.
		if !pause(ctx, 5*time.Millisecond) {
			return fmt.Errorf("drain: %d grains left: %w", m.Activations(), ctx.Err())
		}
	}
	if len(m.view.Load().peers) > 1 && !pause(ctx, m.cfg.Linger) {
		return fmt.Errorf("drain: linger: %w", ctx.Err())
	}
	return nil
}

// Stop drains the member if that was not done, leaves the cluster and frees
// everything. What is not drained when ctx ends is dropped: the others take it
// over as from a dead member. A second call returns what the first did.
func (m *Member) Stop(ctx context.Context) error {
	m.stopOnce.Do(func() {
		var errs []error
		if !m.lease.lost.Load() {
			errs = append(errs, m.Drain(ctx))
		}
		m.cancel()
		m.background.Wait()
		if m.membership != nil {
			errs = append(errs, m.membership.leave(ctx))
		}
		if m.net != nil {
			m.net.close()
		}
		m.system.Shutdown()
		m.workers.stop()
		m.stopErr = errors.Join(errs...)
	})
	return m.stopErr
}
