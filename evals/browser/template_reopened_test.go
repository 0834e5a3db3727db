package browser

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A customer who writes while a template is being filled in takes nothing away:
// free text is offered, and what was filled in is kept.
func testTemplateReopened(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	past := fmt.Appendf(nil, `"timestamp":"%d"`, time.Now().Add(-25*time.Hour).Unix())
	old := regexp.MustCompile(`"timestamp":"\d+"`).ReplaceAll(prosatest.TextWebhook(prosatest.Brasil, "wamid.old", prosatest.Helena, `"Tem tricô?"`), past)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, old); code != http.StatusOK {
		t.Fatalf("webhook = %d", code)
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Cliente")
	ana.mode("closed")
	// When it came is said below, where it takes more than the room beside the text.
	ana.see(`((b) => b.querySelector('.text').getBoundingClientRect().bottom <= b.querySelector('.meta').getBoundingClientRect().top + 1)(
	  document.querySelector('[data-test=message] .bub'))`)
	ana.click(ana.option("retomar_atendimento"))
	ana.rewrite(field("body.1"), "Heleninha")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "Oi?"); err != nil {
		t.Fatal(err)
	}
	ana.mode("unclaimed")
	ana.shows(at("reopened"), "The customer wrote")
	ana.holds(field("body.1"), "Heleninha")
	for _, scheme := range []string{"light", "dark"} {
		ana.scheme(scheme)
		ana.accessible("template, reopened, " + scheme)
		ana.shot("template reopened " + scheme)
	}
	ana.size(390, 844)
	ana.fits()
	ana.shot("template reopened 390")
	ana.size(1440, 900)
	ana.click(at("write-freely"))
	ana.see("document.activeElement.matches('[data-test=compose]')")
	ana.lacks(at("reopened"))
	ana.click(at("templates"))
	ana.see(fmt.Sprintf("document.querySelector(%q)?.value === 'Heleninha'", field("body.1")))
	ana.lacks(at("reopened")) // asked for, not left over
	// Somebody else takes it: what was filled in is named, and is still there afterwards.
	path, _ := d.Say(t, prosatest.Helena, "Alguém?")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana.mode("other")
	ana.shows(at("template-kept"), "Heleninha")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/release", map[string]any{}), http.StatusOK)
	ana.mode("unclaimed")
	ana.lacks(at("template-kept"))
}
