package relay

import (
	"context"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// claimsAtOnce is how many numbers claim in one transaction, and claimPatience how long
// it may take.
const (
	claimsAtOnce  = 32
	claimPatience = 10 * time.Second
)

// numberClaim is the claim of one number in a transaction of many.
type numberClaim struct {
	effects.Wanted
	got effects.Claim
}

// sendClaims makes one transaction of what several numbers claim at once: on its own
// each would be the dearest part of a send. A number that finds none under way
// claims at once and alone.
func (r *Relay) sendClaims() *persistence.Group[numberClaim] {
	type asked = persistence.Ask[numberClaim]
	return persistence.NewGroup(persistence.GroupConfig[numberClaim]{
		// A connection that breaks after the commit leaves a lot's sends unconfirmed, and
		// one that hangs holds up all numbers of the member: both are bounded.
		Items: claimsAtOnce, Patience: claimPatience,
		Do: func(ctx context.Context, some []*asked) error {
			wanted := make([]effects.Wanted, len(some))
			for n, one := range some {
				wanted[n] = one.Of.Wanted
			}
			claims, err := r.store.Sends.ClaimTogether(ctx, r.cfg.Member, wanted)
			if err != nil {
				return err
			}
			for n, one := range some {
				one.Of.got = claims[n]
			}
			return nil
		},
		Struck: func(p *persistence.Panic) { r.work.Struck("claim sends", p) },
	})
}

// claimSends takes what a number may send within a second: with others, or alone if
// somebody holds its budget just now or the others' transaction failed. So a number
// that is in trouble makes nobody wait, and hears of its own trouble only.
func (r *Relay) claimSends(ctx context.Context, number string, free int) (lot[sending], error) {
	wanted := effects.Wanted{Number: wa.PhoneNumberID(number), Limit: free}
	done, err := r.claims.Do(ctx, numberClaim{Wanted: wanted})
	claim := done.got
	if err == nil && claim.Busy || passesAlone(err) {
		claim, err = r.store.Sends.Claim(ctx, wanted.Number, r.cfg.Member, free)
	}
	taken := lot[sending]{work: make([]sending, 0, len(claim.Expired)+len(claim.Sends)), more: claim.More, wait: claim.Wait}
	for n := range claim.Expired {
		taken.work = append(taken.work, sending{expired: &claim.Expired[n]})
	}
	for n := range claim.Sends {
		taken.work = append(taken.work, sending{ClaimedSend: claim.Sends[n], claimedAt: time.Now(), troubled: claim.Troubled})
	}
	return taken, err
}

// passesAlone says that a claim may have failed over another number's data. After an
// error that passes, nothing is asked again before the poll: what was claimed and not
// heard of ends with its lease.
func passesAlone(err error) bool {
	fault := persistence.FaultOf(err)
	return fault == persistence.FaultData || fault == persistence.FaultBroken
}
