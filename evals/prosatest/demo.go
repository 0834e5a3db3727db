package prosatest

import (
	"bufio"
	"bytes"
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

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/persistence/embedded"
)

// Demo is serve -demo in this process, and what it printed.
type Demo struct {
	Gateway, Phones, Printed string
	Stop                     func()
}

func StartDemo(t *testing.T, data string) *Demo {
	t.Helper()
	env := map[string]string{
		"PROSA_DATA": data, "PROSA_LISTEN": "127.0.0.1:0", "PROSA_PHONES_LISTEN": "127.0.0.1:0", "PROSA_LOG_LEVEL": "warn",
		"PROSA_METRICS_LISTEN": engine.MetricsOnGateway,
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- command.Run(ctx, []string{"serve", "-demo"}, func(k string) string { return env[k] }, in, LogTo(t))
		_ = in.Close()
	}()
	stopped := false
	d := &Demo{Stop: func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("demo ended: %v", err)
		}
	}}
	t.Cleanup(d.Stop)
	d.Printed = readUntil(t, out, "Ctrl-C")
	go func() { _, _ = io.Copy(io.Discard, out) }()
	d.Gateway, d.Phones = printedAddress(t, d.Printed, "Inbox"), printedAddress(t, d.Printed, "Phones")
	return d
}

// Still waits until all that was told in the story has been dealt with: the phones
// report how far an answer got when they like.
func (d *Demo) Still(t *testing.T) {
	t.Helper()
	held := regexp.MustCompile(`(?m)^prosa_relay_intake_held.* (\d+)$`)
	await.Eventually(t, "nothing is under way in the demo", func() (any, bool) {
		_, metrics := await.Fetch(t.Context(), d.Gateway+"/metrics")
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

// RunLines gives lines that people are told to run to a shell, filled in and with
// a cookie jar of ours.
func RunLines(t *testing.T, lines string, filled *strings.Replacer, env ...string) []byte {
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

// EmbeddedFolder is a data folder for an embedded database, removed with it.
func EmbeddedFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", fmt.Sprintf("prosa-test-%d-", os.Getpid())) //nolint:usetesting // of this name it is swept by later runs, with its server, if this one is killed
	if err == nil {
		err = os.Chmod(dir, 0o711) // as root the server's user has to pass
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := embedded.Remove(ctx, dir); err != nil {
			t.Errorf("remove data folder: %v", err)
		}
	})
	return dir
}

// Simulate calls the page's own interface, as its buttons do.
func (d *Demo) Simulate(t *testing.T, what string, body map[string]any) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.Phones+"/sim/"+what, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		t.Fatalf("simulate %s: %s", what, res.Status)
	}
}
