package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// An administrator hires a colleague without a word of the README: invites, passes
// the link on, and the colleague is in, in his team, and in the audit.
func testSettingsPeople(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)", "422 (Unprocessable")
	admin.click(at("rail-settings"))
	admin.shows(at("numbers-page"), "Numbers")
	admin.looks("settings numbers")
	admin.click(at("settings-people"))
	admin.shows(at("people-page"), "ana@lume.example")
	admin.looks("settings people")

	admin.click(at("invite"))
	admin.write(at("invite-emails"), "carla@lume.example, nonsense")
	admin.click(at("invite-send"))
	admin.shows(at("wrong-emails"), "nonsense")
	admin.tolerate("409 (Conflict)")
	admin.looks("settings invite")
	admin.rewrite(at("invite-emails"), strings.Repeat("carla@lume.example ", 101))
	admin.click(at("invite-send"))
	admin.shows(at("wrong-emails"), "101 addresses: at most 100")
	admin.rewrite(at("invite-emails"), "carla@lume.example, Carla@lume.example")
	admin.click(at("invite-send"))
	admin.shows(at("wrong-emails"), "Carla@lume.example stands there twice")
	admin.rewrite(at("invite-emails"), "carla@lume.example, ana@lume.example")
	admin.click(at("invite-send"))
	admin.shows(at("wrong-emails"), "ana@lume.example") // whom only the server knows
	admin.rewrite(at("invite-emails"), "carla@lume.example")
	admin.click(at("invite-send"))
	admin.see("document.querySelector('[data-test=invite-link]')?.value.includes('#invitation=')")
	link, err := ask[string](admin, "document.querySelector('[data-test=invite-link]').value")
	if err != nil {
		t.Fatal(err)
	}
	admin.looks("settings invitation link")
	admin.click(at("invite-done"))
	admin.click(at("people-invited"))
	admin.shows(at("invitation"), "carla@lume.example")
	admin.looks("settings invitations")
	first := link
	admin.click(at("renew"))
	admin.see("document.querySelector('[data-test=invite-link]')?.value.includes('#invitation=')")
	if link, err = ask[string](admin, "document.querySelector('[data-test=invite-link]').value"); err != nil {
		t.Fatal(err)
	}
	admin.click(at("invite-done"))
	dead := c.window(t)
	dead.tolerate("410 (Gone)", "401 (Unauthorized)")
	dead.open(first)
	dead.shows(at("join-error"), "replaced by a newer one")

	carla := c.window(t)
	carla.tolerate("400 (Bad Request)", "401 (Unauthorized)", "410 (Gone)")
	carla.open(link)
	carla.shows(at("join"), "carla@lume.example")
	carla.see("!location.href.includes('invitation=')")
	carla.looks("join")
	carla.write(at("join-name"), "Carla Dias")
	carla.write(at("join-password"), "senha123")
	carla.press(kb.Enter)
	carla.shows(at("join-error"), "nothing that others try first")
	carla.rewrite(at("join-password"), "a quieter donkey sings")
	carla.press(kb.Enter)
	carla.live()
	carla.shows(at("account"), "Carla Dias")
	again := c.window(t)
	again.tolerate("410 (Gone)", "401 (Unauthorized)")
	again.open(link)
	again.shows(at("join-error"), "was used")

	admin.click(at("people-active"))
	admin.shows(at("people-page"), "Carla Dias")
	admin.click(at("settings-audit"))
	admin.shows(at("audit-line"), "took up an invitation")
	admin.looks("settings audit")
	admin.rewrite(at("audit-find"), "carla")
	admin.see("[...document.querySelectorAll('[data-test=audit-line]')].every((l) => /carla/i.test(l.textContent))")
}

// Two administrators change the same account: the second sees what the first has
// made of it and decides. Disabling asks where the conversations go and ends the
// session.
func testSettingsPerson(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	ana := d.Ana.Id
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("409 (Conflict)")
	admin.open(d.Url + "/settings/people/" + ana)
	admin.shows(at("person-drawer"), "ana@lume.example")
	admin.shows(at("sessions"), "End")
	admin.looks("settings person")
	admin.click(at("person-reset"))
	admin.see("document.querySelector('[data-test=invite-link]')?.value.includes('#reset=')")
	admin.click(at("invite-done"))
	admin.lacks(at("invite-link"))
	admin.rewrite(at("person-name"), "Ana Maria")
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/agents/"+ana, map[string]any{"role": "manager", "name": "Ana Lima"}), http.StatusOK)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	admin.click(at("person-save"))
	admin.shows(at("theirs-name"), "Ana Lima")
	admin.shows(at("mine-name"), "Ana Maria")
	admin.see("document.querySelector('[data-test=role-manager]').checked") // untouched here: theirs
	admin.lacks(at("conflict-role"))
	admin.looks("settings conflict")
	admin.click(at("theirs-name"))
	admin.see("document.querySelector('[data-test=person-name]').value === 'Ana Lima'")
	admin.click(at("mine-name"))
	admin.click(at("person-save"))
	admin.shows(at("person-drawer"), "Ana Maria")
	admin.lacks(at("conflict"))
	admin.shows(at("person-"+ana), "Ana Maria")

	admin.click(at("person-disable"))
	admin.shows(at("disable-dialog"), "Where the conversations go")
	admin.click(at("to-split"))
	admin.shows(at("disable-dialog"), "Gets")
	admin.looks("settings disable")
	admin.click(at("to-agent"))
	admin.shows(at("disable-dialog"), "Drafts lie in their own browser")
	admin.looks("settings disable to one")
	admin.click(at("to-queue"))
	admin.click(at("disable-confirm"))
	admin.shows(at("person-drawer"), "is disabled")
	prosatest.Expect(t, d.Ana.Get(t, "/api/v1/me"), http.StatusUnauthorized)
	admin.click(at("person-enable"))
	admin.shows(at("person-drawer"), "Sessions")
	admin.press(kb.Escape)
	admin.lacks(at("person-drawer"))

	admin.click(at("settings-teams"))
	admin.shows(at("teams-page"), "Teams")
	admin.click(at("team-new"))
	admin.write(at("team-name"), "Após-venda VIP")
	admin.press(kb.Enter)
	admin.shows(at("teams-page"), "Após-venda VIP")
	admin.looks("settings teams")
}

// Whoever does not run the installation finds his own account in the settings and
// nothing else, by the address neither.
func testSettingsForAdministrators(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.click(at("rail-settings"))
	ana.shows(at("account-page"), "ana@lume.example")
	ana.open(d.Url + "/settings/people")
	ana.shows(at("account-page"), "ana@lume.example")
	ana.lacks(at("settings-people"))
	ana.lacks(at("people-page"))
}

// A key is made, shown once, works, and ends at once when it is revoked.
func testSettingsKeys(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.open(d.Url + "/settings/keys")
	admin.shows(at("keys-page"), "No key yet")
	admin.click(at("key-new"))
	admin.write(at("key-name"), "Loja virtual")
	admin.click(at("right-write"))
	admin.shows(at("key-dialog"), "Only where nobody owns")
	admin.looks("settings key")
	admin.click(at("key-make"))
	admin.see("document.querySelector('[data-test=key-secret]')?.value.startsWith('prosa_')")
	secret, err := ask[string](admin, "document.querySelector('[data-test=key-secret]').value")
	if err != nil {
		t.Fatal(err)
	}
	list := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Url+"/api/v1/conversations", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if status := list(); status != http.StatusOK {
		t.Errorf("with the key: %d", status)
	}
	admin.click(at("key-done"))
	admin.shows(at("key"), "Loja virtual")
	admin.looks("settings keys")
	admin.click(at("key-revoke"))
	admin.click(at("revoke-confirm"))
	admin.shows(at("key"), "revoked")
	if status := list(); status != http.StatusUnauthorized {
		t.Errorf("with the revoked key: %d", status)
	}
}

// The keys of the inbox do nothing to a conversation that stands open behind the
// settings, nor behind a dialogue of theirs; back in the inbox they do again.
func testSettingsKeyboard(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, version := d.Say(t, prosatest.Helena, "Oi!")
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.pick("unclaimed", "Helena")
	admin.press("g")
	admin.press(",")
	admin.shows(at("numbers-page"), "Numbers")
	for _, key := range []string{"c", "e", "s", "o", "j", "t"} {
		admin.press(key)
	}
	admin.lacks(at("snooze-sheet"))
	admin.click(at("number-new"))
	admin.shows(at("connect-dialog"), "Missing")
	admin.script("document.querySelector('[data-test=connect-later]').focus()")
	admin.press("c")
	admin.press(kb.Escape)
	admin.lacks(at("connect-dialog"))
	row := d.Admin.Get(t, path)
	if row.At("version") != version || row.At("owner.kind") != "nobody" {
		t.Errorf("from the settings the conversation became %v", row.Body)
	}
	admin.press("g")
	admin.press("u")
	admin.pick("unclaimed", "Helena")
	admin.press("c")
	admin.mode("mine")
}
