// Package background runs what nobody waits for: loops and periodic work that end
// together, of which a panic ends one piece and never the process, and writes that
// wait until the store takes them.
//
// A panic is logged and counted, and its loop begins anew. A store that is away is
// waited for, and nobody is blamed; one that carries a statement out for nobody is
// named by Trouble until somebody has mended it.
package background
