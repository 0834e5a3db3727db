// Package engine is the life of a prosa process: its configuration, the database
// that it opens or starts, the parts that it wires together by role, what it
// measures, and how it ends or begins anew when the database was away.
//
// Everything else that serves (the demo) is handed to it as a function; it knows
// none of them.
package engine
