package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// frame is what the tests look at of a frame.
type frame struct {
	T, Stream, Epoch, Ref, ID, Conversation, Change, Kind string
	Offset, Revision                                      uint64
	TimeMS                                                int64 `json:"server_time_ms"`
	Version                                               uint64
	Recovered                                             *bool
	OK                                                    bool
	Row                                                   struct {
		ID      string
		Version uint64
		Owner   struct{ ID string }
	}
	Items    []item
	Result   result
	Problem  answeredProblem
	Error    struct{ Name string }
	Who      struct{ Name string }
	Presence struct {
		Who   struct{ ID string }
		State string
	}
	Present []struct {
		Conversation, State string
		Who                 struct{ ID string }
	}
}

// tab is an open socket of a person.
type tab struct {
	*person
	conn   *websocket.Conn
	frames chan frame
	closed chan *websocket.CloseError // after the last frame
}

// dial opens a socket and reads it in the background.
func (b *person) dial() *tab {
	b.s.t.Helper()
	conn, answer, err := b.dialRaw(http.Header{"Origin": {b.url}})
	if err != nil {
		b.s.t.Fatalf("open socket: %v", err)
	}
	answer.Body.Close()
	w := &tab{person: b, conn: conn, frames: make(chan frame, 10_000), closed: make(chan *websocket.CloseError, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.read()
	}()
	b.s.t.Cleanup(func() { conn.Close(); <-done })
	return w
}

func (w *tab) read() {
	for {
		_, text, err := w.conn.ReadMessage()
		if err != nil {
			var closed *websocket.CloseError
			errors.As(err, &closed)
			w.closed <- closed
			close(w.frames)
			return
		}
		var f frame
		if err := json.Unmarshal(text, &f); err != nil {
			panic(fmt.Sprintf("%v: %s", err, text))
		}
		w.frames <- f
	}
}

func (w *tab) send(v any) {
	w.s.t.Helper()
	if err := w.conn.WriteJSON(v); err != nil {
		w.s.t.Fatalf("send: %v", err)
	}
}

// next returns the next frame of a type; what comes before it must be of the
// types that are skipped.
func (w *tab) next(want string, skip ...string) frame {
	w.s.t.Helper()
	timeout := time.After(patience)
	var skipped []frame
	for {
		select {
		case f, ok := <-w.frames:
			if !ok {
				w.s.t.Fatalf("socket ended before %q: %v", want, <-w.closed)
			}
			if f.T == want {
				return f
			}
			if !strings.Contains(strings.Join(skip, " "), f.T) {
				w.s.t.Fatalf("got %+v, want %q", f, want)
			}
			skipped = append(skipped, f)
		case <-timeout:
			w.s.t.Fatalf("no frame %q, but %d others, at last %+v", want, len(skipped), skipped[max(0, len(skipped)-3):])
		}
	}
}

// ended returns the code that the server closed the socket with.
func (w *tab) ended() int {
	w.s.t.Helper()
	select {
	case err := <-w.closed:
		if err == nil {
			return 0
		}
		return err.Code
	case <-time.After(patience):
		w.s.t.Fatal("socket was not closed")
		return 0
	}
}

// open dials and identifies.
func (b *person) open() *tab {
	b.s.t.Helper()
	w := b.dial()
	w.next("hello")
	w.send(body{"t": "identify", "csrf": b.csrf, "client": "test"})
	if ready := w.next("ready"); ready.Epoch == "" {
		b.s.t.Fatalf("ready without a place in the feed: %+v", ready)
	}
	return w
}

func (w *tab) subscribe(stream string, at ...any) frame {
	w.s.t.Helper()
	f := body{"t": "subscribe", "stream": stream, "ref": "r"}
	if len(at) > 0 {
		f["position"] = at[0]
	}
	w.send(f)
	return w.next("subscribed", "row") // of what happened just before
}

func TestSocketShowsWhatHappens(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	w := ana.open()
	if at := w.subscribe("inbox"); at.Epoch == "" || at.Recovered == nil || !*at.Recovered {
		t.Errorf("subscribed: %+v", at)
	}
	w.subscribe("me")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	row := w.next("row")
	if row.Row.ID != id || row.Row.Version == 0 || row.Offset == 0 {
		t.Errorf("row: %+v", row)
	}
	w.subscribe("conversation:" + id)
	w.send(body{"t": "command", "id": "1", "conversation": id, "type": "claim"})
	thread := w.next("thread", "result owner row")
	if len(thread.Items) != 1 || thread.Items[0].String() != "owner claim" || thread.Offset != row.Row.Version+1 {
		t.Errorf("thread: %+v", thread)
	}
}

// A command on a socket is the same command, with the same refusals.
func TestSocketCommands(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	w, x := ana.open(), eva.open()
	w.send(body{"t": "command", "id": "1", "conversation": id, "type": "claim"})
	if f := w.next("result"); !f.OK || f.ID != "1" || f.Result.Owner.ID != ana.id {
		t.Errorf("claim: %+v", f)
	}
	x.subscribe("me")
	send := body{"t": "command", "id": "2", "conversation": id, "type": "messages", "body": body{"text": "hi", "seen_version": 99}}
	x.send(send)
	if f := x.next("result"); f.OK || f.Problem.Code != "not_owner" || f.Problem.Owner.Name != "ana" {
		t.Errorf("send by another: %+v", f)
	}
	w.send(send)
	first := w.next("result")
	w.send(send) // the id of the command names the send
	again := w.next("result")
	if !first.OK || first.Result.MessageID == "" || again.Result.MessageID != first.Result.MessageID || !again.Result.Already {
		t.Errorf("sent %+v, then %+v", first, again)
	}
	w.send(body{"t": "command", "id": "3", "conversation": id, "type": "transfer", "body": body{"agent_id": eva.id}})
	if f := x.next("owner"); f.Change != "gained" || f.Conversation != id {
		t.Errorf("me: %+v", f)
	}
	w.next("result")
	w.send(body{"t": "command", "id": "n", "conversation": id, "type": "notes", "body": body{"text": "may I have it back?"}})
	if f := x.next("note"); f.Conversation != id || f.Who.Name != "ana" {
		t.Errorf("a note for the owner: %+v", f)
	}
	w.next("result")
	for name, bad := range map[string]body{
		"bad_request": {"t": "command", "id": "4", "conversation": id, "type": "explode"},
		"not_found":   {"t": "command", "id": "5", "conversation": "900:c1", "type": "claim"},
	} {
		w.send(bad)
		if f := w.next("result"); f.OK || f.Problem.Code != name {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// I10 on sockets: frames reach only those who may see the team, and whoever
// loses a conversation by a transfer hears that it is gone, and no more.
func TestSocketsOfOthersStaySilent(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	red := s.hire("t1", "ana", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	manager := s.hire("t1", "max", staff.RoleManager)
	other := s.hire("t2", "zoe", staff.RoleAdmin)
	tabs := map[*person]*tab{}
	for _, p := range []*person{red, blue, manager, other} {
		tabs[p] = p.open()
		tabs[p].subscribe("inbox")
	}
	id := s.inbound("100", "c1", "wamid.1", "for red")
	tabs[red].next("row")
	tabs[manager].next("row")
	tabs[red].subscribe("conversation:" + id)
	for _, p := range []*person{blue, other} {
		tabs[p].send(body{"t": "subscribe", "stream": "conversation:" + id})
		if f := tabs[p].next("error"); f.Error.Name != "not_found" {
			t.Errorf("subscribed to a foreign conversation: %+v", f)
		}
	}
	manager.want(200, nil, "POST", path(id, "claim"), nil)
	tabs[red].next("thread", "row")
	manager.want(200, nil, "POST", path(id, "transfer"), body{"team_id": "blue"})
	gone := map[string]bool{}
	for range 2 {
		gone[tabs[red].next("gone", "row").Stream] = true
	}
	if !gone["inbox"] || !gone["conversation:"+id] {
		t.Errorf("red heard %v", gone)
	}
	if f := tabs[blue].next("row"); f.Row.ID != id {
		t.Errorf("blue got %+v", f)
	}
	s.inbound("100", "c1", "wamid.2", "for blue now")
	tabs[blue].next("row")
	s.inbound("900", "z1", "wamid.3", "for t2")
	if f := tabs[other].next("row"); f.Row.ID != "900:z1" {
		t.Errorf("t2 got %+v", f)
	}
	id = s.inbound("100", "c2", "wamid.4", "the end")
	if f := tabs[red].next("row"); f.Row.ID != id { // and nothing of blue before
		t.Errorf("red got %+v", f)
	}
}

func TestConversationResumesWithoutGapOrRepetition(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.0", "0")
	var at thread
	ana.want(200, &at, "GET", path(id, "messages"), nil)
	stop := make(chan struct{})
	go func() { // writes while sockets come and go
		defer close(stop)
		for i := range 150 {
			s.inbound("100", "c1", fmt.Sprint("wamid.", i+1), fmt.Sprint(i+1))
		}
	}()
	var got []string
	version := at.Version
	for len(got) < 150 {
		w := ana.open()
		if f := w.subscribe("conversation:"+id, body{"offset": version}); f.Offset != version || !*f.Recovered {
			t.Fatalf("subscribed at %+v, want %d", f, version)
		}
		for range 3 {
			if len(got) == 150 {
				break
			}
			f := w.next("thread")
			for _, i := range f.Items {
				if i.Version <= version || i.Version > f.Offset {
					t.Fatalf("item of version %d in a frame of %d after %d", i.Version, f.Offset, version)
				}
				got = append(got, i.Message.Content.Text.Body)
			}
			version = f.Offset
		}
		w.conn.Close()
	}
	<-stop
	for i, text := range got {
		if text != fmt.Sprint(i+1) {
			t.Fatalf("message %d is %q", i+1, text)
		}
	}
}

// Batches between feed and gateway may get lost; sockets must not notice.
func TestLostBatchesAreRepaired(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	n := 0
	s.host.lost = func(msg proto.Message) bool {
		if _, batch := msg.(*actorpb.FeedBatch); batch {
			n++
			return n%3 == 0
		}
		return false
	}
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.0", "0")
	w := ana.open()
	at := w.subscribe("conversation:" + id)
	var want, got []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("in %q", fmt.Sprint(i)))
		s.inbound("100", "c1", fmt.Sprint("wamid.x", i), fmt.Sprint(i))
		time.Sleep(15 * time.Millisecond) // so that they go in several batches
	}
	version := at.Offset
	for len(got) < len(want) {
		f := w.next("thread")
		if f.Offset <= version {
			t.Errorf("offset %d after %d", f.Offset, version)
		}
		version = f.Offset
		for _, i := range f.Items {
			got = append(got, i.String())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestInboxResumes(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	red := s.hire("t1", "ana", staff.RoleAgent, "red")
	w := red.open()
	at := w.subscribe("inbox")
	first := s.inbound("100", "c1", "wamid.1", "1")
	seen := w.next("row")
	w.conn.Close()
	s.inbound("200", "c9", "wamid.9", "not for red")
	second := s.inbound("100", "c2", "wamid.2", "2")

	x := red.open()
	x.send(body{"t": "subscribe", "stream": "inbox", "position": body{"epoch": at.Epoch, "offset": seen.Offset}})
	x.next("subscribed")
	if f := x.next("row"); f.Row.ID != second || f.Offset <= seen.Offset {
		t.Errorf("resumed with %+v, want %s after %s", f, second, first)
	}
	y := red.open()
	for _, unknown := range []body{{"epoch": "other", "offset": seen.Offset}, {"epoch": at.Epoch, "offset": 1 << 40}} {
		if f := y.subscribe("inbox", unknown); *f.Recovered {
			t.Errorf("resumed from %v", unknown)
		}
	}
}

// A new Feed is a new epoch: whoever listens fetches anew, and open threads are
// compared with the journal.
func TestNewEpochResyncs(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "1")
	w := ana.open()
	old := w.subscribe("inbox")
	w.subscribe("conversation:" + id)
	s.host.passivate(wa.FeedKind, "t1")
	f := w.next("resync", "row thread")
	if f.Stream != "inbox" || f.Epoch == old.Epoch || f.Epoch == "" {
		t.Errorf("resync: %+v, epoch before %q", f, old.Epoch)
	}
	s.inbound("100", "c1", "wamid.2", "2")
	if f := w.next("thread", "row resync"); f.Items[0].String() != `in "2"` {
		t.Errorf("after the new epoch: %+v", f)
	}
}

func TestSlowReaderIsToldToComeBack(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) { c.Socket.QueueFrames, c.Socket.QueueBytes = 8, 64<<10 })
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	quick := s.hire("t1", "eva", staff.RoleAgent, "red").open()
	quick.subscribe("inbox")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	conn := ana.dialNarrow()
	for _, f := range []body{
		{"t": "identify", "csrf": ana.csrf}, {"t": "subscribe", "stream": "conversation:" + id},
	} {
		if err := conn.WriteJSON(f); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 400 { // more than the buffers of the connection hold
		s.inbound("100", "c1", fmt.Sprint("wamid.y", i), strings.Repeat("x", 4000))
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var closed *websocket.CloseError
	for closed == nil {
		if _, _, err := conn.ReadMessage(); err != nil && !errors.As(err, &closed) {
			t.Fatalf("ended with %v, want a code", err)
		}
	}
	if closed.Code != 4002 {
		t.Errorf("closed with %v", closed)
	}
	quick.next("row") // others are not affected
}

// dialNarrow opens a socket whose connection holds little that was not read.
func (b *person) dialNarrow() *websocket.Conn {
	b.s.t.Helper()
	d := websocket.Dialer{Jar: b.http.Jar, NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		var plain net.Dialer
		conn, err := plain.DialContext(ctx, network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(64 << 10)
		}
		return conn, err
	}}
	conn, answer, err := d.DialContext(b.s.t.Context(), "ws"+strings.TrimPrefix(b.url, "http")+"/api/v1/ws", http.Header{"Origin": {b.url}})
	if err != nil {
		b.s.t.Fatal(err)
	}
	answer.Body.Close()
	b.s.t.Cleanup(func() { conn.Close() })
	return conn
}

func TestSocketsAreClosedWithAReason(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")

	w := ana.dial()
	w.next("hello")
	w.send(body{"t": "subscribe", "stream": "inbox"})
	if code := w.ended(); code != 4501 {
		t.Errorf("without identify: %d", code)
	}
	w = ana.dial()
	w.next("hello")
	w.send(body{"t": "identify", "csrf": "guess"})
	if code := w.ended(); code != 4502 {
		t.Errorf("with a wrong token: %d", code)
	}
	w = ana.open()
	w.send(body{"t": "subscribe", "strem": "inbox"})
	if code := w.ended(); code != 4500 {
		t.Errorf("with an unknown field: %d", code)
	}
	w = ana.open()
	s.exec(`UPDATE staff SET role = 'manager'`)
	if code := w.ended(); code != 4003 {
		t.Errorf("after a change of role: %d", code)
	}
	w = ana.open()
	ana.want(204, nil, "POST", "/api/v1/logout", nil)
	if code := w.ended(); code != 4503 {
		t.Errorf("after logging out: %d", code)
	}
	if _, answer, err := ana.dialRaw(nil); err == nil {
		t.Error("opened a socket without a session")
	} else {
		answer.Body.Close()
	}
}

// Where the next look at sessions is far away, whoever ends one says so to every
// gateway; the other sessions of the person live on.
func TestSocketsEndWithTheirSessionAtOnce(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) { c.Socket.SessionCheck = time.Hour })
	other := s.startGateway("g2", func(c *gateway.Config) { c.Socket.SessionCheck = time.Hour })
	ana, bia := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "bia", staff.RoleAgent, "red")
	admin := s.hire("t1", "admin", staff.RoleAdmin)
	elsewhere := *ana
	elsewhere.url = other
	here, there, hers := ana.open(), elsewhere.open(), bia.open()
	again := s.browser(ana.id, "ana").open()

	ana.want(204, nil, "POST", "/api/v1/logout", nil)
	for name, w := range map[string]*tab{"here": here, "at another gateway": there} {
		if code := w.ended(); code != 4503 {
			t.Errorf("%s after logging out: %d", name, code)
		}
	}
	admin.want(200, nil, "POST", "/api/v1/agents/"+ana.id+"/disable", nil)
	if code := again.ended(); code != 4503 {
		t.Errorf("after disabling: %d", code)
	}
	hers.subscribe("inbox") // she was not meant
}

func TestCloseSendsSocketsElsewhere(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	server, err := gateway.New(gateway.Config{
		Listen: "127.0.0.1:0", Staff: s.staff, SignIn: s.signIn, Inbox: inbox.New(s.pool), Uploads: uploads.New(s.pool), Search: searchindex.New(s.pool), Cluster: member{s.host, "g2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Open(); err != nil {
		t.Fatal(err)
	}
	there := *ana
	there.url = server.URL()
	w := there.open()
	for range 2 {
		if err := server.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if code := w.ended(); code != 4001 {
		t.Errorf("closed with %d", code)
	}
}

func TestPresence(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	eva.url = s.startGateway("g2") // presence crosses gateways
	id := s.inbound("100", "c1", "wamid.1", "hello")
	w, x := ana.open(), eva.open()
	w.send(body{"t": "presence", "conversation": id, "state": "viewing"})
	if f := w.next("error"); f.Error.Name != "not_subscribed" {
		t.Errorf("presence without subscription: %+v", f)
	}
	w.subscribe("conversation:" + id)
	x.subscribe("conversation:" + id)
	say := func(state string) {
		t.Helper()
		x.send(body{"t": "presence", "conversation": id, "state": state})
		if f := w.next("presence"); f.Presence.Who.ID != eva.id || f.Presence.State != state {
			t.Errorf("said %s, heard %+v", state, f)
		}
	}
	say("viewing")
	say("typing")
	y := eva.open()
	y.subscribe("conversation:" + id)
	y.send(body{"t": "presence", "conversation": id, "state": "viewing"})
	y.caughtUp()
	x.conn.Close() // typed there; still looks on here
	if f := w.next("presence"); f.Presence.State != "viewing" {
		t.Errorf("after one of two sockets closed: %+v", f)
	}
	z := ana.open()
	if f := z.subscribe("conversation:" + id); len(f.Present) != 1 || f.Present[0].State != "viewing" {
		t.Errorf("present: %+v", f.Present)
	}
	y.conn.Close()
	if f := w.next("presence"); f.Presence.State != "gone" {
		t.Errorf("after the last socket closed: %+v", f)
	}
}

// One person's tabs are bounded, by a reason that says so; another person's are
// not touched, and a closed one makes room.
func TestSocketsOfOnePersonAreBounded(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) { c.Socket.OfPerson = 2 })
	ana, eva := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "eva", staff.RoleAgent, "red")
	first := ana.open()
	ana.open()
	if code := ana.dial().ended(); code != 4006 {
		t.Fatalf("one too many was closed with %d", code)
	}
	eva.open()
	first.conn.Close()
	for code := 4006; code == 4006; { // until the server has seen that it is gone
		w := ana.dial()
		select {
		case <-w.frames:
			code = 0
		case err := <-w.closed:
			code = err.Code
		}
	}
}
