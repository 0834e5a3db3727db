package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
)

// TestInBrowser is everything that is tested in a real Chromium: one browser for
// all, and for each test a window that shares nothing with the others.
func TestInBrowser(t *testing.T) {
	t.Parallel()
	c := openChromium(t)
	for name, test := range map[string]func(*testing.T, *chromium){
		"phones: a chat":         testPhonesChat,
		"phones: clock, faults":  testPhonesClockAndFaults,
		"phones: a new customer": testPhonesNewCustomer,
		"phones: looks":          testPhonesLooks,
		"inbox: path":            testInboxPath,
		"inbox: take over":       testInboxTakeOver,
		"inbox: transfer":        testInboxTransfer,
		"inbox: ask":             testInboxAsk,
		"inbox: hand over":       testInboxHandOver,
		"inbox: fresh":           testInboxFresh,
		"inbox: fits":            testInboxFits,
		"inbox: owner left":      testInboxOwnerLeft,
		"state: offline":         testStateOffline,
		"inbox: cut":             testInboxCut,
		"network: events":        testNetworkEvents,
		"narrow: dialogues":      testNarrowDialogues,
		"narrow: connection":     testNarrowConnection,
		"inbox: tabs":            testInboxTabs,
		"inbox: drafts":          testInboxDrafts,
		"inbox: send and":        testInboxSendAnd,
		"inbox: phone back":      testPhoneBack,
		"inbox: window":          testInboxWindow,
		"inbox: keyboard":        testInboxKeyboard,
		"input: long":            testInputLong,
		"input: names":           testInputNames,
		"input: flood":           testInputFlood,
		"input: climb":           testInputClimb,
		"input: asked for":       testInputAskedFor,
		"state: session ends":    testSessionEnds,
		"state: password link":   testPasswordLink,
		"state: permission lost": testPermissionLost,
		"inbox: media":           testInboxMedia,
		"inbox: contents":        testContents,
		"kept: failed":           testKeptFailed,
		"kept: logout":           testKeptLogout,
		"kept: nowhere":          testKeptNowhere,
		"kept: in place":         testKeptInPlace,
		"kept: half open":        testKeptHalfOpen,
		"kept: asking":           testKeptAsking,
		"quick replies":          testQuickReplies,
		"template: picker":       testTemplatePicker,
		"template: trouble":      testTemplateTrouble,
		"template: reopened":     testTemplateReopened,
		"template: unread":       testTemplateUnread,
		"focus: ring":            testFocusRing,
		"state: reading":         testStateReading,
		"state: server gone":     testStateServerGone,
		"state: refused":         testStateRefused,
		"state: troubles":        testStateTroubles,
		"state: unconfirmed":     testUnconfirmed,
		"state: phases":          testStatePhases,
		"state: sheets":          testStateSheets,
		"state: focus":           testStateFocus,
		"state: languages":       testStateLanguages,
		"demo: tour":             testDemoTour,
		"inbox: search":          testSearch,
		"inbox: figures":         testInboxFigures,
		"demo: first minute":     testDemoFirstMinute,
		"demo: screenshots":      testDemoScreenshots,
		"lists: filters":         testListFilters,
		"lists: counts":          testListCounts,
		"lists: presence":        testListPresence,
		"lists: panel":           testPanel,
		"start":                  testStart,
		"settings: live":         testSettingsLive,
		"settings: conflict":     testSettingsConflict,
		"connect: steps":         testConnect,
		"connect: demo":          testConnectDemo,
		"connect: token":         testReplaceToken,
		"settings: people":       testSettingsPeople,
		"settings: person":       testSettingsPerson,
		"settings: teams":        testSettingsTeams,
		"settings: quick":        testSettingsQuick,
		"settings: rights":       testSettingsForAdministrators,
		"settings: keys":         testSettingsKeys,
		"settings: fleet":        testSettingsFleet,
		"settings: meta apps":    testSettingsApps,
		"settings: company":      testSettingsCompany,
		"settings: keyboard":     testSettingsKeyboard,
		"settings: own account":  testSettingsAccount,
		"settings: profile":      testSettingsProfile,
		"settings: own profile":  testSettingsOwnProfile,
		"settings: factor":       testSecondFactor,
		"settings: provider":     testProvider,
		"settings: policy":       testFactorPolicy,
		"settings: auditor":      testSettingsAuditor,
		"settings: notices":      testSettingsNotices,
		"settings: limits":       testSettingsLimits,
		"thread: own reply":      testOwnReplyInSight,
		"thread: scheduled":      testScheduled,
		"thread: marked unread":  testMarkedUnread,
		"first: somebody new":    testWriteFirst,
		"first: other number":    testWriteFirstOther,
		"compose: quote":         testQuoteAndReact,
		"compose: attach":        testAttach,
		"compose: build":         testBuilder,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// chromium is a running browser.
type chromium struct {
	ctx   context.Context // the library keeps a browser in its context
	shots string

	copying sync.Mutex // held by who uses the clipboard
}

// openChromium starts the browser; the test ends it with everything in it.
func openChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := findChromium()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("the browser tests may not be left out here: %v", err)
	default:
		t.Skip("no chromium: install the package chromium for the browser tests")
	}
	shots := os.Getenv("PROSA_SHOTS")
	if shots == "" {
		shots = t.TempDir()
	}
	if err := os.MkdirAll(shots, 0o750); err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "prosa-chromium-") //nolint:usetesting // the browser writes in it for a moment after its end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("lang", "en-US"), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1440, 900), chromedp.WSURLReadTimeout(await.Patience))
	all, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(all)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // ends the browser and waits for it
		end()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return &chromium{ctx: ctx, shots: shots}
}

// tab is one page in the browser. It fails its test at every error that the page
// tells its console, a breach of the content policy among them.
type tab struct {
	t     *testing.T
	ctx   context.Context // the library keeps a tab in its context
	shots string

	mu        sync.Mutex
	told      []string
	tolerated []string
}

// window opens a tab in a window of its own: without cookies or storage.
func (c *chromium) window(t *testing.T) *tab {
	t.Helper()
	return openTab(t, c.ctx, c.shots, chromedp.WithNewBrowserContext())
}

// another opens a second tab of the same person.
func (b *tab) another() *tab {
	b.t.Helper()
	return openTab(b.t, b.ctx, b.shots)
}

func openTab(t *testing.T, parent context.Context, shots string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{t: t, shots: shots}
	ctx, end := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.listen))...)
	b.ctx = ctx
	t.Cleanup(func() {
		if t.Failed() {
			b.shot(fmt.Sprintf("failed %s %s", t.Name(), chromedp.FromContext(ctx).Target.TargetID[:4]))
		}
		b.complain()
		end()
	})
	b.do("open a tab", chromedp.EmulateViewport(1440, 900))
	protocol(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: witness()})
	b.scheme("light")
	protocol(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/Sao_Paulo"})
	protocol(b, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "en-US"})
	return b
}

// listen keeps what a page tells its console as an error.
func (b *tab) listen(event any) {
	var words string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		words = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			words += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type != "error" && e.Type != "warning" && e.Type != "assert" {
			return
		}
		words = "console." + string(e.Type) + ":"
		for _, arg := range e.Args {
			words += " " + string(arg.Value) + arg.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelError && e.Entry.Source != log.EntrySourceSecurity {
			return
		}
		words = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, words)
}

// tolerate says what this test provokes: parts of the browser's own words.
func (b *tab) tolerate(parts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tolerated = append(b.tolerated, parts...)
}

func (b *tab) complain() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
next:
	for _, words := range b.told {
		for _, part := range b.tolerated {
			if strings.Contains(words, part) {
				continue next
			}
		}
		b.t.Errorf("the page told its console: %s", words)
	}
}

// do runs actions, within the patience of the tests.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	// The first action opens the tab, which lives as long as the context of it.
	ctx := b.ctx
	if chromedp.FromContext(ctx).Target != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, await.Patience)
		defer cancel()
	}
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// open goes to an address.
func (b *tab) open(address string) {
	b.t.Helper()
	b.do("open "+address, chromedp.Navigate(address))
}

// ask evaluates an expression in the page, awaiting a promise.
func ask[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, await.Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// script runs an expression for what it does.
func (b *tab) script(expression string) {
	b.t.Helper()
	if _, err := ask[bool](b, "("+expression+", true)"); err != nil {
		b.t.Fatalf("run %s: %v", expression, err)
	}
}

// see waits until an expression, or what it promises, is true. A page that is
// just being replaced is asked again.
func (b *tab) see(expression string) {
	b.t.Helper()
	deadline := time.Now().Add(await.Patience)
	for {
		ok, err := ask[bool](b, "(async () => !!(await ("+expression+")))()")
		if ok {
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("never seen: %s (%v)%s; the page at %s says:\n%s", expression, err, b.instead(expression), b.value("location.href"), b.words("body"))
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// instead tells, for messages, what is compared in an expression that ends in a
// comparison.
func (b *tab) instead(expression string) string {
	at := strings.LastIndex(expression, " === ")
	if at < 0 {
		return ""
	}
	return "; it is " + b.value(expression[:at])
}

// value is an expression's as text, for messages.
func (b *tab) value(expression string) string {
	text, err := ask[string](b, "String("+expression+")")
	return text + errText(err)
}

// shows waits until an element is there whose text holds words.
func (b *tab) shows(selector, words string) {
	b.t.Helper()
	b.see(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.textContent.includes(%q))", selector, words))
}

// lacks waits until no visible element fits.
func (b *tab) lacks(selector string) {
	b.t.Helper()
	b.see(fmt.Sprintf("![...document.querySelectorAll(%q)].some((e) => e.checkVisibility())", selector))
}

// words is the text of the first element that fits, for messages.
func (b *tab) words(selector string) string {
	text, err := ask[string](b, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
	return strings.Join(strings.Fields(text), " ") + errText(err)
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return " (" + err.Error() + ")"
}

// place is where the element of a selector can be clicked: in view, at rest,
// enabled and not behind something else.
const place = `(async (selector) => {
  const e = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility());
  if (!e || e.disabled) return [];
  e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const at = () => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  const [x, y] = at();
  await new Promise((done) => requestAnimationFrame(done));
  const [u, v] = at(), on = document.elementFromPoint(u, v);
  return x === u && y === v && on && (e === on || e.contains(on) || on.control === e || on.closest('label')?.control === e) ? [x, y] : [];
})(%q)`

// click clicks with the mouse, as soon as that is possible.
func (b *tab) click(selector string) {
	b.t.Helper()
	deadline := time.Now().Add(await.Patience)
	for {
		at, err := ask[[]float64](b, fmt.Sprintf(place, selector))
		if err == nil && len(at) == 2 {
			b.do("click "+selector, chromedp.MouseClickXY(at[0], at[1]))
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("cannot be clicked: %s (%v); the page says:\n%s", selector, err, b.words("body"))
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// write clicks into a field and types; the letters come as from an input method.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	b.click(selector)
	b.see(fmt.Sprintf("document.activeElement.matches(%q)", selector))
	b.insert(text)
}

// rewrite replaces what a field holds.
func (b *tab) rewrite(selector, text string) {
	b.t.Helper()
	b.click(selector)
	b.script(fmt.Sprintf("document.querySelector(%q).select()", selector))
	b.insert(text)
}

// choose picks an option of a list, which headless has no picture of to click on.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.script(fmt.Sprintf(`((s) => { s.value = %q; s.dispatchEvent(new Event("change", { bubbles: true })); })(document.querySelector(%q))`, value, selector))
	b.see(fmt.Sprintf("document.querySelector(%q).value === %q", selector, value))
}

// insert types where the focus is.
func (b *tab) insert(text string) {
	b.t.Helper()
	protocol(b, input.InsertText, input.InsertTextParams{Text: text})
}

// press presses keys one after the other: runes of the package kb. A key that
// makes a character is one event with it, as from a keyboard: a page that
// prevents the key prevents the character.
func (b *tab) press(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	for _, key := range keys {
		events := kb.Encode(key)
		down := *events[0]
		if len(events) == 3 && !slices.Contains(modifiers, kb.ModifierCtrl) {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, event := range []input.DispatchKeyEventParams{down, *events[len(events)-1]} {
			for _, modifier := range modifiers {
				event.Modifiers |= int64(modifier)
			}
			protocol(b, input.DispatchKeyEvent, event)
		}
	}
}

// protocol runs a command of the protocol in a tab.
func protocol[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, await.Patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
}

// size makes the page as wide and high as a screen; narrow ones are telephones.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if width < 600 {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do("change the size", chromedp.EmulateViewport(width, height, options...))
}

// scheme makes the system light or dark, with little motion.
func (b *tab) scheme(name string) {
	b.t.Helper()
	protocol(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// fits checks that nothing is wider than the screen.
func (b *tab) fits() {
	b.t.Helper()
	if wide, err := ask[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide || err != nil {
		b.t.Errorf("%s: the page is wider than its screen (%v)", b.t.Name(), err)
	}
}

// shot keeps a picture for people to look at.
func (b *tab) shot(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, await.Patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(b.shots, strings.NewReplacer("/", "_", " ", "-", ":", "", ",", "").Replace(name)+".png"), picture, 0o600)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		b.t.Errorf("picture %s: %v", name, err)
	}
}
