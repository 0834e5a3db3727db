package browser

import _ "embed"

//go:embed testdata/axe/axe.min.js
var axeSource string

// barriers runs axe and tells what keeps somebody out: violations that it calls
// serious or critical.
// Colours that are just changing are let come to rest.
const barriers = `Promise.allSettled(document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < 2000).map((a) => a.finished))
  .then(() => axe.run(document, { resultTypes: ['violations'] })).then((found) => found.violations
  .filter((v) => v.impact === 'serious' || v.impact === 'critical')
  .flatMap((v) => v.nodes.map((n) => v.id + ' at ' + n.target.join(' ') + ': ' + n.failureSummary.replace(/\s+/g, ' '))))`

// accessible checks the page as it is with axe.
func (b *tab) accessible(screen string) {
	b.t.Helper()
	if ready, err := ask[bool](b, "typeof axe !== 'undefined'"); err == nil && !ready {
		if _, err := ask[bool](b, axeSource+";true"); err != nil {
			b.t.Fatalf("load axe: %v", err)
		}
	}
	found, err := ask[[]string](b, barriers)
	if err != nil {
		b.t.Fatalf("run axe on %s: %v", screen, err)
	}
	for _, barrier := range found {
		b.t.Errorf("%s: %s", screen, barrier)
	}
}
