package cluster_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
	"github.com/prosa-chat/prosa/cluster/wirepb"
)

// token is what a member with the secret shows.
func token(t *testing.T, secret string) string {
	t.Helper()
	s, err := cluster.MemberToken(secret, "prosa")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// batchOf is a batch of one message to an actor of the member.
func batchOf(t *testing.T, target string, msg proto.Message) *remote.MessageBatch {
	t.Helper()
	body, err := proto.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	return &remote.MessageBatch{
		TypeNames: []string{string(msg.ProtoReflect().Descriptor().FullName())},
		Targets:   []*actor.PID{{Id: target}},
		Envelopes: []*remote.MessageEnvelope{{MessageData: body}},
	}
}

// Whoever reaches the port without the members' token is refused before a message
// of his is read.
func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	host := clustertest.Start(t, quick(database(t)), kind("K", echo))
	other, err := cluster.MemberToken(testSecret, "another cluster")
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]string{
		"none": "", "not a token": "x", "another secret": token(t, "the secret of somebody else"), "another cluster": other,
	} {
		if err := connectTo(t, host.Address(), insecure.NewCredentials(), shown, nil); status.Code(err) != codes.Unauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := connectTo(t, host.Address(), insecure.NewCredentials(), token(t, testSecret), nil); err != nil {
		t.Errorf("a member: %v", err)
	}
}

// A member with another secret asks in vain and takes nothing over the wire.
func TestMemberWithAnotherSecretIsRefused(t *testing.T) {
	t.Parallel()
	url := database(t)
	host := clustertest.Start(t, quick(url), kind("K", echo))
	cfg := quick(url)
	cfg.Secret = "another secret of some length"
	stranger := clustertest.Start(t, cfg, nil)
	clustertest.WaitMembers(t, host, stranger)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if answer, err := stranger.Ask(ctx, "K", "a", text("x")); err == nil {
		t.Errorf("answered %v", answer)
	}
	if host.Activations() != 0 {
		t.Errorf("%d activations", host.Activations())
	}
}

// Also with the token nothing but our envelope is taken, and that by the router
// only: no message of the actor library ends, watches or names an actor.
func TestSystemMessagesFromTheWireAreRefused(t *testing.T) {
	t.Parallel()
	url := database(t)
	host := clustertest.Start(t, quick(url), kind("K", echo))
	asker := clustertest.Start(t, quick(url), nil)
	clustertest.WaitMembers(t, host, asker)
	if got := ask(t, asker, "K", "a", "x"); got != "a x" {
		t.Fatalf("before: %q", got)
	}
	me := &actor.PID{Address: "127.0.0.1:1", Id: "me"}
	json := batchOf(t, "prosa", &wirepb.Wire{})
	json.Envelopes[0].SerializerId = 1
	sender := batchOf(t, "prosa", &wirepb.Wire{})
	sender.Senders, sender.Envelopes[0].Sender = []*actor.PID{me}, 1
	for name, batch := range map[string]*remote.MessageBatch{
		"poison pill":       batchOf(t, "prosa", &actor.PoisonPill{}),
		"poison of a grain": batchOf(t, "$1", &actor.PoisonPill{}),
		"terminated":        batchOf(t, "prosa", &actor.Terminated{Who: me}),
		"watch":             batchOf(t, "prosa", &actor.Watch{Watcher: me}),
		"unwatch":           batchOf(t, "prosa", &actor.Unwatch{Watcher: me}),
		"stop":              batchOf(t, "prosa", &actor.Stop{}),
		"dead letter":       batchOf(t, "prosa", &actor.DeadLetterResponse{}),
		"spawn":             batchOf(t, "activator", &remote.ActorPidRequest{Kind: "K"}),
		"envelope to other": batchOf(t, "$1", &wirepb.Wire{}),
		"other serializer":  json,
		"sender":            sender,
	} {
		err := connectTo(t, host.Address(), insecure.NewCredentials(), token(t, testSecret), batch)
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !host.Ready() || host.Deaf() {
		t.Errorf("ready %v, deaf %v", host.Ready(), host.Deaf())
	}
	if got := ask(t, asker, "K", "b", "x"); got != "b x" {
		t.Errorf("afterwards: %q", got)
	}
}

// The library offers calls that list a member's actors, and panics in them.
func TestOtherCallsAreRefused(t *testing.T) {
	t.Parallel()
	host := clustertest.Start(t, quick(database(t)), nil)
	conn, err := grpc.NewClient("passthrough:///"+host.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx := metadata.AppendToOutgoingContext(t.Context(), cluster.TokenHeader, token(t, testSecret))
	client := remote.NewRemotingClient(conn)
	if _, err := client.ListProcesses(ctx, &remote.ListProcessesRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("list: %v", err)
	}
	if _, err := client.GetProcessDiagnostics(ctx, &remote.GetProcessDiagnosticsRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("diagnostics: %v", err)
	}
}

// A member whose receiver is gone says so and gets a new one.
func TestReceiverThatIsGoneComesBack(t *testing.T) {
	t.Parallel()
	url := database(t)
	var log lockedLog
	cfg := quick(url)
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	host := clustertest.Start(t, cfg, kind("K", echo))
	asker := clustertest.Start(t, quick(url), nil)
	clustertest.WaitMembers(t, host, asker)
	ask(t, asker, "K", "a", "x")
	cluster.StopRouter(host)
	clustertest.Until(t, "the member to notice", func() bool { return strings.Contains(log.String(), "is gone: starting it anew") })
	clustertest.Until(t, "the member to hear again", func() bool { return host.Ready() && !host.Deaf() })
	if got := ask(t, asker, "K", "a", "x"); got != "a x" {
		t.Errorf("afterwards: %q", got)
	}
}

// A receiver that does not answer makes the member unready, until it does.
func TestDeafMemberIsNotReady(t *testing.T) {
	t.Parallel()
	host := clustertest.Start(t, quick(database(t)), kind("K", echo))
	free := sync.OnceFunc(cluster.BlockRouter(host))
	t.Cleanup(free) // or the member cannot stop
	clustertest.Until(t, "the member to be deaf", func() bool { return host.Deaf() && !host.Ready() })
	free()
	clustertest.Until(t, "the member to hear again", func() bool { return host.Ready() && !host.Deaf() })
}

func TestCheckListen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listen       string
		certificates bool
		want         string // part of the error; empty: taken
	}{
		{"127.0.0.1:0", false, ""},
		{"[::1]:8090", false, ""},
		{"localhost:8090", false, ""},
		{"10.1.2.3:8090", false, ""},
		{"192.168.1.9:8090", false, ""},
		{"100.64.3.4:8090", false, ""},
		{"[fd00::5]:8090", false, ""},
		{"0.0.0.0:8090", false, "every network"},
		{":8090", false, "every network"},
		{"[::]:8090", false, "every network"},
		{"203.0.113.7:8090", false, "no private network"},
		{"[2001:db8::1]:8090", false, "no private network"},
		{"0.0.0.0:8090", true, ""},
		{"203.0.113.7:8090", true, ""},
		{"8090", true, "host:port"},
	} {
		err := cluster.CheckListen(t.Context(), c.listen, c.certificates)
		if got := ""; err != nil {
			got = err.Error()
			if c.want == "" || !strings.Contains(got, c.want) {
				t.Errorf("%s, certificates %v: %s", c.listen, c.certificates, got)
			}
		} else if c.want != "" {
			t.Errorf("%s, certificates %v: taken", c.listen, c.certificates)
		}
	}
}
