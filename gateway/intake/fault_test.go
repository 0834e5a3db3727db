package intake

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// complaints hears what the relay logs as waiting, by level.
type complaints struct {
	mu    sync.Mutex
	heard map[slog.Level]int
}

func (c *complaints) Enabled(context.Context, slog.Level) bool { return true }
func (c *complaints) WithAttrs([]slog.Attr) slog.Handler       { return c }
func (c *complaints) WithGroup(string) slog.Handler            { return c }

func (c *complaints) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "store does not take it") {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.heard[r.Level]++
	}
	return nil
}

func (c *complaints) at(level slog.Level) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard[level]
}

// injection makes a statement fail with a code of the test's choice, for rows that
// hold a marker or for all.
const injection = `
CREATE TABLE injected (code text, marker text);
CREATE FUNCTION boom(data text) RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
	SELECT code INTO c FROM injected WHERE position(marker IN data) > 0 OR marker = '' LIMIT 1;
	IF c IS NOT NULL THEN RAISE EXCEPTION 'injected' USING ERRCODE = c; END IF;
	RETURN true;
END $$;
CREATE FUNCTION boom_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM boom(row_to_json(NEW)::text);
	RETURN NEW;
END $$;`

func boomOn(table, when string) string {
	return fmt.Sprintf(`CREATE TRIGGER boom BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION boom_row()`, when, table)
}

// boomView makes each read of a row fail.
func boomView(table, column string) string {
	return fmt.Sprintf(`ALTER TABLE %[1]s RENAME TO %[1]s_rows; CREATE VIEW %[1]s AS SELECT * FROM %[1]s_rows WHERE boom(%[2]s)`, table, column)
}

// site is a statement of intake. Each of its events has a name, which is in its
// data and tells it apart.
type site struct {
	inject  string
	prepare func(b *bench, name string)
	event   func(name string) string // of a value: messages or statuses
	list    string
	arrived func(b *bench, name string) bool
	reads   bool // only: a canary finds nothing that could fail
}

func inboundArrived(b *bench, name string) bool {
	for _, list := range b.Grains.IDs() {
		for _, id := range list {
			if id == "wamid."+name {
				return true
			}
		}
	}
	return false
}

// statusArrived says whether a status waits for its message, or went to its grain.
func statusArrived(b *bench, name string) bool {
	for _, m := range relaytest.Of[*actorpb.RecordStatus](b.Grains) {
		if m.Wamid == "wamid."+name {
			return true
		}
	}
	return b.Count(`SELECT count(*) FROM unmatched WHERE wamid = $1`, "wamid."+name) == 1
}

func personText(name, bsuid string) string {
	return fmt.Sprintf(`{"from_user_id":%q,"id":"wamid.%s","timestamp":"1790000000","type":"text","text":{"body":"says %s"}}`, bsuid, name, name)
}

func sites() map[string]site {
	status := func(name string) string {
		return fmt.Sprintf(`{"id":"wamid.%s","status":"read","timestamp":"1790000001","recipient_id":"15550001"}`, name)
	}
	return map[string]site{
		"contacts are made": {
			inject: boomOn("alias", "INSERT"), list: "messages", arrived: inboundArrived,
			event: func(name string) string { return personText(name, "BR."+name) },
		},
		"contacts are renamed": {
			inject: boomOn("contact", "UPDATE"), list: "messages", arrived: inboundArrived,
			prepare: func(b *bench, name string) {
				b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(personText("first."+name, "BR."+name)))))
			},
			event: func(name string) string { return personText(name, "BR."+name) },
		},
		"messages are located": {
			inject: boomView("message_status", "wamid"), list: "statuses", arrived: statusArrived, event: status, reads: true,
			prepare: func(b *bench, name string) {
				if strings.HasPrefix(name, "bad") {
					b.Exec(`INSERT INTO message_status_rows (phone_number_id, message_id, contact_id, wamid) VALUES ($1, $2, 'c', $3)`,
						relaytest.NumberID, "m."+name, "wamid."+name)
				}
			},
		},
		"statuses are kept": {
			inject: boomOn("unmatched", "INSERT OR UPDATE"), list: "statuses", arrived: statusArrived, event: status,
		},
	}
}

// value is a body with some events of a site.
func (s *site) body(names ...string) string {
	var events, people []string
	for _, name := range names {
		events = append(events, s.event(name))
		people = append(people, fmt.Sprintf(`{"user_id":"BR.%s","profile":{"name":%q}}`, name, "Person "+name))
	}
	return relaytest.Envelope(relaytest.NumberID, fmt.Sprintf(`"contacts":[%s],%q:[%s]`, strings.Join(people, ","), s.list, strings.Join(events, ",")))
}

func (b *bench) problemsOf(name string) int { return b.problemsOfState(name, "failed") }

func (b *bench) problemsOfState(name, state string) int {
	return b.Count(`SELECT count(*) FROM intake_problem WHERE state = $2 AND position($1 IN convert_from(raw, 'UTF8')) > 0`,
		`"wamid.`+name+`"`, state)
}

// Whatever the database says at whatever statement: of data that it does not take
// the guilty event is listed, alone, with what it holds; what is nobody's fault
// waits and goes on, with nothing listed.
func TestI09EveryErrorAtEveryStatementOfIntake(t *testing.T) {
	t.Parallel()
	for name, s := range sites() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			heard := &complaints{heard: make(map[slog.Level]int)}
			b := newBench(t, pgtest.Pool(t), benchOptions{logger: slog.New(heard)})
			b.Exec(injection)
			for _, statement := range strings.Split(s.inject, "; ") {
				b.Exec(statement)
			}
			for n, code := range []string{"22003", "22P05", "23514", "54000"} {
				b.oneIsListed(&s, fmt.Sprint("data", n), code)
			}
			for n, code := range []string{"42501", "XX000", "0A000", "P0001", "3D000"} {
				b.oneIsListed(&s, fmt.Sprint("broken", n), code)
			}
			for n, code := range []string{"08006", "25006", "40001", "53100", "55P03", "57014", "58030"} {
				b.allWait(&s, fmt.Sprint("transient", n), code, "bad", func() bool { return heard.at(slog.LevelWarn) > 0 })
				heard.mu.Lock()
				heard.heard[slog.LevelWarn] = 0
				heard.mu.Unlock()
			}
			if heard.at(slog.LevelError) > 0 {
				t.Errorf("%d errors that ask for somebody, and nothing was broken", heard.at(slog.LevelError))
			}
			if s.reads {
				return // there is nothing for a canary to read
			}
			for n, code := range []string{"42501", "XX001", "P0001"} {
				b.allWait(&s, fmt.Sprint("everybody", n), code, "", func() bool {
					return heard.at(slog.LevelError) > 0 && b.work.Trouble() != nil
				})
				b.Eventually("nothing waits any more", func() bool { return b.work.Trouble() == nil })
			}
		})
	}
}

func (b *bench) oneIsListed(s *site, round, code string) {
	b.T.Helper()
	before, bad, after := "a."+round, "bad."+round, "z."+round
	b.prepare(s, before, bad, after)
	b.Exec(`INSERT INTO injected VALUES ($1, 'bad.')`, code)
	b.AllDone(b.Post(s.body(before, bad, after)))
	b.Exec(`DELETE FROM injected`)
	b.Eventually("the neighbours pass "+code, func() bool { return s.arrived(b, before) && s.arrived(b, after) })
	if s.arrived(b, bad) || b.problemsOf(bad) != 1 || b.problemsOf(before)+b.problemsOf(after) != 0 {
		b.T.Errorf("%s: the guilty one arrived: %v; problems of it %d, of its neighbours %d",
			code, s.arrived(b, bad), b.problemsOf(bad), b.problemsOf(before)+b.problemsOf(after))
	}
}

func (b *bench) allWait(s *site, round, code, marker string, waits func() bool) {
	b.T.Helper()
	before, bad, after := "a."+round, "bad."+round, "z."+round
	b.prepare(s, before, bad, after)
	b.Exec(`INSERT INTO injected VALUES ($1, $2)`, code, marker)
	row := b.Post(s.body(before, bad, after))
	b.Eventually("intake waits at "+code, waits)
	if n := b.Count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto >= $2`, row.Source, row.Seq); n > 0 {
		b.T.Errorf("%s: the row counts as done", code)
	}
	b.Exec(`DELETE FROM injected`)
	b.AllDone(row)
	b.Eventually("all pass after "+code, func() bool {
		return s.arrived(b, before) && s.arrived(b, bad) && s.arrived(b, after)
	})
	if n := b.problemsOf(bad) + b.problemsOf(before) + b.problemsOf(after); n != 0 {
		b.T.Errorf("%s: %d events are blamed", code, n)
	}
}

func (b *bench) prepare(s *site, names ...string) {
	for _, name := range names {
		if s.prepare != nil {
			s.prepare(b, name)
		}
	}
}

// The list of problems has statements too. What it does not take as it is stands
// there without what only finds it, then without its content, which intake keeps.
func TestI09ProblemsThatCannotBeNoted(t *testing.T) {
	t.Parallel()
	heard := &complaints{heard: make(map[slog.Level]int)}
	b := newBench(t, pgtest.Pool(t), benchOptions{logger: slog.New(heard), unregistered: true})
	b.Exec(injection)
	b.Exec(boomOn("intake_problem", "INSERT"))
	noted := func(name string) int { return b.problemsOfState(name, "parked") }
	for n, code := range []string{"22003", "54000", "42501", "XX002"} {
		a, bad := fmt.Sprint("a.", n), fmt.Sprint("900", n)
		b.Exec(`INSERT INTO injected VALUES ($1, $2)`, code, `"phone_number_id":"`+bad+`"`)
		b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid."+a))))
		b.AllDone(b.Post(relaytest.Envelope(wa.PhoneNumberID(bad), relaytest.Messages(relaytest.Text("15550001", "wamid.bad."+a)))))
		b.Exec(`DELETE FROM injected`)
		if noted(a) != 1 || noted("bad."+a) != 1 {
			t.Errorf("%s: noted %d and %d", code, noted(a), noted("bad."+a))
		}
	}
	b.Exec(`INSERT INTO injected VALUES ('42501', '')`)
	row := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.later"))))
	b.Eventually("it waits", func() bool { return heard.at(slog.LevelError) > 0 && b.work.Trouble() != nil })
	b.Exec(`DELETE FROM injected`)
	b.AllDone(row)
	if noted("later") != 1 {
		t.Error("what waited is not noted")
	}
}

// What a grain answers for its store is judged alike: nobody is blamed while it
// cannot, however often it says so.
func TestI09GrainWhoseStoreCannotNowIsWaitedFor(t *testing.T) {
	t.Parallel()
	heard := &complaints{heard: make(map[slog.Level]int)}
	b := newBench(t, pgtest.Pool(t), benchOptions{logger: slog.New(heard), giveUp: time.Nanosecond})
	for n, err := range []error{
		&cluster.Error{Code: background.CodeUnavailable}, &cluster.Error{Code: background.CodeUnknown}, &cluster.Error{Code: background.CodeBroken},
		cluster.ErrBusy, cluster.ErrNoMember, cluster.ErrUnknown,
	} {
		var tries atomic.Int64
		bad, other := fmt.Sprint("wamid.bad.", n), fmt.Sprint("wamid.ok.", n)
		healed := make(chan struct{})
		b.Grains.Answers(func(_ context.Context, _ string, message proto.Message) (proto.Message, error) {
			m, ok := message.(*actorpb.ReceiveInbound)
			if !ok || m.MessageId != bad {
				return &actorpb.Outcome{}, nil
			}
			tries.Add(1)
			select {
			case <-healed:
				return &actorpb.Outcome{}, nil
			default:
				return nil, err
			}
		})
		row := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", bad))))
		b.Eventually("it is tried again and again", func() bool { return tries.Load() > 2*maxTries })
		if stuck := b.work.Trouble() != nil; stuck != (n == 2) {
			t.Errorf("%v: stuck %v", err, stuck)
		}
		close(healed)
		b.AllDone(row)
		b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550002", other)))))
		if b.work.Trouble() != nil {
			t.Errorf("%v: still stuck", err)
		}
	}
	if n := b.Count(`SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d events are blamed", n)
	}
}

// Ids that no index takes are problems of their own, with all that the customer
// sent, and nobody else's.
func TestI09IDsThatAreTooLong(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	long := func(n int) string { // nothing that Postgres could compress
		id := ""
		for len(id) < n {
			id += rand.Text()
		}
		return id[:n]
	}
	sender, wamid, reacted := long(3000), long(9000), long(1<<20)
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(
		relaytest.Text("15550001", "wamid.a"), personText("sender", sender), relaytest.Text("15550002", wamid),
		`{"from":"15550003","id":"wamid.r","timestamp":"1790000000","type":"reaction","reaction":{"message_id":"`+reacted+`","emoji":"+"}}`,
		relaytest.Text("15550004", "wamid.z")))))
	b.AllDone(b.Post(relaytest.Envelope(wa.PhoneNumberID(wamid), relaytest.Messages(relaytest.Text("15550001", "wamid.n")))))
	if !inboundArrived(b, "a") || !inboundArrived(b, "z") || len(b.Grains.IDs()) != 2 {
		t.Errorf("arrived %v", b.Grains.IDs())
	}
	for field, holds := range map[string]string{
		"from_user_id": sender, "id": wamid, "reaction.message_id": reacted, "metadata.phone_number_id": "wamid.n",
	} {
		if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'failed' AND kind = 'id_too_long'
			AND position($1 IN reason) > 0 AND position($2 IN convert_from(raw, 'UTF8')) > 0`,
			"field "+field+" has", holds); n != 1 {
			t.Errorf("%d problems of %s with their content", n, field)
		}
	}
}
