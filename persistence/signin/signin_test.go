package signin_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp/totp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

const password = "correct horse"

// door is a store of which the test turns the clock, with somebody who works there.
type door struct {
	t      *testing.T
	pool   *pgxpool.Pool
	staff  *staff.Staff
	signIn *signin.SignIn
	ana    staff.Person
	mu     sync.Mutex
	now    time.Time
}

func open(t *testing.T) *door {
	t.Helper()
	d := &door{t: t, now: time.Unix(1_800_000_000, 0)}
	d.pool, d.staff = storetest.Office(t)
	sealer, err := persistence.NewSealer("a secret key for these tests only")
	if err != nil {
		t.Fatal(err)
	}
	d.signIn = signin.New(d.pool, sealer, d.clock)
	d.ana, err = d.staff.Create(t.Context(), staff.Person{
		TenantID: "t1", Email: "ana@x.example", Name: "Ana", Role: staff.RoleAgent, Teams: []wa.TeamID{"red"},
	}, password)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *door) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *door) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *door) code(secret string, off time.Duration) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.clock().Add(off))
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

// enrolled gives Ana a factor.
func (d *door) enrolled() (secret string, recovery []string) {
	d.t.Helper()
	e, err := d.signIn.Enrol(d.t.Context(), &d.ana, "")
	if err != nil {
		d.t.Fatal(err)
	}
	recovery, err = d.signIn.Confirm(d.t.Context(), &d.ana, d.code(e.Secret, 0))
	if err != nil || len(recovery) != 10 {
		d.t.Fatalf("%q, %v", recovery, err)
	}
	d.later(time.Minute)
	return e.Secret, recovery
}

func (d *door) begin(demanded bool) *signin.Step {
	d.t.Helper()
	proof, err := d.staff.Prove(d.t.Context(), d.ana.Email, password)
	if err != nil {
		d.t.Fatal(err)
	}
	_, step, err := d.signIn.Begin(d.t.Context(), proof, demanded)
	if err != nil {
		d.t.Fatal(err)
	}
	return step
}

func (d *door) finish(step *signin.Step, code string, want error) {
	d.t.Helper()
	session, err := d.signIn.Finish(d.t.Context(), step.Token, code)
	if !errors.Is(err, want) || (session.Token != "") != (want == nil) {
		d.t.Errorf("code %s: %v, want %v", code, err, want)
	}
}

func (d *door) count(sql string, args ...any) (n int) {
	d.t.Helper()
	if err := d.pool.QueryRow(d.t.Context(), sql, args...).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// A factor counts once its code has confirmed it; then the half of a sign-in opens
// nothing, and a code finishes it, once.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	d := open(t)
	if step := d.begin(false); step != nil {
		t.Fatalf("without a factor: %+v", step)
	}
	e, err := d.signIn.Enrol(t.Context(), &d.ana, "")
	if err != nil {
		t.Fatal(err)
	}
	if step := d.begin(false); step != nil {
		t.Fatal("a factor counts that nothing has confirmed")
	}
	if _, err := d.signIn.Confirm(t.Context(), &d.ana, "000000"); !errors.Is(err, signin.ErrWrongCode) {
		t.Errorf("confirmed by a guess: %v", err)
	}
	if _, err := d.signIn.Confirm(t.Context(), &d.ana, d.code(e.Secret, 0)); err != nil {
		t.Fatal(err)
	}
	pgtest.BarsBefore(t, d.pool, "second_factor")
	step := d.begin(false)
	if step == nil || step.Next != signin.NextCode {
		t.Fatalf("next: %+v", step)
	}
	if _, err := d.staff.Session(t.Context(), step.Token); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("half a sign-in is a session: %v", err)
	}
	d.finish(step, d.code(e.Secret, 0), signin.ErrWrongCode) // used to confirm
	d.finish(step, d.code(e.Secret, 2*time.Minute), signin.ErrWrongCode)
	d.later(5 * time.Minute)
	d.finish(step, d.code(e.Secret, -30*time.Second), nil)
	d.finish(step, d.code(e.Secret, 30*time.Second), signin.ErrOver)
	d.finish(&signin.Step{Token: "guess"}, d.code(e.Secret, 30*time.Second), signin.ErrOver)
	if n := d.count(`SELECT count(*) FROM second_factor WHERE encode(sealed_secret, 'escape') LIKE '%' || $1 || '%'`, e.Secret); n != 0 {
		t.Error("the secret itself is stored")
	}
}

// The same code in many sign-ins at once lets one in; so does a recovery code.
func TestSameCodeAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret, recovery := d.enrolled()
	for _, code := range []string{d.code(secret, 0), recovery[0]} {
		var all sync.WaitGroup
		in := make(chan string, 8)
		for range cap(in) {
			step := d.begin(false)
			all.Go(func() {
				if session, err := d.signIn.Finish(t.Context(), step.Token, code); err == nil {
					in <- session.Token
				} else if !errors.Is(err, signin.ErrWrongCode) && !errors.As(err, new(*signin.PausedError)) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(in) != 1 {
			t.Errorf("%d were let in by one code", len(in))
		}
		d.later(time.Hour)
	}
}

// Wrong codes make codes wait, longer each time, in every sign-in of the account; a
// recovery code does not wait, and the right one ends it.
func TestGuessing(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret, recovery := d.enrolled()
	for range 5 {
		d.finish(d.begin(false), "000000", signin.ErrWrongCode)
	}
	var paused *signin.PausedError
	if _, err := d.signIn.Finish(t.Context(), d.begin(false).Token, d.code(secret, 0)); !errors.As(err, &paused) || paused.Left != 15*time.Second {
		t.Fatalf("after five: %v", err)
	}
	d.later(paused.Left)
	d.finish(d.begin(false), "000000", signin.ErrWrongCode)
	if err := d.signIn.Off(t.Context(), &d.ana, d.code(secret, 0)); !errors.As(err, &paused) || paused.Left != 30*time.Second {
		t.Fatalf("after six: %v", err)
	}
	d.later(-24 * time.Hour) // a clock that was put back makes nobody wait a day
	d.finish(d.begin(false), d.code(secret, 0), nil)
	for range 5 {
		d.finish(d.begin(false), "000000", signin.ErrWrongCode)
	}
	d.finish(d.begin(false), " "+recovery[3], nil)
	d.finish(d.begin(false), recovery[3], signin.ErrWrongCode)
	d.finish(d.begin(false), d.code(secret, 30*time.Second), nil)
	st, err := d.signIn.Of(t.Context(), &d.ana)
	if err != nil || !st.On || st.RecoveryLeft != 9 {
		t.Errorf("%+v, %v", st, err)
	}
	if n := d.count(`SELECT count(*) FROM audit WHERE action = 'person.recovery_used' AND by_id = $1`, d.ana.ID); n != 1 {
		t.Errorf("%d lines of recovery codes", n)
	}
}

// Who must have a factor sets it up before anything else, and gets in by it.
func TestDemanded(t *testing.T) {
	t.Parallel()
	d := open(t)
	step, other := d.begin(true), d.begin(true)
	if step == nil || step.Next != signin.NextEnrol {
		t.Fatalf("next: %+v", step)
	}
	d.finish(step, "000000", signin.ErrOver)
	if _, _, err := d.signIn.ConfirmFirst(t.Context(), step.Token, "000000"); !errors.Is(err, signin.ErrNoFactor) {
		t.Errorf("confirmed what was not begun: %v", err)
	}
	e, err := d.signIn.EnrolFirst(t.Context(), step.Token)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.signIn.ConfirmFirst(t.Context(), step.Token, "000000"); !errors.Is(err, signin.ErrWrongCode) {
		t.Errorf("confirmed by a guess: %v", err)
	}
	session, recovery, err := d.signIn.ConfirmFirst(t.Context(), step.Token, d.code(e.Secret, 0))
	if err != nil || session.Token == "" || len(recovery) != 10 {
		t.Fatalf("%v, %d codes", err, len(recovery))
	}
	// The other window had begun without a factor: it must not give another one.
	if _, err := d.signIn.EnrolFirst(t.Context(), other.Token); !errors.Is(err, signin.ErrOver) {
		t.Errorf("a second factor instead of the first, without its code: %v", err)
	}
	d.later(time.Minute)
	if step := d.begin(true); step.Next != signin.NextCode {
		t.Errorf("next: %+v", step)
	}
}

// What ends sessions ends halves of sign-ins too; a code does not outlive the password.
func TestHalvesEnd(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret, _ := d.enrolled()
	step := d.begin(false)
	if err := d.staff.ChangePassword(t.Context(), d.ana, password, "a quieter donkey sings", ""); err != nil {
		t.Fatal(err)
	}
	d.finish(step, d.code(secret, 0), signin.ErrOver)
	if err := d.staff.ChangePassword(t.Context(), d.ana, "a quieter donkey sings", password, ""); err != nil {
		t.Fatal(err)
	}
	step = d.begin(false)
	if _, err := d.pool.Exec(t.Context(), `UPDATE signin_step SET expires_at = now()`); err != nil {
		t.Fatal(err)
	}
	d.finish(step, d.code(secret, 0), signin.ErrOver)
	if err := d.staff.PruneSessions(t.Context()); err != nil || d.count(`SELECT count(*) FROM signin_step`) != 0 {
		t.Errorf("halves of sign-ins stay: %v", err)
	}
	step = d.begin(false)
	if _, err := d.staff.Disable(t.Context(), "t1", d.ana.ID, jobs.Order{}); err != nil {
		t.Fatal(err)
	}
	d.finish(step, d.code(secret, 0), signin.ErrOver)
}

// A new phone needs a code of the old; off needs one too; an administrator needs none,
// and ends what is open.
func TestChangeAndEnd(t *testing.T) {
	t.Parallel()
	d := open(t)
	old, _ := d.enrolled()
	if _, err := d.signIn.Enrol(t.Context(), &d.ana, ""); !errors.Is(err, signin.ErrWrongCode) {
		t.Errorf("another phone without a code: %v", err)
	}
	e, err := d.signIn.Enrol(t.Context(), &d.ana, d.code(old, 0))
	if err != nil {
		t.Fatal(err)
	}
	d.finish(d.begin(false), d.code(e.Secret, 0), signin.ErrWrongCode) // not yet
	if _, err := d.signIn.Confirm(t.Context(), &d.ana, d.code(e.Secret, 0)); err != nil {
		t.Fatal(err)
	}
	d.later(time.Minute)
	d.finish(d.begin(false), d.code(old, 0), signin.ErrWrongCode)
	recovery, err := d.signIn.Recover(t.Context(), &d.ana, d.code(e.Secret, 0))
	if err != nil || len(recovery) != 10 {
		t.Fatal(err)
	}
	if err := d.signIn.Off(t.Context(), &d.ana, "000000"); !errors.Is(err, signin.ErrWrongCode) {
		t.Errorf("off by a guess: %v", err)
	}
	if err := d.signIn.Off(t.Context(), &d.ana, recovery[9]); err != nil {
		t.Fatal(err)
	}
	if d.begin(false) != nil || d.count(`SELECT count(*) FROM recovery_code`) != 0 {
		t.Error("it is not off")
	}
	if err := d.signIn.Remove(t.Context(), "t1", d.ana.ID); !errors.Is(err, signin.ErrNoFactor) {
		t.Errorf("removed what is off: %v", err)
	}

	session, err := d.staff.OpenSession(t.Context(), d.ana)
	if err != nil {
		t.Fatal(err)
	}
	d.enrolled()
	if err := d.signIn.Remove(t.Context(), "t2", d.ana.ID); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("removed by another tenant: %v", err)
	}
	if err := d.signIn.Remove(t.Context(), "t1", d.ana.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.staff.Session(t.Context(), session.Token); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("the session lives on: %v", err)
	}
	for action, want := range map[string]int{"person.factor_on": 3, "person.factor_off": 1, "person.factor_removed": 1, "person.recovery_made": 1} {
		if n := d.count(`SELECT count(*) FROM audit WHERE action = $1 AND object_id = $2`, action, d.ana.ID); n != want {
			t.Errorf("%s: %d lines, want %d", action, n, want)
		}
	}
}
