package signin

import (
	"context"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	// demandLife is how late an open session may learn of another policy: each of its
	// requests asks.
	demandLife = time.Second
	// demandsMost bounds what is remembered.
	demandsMost = 10_000
)

type demand struct {
	policy setting.SignIn
	until  time.Time
}

// demands remembers what tenants ask for.
type demands struct {
	mu sync.Mutex
	of map[wa.TenantID]demand
}

// Owes says whether an open session has no second factor though the tenant asks its
// owner for one: the policy is younger than the session, or his role is.
func (d *Door) Owes(ctx context.Context, session *staff.Session) (bool, error) {
	if p := &session.Person; session.Factored || p.Key != nil || d.c.Settings == nil {
		return false, nil
	}
	policy, err := d.recent(ctx, session.Person.TenantID)
	return err == nil && policy.Demands(session.Person.Role == staff.RoleAdmin), err
}

// recent is the policy, or what it was within demandLife.
func (d *Door) recent(ctx context.Context, tenant wa.TenantID) (setting.SignIn, error) {
	k := &d.known
	k.mu.Lock()
	now, known := k.of[tenant]
	k.mu.Unlock()
	if known && time.Now().Before(now.until) {
		return now.policy, nil
	}
	policy, err := d.policy(ctx, tenant)
	if err != nil {
		return policy, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.of) >= demandsMost {
		clear(k.of)
	}
	k.of[tenant] = demand{policy, time.Now().Add(demandLife)}
	return policy, nil
}
