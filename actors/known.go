package actors

import (
	"maps"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// factsAge is how old a fact may be that is decided on from memory.
const factsAge = 3 * time.Second

// factsKept bounds each kind of facts. What is beyond it is all forgotten: it would be
// read anew within seconds anyway.
const factsKept = 10_000

// Known are the facts that change rarely, as they were read at most three seconds ago:
// accounts, and what numbers know of their templates. One serves all conversations of a
// member. It is safe for concurrent use.
//
// What could break a rule if it were old is looked at twice. An append is held to the
// revision of the seat that it was decided on, and after a conflict facts are read anew.
// A template is forgotten as soon as this member hears of a change, and of what another
// member changed the claim of the send finds out. Nobody is refused from memory, but for
// the messages of the month, which are counted as they leave and read each second.
type Known struct {
	now       func() time.Time
	mu        sync.Mutex
	changes   uint64 // what was being read while something changed is not kept
	seats     map[wa.AgentID]fact[ledger.Seat]
	templates map[templateKey]fact[ledger.Template]
	spent     map[wa.TenantID]bool // not changed
}

// fact is a value and when the reading of it began.
type fact[V any] struct {
	value V
	at    time.Time
}

// templateKey is a template as an order names it.
type templateKey struct {
	tenant string
	number wa.PhoneNumberID
	name   conversation.TemplateName
}

// NewKnown knows nothing so far. Facts grow old by the machine's clock, which is never
// moved, such as time.Now.
func NewKnown(machineNow func() time.Time) *Known {
	return &Known{
		now:   machineNow,
		seats: make(map[wa.AgentID]fact[ledger.Seat]), templates: make(map[templateKey]fact[ledger.Template]),
	}
}

// MonthSpent names the tenants that have sent what they may in this month, all others
// have not. The map is not changed from then on.
func (k *Known) MonthSpent(tenants map[wa.TenantID]bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spent = tenants
}

func (k *Known) spentMonth(tenant wa.TenantID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.spent[tenant]
}

// TemplatesChanged forgets the templates of an account.
func (k *Known) TemplatesChanged(account wa.AccountID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	maps.DeleteFunc(k.templates, func(_ templateKey, f fact[ledger.Template]) bool { return f.value.Account == account })
}

// know answers from memory unless that is old or the caller wants it read, and says
// which. What is not there, or cannot be read, is not kept.
func know[K comparable, V any](
	k *Known, facts map[K]fact[V], key K, reread bool, read func() (V, error),
) (value V, fromMemory bool, err error) {
	began := k.now()
	k.mu.Lock()
	known, ok := facts[key]
	changes := k.changes
	k.mu.Unlock()
	if age := began.Sub(known.at); ok && !reread && age >= 0 && age < factsAge {
		return known.value, true, nil
	}
	if value, err = read(); err != nil {
		return value, false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes != changes {
		return value, false, nil
	}
	if len(facts) >= factsKept {
		clear(facts)
	}
	facts[key] = fact[V]{value, began}
	return value, false, nil
}
