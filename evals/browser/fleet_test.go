package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// An administrator finds the bad ones among 120 numbers, pauses some with a reason, sees
// it done, and has them go on; what one colleague changed of a number is not overwritten.
func testSettingsFleet(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	fill := func(sql string) {
		t.Helper()
		if _, err := d.Db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	// Nobody has a token for those, and none is due: what is shown is what stands here.
	fill(`
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display, name)
		SELECT (7000 + n)::text, p.tenant_id, p.account_id, p.team_id, '551195550' || lpad(n::text, 4, '0'), 'Rep. ' || lpad(n::text, 3, '0')
		FROM phone_number p, generate_series(1, 118) n WHERE p.id = '` + string(prosatest.Brasil) + `';
		INSERT INTO standing (phone_number_id, due_at, quality, tier, status, token, token_expires_at, received_at, sent_at)
		SELECT (7000 + n)::text, now() + interval '1 day', CASE n WHEN 31 THEN 'RED' ELSE 'GREEN' END, 'TIER_10K', 'CONNECTED',
			CASE n WHEN 62 THEN 'dead' ELSE 'good' END, now() + CASE n WHEN 18 THEN interval '2 days' ELSE interval '80 days' END,
			now() - interval '1 minute', now() - interval '1 minute' FROM generate_series(1, 118) n
		ON CONFLICT (phone_number_id) DO UPDATE SET due_at = excluded.due_at, quality = excluded.quality, tier = excluded.tier,
			status = excluded.status, token = excluded.token, token_expires_at = excluded.token_expires_at,
			received_at = excluded.received_at, sent_at = excluded.sent_at`)
	// What went through them; one has a phone beside it, which the number itself says.
	fill(`
		INSERT INTO traffic (phone_number_id, span, at, received, sent, failed, echoes)
		SELECT '7018', 3600, h, 40 + extract(hour FROM h)::int * 3, 60 + extract(hour FROM h)::int * 5, extract(hour FROM h)::int % 2, 0
		FROM generate_series(date_trunc('hour', now(), 'UTC') - interval '23 hours', now(), interval '1 hour') h;
		INSERT INTO traffic (phone_number_id, span, at, received, sent, failed, echoes) VALUES
			('7018', 3600, date_trunc('hour', now() - interval '5 days', 'UTC'), 0, 0, 0, 214);
		INSERT INTO rating (phone_number_id, at, quality, tier) VALUES ('7018', now() - interval '120 days', 'YELLOW', 'TIER_1K'),
			('7018', now() - interval '90 days', 'GREEN', 'TIER_1K'), ('7018', now() - interval '30 days', 'GREEN', 'TIER_10K')`)
	// The minute that is shown moves on while one looks.
	fill(`INSERT INTO traffic (phone_number_id, span, at, sent) SELECT '7018', 10, now() + n * interval '10 seconds', 31
		FROM generate_series(-8, 90) n`)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("409 (Conflict)", "400 (Bad Request)")
	admin.click(at("rail-settings"))
	admin.shows(at("numbers-page"), "120 numbers")
	row := func(n int) string { return at(fmt.Sprint("number-", 7000+n)) }
	admin.see(`document.querySelectorAll('.fleet tbody tr').length === 120`)
	admin.see(`document.querySelector('.fleet tbody tr').dataset.id === '7062'`)
	admin.shows(row(62), "Token refused")
	admin.shows(row(31), "Low quality")
	admin.shows(row(18)+" "+at("pace"), "3.1")
	admin.looks("settings numbers")

	// It gets worse while one looks, and stays where it is.
	fill(`UPDATE standing SET token = 'dead' WHERE phone_number_id = '7100'`)
	admin.shows(row(100), "Token refused")
	admin.see(`document.querySelectorAll('.fleet tbody tr')[1].dataset.id !== '7100'`)

	admin.click(at("numbers-token"))
	admin.see(`document.querySelectorAll('.fleet tbody tr').length === 3`)
	admin.click(at("numbers-all"))
	admin.write(at("numbers-find"), "Rep. 01")
	admin.see(`document.querySelectorAll('.fleet tbody tr').length === 10`)
	admin.see(`document.querySelectorAll('.fleet tbody tr')[1].dataset.id === '7010'`)

	// X chooses, Shift J goes on.
	admin.script(`document.querySelector('[data-row="7010"]').focus()`)
	admin.press("x")
	admin.shows(at("bulk"), "1 of 120 chosen")
	admin.press("J", kb.ModifierShift)
	admin.shows(at("bulk"), "2 of 120 chosen")
	admin.looks("settings numbers chosen")
	admin.click(at("bulk-pause"))
	admin.shows(at("touched"), "0, with 0 people")
	admin.click(at("stops-all"))
	admin.choose(at("pause-until"), "4")
	admin.write(at("pause-reason"), "templates are reviewed")
	admin.looks("settings numbers pause")
	admin.click(at("pause-confirm"))
	admin.shows(at("numbers-job"), "2 of 2 paused")
	admin.shows(row(10), "Paused")

	admin.click(row(10) + " .cell-link")
	admin.shows(at("number-health"), "Paused by")
	admin.shows(at("number-health"), "until")
	admin.shows(at("number-history"), "templates are reviewed")
	admin.looks("settings number")
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/numbers/7010", map[string]any{"name": "Rep. 010 Sul"}), http.StatusOK)
	admin.rewrite(at("edit-name"), "Rep. 010 Norte")
	admin.click(at("number-save"))
	admin.shows(at("theirs-name"), "Rep. 010 Sul")
	admin.shows(at("mine-name"), "Rep. 010 Norte")
	admin.looks("settings number conflict")
	admin.click(at("mine-name"))
	admin.click(at("number-save"))
	admin.shows(row(10), "Rep. 010 Norte")
	// A pause of sending machines alone does not loosen one of everything.
	admin.click(at("choose-7010"))
	admin.click(at("choose-7012"))
	admin.click(at("bulk-pause"))
	admin.see(`document.querySelector('[data-test=stops-all]').checked`)
	admin.click(at("stops-machines"))
	admin.shows(at("unchanged"), "Rep. 010")
	admin.shows(at("pause-confirm"), "1 number")
	admin.press(kb.Escape)
	admin.click(at("bulk-clear"))
	admin.click(at("drawer-pause"))
	admin.shows(at("numbers-job"), "1 of 1 resumed")

	// What is written and not saved is not thrown away unasked, by Escape, a row or a link.
	admin.rewrite(at("edit-name"), "Rep. 010 Leste")
	admin.press(kb.Escape)
	admin.shows(at("unsaved"), "not saved")
	admin.looks("settings unsaved")
	admin.click(at("confirm-no"))
	admin.see(`document.querySelector('[data-test=edit-name]').value === 'Rep. 010 Leste'`)
	admin.click(at("settings-people"))
	admin.click(at("confirm-no"))
	admin.script(`history.back()`)
	admin.shows(at("unsaved"), "not saved")
	admin.click(at("confirm-no"))
	admin.see(`location.pathname === '/settings/numbers/7010'`)
	admin.press(kb.Escape)
	admin.click(at("confirm-yes"))
	admin.lacks(at("number-drawer"))

	// What went through one, and what Meta said of it.
	admin.rewrite(at("numbers-find"), "Rep. 018")
	admin.click(row(18) + " .cell-link")
	admin.shows(at("number-health"), "for 90 d")
	admin.shows(at("number-health"), "3.1")
	admin.shows(at("number-day"), "12 failed")
	admin.shows(at("number-echoes"), "214 messages")
	admin.shows(at("number-ratings"), "medium · 1,000 per day")
	admin.looks("settings number traffic")

	// Team and language of some at once.
	admin.click(at("choose-7018"))
	admin.see(`document.querySelector('[data-test=bulk-export]').href.endsWith('/fleet/export?numbers=7018')`)
	admin.click(at("bulk-pause"))
	admin.click(at("stops-rate"))
	admin.write(at("pause-rate"), "2")
	admin.write(at("pause-reason"), "quality is watched")
	admin.looks("settings numbers slow")
	admin.click(at("pause-confirm"))
	admin.shows(row(18)+" "+at("pace"), "3.1")
	admin.shows(at("number-health"), "Slowed to 2 a second")
	admin.shows(at("number-health"), "3.1 of 2 messages")
	admin.click(at("choose-7018"))
	admin.click(at("bulk-change"))
	admin.choose(at("change-language"), "es-MX")
	admin.looks("settings numbers change")
	admin.click(at("change-confirm"))
	admin.lacks(at("change-dialog"))
	var language string
	if err := d.Db.QueryRow(t.Context(), `SELECT language FROM phone_number WHERE id = '7018'`).Scan(&language); err != nil || language != "es-MX" {
		t.Errorf("the language is %q, %v", language, err)
	}
}
