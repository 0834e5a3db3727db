package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A manager gives what nobody has to an agent, and what an agent has to another
// team; an agent who may not is told why.
func testInboxHandOver(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Vocês entregam em Braga?")
	path, _ := d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/teams", map[string]any{"id": "vip", "name": "VIP"}), http.StatusOK)
	d.Hire(t, "Rafaela", "manager", "main")
	d.Hire(t, "Vera", "agent", "vip")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	rafaela := c.seat(t, d.Url, "rafaela@lume.example", prosatest.TestPassword)

	// Ana may give neither.
	ana.pick("unclaimed", "Helena")
	ana.click(at("transfer"))
	ana.glimpses(toasts, "Claim it first, or ask a manager")
	ana.pick("all", "Loja da Vila")
	ana.mode("other")
	ana.press("t")
	ana.glimpses(toasts, "Only Bruno or a manager")
	ana.pick("unclaimed", "Helena")
	ana.press("k", kb.ModifierCtrl)
	ana.insert("pass to")
	ana.press(kb.Enter)
	ana.glimpses(toasts, "Claim it first")
	ana.lacks(at("transfer-sheet"))
	ana.looks("may not pass on")

	ana.pick("all", "Loja da Vila")

	// An unclaimed one, by key alone: to Ana, without a note.
	rafaela.pick("unclaimed", "Helena")
	rafaela.press("t")
	rafaela.shows(at("transfer-sheet"), "Give Helena")
	rafaela.lacks(at("to-queue")) // it is there
	rafaela.shows(at("to-team"), "Queue of VIP")
	rafaela.looks("give")
	rafaela.press("ana")
	rafaela.see("document.querySelectorAll('[data-test=colleague]').length === 1")
	rafaela.press(kb.Enter, kb.ModifierCtrl)
	rafaela.see("document.querySelector('[data-test=event-assign]')")
	rafaela.mode("other")
	ana.glimpses(toasts, "Helena Prado was passed to you")
	ana.pick("mine", "Helena")
	ana.mode("mine")

	// Bruno's, to another team: by the palette. Who gets it there is told whose number it is.
	vera := c.seat(t, d.Url, "vera@lume.example", prosatest.TestPassword)
	rafaela.pick("all", "Loja da Vila")
	rafaela.press("k", kb.ModifierCtrl)
	rafaela.insert("pass to")
	rafaela.press(kb.Enter)
	rafaela.press("vip") // the only hit is chosen, person or team
	rafaela.write(at("transfer-note"), "Cliente grande")
	rafaela.press(kb.Enter, kb.ModifierCtrl)
	rafaela.glimpses(toasts, "In the queue of VIP")
	rafaela.see("document.querySelector('[data-test=event-transfer]')?.textContent.includes('queue of VIP')")
	rafaela.mode("unclaimed")
	vera.pick("unclaimed", "Loja da Vila")
	vera.shows(vera.row("Loja da Vila")+" .numchip", "Brás")
	vera.shows(at("event-note"), "Cliente grande")

	// Hers, to somebody there: found by name, and it leaves Ana's sight.
	ana.tolerate("404 (Not Found)")
	rafaela.pick("all", "Helena")
	rafaela.click(at("transfer"))
	rafaela.press("vera")
	rafaela.shows(at("colleague"), "VIP")
	rafaela.press(kb.Enter, kb.ModifierCtrl)
	ana.shows(at("thread-gone"), "")
	vera.pick("mine", "Helena")
	vera.mode("mine")
}

// What somebody has who was shut out is said to be so, in the list and where one
// would write, and is taken over rather than asked for. A newcomer is no such.
func testInboxOwnerLeft(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Vocês entregam em Braga?")
	newcomers, _ := d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("all", "Loja da Vila")
	carol := d.Hire(t, "Carolina", "agent", "main")
	prosatest.Expect(t, carol.Post(t, newcomers+"/claim", map[string]any{}), http.StatusOK)
	ana.mode("other")
	ana.shows(at("ask"), "Carolina")
	ana.pick("all", "Helena")
	ana.shows(at("ask"), "Bruno")
	ana.lacks(at("row-left"))
	// As it is until his conversations are handed over.
	if _, err := d.Db.Exec(t.Context(), `UPDATE staff SET disabled_at = now() WHERE id = $1`, d.Bruno.Id); err != nil {
		t.Fatal(err)
	}
	ana.do("reload", chromedp.Reload()) // else within a minute
	ana.live()
	ana.mode("other")
	ana.shows(at("locked-by"), "Bruno no longer answers here")
	ana.shows(ana.row("Helena")+" "+at("row-left"), "Bruno, no longer here")
	ana.lacks(at("ask"))
	ana.looks("owner left")
	ana.press("o")
	ana.see("document.querySelector('[data-test=reason-gone]').ariaPressed === 'true'")
	ana.press(kb.Enter)
	ana.mode("mine")
	ana.shows(at("event-note"), "Bruno has left")
	ana.lacks(at("row-left"))

	// What she has is handed over, and the thread says why: nobody gave it back.
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/agents/"+carol.Id+"/disable", map[string]any{}), http.StatusOK)
	ana.pick("unclaimed", "Loja da Vila")
	ana.mode("unclaimed")
	ana.shows(at("event-owner_left"), "Carolina no longer answers here: back to the queue")
	ana.looks("handed over, as she left")
	dora := d.Hire(t, "Dora", "agent", "main")
	prosatest.Expect(t, dora.Post(t, newcomers+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/agents/"+dora.Id+"/disable", map[string]any{"agent_id": d.Ana.Id}), http.StatusOK)
	ana.mode("mine")
	ana.see(`[...document.querySelectorAll('[data-test=event-owner_left]')].some((e) => e.textContent.includes('Dora no longer answers here: passed to you'))`)
}
