package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// MaxBody is the largest message between members, in bytes. Media never travels
// here, only ids.
const MaxBody = 1 << 20

// defaultTimeout is the deadline of an ask whose context has none, and of a tell.
const defaultTimeout = 5 * time.Second

// Config says what a member is. The zero value is a cluster of one.
type Config struct {
	Name string // of the cluster; members of different names do not see each other. Default "prosa"

	// Pool and DatabaseURL name the database that holds the membership. With
	// neither, the member is a cluster of one and listens nowhere. The member
	// keeps one connection of its own (LISTEN and a session lock), so the address
	// must not lead through a pooler in transaction mode. DatabaseURL defaults to
	// where Pool connects to. The pool stays the caller's.
	Pool        *pgxpool.Pool
	DatabaseURL string

	// Alone says that no other process can reach the pool's database, as its data are
	// in a folder that is locked. The member is a cluster of one: it listens nowhere
	// and never fences itself. Whatever held it up, a laptop that slept or a database
	// that was away, nobody can have taken what it has. Its row in the table is for
	// those of this process who judge claims by it.
	Alone bool

	// Secret is common to all members of a cluster, at least 16 bytes: each stream
	// between them shows a token that is derived from it. Needed with a database.
	Secret string

	// Before are secrets that others may still show while Secret is being changed, and
	// are believed too. Shows says which this member shows: 0 is Secret, n the n-th of
	// Before; nil: Secret.
	Before []string
	Shows  func() int

	// Listen is host:port for other members; default "127.0.0.1:0". Without
	// certificates only loopback and named private addresses are taken; see
	// CheckListen.
	Listen    string
	Advertise string // host:port where other members reach us; default: where we listen

	// TLS switches mutual TLS on between members; see package certificate. Its
	// ServerName is the name in every member's certificate; empty means the host that
	// was dialled.
	TLS *tls.Config

	Lease time.Duration // how long the others believe us without a renewal; default 6 s
	Poll  time.Duration // how often we renew and look; default 500 ms
	// Linger is how long a drained member stays to turn stale askers away;
	// default 3 polls, nothing when alone.
	Linger time.Duration
	Idle   time.Duration // passivate a grain after this, give or take a quarter; default 10 min
	// Warm is how many grains are kept in memory; beyond it those that were used
	// least recently leave it, a tenth of them at a time. Default 200,000.
	Warm         int
	MailboxLimit int // messages waiting for one grain; beyond it ErrBusy; default 1024

	Logger *slog.Logger
	Meter  metric.Meter
	Tracer trace.Tracer // adds a span around each Receive that has a trace

	// OnView is called after each change of the view, never twice at once. It must
	// not block.
	OnView func()

	// OnFenced is called once when this member may work no more: it could not
	// renew its lease, or the others have struck it off. It refuses all work
	// already. The process should exit and start anew.
	OnFenced func(reason string)
}

func (c Config) withDefaults(ctx context.Context) (Config, error) {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	dur := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&c.Name, "prosa")
	def(&c.Listen, "127.0.0.1:0")
	dur(&c.Lease, 6*time.Second)
	dur(&c.Poll, 500*time.Millisecond)
	dur(&c.Linger, 3*c.Poll)
	dur(&c.Idle, 10*time.Minute)
	if c.Warm <= 0 {
		c.Warm = 200_000
	}
	if c.MailboxLimit <= 0 {
		c.MailboxLimit = 1024
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Poll*4 > c.Lease {
		return c, fmt.Errorf("poll of %s is too slow for a lease of %s", c.Poll, c.Lease)
	}
	if err := c.checkAddress(); err != nil {
		return c, err
	}
	return c, CheckListen(ctx, c.Listen, c.TLS != nil)
}

func (c *Config) checkAddress() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("listen address: %w", err)
	}
	if ip := net.ParseIP(host); c.Advertise == "" && (host == "" || ip != nil && ip.IsUnspecified()) {
		return fmt.Errorf("listening on %q needs an address to advertise", c.Listen)
	}
	if c.Advertise == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.Advertise); err != nil {
		return fmt.Errorf("advertised address: %w", err)
	}
	return nil
}

// database is where the membership lives; nil means a cluster of one.
func (c *Config) database() (*pgx.ConnConfig, error) {
	switch {
	case c.Alone && c.Pool == nil:
		return nil, errors.New("a member that is alone with its database needs the pool")
	case c.Alone:
		return nil, nil
	case c.DatabaseURL != "":
		cc, err := pgx.ParseConfig(c.DatabaseURL)
		if err != nil {
			return nil, fmt.Errorf("parse database address: %w", err)
		}
		return cc, nil
	case c.Pool != nil:
		return c.Pool.Config().ConnConfig.Copy(), nil
	}
	return nil, nil
}

// handoffWindow is the age from which a member is known to every living one: no
// member works on a view older than a lease.
func (c *Config) handoffWindow() time.Duration { return 2*c.Lease + 3*time.Second }
