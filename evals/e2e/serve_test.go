package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence/embedded"
)

// serveError runs serve until it refuses.
func serveError(t *testing.T, env map[string]string, args ...string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	err := command.Run(ctx, append([]string{"serve"}, args...), func(k string) string { return env[k] }, io.Discard, io.Discard)
	if err == nil {
		t.Fatalf("serve %v started", args)
	}
	return err
}

// What is configured wrongly is said before anything starts: the name of the
// setting, and what to do.
func TestServeRefusesWrongConfiguration(t *testing.T) {
	t.Parallel()
	right := map[string]string{
		"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "PROSA_META_APP_SECRET": "s", "PROSA_META_VERIFY_TOKEN": "v", "PROSA_LISTEN": "127.0.0.1:0",
	}
	cases := map[string]struct {
		change map[string]string
		args   []string
		says   []string
	}{
		"demo on a database":      {map[string]string{"PROSA_META_APP_SECRET": ""}, []string{"-demo"}, []string{"DATABASE_URL", "unset"}},
		"demo with a real secret": {map[string]string{"DATABASE_URL": ""}, []string{"-demo"}, []string{"PROSA_META_APP_SECRET", "unset"}},
		"no app secret":           {map[string]string{"PROSA_META_APP_SECRET": ""}, nil, []string{"PROSA_META_APP_SECRET", "-demo"}},
		"no verify token":         {map[string]string{"PROSA_META_VERIFY_TOKEN": ""}, nil, []string{"PROSA_META_VERIFY_TOKEN"}},
		"unknown role":            {map[string]string{"PROSA_ROLES": "gateway,cook"}, nil, []string{"PROSA_ROLES", "cook", "member"}},
		"half an admin":           {map[string]string{"PROSA_ADMIN_EMAIL": "a@lume.example"}, nil, []string{"PROSA_ADMIN_PASSWORD"}},
		"open to every network":   {map[string]string{"PROSA_CLUSTER_LISTEN": "0.0.0.0:8090", "PROSA_CLUSTER_ADVERTISE": "10.0.0.5:8090"}, nil, []string{"PROSA_CLUSTER_LISTEN", "every network", "private", "PROSA_CLUSTER_CERT"}},
		"open to the world":       {map[string]string{"PROSA_CLUSTER_LISTEN": "203.0.113.7:8090"}, nil, []string{"PROSA_CLUSTER_LISTEN", "no private network", "PROSA_CLUSTER_CERT"}},
		"half the certificates":   {map[string]string{"PROSA_CLUSTER_CERT": "x"}, nil, []string{"PROSA_CLUSTER_CERT", "together"}},
		"an address without port": {nil, []string{"-listen", "localhost"}, []string{"PROSA_LISTEN", "host:port"}},
		"metrics without a port":  {map[string]string{"PROSA_METRICS_LISTEN": "here"}, nil, []string{"PROSA_METRICS_LISTEN", "host:port"}},
		"a proxy by name":         {map[string]string{"PROSA_TRUSTED_PROXIES": "proxy"}, nil, []string{"PROSA_TRUSTED_PROXIES", "10.0.0.0/8"}},
		"a loud log":              {map[string]string{"PROSA_LOG_LEVEL": "loud"}, nil, []string{"PROSA_LOG_LEVEL", "warn"}},
		"nothing in memory":       {map[string]string{"PROSA_WARM": "10"}, nil, []string{"PROSA_WARM", "from 1000"}},
	}
	for name, c := range cases {
		env := maps.Clone(right)
		maps.Copy(env, c.change)
		err := serveError(t, env, c.args...)
		if !errors.Is(err, engine.ErrConfig) || command.ExitCode(err) != 1 {
			t.Errorf("%s: %v; want a configuration error", name, err)
		}
		for _, word := range c.says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not say %s", name, err, word)
			}
		}
		if strings.Contains(err.Error(), "nobody@127") {
			t.Errorf("%s: %q tells the database's address", name, err)
		}
	}
}

func TestWrongCommandLinesEndWithUsage(t *testing.T) {
	t.Parallel()
	nothing := func(string) string { return "" }
	for _, args := range [][]string{{}, {"sing"}, {"serve", "-nope"}, {"serve", "now"}, {"migrate", "-nope"}, {"simulate", "-nope"}} {
		var out bytes.Buffer
		if err := command.Run(t.Context(), args, nothing, io.Discard, &out); command.ExitCode(err) != 2 || !errors.Is(err, engine.ErrUsage) {
			t.Errorf("prosa %v: %v", args, err)
		}
		if len(args) > 0 && args[0] == "serve" && len(args[1]) > 3 && !strings.Contains(out.String(), "PROSA_LISTEN") {
			t.Errorf("prosa %v explained nothing:\n%s", args, out.String())
		}
	}
	for _, args := range [][]string{{"help"}, {"serve", "-h"}, {"load", "-h"}} {
		if err := command.Run(t.Context(), args, nothing, io.Discard, io.Discard); err != nil {
			t.Errorf("prosa %v: %v", args, err)
		}
	}
}

func TestServeNamesABusyPort(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := prosatest.NewSite(t, nil)
	env := s.Env()
	env["PROSA_LISTEN"] = taken.Addr().String()
	err = serveError(t, env)
	if !strings.Contains(err.Error(), taken.Addr().String()) || !strings.Contains(err.Error(), "remedy: ") {
		t.Errorf("busy port: %v; want the address and a remedy", err)
	}
}

// One data folder, one process: the second is told who has it. After kill -9 of
// the first the next start finds its database alive and adopts it.
func TestSecondServeOnADataFolderNamesTheFirst(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	server := map[string]string{"DATABASE_URL": "", "PROSA_DATA": prosatest.EmbeddedFolder(t)}
	first := s.StartProcess(t, server)
	s.Furnish(t, first.Url)

	env := s.Env()
	maps.Copy(env, server)
	err := serveError(t, env)
	if !errors.Is(err, embedded.ErrDataInUse) || !strings.Contains(err.Error(), fmt.Sprint(first.Cmd.Process.Pid)) {
		t.Errorf("second serve: %v; want process %d named", err, first.Cmd.Process.Pid)
	}
	if body := prosatest.TextWebhook(prosatest.Brasil, "wamid.embedded", "5511900000001", `"fica"`); prosatest.PostWebhook(t, first.Url, prosatest.TestSecret, body) != 200 {
		t.Error("the webhook was not acknowledged")
	}
	first.Kill()

	next := s.StartProcess(t, server)
	ana := prosatest.Login(t, next.Url, "ana@lume.example", prosatest.TestPassword)
	path := ana.Find(t, "Cliente 5511900000001")
	prosatest.AssertThread(t, ana.Get(t, path+"/messages"), "fica")
}

// Figures are not for whoever reaches the gateway: they have an address of their
// own, and one that is asked for and taken is no small matter.
func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, chance.Faults{})
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	taken := s.Env()
	taken["PROSA_METRICS_LISTEN"] = address
	if err := serveError(t, taken); !strings.Contains(err.Error(), "PROSA_METRICS_LISTEN") {
		t.Errorf("with the address taken: %v", err)
	}
	_ = free.Close()
	s.More = map[string]string{"PROSA_METRICS_LISTEN": address}
	url := s.StartHere(t)
	if code, text := await.Fetch(t.Context(), "http://"+address+"/metrics"); code != http.StatusOK || !strings.Contains(text, "prosa_gateway_") {
		t.Errorf("metrics answer %d", code)
	}
	if _, text := await.Fetch(t.Context(), url+"/metrics"); strings.Contains(text, "prosa_gateway_") {
		t.Error("the gateway tells its figures to everybody")
	}
}
