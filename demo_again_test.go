package main

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

	"github.com/prosa-chat/prosa/persistence"
)

// A first start that is killed or stopped, wherever it was in its story, leaves
// nothing behind: the next one tells all of it, once. What people write in a demo
// that is whole stays.
func TestInterruptedDemoTellsItsStoryAnew(t *testing.T) {
	t.Parallel()
	whole := startDemo(t, embeddedFolder(t))
	whole.still(t)
	want := story(t, login(t, whole.gateway, "rafaela@lume.example", demoPassword))
	whole.stop()

	data := embeddedFolder(t)
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
	again := startDemo(t, data)
	if !strings.Contains(again.printed, "interrupted") {
		t.Errorf("the demo does not say that it began anew:\n%s", again.printed)
	}
	again.still(t)
	rafaela := login(t, again.gateway, "rafaela@lume.example", demoPassword)
	sameStory(t, "begun anew, and never interrupted", story(t, rafaela), want)
	assertStory(t, rafaela)

	again.simulate(t, "say", map[string]any{"phone": helena, "number": string(demoNumbers()[inBras].id), "text": "guarda isto"})
	eventually(t, "the customer's message", func() (any, bool) {
		want = story(t, rafaela)
		return want, strings.Contains(want, "open guarda isto") // in its row too, which is read before the thread
	})
	again.stop()
	last := startDemo(t, data)
	sameStory(t, "restarted when it was whole, and before", story(t, login(t, last.gateway, "rafaela@lume.example", demoPassword)), want)
	if strings.Contains(last.printed, "interrupted") {
		t.Errorf("a whole demo says that it was interrupted:\n%s", last.printed)
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
	cmd.Env = append(os.Environ(), asProcess+"=1")
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
func story(t *testing.T, p *person) string {
	t.Helper()
	var told []string
	for _, view := range []string{"all", "resolved"} {
		rows, _ := expect(t, p.get(t, "/api/v1/conversations?limit=200&view="+view), http.StatusOK).at("conversations").([]any)
		for _, row := range rows {
			id, _ := walk(row, "id").(string)
			text := fmt.Sprintln(walk(row, "contact.name"), walk(row, "owner.name"), walk(row, "phase"), walk(row, "last.preview"), walk(row, "unread"))
			for _, item := range p.items(t, "/api/v1/conversations/"+id) {
				text += fmt.Sprintln(" ", walk(item, "type"), walk(item, "message.direction"), walk(item, "message.author.name"), walk(item, "message.kind"),
					walk(item, "message.content.text.body"), walk(item, "message.content.media.caption"), walk(item, "message.status.state"), walk(item, "message.media.state"))
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
	s := newSite(t, nil)
	real := map[string]string{"DATABASE_URL": "", "PROSA_DATA": embeddedFolder(t), "PROSA_ADMIN_EMAIL": "a@b.example", "PROSA_ADMIN_PASSWORD": testPassword}
	s.startProcess(t, real).kill()
	err := run(t.Context(), []string{"serve", "-demo"}, func(k string) string {
		return map[string]string{"PROSA_DATA": real["PROSA_DATA"], "PROSA_LISTEN": "127.0.0.1:0", "PROSA_PHONES_LISTEN": "127.0.0.1:0", "PROSA_METRICS_LISTEN": metricsOff}[k]
	}, testWriter{t}, testWriter{t})
	if !errors.Is(err, persistence.ErrRealData) || !strings.Contains(err.Error(), "PROSA_DATA=") {
		t.Errorf("a demo on real data: %v", err)
	}

	data := embeddedFolder(t)
	startDemo(t, data).stop()
	env := s.env()
	env["DATABASE_URL"], env["PROSA_DATA"] = "", data
	if err := serveError(t, env); !errors.Is(err, errDemoData) {
		t.Errorf("serve on the demo's data: %v", err)
	}
}

// The clock stays where it was left: windows, and who sleeps how long.
func TestDemoKeepsItsClock(t *testing.T) {
	t.Parallel()
	data := embeddedFolder(t)
	first := startDemo(t, data)
	ana := login(t, first.gateway, "ana@lume.example", demoPassword)
	asleep := ana.find(t, "Wellington")
	first.simulate(t, "clock", map[string]any{"seconds": (25 * time.Hour).Seconds()})
	first.simulate(t, "say", map[string]any{"phone": helena, "number": string(demoNumbers()[inBras].id), "text": "amanhã"})
	eventually(t, "the message of the next day", ana.preview(t, ana.find(t, "Helena"), "amanhã"))
	until := time.Now().Add(25*time.Hour + 40*time.Minute)
	expect(t, ana.post(t, asleep+"/snooze", map[string]any{"until": until}), http.StatusOK)
	first.stop()

	second := startDemo(t, data)
	if !strings.Contains(second.printed, "25h0m ahead") {
		t.Errorf("the demo does not say where its clock is:\n%s", second.printed)
	}
	ana = login(t, second.gateway, "ana@lume.example", demoPassword)
	path := ana.find(t, "Helena")
	expect(t, ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana.write(t, path, "open", "Até já!") // her window is of the moved clock
	late := ana.post(t, asleep+"/messages", map[string]any{"echo_id": "late", "text": "ainda dá?", "despite_stale": true})
	if late.text("code") != "window_closed" {
		t.Errorf("text in a window that was closed = %d %v", late.Status, late.Body)
	}
	if phase := ana.get(t, asleep).text("phase"); phase != "snoozed" {
		t.Errorf("asleep for 40 minutes more, and %s", phase)
	}
	second.simulate(t, "clock", map[string]any{"seconds": time.Hour.Seconds()})
	eventually(t, "the snoozed conversation is open again", is("open", func() string { return ana.get(t, asleep).text("phase") }))
	second.stop()
	if third := startDemo(t, data); !strings.Contains(third.printed, "26h0m ahead") {
		t.Errorf("moved twice:\n%s", third.printed)
	}
}
