package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/ledger"
)

// A body that is too long is refused before it is stored, and the error says what to do.
func TestEffectBodiesAreBounded(t *testing.T) {
	t.Parallel()
	effects := []ledger.Effect{{Body: make([]byte, ledger.MaxEffectBody)}}
	if err := ledger.CheckEffects(effects); err != nil {
		t.Errorf("as long as may be: %v", err)
	}
	effects = append(effects, ledger.Effect{EffectRef: ledger.EffectRef{Kind: 7, ID: "e2"}, Body: make([]byte, ledger.MaxEffectBody+1)})
	err := ledger.CheckEffects(effects)
	if err == nil || !strings.Contains(err.Error(), `"e2" of kind 7`) || !strings.Contains(err.Error(), "remedy: ") {
		t.Errorf("one byte more: %v", err)
	}
}

// Sends alone can be withdrawn: nothing else has a grain that would hear of it.
func TestOnlySendsAreWithdrawn(t *testing.T) {
	t.Parallel()
	var none *ledger.Withdrawal
	sends := &ledger.Withdrawal{Effects: []ledger.EffectRef{{Kind: ledger.EffectSend, ID: "m1"}}}
	if err := errors.Join(none.Check(), sends.Check()); err != nil {
		t.Error(err)
	}
	file := &ledger.Withdrawal{Effects: append(sends.Effects, ledger.EffectRef{Kind: ledger.EffectFile, ID: "f1"})}
	if err := file.Check(); err == nil || !strings.Contains(err.Error(), "f1") || !strings.Contains(err.Error(), "remedy") {
		t.Errorf("withdrawing a file: %v", err)
	}
}
