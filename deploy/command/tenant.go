package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os/user"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

const tenantUsage = `Tenants of the installation whose database DATABASE_URL names. Changes hold for all
members within seconds.

  prosa tenant create -name NAME -admin-email ADDRESS [-numbers N] [-seats N] [-messages N]
  prosa tenant list
  prosa tenant limits ID [-numbers N] [-seats N] [-messages N]    without a number: no limit
  prosa tenant suspend ID -reason TEXT
  prosa tenant resume ID                                          also within the term of a deletion
  prosa tenant export ID -out FILE                                a zip archive of all that it has
  prosa tenant delete ID -name NAME [-days N] [-reason TEXT]      the name once more
`

const operatorUsage = `Keys of the operator's API (/api/v1/operator/…). A key is shown once.

  prosa operator key make NAME
  prosa operator key list
  prosa operator key revoke ID
`

// office is what commands about tenants work with.
type office struct {
	*tenants.Tenants
	stdout io.Writer
	origin string
	args   []string
	stderr io.Writer
	config engine.Config
	pool   *pgxpool.Pool
}

// atOffice runs a command against the database of an engine, as the operating system's
// user, whom the audit names.
func atOffice(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer, run func(context.Context, office) error) error {
	c := engine.Config{
		DatabaseURL: getenv("DATABASE_URL"), Data: getenv("PROSA_DATA"), PublicURL: getenv("PROSA_PUBLIC_URL"),
		SecretKey: getenv("PROSA_SECRET_KEY"), SecretKeysOld: getenv("PROSA_SECRET_KEYS_OLD"),
	}
	if c.Data == "" {
		c.Data = "./.prosa"
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://127.0.0.1:8080"
	}
	db, err := engine.Reach(ctx, c, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	by := audit.By{Kind: audit.ByOperator, ID: "command", Name: "prosa tenant", Client: "command line"}
	if u, err := user.Current(); err == nil {
		by.ID, by.Name = u.Username, u.Username
	}
	o := office{tenants.New(db.Pool, staff.New(db.Pool)), stdout, strings.TrimSuffix(c.PublicURL, "/"), args, stderr, c, db.Pool}
	return errors.Join(run(audit.Acting(ctx, by), o), db.Close(context.WithoutCancel(ctx)))
}

// wrongUse explains what there is.
func wrongUse(stderr io.Writer, usage string) error {
	fmt.Fprint(stderr, usage)
	return engine.ErrUsage
}

// runTenant is prosa tenant.
func runTenant(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	verbs := map[string]func(context.Context, office) error{
		"create": createTenant, "list": listTenants, "limits": limitTenant, "suspend": suspendTenant, "resume": resumeTenant, "delete": deleteTenant,
		"export": exportTenant,
	}
	if len(args) == 0 || verbs[args[0]] == nil {
		return wrongUse(stderr, tenantUsage)
	}
	return atOffice(ctx, args[1:], getenv, stdout, stderr, verbs[args[0]])
}

// flags reads the flags of a command, and before them the id of a tenant where one is
// wanted.
func (o office) flags(id bool, bind func(*flag.FlagSet)) (wa.TenantID, error) {
	var tenant wa.TenantID
	args := o.args
	if id {
		if len(args) == 0 || strings.HasPrefix(args[0], "-") {
			return "", wrongUse(o.stderr, tenantUsage)
		}
		tenant, args = wa.TenantID(wa.CleanText(args[0])), args[1:]
	}
	set := flag.NewFlagSet("tenant", flag.ContinueOnError)
	set.SetOutput(o.stderr)
	bind(set)
	if err := set.Parse(args); err != nil {
		return "", fmt.Errorf("%w: %w", engine.ErrUsage, err)
	}
	if set.NArg() > 0 {
		return "", fmt.Errorf("%w: %q is too much", engine.ErrUsage, set.Arg(0))
	}
	return tenant, nil
}

// limitFlags are the three limits; -1: none.
type limitFlags struct {
	numbers, seats int
	messages       int64
}

func (l *limitFlags) bind(set *flag.FlagSet) {
	set.IntVar(&l.numbers, "numbers", -1, "most business numbers; -1: no limit")
	set.IntVar(&l.seats, "seats", -1, "most people and open invitations; -1: no limit")
	set.Int64Var(&l.messages, "messages", -1, "most messages sent in a calendar month; -1: no limit")
}

func (l *limitFlags) limits() (limits tenants.Limits, err error) {
	if l.seats == 0 {
		return limits, fmt.Errorf("%w: -seats: want at least 1, for its administrator", engine.ErrConfig)
	}
	if l.numbers >= 0 {
		limits.Numbers = &l.numbers
	}
	if l.seats >= 0 {
		limits.Seats = &l.seats
	}
	if l.messages >= 0 {
		limits.Messages = &l.messages
	}
	return limits, nil
}

func createTenant(ctx context.Context, o office) error {
	var name, email string
	var l limitFlags
	_, err := o.flags(false, func(set *flag.FlagSet) {
		set.StringVar(&name, "name", "", "of the company")
		set.StringVar(&email, "admin-email", "", "of its first administrator")
		l.bind(set)
	})
	if err != nil {
		return err
	}
	if err := rest.CheckName("name", name); err != nil {
		return fmt.Errorf("%w: -name: %w", engine.ErrConfig, err)
	}
	if err := rest.CheckEmail(email); err != nil {
		return fmt.Errorf("%w: -admin-email: want an address such as ana@example.com", engine.ErrConfig)
	}
	limits, err := l.limits()
	if err != nil {
		return err
	}
	t, i, err := o.Create(ctx, wa.CleanText(name), email, limits)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.stdout, "Tenant %s (%s) is made.\nIts first administrator, %s, comes in by this link, once, until %s:\n%s/#invitation=%s\n",
		t.ID, t.Name, i.Email, i.ExpiresAt.UTC().Format(time.RFC3339), o.origin, i.Token)
	return nil
}

func listTenants(ctx context.Context, o office) error {
	if _, err := o.flags(false, func(*flag.FlagSet) {}); err != nil {
		return err
	}
	list, err := o.List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(o.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSTATE\tNUMBERS\tSEATS\tMESSAGES THIS MONTH\tREASON")
	for i := range list {
		t := &list[i]
		state := string(t.State)
		if t.EraseAt != nil {
			state += " until " + t.EraseAt.UTC().Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d%s\t%d%s\t%d%s\t%s\n", t.ID, t.Name, state,
			t.Use.Numbers, of(t.Numbers), t.Use.Seats, of(t.Seats), t.Use.Messages, of(t.Messages), t.Reason)
	}
	return w.Flush()
}

// of writes a limit behind what is used of it.
func of[N int | int64](most *N) string {
	if most == nil {
		return ""
	}
	return "/" + strconv.FormatInt(int64(*most), 10)
}

// done says what became of a tenant, or which there is none of.
func (o office) done(ctx context.Context, id wa.TenantID, err error) error {
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return fmt.Errorf("%w: there is no tenant %q\nremedy: see prosa tenant list", engine.ErrConfig, id)
	case errors.Is(err, tenants.ErrState):
		return fmt.Errorf("%w\nremedy: see prosa tenant list", err)
	case err != nil:
		return err
	}
	t, err := o.Get(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.stdout, "%s (%s) is %s.\n", t.ID, t.Name, t.State)
	if t.EraseAt != nil {
		fmt.Fprintf(o.stdout, "Everything of it is removed from %s on; until then: prosa tenant resume %s\n", t.EraseAt.UTC().Format(time.RFC3339), t.ID)
	}
	return nil
}

func limitTenant(ctx context.Context, o office) error {
	var l limitFlags
	id, err := o.flags(true, l.bind)
	if err != nil {
		return err
	}
	limits, err := l.limits()
	if err != nil {
		return err
	}
	return o.done(ctx, id, o.Limit(ctx, id, limits))
}

func suspendTenant(ctx context.Context, o office) error {
	var reason string
	id, err := o.flags(true, func(set *flag.FlagSet) {
		set.StringVar(&reason, "reason", "", "what its people are told when they log in")
	})
	if err != nil {
		return err
	}
	if !wa.Visible(reason) {
		return fmt.Errorf("%w: -reason is missing: the tenant's people are told it", engine.ErrConfig)
	}
	return o.done(ctx, id, o.Suspend(ctx, id, wa.CleanText(reason)))
}

func resumeTenant(ctx context.Context, o office) error {
	id, err := o.flags(true, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	return o.done(ctx, id, o.Resume(ctx, id))
}

func deleteTenant(ctx context.Context, o office) error {
	var name, reason string
	var days int
	id, err := o.flags(true, func(set *flag.FlagSet) {
		set.StringVar(&name, "name", "", "the tenant's name once more")
		set.StringVar(&reason, "reason", "the company is closed", "what its people are told when they log in")
		set.IntVar(&days, "days", int(tenants.DefaultTerm/(24*time.Hour)), "term in which it can be resumed, 0 to 365")
	})
	if err != nil {
		return err
	}
	if days < 0 || days > int(tenants.MaxTerm/(24*time.Hour)) {
		return fmt.Errorf("%w: -days: want 0 to 365", engine.ErrConfig)
	}
	t, err := o.Get(ctx, id)
	if err != nil {
		return o.done(ctx, id, err)
	}
	if name != t.Name {
		return fmt.Errorf("%w: -name: tenant %s is called %q: write that, to delete it", engine.ErrConfig, id, t.Name)
	}
	return o.done(ctx, id, o.Close(ctx, id, wa.CleanText(reason), time.Duration(days)*24*time.Hour))
}

// runOperator is prosa operator.
func runOperator(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) < 2 || args[0] != "key" || (args[1] != "list") != (len(args) == 3) {
		return wrongUse(stderr, operatorUsage)
	}
	verbs := map[string]func(context.Context, office) error{"make": makeOperatorKey, "list": listOperatorKeys, "revoke": revokeOperatorKey}
	if verbs[args[1]] == nil {
		return wrongUse(stderr, operatorUsage)
	}
	return atOffice(ctx, args[2:], getenv, stdout, stderr, verbs[args[1]])
}

func makeOperatorKey(ctx context.Context, o office) error {
	if err := rest.CheckName("name", o.args[0]); err != nil {
		return fmt.Errorf("%w: name: %w", engine.ErrConfig, err)
	}
	k, err := o.MakeKey(ctx, wa.CleanText(o.args[0]))
	if err != nil {
		return err
	}
	fmt.Fprintf(o.stdout, "Operator key %s (%s), shown only now:\n%s\n", k.ID, k.Name, k.Secret)
	return nil
}

func listOperatorKeys(ctx context.Context, o office) error {
	list, err := o.Keys(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(o.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tENDS IN\tMADE\tUSED\tREVOKED")
	day := func(t *time.Time) string {
		if t == nil {
			return "-"
		}
		return t.UTC().Format(time.RFC3339)
	}
	for i := range list {
		k := &list[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.LastFour, day(&k.CreatedAt), day(k.UsedAt), day(k.RevokedAt))
	}
	return w.Flush()
}

func revokeOperatorKey(ctx context.Context, o office) error {
	err := o.RevokeKey(ctx, wa.CleanText(o.args[0]))
	if errors.Is(err, persistence.ErrNotFound) {
		return fmt.Errorf("%w: there is no operator key %q\nremedy: see prosa operator key list", engine.ErrConfig, o.args[0])
	}
	return err
}
