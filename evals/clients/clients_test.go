// Package clients has programs of the Cloud API, unmodified and pinned, write through
// Prosa: what they know of Meta must hold of us.
package clients

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// TestClients needs Node and npm; make test/clients installs them where they are missing.
func TestClients(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	npm, err2 := exec.LookPath("npm")
	if err != nil || err2 != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("Node is missing (%v, %v): make test/clients installs it", err, err2)
		}
		t.Skip("Node is missing: make test/clients installs it")
	}
	folder := t.TempDir() // what npm installs does not belong into the tree
	for _, name := range []string{"package.json", "package-lock.json", "kapso.mjs", "apijs.mjs"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = folder
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	for _, client := range []string{"kapso", "apijs"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			d := prosatest.OpenDesk(t, chance.Faults{})
			d.Templates(t, 4)
			key := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/keys", map[string]any{
				"name": client, "rights": []string{"read", "write"}, "policy": "own", "all_teams": true,
			}), http.StatusOK)
			d.Say(t, prosatest.Helena, "oi")
			asked := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)[0].ID
			run := exec.CommandContext(t.Context(), node, client+".mjs")
			run.Dir = folder
			run.Env = append(os.Environ(), "PROSA_URL="+d.Url, "PROSA_KEY="+key.Text("secret"), "NUMBER="+string(prosatest.Brasil),
				"ACCOUNT=21", "PHONE="+prosatest.Helena, "ASKED="+string(asked))
			if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "all done") {
				t.Fatalf("%v\n%s", err, out)
			}
			d.AllSent(t)
			await.Eventually(t, "everything on the phone", func() (any, bool) {
				missing := unseen(d.Sim.Messages(prosatest.Helena, prosatest.Brasil), client)
				return missing, len(missing) == 0
			})
		})
	}
}

// unseen names what a client sent and the phone does not show.
func unseen(bubbles []simulator.Bubble, client string) (missing []string) {
	shown := map[string]simulator.Bubble{}
	for _, b := range bubbles {
		shown[b.Text] = b
	}
	for _, text := range []string{"text", "quote", "place", "contact", "buttons", "list", "link", "where", "image", "file"} {
		if _, ok := shown[client+" "+text]; !ok {
			missing = append(missing, text)
		}
	}
	if shown[client+" quote"].Quoted != shown[client+" text"].ID {
		missing = append(missing, "what is quoted")
	}
	if diff := cmp.Diff([]simulator.Button{{Type: "QUICK_REPLY", Text: "Sim"}, {Type: "QUICK_REPLY", Text: "Não"}}, shown[client+" buttons"].Buttons); diff != "" {
		missing = append(missing, diff)
	}
	if bubbles[0].Reaction == "" {
		missing = append(missing, "reaction")
	}
	templates := 0
	for _, b := range bubbles {
		if b.Template == "pedido_pronto" {
			templates++
		}
	}
	if templates != 1 {
		missing = append(missing, fmt.Sprintf("%d templates", templates))
	}
	return missing
}
