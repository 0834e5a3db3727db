// Package embedded runs a Postgres server of our own beside the process: it
// unpacks the binaries, makes the data directory, adopts a server that a killed
// process left and stops the one it started.
package embedded
