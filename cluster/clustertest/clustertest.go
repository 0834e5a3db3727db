// Package clustertest starts members inside a test process.
package clustertest

import (
	"context"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/cluster"
)

// patience bounds what a test waits for.
const patience = time.Minute

// Solo starts a cluster of one without a database, stopped with the test.
func Solo(t testing.TB, kinds map[string]cluster.Factory) *cluster.Member {
	t.Helper()
	return Start(t, cluster.Config{}, kinds)
}

// Start starts a member and stops it with the test, if the test did not.
func Start(t testing.TB, cfg cluster.Config, kinds map[string]cluster.Factory) *cluster.Member {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := cluster.Start(ctx, cfg, kinds)
	if err != nil {
		t.Fatalf("start member: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := m.Stop(ctx); err != nil {
			t.Errorf("stop member: %v", err)
		}
	})
	return m
}

// WaitMembers waits until each of the members sees exactly all of them.
func WaitMembers(t testing.TB, members ...*cluster.Member) {
	t.Helper()
	Until(t, "members to see each other", func() bool {
		for _, m := range members {
			seen := map[string]bool{}
			for _, i := range m.Members() {
				seen[i.ID] = true
			}
			if len(seen) != len(members) {
				return false
			}
			for _, other := range members {
				if !seen[other.ID()] {
					return false
				}
			}
		}
		return true
	})
}

// Until polls until ok returns true and fails the test when it takes too long.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
