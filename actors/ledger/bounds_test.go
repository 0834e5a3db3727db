package ledger_test

import (
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
