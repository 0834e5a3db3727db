package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence"
)

// A first start that is killed or stopped, wherever it was in its story, leaves
// nothing behind: the next one tells all of it, once. What people write in a demo
// that is whole stays.
func TestInterruptedDemoTellsItsStoryAnew(t *testing.T) {
	t.Parallel()
	whole := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	whole.Still(t)
	want := story(t, prosatest.Login(t, whole.Gateway, "rafaela@lume.example", demo.DemoPassword))
	whole.Stop()

	data := prosatest.EmbeddedFolder(t)
	for _, point := range []interruption{
		{"embedded database ready", 1, syscall.SIGKILL},
		{"gateway listens", 1, syscall.SIGKILL},
		{"webhook delivered", 1, syscall.SIGKILL},
		{"webhook delivered", 12, syscall.SIGKILL},
		{"webhook delivered", 25, syscall.SIGINT},
		{"webhook delivered", 45, syscall.SIGKILL},
	} {
		interruptDemo(t, data, point)
	}
	again := prosatest.StartDemo(t, data)
	if !strings.Contains(again.Printed, "interrupted") {
		t.Errorf("the demo does not say that it began anew:\n%s", again.Printed)
	}
	again.Still(t)
	rafaela := prosatest.Login(t, again.Gateway, "rafaela@lume.example", demo.DemoPassword)
	sameStory(t, "begun anew, and never interrupted", story(t, rafaela), want)
	assertStory(t, rafaela)

	again.Simulate(t, "say", map[string]any{"phone": prosatest.Helena, "number": string(demo.Numbers()[demo.InBras].Id), "text": "guarda isto"})
	await.Eventually(t, "the customer's message", func() (any, bool) {
		want = story(t, rafaela)
		return want, strings.Contains(want, "open guarda isto") // in its row too, which is read before the thread
	})
	again.Stop()
	last := prosatest.StartDemo(t, data)
	sameStory(t, "restarted when it was whole, and before", story(t, prosatest.Login(t, last.Gateway, "rafaela@lume.example", demo.DemoPassword)), want)
	if strings.Contains(last.Printed, "interrupted") {
		t.Errorf("a whole demo says that it was interrupted:\n%s", last.Printed)
	}
}

// sameStory shows the lines in which two stories differ.
func sameStory(t *testing.T, which, got, want string) {
	t.Helper()
	lines, wanted := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(lines), len(wanted)) {
		if i >= len(lines) || i >= len(wanted) || lines[i] != wanted[i] {
			t.Errorf("%s: from line %d of %d and %d:\n%s\n\n%s", which, i, len(lines), len(wanted),
				strings.Join(lines[min(i, len(lines)):min(i+3, len(lines))], "\n"), strings.Join(wanted[min(i, len(wanted)):min(i+3, len(wanted))], "\n"))
			return
		}
	}
}

// interruption is a signal at the n-th line of the log with a mark.
type interruption struct {
	mark   string
	n      int
	signal os.Signal
}

// interruptDemo starts a demo as a process of its own and interrupts it.
func interruptDemo(t *testing.T, data string, at interruption) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "serve", "-demo", "-log-level", "debug", "-data", data,
		"-listen", "127.0.0.1:0", "-phones-listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), prosatest.AsProcess+"=1")
	var printed strings.Builder
	cmd.Stdout = &printed
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if !strings.Contains(lines.Text(), at.mark) {
			continue
		}
		if found++; found == at.n {
			if err := cmd.Process.Signal(at.signal); err != nil {
				t.Error(err)
			}
		}
	}
	err = cmd.Wait()
	if killed := err != nil; killed != (at.signal == syscall.SIGKILL) || found < at.n || strings.Contains(printed.String(), "Ctrl-C") {
		t.Errorf("interrupted by %v at the line %d with %q, of %d: %v\n%s", at.signal, at.n, at.mark, found, err, printed.String())
	}
}

// story describes every conversation and all that stands in it, without ids and times.
func story(t *testing.T, p *prosatest.Person) string {
	t.Helper()
	var told []string
	for _, view := range []string{"all", "resolved"} {
		rows, _ := prosatest.Expect(t, p.Get(t, "/api/v1/conversations?limit=200&view="+view), http.StatusOK).At("conversations").([]any)
		for _, row := range rows {
			id, _ := prosatest.Walk(row, "id").(string)
			text := fmt.Sprintln(prosatest.Walk(row, "contact.name"), prosatest.Walk(row, "owner.name"), prosatest.Walk(row, "phase"), prosatest.Walk(row, "last.preview"), prosatest.Walk(row, "unread"))
			for _, item := range p.Items(t, "/api/v1/conversations/"+id) {
				text += fmt.Sprintln(" ", prosatest.Walk(item, "type"), prosatest.Walk(item, "message.direction"), prosatest.Walk(item, "message.author.name"), prosatest.Walk(item, "message.kind"),
					prosatest.Walk(item, "message.content.text.body"), prosatest.Walk(item, "message.content.media.caption"), prosatest.Walk(item, "message.status.state"), prosatest.Walk(item, "message.media.state"))
			}
			told = append(told, text)
		}
	}
	slices.Sort(told)
	return strings.Join(told, "")
}

// Where somebody else's data are no demo begins, and the demo's database serves
// nothing else.
func TestDemoStaysApart(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	real := map[string]string{"DATABASE_URL": "", "PROSA_DATA": prosatest.EmbeddedFolder(t), "PROSA_ADMIN_EMAIL": "a@b.example", "PROSA_ADMIN_PASSWORD": prosatest.TestPassword}
	s.StartProcess(t, real).Kill()
	err := command.Run(t.Context(), []string{"serve", "-demo"}, func(k string) string {
		return map[string]string{"PROSA_DATA": real["PROSA_DATA"], "PROSA_LISTEN": "127.0.0.1:0", "PROSA_PHONES_LISTEN": "127.0.0.1:0", "PROSA_METRICS_LISTEN": engine.MetricsOff}[k]
	}, prosatest.LogTo(t), prosatest.LogTo(t))
	if !errors.Is(err, persistence.ErrRealData) || !strings.Contains(err.Error(), "PROSA_DATA=") {
		t.Errorf("a demo on real data: %v", err)
	}

	data := prosatest.EmbeddedFolder(t)
	prosatest.StartDemo(t, data).Stop()
	env := s.Env()
	env["DATABASE_URL"], env["PROSA_DATA"] = "", data
	if err := serveError(t, env); !errors.Is(err, engine.ErrDemoData) {
		t.Errorf("serve on the demo's data: %v", err)
	}
}

// The clock stays where it was left: windows, and who sleeps how long.
func TestDemoKeepsItsClock(t *testing.T) {
	t.Parallel()
	data := prosatest.EmbeddedFolder(t)
	first := prosatest.StartDemo(t, data)
	ana := prosatest.Login(t, first.Gateway, "ana@lume.example", demo.DemoPassword)
	asleep := ana.Find(t, "Wellington")
	first.Simulate(t, "clock", map[string]any{"seconds": (25 * time.Hour).Seconds()})
	first.Simulate(t, "say", map[string]any{"phone": prosatest.Helena, "number": string(demo.Numbers()[demo.InBras].Id), "text": "amanhã"})
	await.Eventually(t, "the message of the next day", ana.Preview(t, ana.Find(t, "Helena"), "amanhã"))
	until := time.Now().Add(25*time.Hour + 40*time.Minute)
	prosatest.Expect(t, ana.Post(t, asleep+"/snooze", map[string]any{"until": until}), http.StatusOK)
	first.Stop()

	second := prosatest.StartDemo(t, data)
	if !strings.Contains(second.Printed, "25h0m ahead") {
		t.Errorf("the demo does not say where its clock is:\n%s", second.Printed)
	}
	ana = prosatest.Login(t, second.Gateway, "ana@lume.example", demo.DemoPassword)
	path := ana.Find(t, "Helena")
	prosatest.Expect(t, ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana.Write(t, path, "open", "Até já!") // her window is of the moved clock
	late := ana.Post(t, asleep+"/messages", map[string]any{"echo_id": "late", "text": "ainda dá?", "despite_stale": true})
	if late.Text("code") != "window_closed" {
		t.Errorf("text in a window that was closed = %d %v", late.Status, late.Body)
	}
	if phase := ana.Get(t, asleep).Text("phase"); phase != "snoozed" {
		t.Errorf("asleep for 40 minutes more, and %s", phase)
	}
	second.Simulate(t, "clock", map[string]any{"seconds": time.Hour.Seconds()})
	await.Eventually(t, "the snoozed conversation is open again", await.Is("open", func() string { return ana.Get(t, asleep).Text("phase") }))
	second.Stop()
	if third := prosatest.StartDemo(t, data); !strings.Contains(third.Printed, "26h0m ahead") {
		t.Errorf("moved twice:\n%s", third.Printed)
	}
}

// What its administrator has made of the demo stays: whoever was shut out stays out,
// names stay, and the next start does nothing that the audit would tell of.
func TestDemoKeepsWhatItsAdministratorDid(t *testing.T) {
	t.Parallel()
	data := prosatest.EmbeddedFolder(t)
	first := prosatest.StartDemo(t, data)
	renata := prosatest.Login(t, first.Gateway, "renata@lume.example", demo.DemoPassword)
	bruno := prosatest.Login(t, first.Gateway, "bruno@lume.example", demo.DemoPassword)
	prosatest.Expect(t, renata.Patch(t, "/api/v1/agents/"+bruno.Id, map[string]any{"name": "Bruno T.", "role": "manager"}), http.StatusOK)
	prosatest.Expect(t, renata.Post(t, "/api/v1/agents/"+bruno.Id+"/disable", map[string]any{}), http.StatusOK)
	first.Stop()

	second := prosatest.StartDemo(t, data)
	renata = prosatest.Login(t, second.Gateway, "renata@lume.example", demo.DemoPassword)
	for _, one := range renata.Get(t, "/api/v1/agents?disabled=true").At("agents").([]any) {
		p := one.(map[string]any)
		if p["id"] == bruno.Id && (p["name"] != "Bruno T." || p["role"] != "manager" || p["active"] != false) {
			t.Errorf("after the next start: %v", p)
		}
	}
	for _, one := range renata.Get(t, "/api/v1/audit?limit=20").At("lines").([]any) {
		if l := one.(map[string]any); l["action"] == "person.disabled" {
			return // nothing but sessions stands above it
		} else if action := l["action"].(string); action != "person.signed_in" {
			t.Errorf("the next start did %s to %v", action, l["object"])
		}
	}
	t.Error("the audit does not tell that Bruno was shut out")
}
