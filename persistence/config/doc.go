// Package config is what tenants have configured, as documents that are versioned and
// dated ahead, and what each member knows of them.
//
// A document is never changed: Publish adds a version, if its author had seen the one
// before, which holds from Lead after. Meanwhile every member reads it: a Cache looks
// each second at the revisions of all tenants, one read of a narrow table, and reads
// what has changed. So what is to come is everywhere before it holds, and all members
// switch at one instant. A member that has not read for Lead might hold what holds no
// more: its cache answers ErrBehind, and nothing that needs configuration is decided.
//
// All times are machine time by the clock of this database. A cache knows it from its
// readings: the stamp of the last one, and its own steady clock since. The business
// clock, which tests and demos move, has no part in it.
//
// Nobody listens for notices of Postgres: they would cost every member a connection
// and save a second of the three.
package config
