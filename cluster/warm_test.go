package cluster_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
)

// Beyond what is kept warm, grains leave memory that were used least recently, and
// come back when they are asked. One that is at work stays, however long.
func TestWarmGrainsAreBounded(t *testing.T) {
	t.Parallel()
	const warm = 10
	var mu sync.Mutex
	made := map[string]int{}
	entered, let := make(chan struct{}), make(chan struct{})
	m := clustertest.Start(t, cluster.Config{Warm: warm}, kind("K", func(key string) cluster.Grain {
		mu.Lock()
		defer mu.Unlock()
		made[key]++
		return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
			if key == "busy" {
				entered <- struct{}{}
				<-let
			}
			return msg, nil
		}}
	}))
	m.Tell("K", "busy", text(""))
	<-entered
	for i := range 100 {
		ask(t, m, "K", fmt.Sprint(i), "")
	}
	clustertest.Until(t, "grains to leave", func() bool { return m.Activations() <= warm })
	if n := m.Activations(); n < warm-warm/10-1 {
		t.Errorf("%d grains are warm, want about %d", n, warm)
	}
	ask(t, m, "K", "99", "")
	ask(t, m, "K", "0", "")
	go func() { <-entered }() // of the second message
	close(let)
	ask(t, m, "K", "busy", "")
	mu.Lock()
	defer mu.Unlock()
	if made["0"] != 2 || made["99"] != 1 || made["busy"] != 1 {
		t.Errorf("made the oldest %d times, the newest %d, the one at work %d", made["0"], made["99"], made["busy"])
	}
}
