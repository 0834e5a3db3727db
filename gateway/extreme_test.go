package gateway_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A time of the year 10000 that an earlier release let in is shown as the last
// that can be written: to nobody may it hide the list that it stands in.
func TestTimesThatCannotBeWrittenHideNothing(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleManager, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	other := s.inbound("100", "c2", "wamid.2", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	ana.want(200, nil, "POST", path(id, "snooze"), body{"until": s.now.Add(time.Hour)})
	never := time.Date(10000, 1, 1, 23, 58, 59, 0, time.UTC)
	s.storeSnooze(id, never)

	var list struct {
		Conversations []struct {
			ID           string
			SnoozedUntil time.Time `json:"snoozed_until"`
		}
	}
	ana.want(200, &list, "GET", "/api/v1/conversations?view=all", nil)
	if len(list.Conversations) != 2 || !slices.ContainsFunc(list.Conversations, func(c struct {
		ID           string
		SnoozedUntil time.Time `json:"snoozed_until"`
	},
	) bool {
		return c.ID == id && c.SnoozedUntil.Year() == 9999
	}) {
		t.Errorf("list: %+v; want both %s, snoozed for ever, and %s", list.Conversations, id, other)
	}
	ana.want(200, nil, "GET", path(id), nil)
	ana.want(200, nil, "GET", path(id, "messages"), nil)
	ana.want(200, nil, "GET", "/api/v1/search?q=Name", nil)

	w := ana.open()
	w.subscribe("inbox")
	w.subscribe("conversation:"+id, body{"offset": 1})
	phases := 0
	for phases == 0 {
		f := w.next("thread", "row")
		for _, item := range f.Items {
			if item.Type == "phase" {
				phases++
			}
		}
	}
	// What such a row brings about afterwards is told to those who listen.
	ana.want(200, nil, "POST", path(id, "reopen"), nil)
	w.next("thread", "row", "error")
}

// storeSnooze puts a time into everything that a snooze is stored in.
func (s *site) storeSnooze(id string, until time.Time) {
	s.t.Helper()
	number, contact, _ := strings.Cut(id, ":")
	var version int64
	var snapshot, event []byte
	row := s.pool.QueryRow(s.t.Context(), `SELECT c.version, c.snapshot, e.body FROM conversation c JOIN event e USING (phone_number_id, contact_id, version)
WHERE phone_number_id = $1 AND contact_id = $2 AND e.type = 'PhaseChanged'`, number, contact)
	if err := row.Scan(&version, &snapshot, &event); err != nil {
		s.t.Fatal(err)
	}
	var state actorpb.ConversationSnapshot
	var changed actorpb.PhaseChanged
	for _, err := range []error{proto.Unmarshal(snapshot, &state), proto.Unmarshal(event, &changed)} {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	state.SnoozedUntilMs, state.AlarmMs, changed.UntilMs = until.UnixMilli(), until.UnixMilli(), until.UnixMilli()
	snapshot, _ = proto.Marshal(&state)
	event, _ = proto.Marshal(&changed)
	s.exec(`UPDATE conversation SET snapshot = $3 WHERE phone_number_id = $1 AND contact_id = $2`, number, contact, snapshot)
	s.exec(`UPDATE event SET body = $4 WHERE phone_number_id = $1 AND contact_id = $2 AND version = $3`, number, contact, version, event)
	s.host.passivate(wa.ConversationKind, id)
}

// A panic in one person's command ends that command, is logged with its stack,
// and nobody else notices.
func TestPanicsEndOneWorkAlone(t *testing.T) {
	t.Parallel()
	var log lines
	s := startSite(t, func(c *gateway.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	ana, bruno := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "bruno", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	mine, others := ana.open(), bruno.open()
	others.subscribe("inbox")
	s.host.mu.Lock()
	s.host.struck = func(msg proto.Message) {
		if c, ok := msg.(*actorpb.Claim); ok && c.By.AgentId == ana.id {
			panic("struck")
		}
	}
	s.host.mu.Unlock()

	var p answeredProblem
	ana.want(http.StatusInternalServerError, &p, "POST", path(id, "claim"), nil)
	if p.Code != "internal" {
		t.Errorf("request: %+v", p)
	}
	mine.send(body{"t": "command", "id": "1", "conversation": id, "type": "claim", "body": body{}})
	if code := mine.ended(); code != 4005 {
		t.Errorf("socket ended with %d, want 4005: come back", code)
	}
	again := ana.open() // back at once
	again.send(body{"t": "ping", "ref": "1"})
	again.next("pong")

	others.send(body{"t": "command", "id": "2", "conversation": id, "type": "claim", "body": body{}})
	if f := others.next("result", "row"); !f.OK {
		t.Errorf("the next person's command: %+v", f)
	}
	for _, want := range []string{`work=request`, `work="socket work"`, "struck", "goroutine "} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, log.String())
		}
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// end is the newest of it.
func (l *lines) end() string {
	text := l.String()
	return text[max(0, len(text)-2000):]
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
