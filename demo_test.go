package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// demo is serve -demo in this process, and what it printed.
type demo struct {
	gateway, phones, printed string
	stop                     func()
}

func startDemo(t *testing.T, data string) *demo {
	t.Helper()
	env := map[string]string{
		"PROSA_DATA": data, "PROSA_LISTEN": "127.0.0.1:0", "PROSA_PHONES_LISTEN": "127.0.0.1:0", "PROSA_LOG_LEVEL": "warn",
		"PROSA_METRICS_LISTEN": metricsOnGateway,
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "-demo"}, func(k string) string { return env[k] }, in, testWriter{t})
		_ = in.Close()
	}()
	stopped := false
	d := &demo{stop: func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("demo ended: %v", err)
		}
	}}
	t.Cleanup(d.stop)
	d.printed = readUntil(t, out, "Ctrl-C")
	go func() { _, _ = io.Copy(io.Discard, out) }()
	d.gateway, d.phones = printedAddress(t, d.printed, "Inbox"), printedAddress(t, d.printed, "Phones")
	return d
}

// still waits until all that was told in the story has been dealt with: the phones
// report how far an answer got when they like.
func (d *demo) still(t *testing.T) {
	t.Helper()
	held := regexp.MustCompile(`(?m)^prosa_relay_intake_held.* (\d+)$`)
	eventually(t, "nothing is under way in the demo", func() (any, bool) {
		_, metrics := fetch(t.Context(), d.gateway+"/metrics")
		found := held.FindStringSubmatch(metrics)
		return found, found != nil && found[1] == "0"
	})
}

// readUntil collects lines up to the one with a mark.
func readUntil(t *testing.T, out io.Reader, mark string) string {
	t.Helper()
	found := make(chan string, 1)
	go func() {
		var text strings.Builder
		lines := bufio.NewScanner(out)
		for lines.Scan() && !strings.Contains(lines.Text(), mark) {
			text.WriteString(lines.Text() + "\n")
		}
		found <- text.String()
	}()
	select {
	case text := <-found:
		return text
	case <-time.After(2 * time.Minute):
		t.Fatal("the demo did not start within two minutes")
	}
	return ""
}

func printedAddress(t *testing.T, printed, name string) string {
	t.Helper()
	m := regexp.MustCompile(name + `\s+(http://\S+?)/?\s`).FindStringSubmatch(printed)
	if m == nil {
		t.Fatalf("no address of %s in:\n%s", name, printed)
	}
	return m[1]
}

// The demo prints what a newcomer needs, seeds once, and finds after a restart
// what it had; the README's curl lines answer a customer as they stand.
func TestDemoSeedsOnceAndItsLinesWork(t *testing.T) {
	t.Parallel()
	data := embeddedFolder(t)
	first := startDemo(t, data)
	if lines := strings.Split(strings.TrimSpace(first.printed), "\n"); len(lines) > 2+1+4 || !strings.Contains(lines[0], first.gateway) || !strings.Contains(lines[1], first.phones) {
		t.Errorf("the demo prints more than two links and a few lines:\n%s", first.printed)
	}
	beside := regexp.MustCompile(`http://localhost:\d+/\?as=bruno@lume.example`).FindString(first.printed)
	for _, page := range []string{first.gateway + "/", beside, first.gateway + "/healthz", first.gateway + "/readyz", first.phones + "/"} {
		if code, _ := fetch(t.Context(), page); code != http.StatusOK {
			t.Errorf("%s = %d", page, code)
		}
	}
	if _, page := fetch(t.Context(), first.phones+"/"); !strings.Contains(page, "<html") {
		t.Errorf("the phones' page is no page: %.200s", page)
	}
	rafaela := login(t, first.gateway, "rafaela@lume.example", demoPassword)
	first.still(t)
	before := seeded(t, rafaela)
	if n := strings.Count(before, "\n"); n != len(demoPhones()) {
		t.Errorf("%d conversations seeded:\n%s", n, before)
	}
	assertStory(t, rafaela)
	first.stop()

	second := startDemo(t, data)
	rafaela = login(t, second.gateway, "rafaela@lume.example", demoPassword)
	if after := seeded(t, rafaela); after != before {
		t.Errorf("before the restart\n%safter it\n%s", before, after)
	}
	second.runReadmeLines(t)
	// The phones, whose simulator keeps nothing, have their chats again.
	for phone, words := range map[string]string{"5534955501142": "Chegou a coleção", vila: "pedido mínimo"} {
		_, chat := fetch(t.Context(), fmt.Sprintf("%s/sim/chat?phone=%s&number=%s", second.phones, phone, demoNumbers()[inBras].id))
		if !strings.Contains(chat, words) || !strings.Contains(chat, "window_closes_at") {
			t.Errorf("after the restart the phone %s shows %s", phone, chat)
		}
	}
	_, helenas := fetch(t.Context(), fmt.Sprintf("%s/sim/chat?phone=%s&number=%s", second.phones, helena, demoNumbers()[inBras].id))
	file := regexp.MustCompile(`"file":"(\d+)"`).FindStringSubmatch(helenas)
	if file == nil {
		t.Errorf("no picture on the phone: %s", helenas)
	} else if code, bytes := fetch(t.Context(), second.phones+"/sim/files/"+file[1]); code != http.StatusOK || len(bytes) < 1000 {
		t.Errorf("the picture on the phone: %d, %d bytes", code, len(bytes))
	}
	path := rafaela.find(t, "Helena")
	chat := fmt.Sprintf("%s/sim/chat?phone=5534955501142&number=%s", second.phones, demoNumbers()[0].id)
	eventually(t, "the answer on Helena's phone", func() (any, bool) {
		_, text := fetch(t.Context(), chat)
		return text, strings.Contains(text, "Fechado, 6% no Pix")
	})
	if owner := expect(t, rafaela.get(t, path), http.StatusOK).text("owner.name"); owner != "Ana Ribeiro" {
		t.Errorf("the conversation belongs to %q", owner)
	}
}

// assertStory looks for what a newcomer should meet: windows of all ages,
// something for everybody, and something that went wrong.
func assertStory(t *testing.T, p *person) {
	t.Helper()
	rows, _ := expect(t, p.get(t, "/api/v1/conversations?limit=200"), http.StatusOK).at("conversations").([]any)
	found := map[string]int{}
	for _, row := range rows {
		closes, _ := walk(row, "window_closes_at").(string)
		at, err := time.Parse(time.RFC3339, closes)
		if err != nil {
			t.Fatalf("window of %v: %v", row, err)
		}
		switch left := time.Until(at); {
		case left <= 0:
			found["closed"]++
		case left < 2*time.Hour:
			found["closing"]++
		case left > 23*time.Hour:
			found["fresh"]++
		}
		owner, _ := walk(row, "owner.name").(string)
		phase, _ := walk(row, "phase").(string)
		status, _ := walk(row, "last.status").(string)
		found[owner]++
		found[phase]++
		found[status]++
	}
	for what, least := range map[string]int{
		"closed": 1, "closing": 2, "fresh": 3, "": 4, "Ana Ribeiro": 4, "Bruno Tavares": 2, "snoozed": 1, "failed": 1,
	} {
		if found[what] < least {
			t.Errorf("%d conversations are %q, want %d or more", found[what], what, least)
		}
	}
}

// seeded describes all conversations, one a line.
func seeded(t *testing.T, p *person) (text string) {
	t.Helper()
	for _, view := range []string{"all", "resolved"} {
		rows, _ := expect(t, p.get(t, "/api/v1/conversations?limit=200&sort=oldest&view="+view), http.StatusOK).at("conversations").([]any)
		for _, row := range rows {
			id, _ := walk(row, "id").(string)
			text += fmt.Sprintln(id, walk(row, "contact.name"), walk(row, "owner.name"), walk(row, "phase"), walk(row, "last.preview"),
				len(p.items(t, "/api/v1/conversations/"+id)), walk(row, "version"), walk(row, "unread"))
		}
	}
	return text
}

// runReadmeLines gives the curl lines of the README to a shell, with a cookie jar of ours.
func (d *demo) runReadmeLines(t *testing.T) {
	t.Helper()
	out := runReadme(t, "http://127.0.0.1:8080", d.gateway)
	var answer map[string]any
	if err := json.Unmarshal(out, &answer); err != nil || answer["message_id"] == nil {
		t.Errorf("the lines answered %s, %v", out, err)
	}
}

// runReadme runs the block of the README that talks to an address, at another
// one, with more variables of the environment.
func runReadme(t *testing.T, address, instead string, env ...string) []byte {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("(?s)```sh\nINBOX=" + regexp.QuoteMeta(address) + "\n(.*?)```").FindSubmatch(readme)
	if lines == nil {
		t.Fatalf("the README has no lines for %s", address)
	}
	filled := strings.NewReplacer(
		"<phone number id>", string(porto), "<account id>", "21", "<business portfolio id>", "33", "<access token>", testToken)
	return runLines(t, "INBOX="+instead+"\n"+string(lines[1]), filled, env...)
}

// runLines gives lines that people are told to run to a shell, filled in and with
// a cookie jar of ours.
func runLines(t *testing.T, lines string, filled *strings.Replacer, env ...string) []byte {
	t.Helper()
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the lines cannot be tried: no %s here", tool)
		}
	}
	script := "set -e\n" + strings.ReplaceAll(filled.Replace(lines), "/tmp/prosa.jar", filepath.Join(t.TempDir(), "jar"))
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v:\n%s\n%s", err, script, out)
	}
	return out
}

// The lines of the README register a number and hire somebody who can log in.
func TestReadmeConnectsANumber(t *testing.T) {
	t.Parallel()
	url := newSite(t, nil).startHere(t)
	runReadme(t, "https://your.host", url, "PROSA_ADMIN_EMAIL=admin@lume.example", "PROSA_ADMIN_PASSWORD="+testPassword)
	hired := login(t, url, "ana@example.com", "<8 characters or more>")
	numbers, _ := expect(t, hired.get(t, "/api/v1/numbers"), http.StatusOK).at("numbers").([]any)
	for _, n := range numbers {
		if walk(n, "display") == "+55 11 95550-1002" && walk(n, "team_id") == "main" {
			return
		}
	}
	t.Errorf("the number is not among %v", numbers)
}
