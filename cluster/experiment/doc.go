// Experiment compares the placement of protoactor-go's own cluster package with
// Prosa's, on several processes of this machine:
//
//	go run -C cluster/experiment .
//
// It is no test and not part of `make test`. Each run starts three members that host
// grains and ask for them all the time, then lets a fourth one join, or kills one
// (SIGKILL), and looks for a quarter of a minute at what the members say: which grains were
// active on two members at once and for how long, how many messages an activation
// took after a newer one had taken some, and when the grains of the killed one
// answered again. The library is run as its documentation has it: the automanaged
// provider and the distributed-hash lookup, which is the only one that it has; Prosa
// with its defaults, on an embedded Postgres. The clock of all is that of the machine.
//
// The figures of one run stand in the document of package cluster.
package main
