package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// The demo prints what a newcomer needs, seeds once, and finds after a restart
// what it had; the README's curl lines answer a customer as they stand.
func TestDemoSeedsOnceAndItsLinesWork(t *testing.T) {
	t.Parallel()
	data := prosatest.EmbeddedFolder(t)
	first := prosatest.StartDemo(t, data)
	if lines := strings.Split(strings.TrimSpace(first.Printed), "\n"); len(lines) > 2+1+4 || !strings.Contains(lines[0], first.Gateway) || !strings.Contains(lines[1], first.Phones) {
		t.Errorf("the demo prints more than two links and a few lines:\n%s", first.Printed)
	}
	beside := regexp.MustCompile(`http://localhost:\d+/\?as=bruno@lume.example`).FindString(first.Printed)
	for _, page := range []string{first.Gateway + "/", beside, first.Gateway + "/healthz", first.Gateway + "/readyz", first.Phones + "/"} {
		if code, _ := await.Fetch(t.Context(), page); code != http.StatusOK {
			t.Errorf("%s = %d", page, code)
		}
	}
	if _, page := await.Fetch(t.Context(), first.Phones+"/"); !strings.Contains(page, "<html") {
		t.Errorf("the phones' page is no page: %.200s", page)
	}
	rafaela := prosatest.Login(t, first.Gateway, "rafaela@lume.example", demo.DemoPassword)
	first.Still(t)
	before := seeded(t, rafaela)
	if n := strings.Count(before, "\n"); n != len(demo.Phones()) {
		t.Errorf("%d conversations seeded:\n%s", n, before)
	}
	assertStory(t, rafaela)
	first.Stop()

	second := prosatest.StartDemo(t, data)
	rafaela = prosatest.Login(t, second.Gateway, "rafaela@lume.example", demo.DemoPassword)
	if after := seeded(t, rafaela); after != before {
		t.Errorf("before the restart\n%safter it\n%s", before, after)
	}
	runReadmeLines(t, second)
	// The phones, whose simulator keeps nothing, have their chats again.
	for phone, words := range map[string]string{"5534955501142": "Chegou a coleção", prosatest.Vila: "pedido mínimo"} {
		_, chat := await.Fetch(t.Context(), fmt.Sprintf("%s/sim/chat?phone=%s&number=%s", second.Phones, phone, demo.Numbers()[demo.InBras].Id))
		if !strings.Contains(chat, words) || !strings.Contains(chat, "window_closes_at") {
			t.Errorf("after the restart the phone %s shows %s", phone, chat)
		}
	}
	_, helenas := await.Fetch(t.Context(), fmt.Sprintf("%s/sim/chat?phone=%s&number=%s", second.Phones, prosatest.Helena, demo.Numbers()[demo.InBras].Id))
	file := regexp.MustCompile(`"file":"(\d+)"`).FindStringSubmatch(helenas)
	if file == nil {
		t.Errorf("no picture on the phone: %s", helenas)
	} else if code, bytes := await.Fetch(t.Context(), second.Phones+"/sim/files/"+file[1]); code != http.StatusOK || len(bytes) < 1000 {
		t.Errorf("the picture on the phone: %d, %d bytes", code, len(bytes))
	}
	path := rafaela.Find(t, "Helena")
	chat := fmt.Sprintf("%s/sim/chat?phone=5534955501142&number=%s", second.Phones, demo.Numbers()[0].Id)
	await.Eventually(t, "the answer on Helena's phone", func() (any, bool) {
		_, text := await.Fetch(t.Context(), chat)
		return text, strings.Contains(text, "Fechado, 6% no Pix")
	})
	if owner := prosatest.Expect(t, rafaela.Get(t, path), http.StatusOK).Text("owner.name"); owner != "Ana Ribeiro" {
		t.Errorf("the conversation belongs to %q", owner)
	}
}

// assertStory looks for what a newcomer should meet: windows of all ages,
// something for everybody, and something that went wrong.
func assertStory(t *testing.T, p *prosatest.Person) {
	t.Helper()
	rows, _ := prosatest.Expect(t, p.Get(t, "/api/v1/conversations?limit=200"), http.StatusOK).At("conversations").([]any)
	found := map[string]int{}
	for _, row := range rows {
		closes, _ := prosatest.Walk(row, "window_closes_at").(string)
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
		owner, _ := prosatest.Walk(row, "owner.name").(string)
		phase, _ := prosatest.Walk(row, "phase").(string)
		status, _ := prosatest.Walk(row, "last.status").(string)
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
func seeded(t *testing.T, p *prosatest.Person) (text string) {
	t.Helper()
	for _, view := range []string{"all", "resolved"} {
		rows, _ := prosatest.Expect(t, p.Get(t, "/api/v1/conversations?limit=200&sort=oldest&view="+view), http.StatusOK).At("conversations").([]any)
		for _, row := range rows {
			id, _ := prosatest.Walk(row, "id").(string)
			text += fmt.Sprintln(id, prosatest.Walk(row, "contact.name"), prosatest.Walk(row, "owner.name"), prosatest.Walk(row, "phase"), prosatest.Walk(row, "last.preview"),
				len(p.Items(t, "/api/v1/conversations/"+id)), prosatest.Walk(row, "version"), prosatest.Walk(row, "unread"))
		}
	}
	return text
}

// runReadmeLines gives the curl lines of the README to a shell, with a cookie jar of ours.
func runReadmeLines(t *testing.T, d *prosatest.Demo) {
	t.Helper()
	out := runReadme(t, "http://127.0.0.1:8080", d.Gateway)
	var answer map[string]any
	if err := json.Unmarshal(out, &answer); err != nil || answer["message_id"] == nil {
		t.Errorf("the lines answered %s, %v", out, err)
	}
}

// runReadme runs the block of the README that talks to an address, at another
// one, with more variables of the environment.
func runReadme(t *testing.T, address, instead string, env ...string) []byte {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("(?s)```sh\nINBOX=" + regexp.QuoteMeta(address) + "\n(.*?)```").FindSubmatch(readme)
	if lines == nil {
		t.Fatalf("the README has no lines for %s", address)
	}
	return prosatest.RunLines(t, "INBOX="+instead+"\n"+string(lines[1]), strings.NewReplacer(), env...)
}
