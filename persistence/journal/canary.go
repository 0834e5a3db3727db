package journal

import (
	"time"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// What a canary carries, for appends of every kind: for each piece that the batch has
// one of nobody's. Without a piece the canary would pass where the batch fails for it,
// and whoever stands alone in his batch would be blamed for a broken table.

// canaryTime is when all of it happened: long ago.
func canaryTime() time.Time { return time.Unix(0, 0).UTC() }

func canaryEvents() []ledger.Event {
	return []ledger.Event{{Type: persistence.CanaryName, At: canaryTime(), Body: []byte{}}}
}

func canaryRef(id string, kind ledger.EffectKind) ledger.EffectRef {
	return ledger.EffectRef{Kind: kind, Scope: persistence.CanaryName, ID: id, Attempt: 1}
}

// canaryEffects has one effect if any append has: one statement stores all kinds.
func canaryEffects(has []ledger.Effect, id string, like []ledger.Effect) []ledger.Effect {
	if len(like) == 0 {
		return has
	}
	return []ledger.Effect{{EffectRef: canaryRef(id, like[0].Kind), NotBefore: canaryTime()}}
}

// canaryDone has an outcome for each, as each partition has a piece of its own.
func canaryDone(has []ledger.EffectRef, id string, like []ledger.EffectRef) []ledger.EffectRef {
	for _, done := range like {
		has = append(has, canaryRef(id, done.Kind))
	}
	return has
}

func canaryAlarm(has, like time.Time) time.Time {
	if like.IsZero() {
		return has
	}
	return canaryTime()
}
