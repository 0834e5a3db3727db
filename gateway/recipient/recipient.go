// Package recipient finds whom a message of ours goes to who may never have written: the
// conversation of a number and an address, known or not.
package recipient

import (
	"context"
	"errors"
	"strings"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// Numbers is the registry of our numbers; *numbers.Numbers is one.
type Numbers interface {
	Get(ctx context.Context, id wa.PhoneNumberID) (numbers.Number, error)
}

// Directory makes contacts of addresses; *contacts.Directory is one.
type Directory interface {
	Resolve(ctx context.Context, lookups []contacts.Lookup) ([]contacts.Contact, error)
}

// Finder finds recipients. Safe for concurrent use.
type Finder struct {
	Numbers   Numbers
	Directory Directory
}

// Found is a recipient: his conversation, which may not exist, and what it would begin
// with.
type Found struct {
	Key    wa.ConversationKey
	Number numbers.Number
	Alias  wa.Alias
	Start  *actorpb.Start
}

// Number is a number that the scope may write from; a Problem, 404 at its field, for any
// other.
func (f *Finder) Number(ctx context.Context, scope persistence.Scope, id string) (numbers.Number, error) {
	if !wa.Storable(id, wa.MaxID) {
		return numbers.Number{}, unknownNumber()
	}
	n, err := f.Numbers.Get(ctx, wa.PhoneNumberID(id))
	switch {
	case errors.Is(err, persistence.ErrNotFound), err == nil && !(scope.WorksFor(n.TenantID, n.TeamID) && scope.WorksWith(n.ID)):
		return numbers.Number{}, unknownNumber()
	case err != nil:
		return numbers.Number{}, err
	}
	return n, nil
}

func unknownNumber() error {
	p := problem.New(code.NotFound, "you write from no such number")
	p.Field = "phone_number_id"
	return p
}

// Find finds the conversation of a number with an address: a phone with its country, in
// whatever way people write it, or a business-scoped user id. Whoever was never written to
// becomes a contact. name is what lists call somebody new, until he says it himself.
func (f *Finder) Find(ctx context.Context, scope persistence.Scope, number, to, name string) (Found, error) {
	n, err := f.Number(ctx, scope, number)
	if err != nil {
		return Found{}, err
	}
	alias, ok := address(to)
	if !ok {
		return Found{}, problem.Field("to", "want a phone with its country, as +55 11 98888-7777, or a user id of WhatsApp")
	}
	lookup := contacts.Lookup{Portfolio: n.PortfolioID, Aliases: []wa.Alias{alias}}
	if alias.Kind == wa.AliasPhone {
		for _, variant := range wa.PhoneVariants(alias.Value) {
			lookup.Aliases = append(lookup.Aliases, wa.Alias{Kind: wa.AliasPhone, Value: variant})
		}
	}
	who, err := f.Directory.Resolve(ctx, []contacts.Lookup{lookup})
	if err != nil {
		return Found{}, err
	}
	shown := wa.CleanText(name)
	if shown == "" {
		shown = who[0].Name
	}
	return Found{
		Key: wa.ConversationKey{PhoneNumberID: n.ID, ContactID: who[0].ID}, Number: n, Alias: alias,
		Start: &actorpb.Start{TenantId: string(n.TenantID), TeamId: string(n.TeamID), ContactName: shown, ContactAddress: who[0].Address},
	}, nil
}

// address reads what people write. A phone is digits alone to Meta, as E.164 has them: 8
// to 15, the country first, which begins with no zero.
func address(to string) (wa.Alias, bool) {
	to = strings.TrimSpace(wa.CleanText(to))
	alias, ok := wa.ClassifyAddress(to)
	switch {
	case !ok || len(to) > wa.MaxID:
		return wa.Alias{}, false
	case alias.Kind != wa.AliasPhone:
		return alias, true
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune(" +-().\u00a0/", r):
			return -1
		}
		return 'x'
	}, to)
	if strings.Contains(digits, "x") || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' || strings.LastIndex(to, "+") > 0 {
		return wa.Alias{}, false
	}
	return wa.Alias{Kind: wa.AliasPhone, Value: digits}, true
}
