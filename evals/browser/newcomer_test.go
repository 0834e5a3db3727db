package browser

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// testStart is what somebody meets who begins.
func testStart(t *testing.T, c *chromium) {
	for name, test := range map[string]func(*testing.T, *chromium){
		"steps": testStartSteps, "newcomer at a desk": testNewcomer(1440, 900), "newcomer with a phone": testNewcomer(390, 844),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// newcomer is somebody who knows nothing but what stands on the screen: clicks on words
// and types into what words stand over.
type newcomer struct {
	*tab
	steps *int
}

// byWords marks the uppermost thing to use whose words, or whose label, are these, or
// else begin with them.
const byWords = `((words, step, of) => {
  const boxes = [...document.querySelectorAll('dialog[open], [role=dialog]')].filter((e) => e.checkVisibility());
  const says = (e) => [e.innerText, ...[...e.labels ?? []].map((l) => l.innerText), e.getAttribute('aria-label'), e.title]
    .map((s) => s?.trim() ?? '');
  const all = [...(boxes.at(-1) ?? document).querySelectorAll(of)].filter((e) => e.checkVisibility() && !e.disabled);
  const e = all.find((e) => says(e).includes(words)) ?? all.find((e) => says(e).some((s) => s.startsWith(words)));
  e?.setAttribute('data-step', step);
  return e;
})(%q, %d, %q)`

func (n newcomer) find(words, of string) string {
	n.t.Helper()
	*n.steps++
	n.see(fmt.Sprintf(byWords, words, *n.steps, of))
	return fmt.Sprintf("[data-step='%d']", *n.steps)
}

// use clicks on a button, a link or a choice.
func (n newcomer) use(words string) {
	n.t.Helper()
	n.click(n.find(words, "button, a, label.choice, [role=tab], [role=menuitem]"))
}

// fill types into a field.
func (n newcomer) fill(label, text string) {
	n.t.Helper()
	n.write(n.find(label, "input, textarea"), text)
}

// enter presses the key in the field that was filled.
func (n newcomer) enter() {
	n.t.Helper()
	*n.steps++
	n.press(kb.Enter)
}

// reads waits for words in sight.
func (n newcomer) reads(words string) {
	n.t.Helper()
	n.see(fmt.Sprintf("document.body.innerText.includes(%q)", words))
}

// follows opens what a link leads to in a tab beside.
func (n newcomer) follows(words string) newcomer {
	n.t.Helper()
	link := n.find(words, "a[href]")
	beside := newcomer{n.another(), n.steps}
	beside.open(n.value(fmt.Sprintf("document.querySelector(%q).href", link)))
	return beside
}

// From the first look at the demo to a number of one's own and a colleague who is in,
// with no other help than what stands on the screen.
func testNewcomer(width, height int64) func(*testing.T, *chromium) {
	return func(t *testing.T, c *chromium) {
		d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
		me := newcomer{c.window(t), new(int)}
		me.tolerate("401 (Unauthorized)")
		me.size(width, height)
		me.open(d.Gateway)
		began := time.Now()
		look := func(at string) { me.fits(); me.shot(fmt.Sprintf("newcomer %d %s", width, at)) }

		phone := width < 600
		if phone {
			me.use("Account")
			look("account")
			me.use("My account")
		} else {
			me.use("Settings")
		}
		look("settings")
		me.use("Continue as Renata Melo")
		me.use("Connect number")
		look("token")
		me.use("Use the token of the demo")
		me.use("Check")
		me.reads("Salvador")
		look("number")
		me.use("Continue")
		look("code")
		me.use("Send by SMS")
		me.reads("Good until")
		look("code sent")
		phones := me.follows("Demo phones")
		phones.size(width, height)
		if phone {
			phones.use("Simulator")
		}
		phones.see(`/code \d{6}/.test(document.body.innerText)`)
		phones.shot(fmt.Sprintf("newcomer %d phones", width))
		code := regexp.MustCompile(`code (\d{6})`).FindStringSubmatch(phones.words("body"))
		me.fill("Code", code[1])
		me.use("Confirm")
		me.reads("PIN of six")
		look("pin")
		me.fill("PIN of six", "135790")
		me.use("Activate")
		me.reads("Who answers this number?")
		look("finish")
		me.use("Connect")
		me.reads("is connected")
		look("connected")
		me.use("Without a test")

		if phone {
			me.choose(me.find("Settings", "select"), "people")
		} else {
			me.use("People")
		}
		me.use("Invite")
		me.fill("E-mail addresses", "bea@lume.example")
		look("invite")
		me.use("Invite")
		me.reads("Pass it on")
		look("link")
		link := me.value("[...document.querySelectorAll('input')].find((e) => e.checkVisibility() && e.value.includes('#invitation=')).value")
		me.use("Done")

		bea := newcomer{c.window(t), me.steps}
		bea.tolerate("401 (Unauthorized)")
		bea.size(width, height)
		bea.open(link)
		bea.fill("Your name", "Bea Nunes")
		bea.fill("Choose a password", "seven slow herons wade")
		bea.enter()
		bea.live()
		bea.shot(fmt.Sprintf("newcomer %d bea", width))
		me.reads("Bea Nunes")
		t.Logf("a number and a colleague in %d steps and %v", *me.steps, time.Since(began).Round(100*time.Millisecond))
	}
}
