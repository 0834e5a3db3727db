package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	meta "github.com/prosa-chat/prosa/gateway/metaapp"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/metaapp"
)

const appUsage = `Meta apps of the whole installation, by which every company may connect numbers. A
secret is read from standard input; a verify token is shown once. Changes hold for all
members within seconds. PROSA_SECRET_KEY is that of the engine.

  prosa app list
  prosa app make NAME
  prosa app rename ID NAME
  prosa app secret ID          the one before is good for 24 hours more
  prosa app drop-secret ID     refuses the secret before at once
  prosa app token ID           makes another verify token; the one before likewise
  prosa app drop-token ID
  prosa app remove ID          refused while numbers are connected through it
  prosa app audit              who changed what
`

// shop is what commands about Meta apps work with.
type shop struct {
	office
	apps  *metaapp.Apps
	stdin io.Reader
}

// runApp is prosa app.
func runApp(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	verbs := map[string]struct {
		words int
		do    func(context.Context, shop) error
	}{
		"list": {0, listApps}, "make": {1, makeApp}, "rename": {2, renameApp}, "secret": {1, rotateAppSecret}, "drop-secret": {1, dropAppSecret},
		"token": {1, rotateAppToken}, "drop-token": {1, dropAppToken}, "remove": {1, removeApp}, "audit": {0, auditApps},
	}
	if len(args) == 0 || verbs[args[0]].do == nil || len(args)-1 != verbs[args[0]].words {
		return wrongUse(stderr, appUsage)
	}
	return atOffice(ctx, args[1:], getenv, stdout, stderr, func(ctx context.Context, o office) error {
		sealer, err := engine.OpenSealer(ctx, o.config, o.pool)
		if err != nil {
			return err
		}
		return verbs[args[0]].do(ctx, shop{o, metaapp.New(o.pool, sealer), stdin})
	})
}

// id is that of the app which the first argument names.
func (s shop) id() string { return wa.CleanText(s.args[0]) }

// done says what an error of a change means to whoever typed the command.
func (s shop) done(err error, what string) error {
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return fmt.Errorf("%w: the installation has no Meta app %q\nremedy: see prosa app list", engine.ErrConfig, s.args[0])
	case errors.Is(err, metaapp.ErrInUse):
		return fmt.Errorf("%w: numbers are connected through it\nremedy: connect them through another app first", engine.ErrConfig)
	case errors.Is(err, metaapp.ErrSameSecret):
		return fmt.Errorf("%w: it is the secret that the app has now\nremedy: reset it at Meta first, then give the new one", engine.ErrConfig)
	case errors.Is(err, metaapp.ErrTooMany):
		return fmt.Errorf("%w: the installation has %d Meta apps\nremedy: remove some first", engine.ErrConfig, metaapp.MaxApps)
	case err != nil:
		return err
	}
	fmt.Fprintln(s.stdout, what)
	return nil
}

// secret is the first line of the input: an argument would stand in the list of processes.
func (s shop) secret() (string, error) {
	line, err := bufio.NewReader(s.stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := strings.TrimSpace(line)
	if err := meta.CheckSecret(secret); err != nil {
		return "", fmt.Errorf("%w: secret: give it on standard input: %w", engine.ErrConfig, err)
	}
	return secret, nil
}

func (s shop) name(name string) (string, error) {
	if err := rest.CheckName("name", name); err != nil {
		return "", fmt.Errorf("%w: NAME: %w", engine.ErrConfig, err)
	}
	return wa.CleanText(name), nil
}

func listApps(ctx context.Context, s shop) error {
	list, err := s.apps.List(ctx, metaapp.Installation)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tNUMBERS\tREFUSED\tSECRET BEFORE UNTIL\tTOKEN BEFORE UNTIL\tCALLBACK")
	for i := range list {
		a := &list[i]
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\t%s\n", a.ID, a.Name, a.ConnectedNumbers, a.Refused, moment(a.SecretUntil), moment(a.TokenUntil), s.callback(a.ID))
	}
	return w.Flush()
}

func (s shop) callback(id string) string { return s.origin + meta.CallbackPath + "/" + id }

// moment writes a time, or that there is none.
func moment(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func makeApp(ctx context.Context, s shop) error {
	name, err := s.name(s.args[0])
	if err != nil {
		return err
	}
	secret, err := s.secret()
	if err != nil {
		return err
	}
	a, token, err := s.apps.Make(ctx, metaapp.Installation, name, secret)
	return s.done(err, fmt.Sprintf("Meta app %s (%s) is made. Enter at Meta, under WhatsApp, Configuration:\ncallback URL %s\nverify token, shown only now: %s",
		a.ID, a.Name, s.callback(a.ID), token))
}

func renameApp(ctx context.Context, s shop) error {
	name, err := s.name(s.args[1])
	if err != nil {
		return err
	}
	return s.done(s.apps.Rename(ctx, metaapp.Installation, s.id(), name), "It is renamed.")
}

func rotateAppSecret(ctx context.Context, s shop) error {
	secret, err := s.secret()
	if err != nil {
		return err
	}
	return s.done(s.apps.RotateSecret(ctx, metaapp.Installation, s.id(), secret), "The new secret holds; the one before is good for 24 hours more.")
}

func dropAppSecret(ctx context.Context, s shop) error {
	return s.done(s.apps.DropSecret(ctx, metaapp.Installation, s.id()), "The secret before is refused.")
}

func rotateAppToken(ctx context.Context, s shop) error {
	token, err := s.apps.RotateToken(ctx, metaapp.Installation, s.id())
	return s.done(err, "Verify token, shown only now: "+token+"\nThe one before is good for 24 hours more.")
}

func dropAppToken(ctx context.Context, s shop) error {
	return s.done(s.apps.DropToken(ctx, metaapp.Installation, s.id()), "The verify token before is refused.")
}

func removeApp(ctx context.Context, s shop) error {
	return s.done(s.apps.Remove(ctx, metaapp.Installation, s.id()), "It is removed.")
}

func auditApps(ctx context.Context, s shop) error {
	lines, err := audit.New(s.pool).Installation(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "AT\tBY\tFROM\tACTION\tID\tNAME")
	for i := range lines {
		l := &lines[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.At.UTC().Format(time.RFC3339), l.By.Name, l.By.Client, l.Action, l.Object.ID, l.Object.Name)
	}
	return w.Flush()
}
