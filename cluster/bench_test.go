package cluster_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
)

type idleGrain struct{}

func (idleGrain) Receive(_ context.Context, msg proto.Message) (proto.Message, error) {
	return msg, nil
}
func (idleGrain) Passivate() {}

func idleKind() map[string]cluster.Factory {
	return kind("Conversation", func(string) cluster.Grain { return idleGrain{} })
}

func BenchmarkAskHere(b *testing.B) {
	m := clustertest.Solo(b, idleKind())
	ctx, cancel := context.WithTimeout(b.Context(), 1<<40)
	defer cancel()
	msg := text("x")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Ask(ctx, "Conversation", "1234567890:0123456789abcdef", msg); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAskHereParallel(b *testing.B) {
	m := clustertest.Solo(b, idleKind())
	ctx, cancel := context.WithTimeout(b.Context(), 1<<40)
	defer cancel()
	msg := text("x")
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for i := 0; p.Next(); i++ {
			if _, err := m.Ask(ctx, "Conversation", fmt.Sprint(i%1000), msg); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkStartAndStop(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := cluster.Start(b.Context(), cluster.Config{}, idleKind())
		if err != nil {
			b.Fatal(err)
		}
		if err := m.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAskOther asks a grain on another member.
func BenchmarkAskOther(b *testing.B) {
	cfg := quick(database(b))
	host := clustertest.Start(b, cfg, idleKind())
	asker := clustertest.Start(b, cfg, nil)
	clustertest.WaitMembers(b, host, asker)
	msg := text("x")
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		ctx, cancel := context.WithTimeout(b.Context(), 1<<40)
		defer cancel()
		for i := 0; p.Next(); i++ {
			if _, err := asker.Ask(ctx, "Conversation", fmt.Sprint(i%1000), msg); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIdleGrain reports the bytes that one idle grain keeps.
func BenchmarkIdleGrain(b *testing.B) {
	m := clustertest.Solo(b, idleKind())
	msg := text("x")
	before := heap()
	n := 0
	for b.Loop() {
		n++
		if _, err := m.Ask(b.Context(), "Conversation", fmt.Sprintf("123456789012345:%026d", n), msg); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap()-before)/float64(n), "B/grain")
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
