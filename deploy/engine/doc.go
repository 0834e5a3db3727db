// Package engine is the life of a prosa process: its configuration, the database
// that it opens or starts, the parts that it wires together by role, what it
// measures, how it waits for a database that is away at its start, and how it ends.
// A process with the embedded database is alone with it and outlives whatever held
// the two up; any other that the cluster has struck off ends, for its supervisor to
// start it anew. Grains, gateway and relay have one persistence.Clock, which it keeps in
// step with the database; when business time makes a leap, the gateway's pages hear it.
//
// Everything else that serves (the demo) is handed to it as a function; it knows
// none of them.
package engine
