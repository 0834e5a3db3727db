// Package load measures an engine under traffic: how much it takes in, how soon
// people see it, how much it sends, what a message costs and whether any is lost
// or doubled. It brings its own callers, a very cheap generator of signed
// webhooks, and reads the database's own figures beside the rates: processor
// time and bytes of WAL for each message compare between noisy machines where
// rates do not.
//
// The engine runs in this process, so engine and generator share one figure of
// processor time; the benchmark of the generator tells its part.
//
// Closed loops (bare, inbound, outbound's flood) send the next request when the
// last was answered: they tell what can be taken. Open loops (latency) send by a
// schedule and count from the scheduled moment, so that a stall is not hidden by
// the callers that it stalls.
//
// Nothing that an answer other than 200 came for counts as acknowledged; it is
// sent again, as Meta does.
package load
