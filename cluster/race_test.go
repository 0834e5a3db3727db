//go:build race

package cluster_test

// raceEnabled: the remoting library replaces gRPC's global logger whenever a
// member starts, which races with the members that already run. It is the one
// report that several members in a process give, so they run without the
// detector; all of our arithmetic and a member alone run under it.
const raceEnabled = true
