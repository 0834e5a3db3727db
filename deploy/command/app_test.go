package command

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// An app of the whole installation lives and ends by the command line, and no secret is
// printed or stands in the audit.
func TestAppCommands(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	env := map[string]string{
		"DATABASE_URL": pool.Config().ConnString(), "PROSA_PUBLIC_URL": "https://inbox.example", "PROSA_SECRET_KEY": "0123456789abcdef0123456789abcdef",
	}
	const first, second = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	run := func(input string, args ...string) (string, error) {
		t.Helper()
		var out, errs bytes.Buffer
		err := runApp(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(input), &out, &errs)
		if text := out.String() + errs.String(); strings.Contains(text, first) || strings.Contains(text, second) {
			t.Errorf("prosa app %v prints a secret", args)
		}
		return out.String(), err
	}
	must := func(want, input string, args ...string) string {
		t.Helper()
		out, err := run(input, args...)
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("prosa app %v: %q, %v; want %q", args, out, err, want)
		}
		return out
	}
	made := must("https://inbox.example/webhooks/meta/", first+"\n", "make", "Common")
	id := regexp.MustCompile(`/webhooks/meta/(\w{8})`).FindStringSubmatch(made)[1]
	must("Common", "", "list")
	must("renamed", "", "rename", id, "Shared")
	must("24 hours", second, "secret", id)
	must("refused", "", "drop-secret", id)
	must("shown only now", "", "token", id)
	must("refused", "", "drop-token", id)
	for _, wrong := range [][]string{
		{},
		{"explode"},
		{"make"},
		{"list", "more"},
		{"make", " "},
		{"make", "Other"},
		{"secret", id},
		{"secret", "nobody"},
		{"rename", id, " "},
		{"rename", "nobody", "A"},
		{"token", "nobody"},
		{"drop-token", "nobody"},
		{"remove", "nobody"},
	} {
		if out, err := run("short", wrong...); !errors.Is(err, engine.ErrUsage) && !errors.Is(err, engine.ErrConfig) {
			t.Errorf("prosa app %q: %q, %v", wrong, out, err)
		}
	}
	if out, err := run(second, "secret", id); !errors.Is(err, engine.ErrConfig) {
		t.Errorf("the same secret: %q, %v", out, err)
	}
	must("removed", "", "remove", id)
	for _, action := range []string{"app.made", "app.renamed", "app.secret", "app.removed"} {
		if history := must(id, "", "audit"); !strings.Contains(history, action) {
			t.Errorf("no line of %s in\n%s", action, history)
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM installation_audit WHERE by_kind = 'operator' AND object_id = $1`, id); n != 7 {
		t.Errorf("%d lines", n)
	}
	env["PROSA_SECRET_KEY"] = "another-key-of-another-installation"
	if out, err := run(first, "make", "Other"); err == nil {
		t.Errorf("made with another key: %q", out)
	}
}
