package browser

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Cards, an order, the answers of a form, an advert, a product and a message that
// Meta cannot show yet, on one page: whoever has to act on them sees it all.
func testContents(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	sender := regexp.MustCompile(`(?:"from"|"wa_id"): "5521988810\d+"`)
	stamp := regexp.MustCompile(`"timestamp": "\d+"`)
	post := func(body string) {
		t.Helper()
		body = sender.ReplaceAllStringFunc(body, func(s string) string { return s[:strings.IndexByte(s, ':')] + `: "5521988810012"` })
		body = stamp.ReplaceAllString(body, fmt.Sprintf(`"timestamp": "%d"`, time.Now().Unix()))
		if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, []byte(body)); code != http.StatusOK {
			t.Fatalf("answered %d", code)
		}
	}
	for _, name := range []string{"S23-request-welcome", "S33-ad-referral", "S11-contacts", "S12-order", "S13-flow", "S30-identity", "S31-errcode", "S01-unavailable-131060"} {
		post(string(prosatest.FieldSample(t, name)))
	}
	prosatest.Grows(t, "all messages", d.Db, 9, `SELECT count(*) FROM message WHERE direction = 0`)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.size(1440, 1500)
	ana.click(at("view-unclaimed"))
	ana.click(at("row"))
	ana.shows(at("advert"), "Vestidos de verão")
	ana.shows(at("advert"), "Só hoje")
	ana.shows(at("product"), "VEST-AZ-M")
	for _, part := range []string{"Oficina do Zé", "+55 21 3333-4444", "+55 21 98888-7777", "Ivo Melo", "+55 21 97777-6666", "Só Empresa"} {
		ana.shows(at("cards"), part)
	}
	for _, part := range []string{"2 × VEST-AZ-M", "BLUSA-09", "89", "224"} {
		ana.shows(at("order"), part)
	}
	ana.see(`document.querySelector('[data-test=stream]').textContent.includes('entregar de manhã')`)
	ana.shows(at("form"), "Excelente")
	ana.shows(at("form"), "sku: A, qtd: 2")
	ana.see(fmt.Sprintf(`document.querySelectorAll('%s').length === 2`, at("event-told")))
	ana.see(fmt.Sprintf(`[...document.querySelectorAll('%s')].some((e) => e.textContent.includes('131060'))`, at("unsupported")))
	// What Meta sent of both that cannot be shown is a click away.
	ana.see(fmt.Sprintf(`document.querySelectorAll('%s').length === 2 && !document.querySelector('%[1]s[open]')`, at("raw")))
	ana.shows(at("raw")+" summary", "Show what Meta sent")
	ana.script(fmt.Sprintf(`document.querySelectorAll('%s summary').forEach((e) => e.click())`, at("raw")))
	for _, code := range []string{"131051", "131060"} {
		ana.see(fmt.Sprintf(`[...document.querySelectorAll('%s[open] pre')].some((e) => e.textContent.includes('%s') && e.offsetHeight > 0)`, at("raw"), code))
	}
	ana.accessible("contents")
	ana.shot("contents light")
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("contents, dark")
	ana.shot("contents dark")
	ana.scheme("light")

	// The message itself takes its place before the eyes of whoever looks.
	post(`{"entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"998877665544332"},"messages":[` +
		`{"from": "5521988810001","id":"wamid.H11795897358326","timestamp": "1","type":"text","text":{"body":"agora dá para ler"}}]}}]}]}`)
	ana.message("agora dá para ler", "")
	ana.see(fmt.Sprintf(`![...document.querySelectorAll('%s')].some((e) => e.textContent.includes('131060'))`, at("unsupported")))
	ana.size(360, 740)
	ana.fits()
}
