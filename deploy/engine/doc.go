// Package engine is the life of a prosa process: its configuration, the database
// that it opens or starts, the parts that it wires together by role, what it
// measures, how it waits for a database that is away at its start, and how it ends.
// A process with the embedded database is alone with it and outlives whatever held
// the two up; any other that the cluster has struck off ends, for its supervisor to
// start it anew.
//
// Everything else that serves (the demo) is handed to it as a function; it knows
// none of them.
package engine
